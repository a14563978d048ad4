import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addWaiting,
  announced,
  replaceInPlace,
  rowsOf,
  showWaiting,
  waitingMax,
  type AlertPages,
  type Waiting,
} from '../../../dashboards/console/src/alerts/alert-feed.ts';
import type { Alert } from '../../../dashboards/console/src/api/types.ts';
import { alertOf } from './alert-fixture.ts';

const second = (seconds: number) => new Date(Date.UTC(2026, 2, 1) + seconds * 1_000).toISOString();
const at = (id: string, seconds: number, changes: Partial<Alert> = {}) =>
  alertOf({ id, lastSeen: second(seconds), updatedAt: second(seconds), ...changes });
const pagesOf = (...pages: Alert[][]): AlertPages => ({
  pages: pages.map((alerts) => ({ alerts, next: null })),
  pageParams: pages.map(() => undefined),
});
const ids = (alerts: readonly Alert[]) => alerts.map((alert) => alert.id);
const nothing: Waiting = new Map();

describe('an alert that is in the list', () => {
  test('changes in its row and nothing moves', () => {
    const before = pagesOf([at('a', 30), at('b', 20)], [at('c', 10)]);
    const after = replaceInPlace(before, at('c', 99, { count: 7 }));
    expect(ids(rowsOf(after))).toEqual(['a', 'b', 'c']);
    expect(rowsOf(after)[2]?.count).toBe(7);
    expect(after.pages[0]).toBe(before.pages[0]);
  });

  test('is not replaced by an older version', () => {
    const before = pagesOf([at('a', 30, { count: 5 })]);
    expect(replaceInPlace(before, at('a', 10, { count: 1 }))).toBe(before);
  });

  test('that is not there leaves the pages untouched', () => {
    const before = pagesOf([at('a', 30)]);
    expect(replaceInPlace(before, at('x', 40))).toBe(before);
  });
});

describe('an alert that is not in the list', () => {
  const list = { rows: [at('a', 30), at('b', 20)], hasMore: true };

  test('is announced, newest first, if it belongs', () => {
    const waiting = [at('x', 40), at('y', 50), at('z', 60, { state: 'closed' })].reduce(addWaiting, nothing);
    expect(ids(announced(waiting, list, (alert) => alert.state !== 'closed'))).toEqual(['y', 'x']);
  });

  test('is not announced when it is shown, or belongs further down', () => {
    const waiting = [at('a', 90), at('old', 5)].reduce(addWaiting, nothing);
    expect(announced(waiting, list, () => true)).toEqual([]);
    expect(ids(announced(waiting, { ...list, hasMore: false }, () => true))).toEqual(['old']);
  });

  test('waits in its newest version', () => {
    const waiting = [at('x', 50, { count: 5 }), at('x', 40, { count: 4 })].reduce(addWaiting, nothing);
    expect(waiting.get('x')?.count).toBe(5);
  });

  test('waits among a bounded number', () => {
    let waiting = nothing;
    for (let index = 0; index < waitingMax + 10; index += 1)
      waiting = addWaiting(waiting, at(`w${index}`, index));
    expect(waiting.size).toBe(waitingMax);
    expect(waiting.has('w9')).toBe(false);
    expect(waiting.has('w10')).toBe(true);
  });

  test('comes to the top when asked for, once', () => {
    const pages = pagesOf([at('a', 30)], [at('x', 5), at('b', 2)]);
    expect(ids(rowsOf(showWaiting(pages, [at('x', 60), at('y', 50)])))).toEqual(['x', 'y', 'a', 'b']);
  });
});

test('whatever arrives, rows are unique, none is lost, and shown rows keep their order', () => {
  const arrival = fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), seconds: fc.nat(100) });
  fc.assert(
    fc.property(fc.array(arrival, { maxLength: 40 }), fc.nat(40), (arrivals, showAt) => {
      let pages = pagesOf([at('a', 30), at('b', 20)], [at('c', 10)]);
      let waiting = nothing;
      const show = () => {
        const list = { rows: rowsOf(pages), hasMore: false };
        pages = showWaiting(
          pages,
          announced(waiting, list, () => true),
        );
      };
      for (const [index, { id, seconds }] of arrivals.entries()) {
        const order = ids(rowsOf(pages));
        pages = replaceInPlace(pages, at(id, seconds));
        waiting = addWaiting(waiting, at(id, seconds));
        expect(ids(rowsOf(pages))).toEqual(order);
        if (index === showAt) show();
      }
      show();
      const rows = rowsOf(pages);
      expect(new Set(ids(rows)).size).toBe(pages.pages.flatMap((page) => page.alerts).length);
      expect(new Set(ids(rows))).toEqual(new Set(['a', 'b', 'c', ...arrivals.map(({ id }) => id)]));
    }),
  );
});
