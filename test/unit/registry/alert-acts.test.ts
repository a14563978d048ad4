/** What people do to one alert. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addNote, changeAlert, listNotes, watchAlert } from '../../../collector/registry/alert-acts.ts';
import { listAlerts, pageAlerts, readAlert } from '../../../collector/registry/alert-book.ts';
import { ALERT_SORTS } from '../../../collector/api/contract-alerts.ts';
import type { AlertPlace } from '../../../collector/registry/alert-filter.ts';
import { readFacets } from '../../../collector/registry/alert-facets.ts';
import { readHistory } from '../../../collector/registry/alert-history.ts';
import { createAgency } from '../../../collector/registry/agencies.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { createUser, disableUser } from '../../../collector/registry/users.ts';
import { alertOf, putAlerts } from '../api/api-fixture.ts';
import { CHEAP, memoryRegistry, type TestClock } from './registry-fixture.ts';

const ALL = { kind: 'all' } as const;
const BY = { actor: 'user:an', scope: ALL };

let registry: Registry;
let clock: TestClock;
beforeEach(async () => {
  ({ registry, clock } = await memoryRegistry());
  await putAlerts({ registry }, alertOf('a1'), alertOf('a2', { severity: 'low' }));
});
afterEach(() => registry.close());

const user = (username: string) =>
  createUser(
    registry,
    { username, password: 'correct-horse-battery', role: 'analyst', mustChangePassword: false },
    'test',
    CHEAP,
  );
const detail = (id = 'a1') => readAlert(registry.db, id, ALL, clock.ms);

describe('closing', () => {
  test('takes a verdict and a reason', async () => {
    for (const change of [
      { state: 'closed' },
      { state: 'closed', verdict: 'benign' },
      { state: 'closed', verdict: 'benign', reason: ' ' },
      { state: 'closed', verdict: 'duplicate', reason: 'x' },
      { state: 'closed', verdict: 'benign', reason: 'x', duplicateOf: 'a2' },
      { state: 'acknowledged', verdict: 'benign' },
    ] as const) {
      await expect(changeAlert(registry, 'a1', change, BY)).rejects.toMatchObject({ code: 'alert-invalid' });
    }
    expect(await detail()).toMatchObject({ state: 'new', version: 1 });
  });

  test('as a duplicate names an alert that is there and is none itself', async () => {
    const as = (duplicateOf: string) =>
      ({ state: 'closed', verdict: 'duplicate', reason: 'cùng sự việc', duplicateOf }) as const;
    await expect(changeAlert(registry, 'a1', as('a1'), BY)).rejects.toMatchObject({ code: 'alert-invalid' });
    await expect(changeAlert(registry, 'a1', as('none'), BY)).rejects.toMatchObject({
      code: 'alert-invalid',
    });
    await changeAlert(registry, 'a1', as('a2'), BY);
    expect(await detail()).toMatchObject({ state: 'closed', verdict: 'duplicate', duplicateOf: 'a2' });
    await putAlerts({ registry }, alertOf('a3'));
    await expect(changeAlert(registry, 'a3', as('a1'), BY)).rejects.toThrow('name that one');
  });

  test('is taken back by moving it on: verdict and time go', async () => {
    await changeAlert(registry, 'a1', { state: 'closed', verdict: 'benign', reason: 'x' }, BY);
    clock.ms += 1_000;
    await changeAlert(registry, 'a1', { state: 'in-progress' }, BY);
    expect(await detail()).toMatchObject({ state: 'in-progress', verdict: null, closedAt: null, version: 3 });
  });
});

test('who names a version that has moved on changes nothing', async () => {
  await changeAlert(registry, 'a1', { state: 'acknowledged' }, { ...BY, version: 1 });
  const late = changeAlert(registry, 'a1', { state: 'in-progress' }, { ...BY, version: 1 });
  await expect(late).rejects.toMatchObject({ code: 'alert-changed' });
  expect(await detail()).toMatchObject({ state: 'acknowledged', version: 2 });
});

test('an assignee is somebody who may sign in', async () => {
  await user('lan');
  await changeAlert(registry, 'a1', { assignee: 'lan' }, BY);
  expect(await detail()).toMatchObject({ assignee: 'lan', state: 'new' });
  await expect(changeAlert(registry, 'a2', { assignee: 'nobody' }, BY)).rejects.toMatchObject({
    code: 'alert-invalid',
  });
  await user('binh');
  await createUser(
    registry,
    { username: 'quan', password: 'correct-horse-battery', role: 'administrator', mustChangePassword: false },
    'test',
    CHEAP,
  );
  await disableUser(registry, 'binh', 'test');
  await expect(changeAlert(registry, 'a2', { assignee: 'binh' }, BY)).rejects.toThrow('binh');
  await changeAlert(registry, 'a1', { assignee: null }, BY);
  expect(await detail()).toMatchObject({ assignee: null, version: 3 });
});

test('tags of people come and go; those of the rule stay', async () => {
  await changeAlert(registry, 'a1', { addTags: ['Ransomware', 'điều tra'] }, BY);
  expect((await detail())?.ownTags).toEqual(['ransomware', 'điều tra'].toSorted());
  await changeAlert(registry, 'a1', { removeTags: ['ransomware', 'attack.t1110'] }, BY);
  expect(await detail()).toMatchObject({ ownTags: ['điều tra'], tags: ['attack.t1110'] });
  expect(await changeAlert(registry, 'a1', { addTags: ['điều tra'] }, BY)).toEqual([]);
  await expect(changeAlert(registry, 'a1', { addTags: ['a,b'] }, BY)).rejects.toMatchObject({
    code: 'alert-invalid',
  });
  expect(await listAlerts(registry.db, { filter: { tag: 'Điều tra' }, limit: 9 }, ALL)).toMatchObject([
    { id: 'a1' },
  ]);
});

test('an alert past its due time is overdue until it is closed', async () => {
  await changeAlert(registry, 'a1', { dueMs: clock.ms + 1_000 }, BY);
  expect(await detail()).toMatchObject({ overdue: false });
  clock.ms += 2_000;
  expect(await detail()).toMatchObject({ overdue: true });
  const overdue = { filter: { dueBeforeMs: clock.ms }, limit: 9 };
  expect(await listAlerts(registry.db, overdue, ALL, clock.ms)).toMatchObject([{ id: 'a1' }]);
  await changeAlert(registry, 'a1', { state: 'closed', verdict: 'benign', reason: 'x' }, BY);
  expect(await listAlerts(registry.db, overdue, ALL, clock.ms)).toEqual([]);
});

test('notes and watchers are kept, and each act stands in the history and in the audit trail once', async () => {
  await user('lan');
  await addNote(registry, 'a1', 'Đã gọi anh Bảy', BY);
  await watchAlert(registry, 'a1', { username: 'lan', watches: true }, BY);
  expect(await watchAlert(registry, 'a1', { username: 'lan', watches: true }, BY)).toBe(false);
  await changeAlert(registry, 'a1', { state: 'closed', verdict: 'benign', reason: 'diễn tập' }, BY);
  expect(await listNotes(registry, 'a1', ALL)).toMatchObject([{ author: 'user:an', text: 'Đã gọi anh Bảy' }]);
  expect((await detail())?.watchers).toEqual(['lan']);
  const history = await readHistory(registry.db, 'a1', { limit: 10 });
  expect(history.map(({ action, version }) => [action, version])).toEqual([
    ['alert.state', 4],
    ['alert.watch', 3],
    ['alert.note', 2],
  ]);
  expect(history[0]).toMatchObject({
    reason: 'diễn tập',
    changes: { state: ['new', 'closed'], verdict: [null, 'benign'] },
  });
  const audit = await registry.db
    .selectFrom('audit_log')
    .select('action')
    .where('target', '=', 'alert:a1')
    .execute();
  expect(audit.map(({ action }) => action)).toEqual(['alert.note', 'alert.watch', 'alert.state']);
});

test('what is outside the scope is not there', async () => {
  const elsewhere = { actor: 'user:x', scope: { kind: 'some', agencyIds: [99] } } as const;
  const gone = { code: 'alert-unknown' };
  await expect(changeAlert(registry, 'a1', { state: 'acknowledged' }, elsewhere)).rejects.toMatchObject(gone);
  await expect(addNote(registry, 'a1', 'x', elsewhere)).rejects.toMatchObject(gone);
  await expect(listNotes(registry, 'a1', elsewhere.scope)).rejects.toMatchObject(gone);
  expect(await readAlert(registry.db, 'a1', elsewhere.scope, clock.ms)).toBeUndefined();
  expect(await readFacets(registry.db, {}, elsewhere.scope, clock.ms)).toMatchObject({
    total: 0,
    overdue: 0,
  });
});

describe('the list', () => {
  const ids = async (filter: Parameters<typeof listAlerts>[1]['filter']) =>
    (await listAlerts(registry.db, { filter, limit: 50 }, ALL, clock.ms)).map(({ id }) => id).toSorted();

  test('filters by each of its fields', async () => {
    const { id: commune } = await createAgency(registry, { name: 'Xã A', kind: 'commune' }, 'test');
    await putAlerts(
      { registry },
      alertOf('b1', { agencyId: commune, hostname: 'pc-09', ruleId: 'rule-9', state: 'closed' }),
    );
    await registry.db
      .updateTable('alert')
      .set({ verdict: 'benign', user_name: 'nguyen.an' })
      .where('id', '=', 'b1')
      .execute();
    await registry.db
      .insertInto('alert_tag')
      .values({ alert_id: 'b1', tag: 'attack.t1059.001', own: 0 })
      .execute();
    expect(await ids({ states: ['closed'] })).toEqual(['b1']);
    expect(await ids({ states: ['new', 'acknowledged', 'in-progress'] })).toEqual(['a1', 'a2']);
    expect(await ids({ states: ['new', 'closed'] })).toEqual(['a1', 'a2', 'b1']);
    expect(await ids({ states: ['acknowledged'] })).toEqual([]);
    expect(await ids({ severities: ['low'] })).toEqual(['a2']);
    expect(await ids({ agencyIds: [commune] })).toEqual(['b1']);
    expect(await ids({ hostname: 'pc-09' })).toEqual(['b1']);
    expect(await ids({ userName: 'Nguyen.An' })).toEqual(['b1']);
    expect(await ids({ ruleId: 'rule-9' })).toEqual(['b1']);
    expect(await ids({ verdicts: ['benign'] })).toEqual(['b1']);
    expect(await ids({ technique: 'T1059' })).toEqual(['b1']);
    expect(await ids({ technique: 'T105' })).toEqual([]);
    expect(await ids({ assignee: null })).toEqual(['a1', 'a2', 'b1']);
    expect(await ids({ kinds: ['fleet'] })).toEqual([]);
    expect(await ids({ fromMs: Date.parse('2026-11-22T03:00:00.001Z') })).toEqual([]);
    expect(await ids({ toMs: Date.parse('2026-11-22T03:00:00.000Z') })).toEqual(['a1', 'a2', 'b1']);
  });

  test('finds words without accents and case, and takes no pattern', async () => {
    const text = 'do mat khau ssh\npc_01';
    await registry.db.insertInto('alert_text').values({ alert_id: 'a1', text }).execute();
    expect(await ids({ text: 'Mật KHẨU dò' })).toEqual(['a1']);
    expect(await ids({ text: 'mat khau khong' })).toEqual([]);
    expect(await ids({ text: 'pc_01' })).toEqual(['a1']);
    expect(await ids({ text: 'pc%' })).toEqual([]);
    expect(await ids({ text: `'; drop table alert; --` })).toEqual([]);
  });

  test.each(ALERT_SORTS)('sorted by %s is paged without gap or repeat, both ways', async (sort) => {
    for (let n = 0; n < 7; n += 1) {
      const severity = (['high', 'low', 'medium'] as const)[n % 3];
      await putAlerts(
        { registry },
        alertOf(`p${n}`, { severity: severity ?? 'low', risk: (n * 5) % 3, count: n % 4 }),
      );
    }
    await registry.db.updateTable('alert').set({ due_ms: 5 }).where('id', 'in', ['p1', 'p2']).execute();
    for (const order of ['asc', 'desc'] as const) {
      const seen: string[] = [];
      let after: AlertPlace | undefined;
      do {
        const page = await pageAlerts(registry.db, { sort, order, limit: 2, after }, ALL, clock.ms);
        seen.push(...page.alerts.map(({ id }) => id));
        after = page.next;
      } while (after !== undefined);
      const whole = await pageAlerts(registry.db, { sort, order, limit: 50 }, ALL, clock.ms);
      expect(seen).toEqual(whole.alerts.map(({ id }) => id));
      expect(new Set(seen).size).toBe(9);
    }
  });

  test('has facets with counts', async () => {
    await changeAlert(registry, 'a2', { state: 'acknowledged', dueMs: clock.ms - 1 }, BY);
    const { total, overdue, facets } = await readFacets(registry.db, {}, ALL, clock.ms);
    expect({ total, overdue }).toEqual({ total: 2, overdue: 1 });
    expect(facets['severity']).toEqual([
      { value: 'low', label: 'low', count: 1 },
      { value: 'high', label: 'high', count: 1 },
    ]);
    expect(facets['agencyId']).toMatchObject([{ value: '1', count: 2 }]);
    expect(facets['state']).toMatchObject([{ count: 1 }, { count: 1 }]);
  });

  test('facets name rules in both languages: kept ones by their title, those of the house by what their alerts have in common', async () => {
    const titled = (ruleId: string, title: string, titleVi: string | null) => ({ ruleId, title, titleVi });
    await putAlerts(
      { registry },
      alertOf(
        'h1',
        titled('house-hunt-found', 'Scheduled hunt found events: A', 'Cuộc săn tìm có kết quả: A'),
      ),
      alertOf(
        'h2',
        titled('house-hunt-found', 'Scheduled hunt found events: B', 'Cuộc săn tìm có kết quả: B'),
      ),
      alertOf('g1', titled('gone', 'A rule that was deleted', null)),
    );
    const { facets } = await readFacets(registry.db, {}, ALL, clock.ms);
    expect(facets['ruleId']).toEqual(
      expect.arrayContaining([
        {
          value: 'house-hunt-found',
          label: 'Scheduled hunt found events',
          labelVi: 'Cuộc săn tìm có kết quả',
          count: 2,
        },
        { value: 'gone', label: 'A rule that was deleted', count: 1 },
      ]),
    );
  });
});
