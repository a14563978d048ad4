/** What pages about the post itself compute: the ledger's sum, places in JSON, differences, a host's load. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { balanceOf } from '../../../dashboards/console/src/administration/ledger/balance.ts';
import { lineOf, readJson } from '../../../dashboards/console/src/administration/policies/json-places.ts';
import { lineDiff } from '../../../dashboards/console/src/administration/policies/line-diff.ts';
import { dayMs, dayOf } from '../../../dashboards/console/src/format/day.ts';
import { loadPoints } from '../../../dashboards/console/src/hosts/host-load-points.ts';

describe("the ledger's sum", () => {
  test('adds up to what was read, whatever the numbers are', () => {
    const count = fc.nat(1_000_000);
    fc.assert(
      fc.property(
        fc.record({
          limited: count,
          stored: count,
          rejected: count,
          dropped: count,
          uncounted: count,
          waiting: count,
          untold: count,
          named: count,
          missing: fc.integer({ min: -1_000, max: 1_000 }),
        }),
        (numbers) => {
          const { limited, dropped, stored, rejected, uncounted, waiting, untold, named, missing } = numbers;
          const produced =
            limited + dropped + stored + rejected - uncounted + waiting - untold + named + missing;
          const all = { ...numbers, produced, spooled: 0, sent: 0, duplicate: 0 };
          expect(Object.values(balanceOf(all)).reduce((sum, part) => sum + part, 0)).toBe(produced);
        },
      ),
    );
  });
});

describe('JSON with places', () => {
  test('takes what JSON.parse takes, and says where the rest goes wrong', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const read = readJson(JSON.stringify(value, null, 2));
        expect('value' in read && JSON.stringify(read.value)).toBe(JSON.stringify(value));
      }),
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        expect('value' in readJson(text)).toBe(isJson);
      }),
    );
  });

  test.each([
    ['{\n  "watch": []\n  "spool": {}\n}', 'unexpected', 3, 3],
    ['{ "a": 1, "a": 2 }', 'twice', 1, 11],
    ['{ "a": 01 }', 'number', 1, 8],
    ['{ "a": "b }', 'string', 1, 8],
    ['{ "a": [1, 2', 'end', 1, 13],
    ['{} x', 'rest', 1, 4],
  ])('%j: %s at line %i, column %i', (text, kind, line, column) => {
    const read = readJson(text);
    if (!('fault' in read)) throw new Error('it was taken');
    expect({ kind: read.fault, ...lineOf(text, read.at) }).toEqual({ kind, line, column });
  });

  test('knows where a setting stands', () => {
    const text = '{\n  "commands": {\n    "allow": []\n  }\n}';
    const read = readJson(text);
    expect('places' in read && lineOf(text, read.places.get('commands.allow') ?? 0)).toEqual({
      line: 3,
      column: 5,
    });
  });
});

describe('a difference of lines', () => {
  const line = fc.constantFrom('a', 'b', 'c', '');
  test('holds both texts, and keeps what they have in common', () => {
    fc.assert(
      fc.property(fc.array(line), fc.array(line), (a, b) => {
        const [before, after] = [a.join('\n'), b.join('\n')];
        const lines = lineDiff(before, after);
        const without = (sign: string) =>
          lines
            .filter((one) => one.sign !== sign)
            .map(({ text }) => text)
            .join('\n');
        expect([without('+'), without('-')]).toEqual([before, after]);
      }),
    );
    expect(lineDiff('a\nb\nc', 'a\nx\nc').map(({ sign, text }) => sign + text)).toEqual([
      ' a',
      '-b',
      '+x',
      ' c',
    ]);
  });
});

describe('the load of a host', () => {
  const event = (time: string, fields: Record<string, string>) => ({
    id: time,
    time,
    receivedAt: time,
    agentId: 'a',
    hostname: 'srv',
    channel: 'agent',
    origin: 'agent',
    message: '',
    fields,
    ruleIds: [],
  });
  test('is what agents told, oldest first; what is no number is not known', () => {
    const detail = (name: string, value: string) => [`agent.detail.${name}`, value] as const;
    const load = (time: string, ...details: (readonly [string, string])[]) =>
      event(time, { 'agent.subject': 'load', ...Object.fromEntries(details) });
    const points = loadPoints([
      load(
        '2026-11-26T02:00:00Z',
        detail('overMs', '3600000'),
        detail('cpuPercent', '12.5'),
        detail('memoryUsedMb', '500'),
        detail('memoryTotalMb', '2000'),
        detail('agentCpuPercent', '0.4'),
      ),
      load('2026-11-26T01:00:00Z', detail('overMs', '3600000'), detail('cpuPercent', 'NaN')),
      event('2026-11-26T01:30:00Z', { 'agent.subject': 'integrity' }),
    ]);
    expect(points.map(({ atMs }) => new Date(atMs).toISOString())).toEqual([
      '2026-11-26T00:00:00.000Z',
      '2026-11-26T01:00:00.000Z',
    ]);
    expect(points.map(({ cpuPercent, memoryPercent }) => [cpuPercent, memoryPercent])).toEqual([
      [null, null],
      [12.5, 25],
    ]);
  });
});

test('a legal day begins when the country begins it', () => {
  expect(new Date(dayMs('2026-11-26')).toISOString()).toBe('2026-11-25T17:00:00.000Z');
  expect(dayOf(dayMs('2026-11-26'))).toBe('2026-11-26');
});
