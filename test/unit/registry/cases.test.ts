/** Cases in the control plane: numbers, who sees what, alerts, parts, clocks, merges and splits, hand-over notes. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { caseJobs, ADD_ALERTS_KIND, CLOSE_ALERTS_KIND } from '../../../collector/services/cases/case-jobs.ts';
import { alertJobs } from '../../../collector/services/alerts/alert-jobs.ts';
import { AttachmentFiles } from '../../../collector/case/attachment-files.ts';
import type { LegalClocks } from '../../../collector/case/legal-clocks.ts';
import { JobRunner } from '../../../collector/services/jobs/job-runner.ts';
import { changePlanSchema } from '../../../collector/agency/change-plan.ts';
import { applyDueChanges, dryRunChange, planChange } from '../../../collector/registry/agency-changes.ts';
import { createAgency, scopeOfAgency, type AgencyScope } from '../../../collector/registry/agencies.ts';
import { protectedAmong } from '../../../collector/registry/alert-protectors.ts';
import { listAlerts } from '../../../collector/registry/alert-book.ts';
import { BULK_KIND } from '../../../collector/registry/bulk-alerts.ts';
import {
  changeCase,
  closeCase,
  createCase,
  reopenCase,
  type CaseWanted,
} from '../../../collector/registry/cases/case-acts.ts';
import { addAlerts, removeAlerts } from '../../../collector/registry/cases/case-alerts.ts';
import { CASE_PROTECTORS } from '../../../collector/registry/cases/case-protectors.ts';
import { casesForAlert } from '../../../collector/registry/cases/case-hints.ts';
import { endClock, listClocks, startClock } from '../../../collector/registry/cases/case-clocks.ts';
import { tellClocks } from '../../../collector/registry/cases/tell-clocks.ts';
import { addItems, keepEvents, listKeptEvents } from '../../../collector/registry/cases/case-items.ts';
import {
  addCaseNote,
  addEntry,
  linkCases,
  listCaseNotes,
  listLinks,
} from '../../../collector/registry/cases/case-notes.ts';
import { addTask, changeTask, listTasks } from '../../../collector/registry/cases/case-tasks.ts';
import { readTimeline, type TimelinePlace } from '../../../collector/registry/cases/case-timeline.ts';
import { findCase, withMerged } from '../../../collector/registry/cases/find-case.ts';
import { acknowledgeHandover, writeHandover } from '../../../collector/registry/cases/handovers.ts';
import { caseFacets, pageCases } from '../../../collector/registry/cases/list-cases.ts';
import { MOVABLE_TABLES } from '../../../collector/registry/cases/move-rows.ts';
import { mergeCases } from '../../../collector/registry/cases/merge-cases.ts';
import { splitCase } from '../../../collector/registry/cases/split-case.ts';
import { undoMove } from '../../../collector/registry/cases/undo-move.ts';
import { countParts, listActs } from '../../../collector/registry/cases/read-case.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { createUser } from '../../../collector/registry/users.ts';
import '../../support/property-seed.ts';
import { alertOf, alertState, putAlerts } from '../api/api-fixture.ts';
import { CHEAP, memoryRegistry, temporaryFolder, type TestClock } from './registry-fixture.ts';

const ALL = { kind: 'all' } as const;
const AN = { actor: 'user:an', scope: ALL };
const HOUR_MS = 3_600_000;
const CLOCKS: LegalClocks = {
  version: 1,
  timeZone: 'Asia/Ho_Chi_Minh',
  clocks: [
    {
      id: 'day',
      profile: 'vn-2026',
      within: { hours: 24 },
      warnBeforeMinutes: 240,
      title: 'First notice',
      titleVi: 'Thông báo ban đầu',
      text: '',
      textVi: '',
      receiver: '',
      source: 'NĐ331 Đ31',
      confidence: 'A',
    },
  ],
  holidays: { source: '', confidence: 'D', days: [], worked: [] },
};

let registry: Registry;
let clock: TestClock;
let agencyA: number;
let agencyB: number;
let scopeA: AgencyScope;
let scopeB: AgencyScope;

beforeEach(async () => {
  ({ registry, clock } = await memoryRegistry());
  agencyA = (await createAgency(registry, { name: 'Sở A', kind: 'department' }, 'test')).id;
  agencyB = (await createAgency(registry, { name: 'Sở B', kind: 'department' }, 'test')).id;
  scopeA = await scopeOfAgency(registry.db, agencyA);
  scopeB = await scopeOfAgency(registry.db, agencyB);
  await putAlerts(
    { registry },
    alertOf('a1', { agencyId: agencyA, agentId: 'host-1', hostname: 'pc-a1', severity: 'low' }),
    alertOf('a2', { agencyId: agencyA, agentId: 'host-1', hostname: 'pc-a1', severity: 'low' }),
    alertOf('b1', { agencyId: agencyB, hostname: 'pc-b1', severity: 'low' }),
  );
  const person = { password: 'correct-horse-battery', role: 'analyst' as const, mustChangePassword: false };
  for (const username of ['an', 'lan']) await createUser(registry, { ...person, username }, 'test', CHEAP);
});
afterEach(() => registry.close());

const open = (change: Partial<CaseWanted> = {}) =>
  createCase(
    registry,
    { title: 'Mã độc tống tiền', severity: 'high', class: 'malware', ownAgencyId: 1, ...change },
    AN,
  );
const caseOf = async (id: string, scope: AgencyScope = ALL) => (await findCase(registry.db, id, scope)).row;
const list = (scope: AgencyScope, filter: object = {}) =>
  pageCases(
    registry.db,
    { filter: { nowMs: clock.ms, ...filter }, sort: 'number', order: 'asc', limit: 50 },
    scope,
  ).then(({ rows }) => rows.map(({ number }) => number));

describe('numbers', () => {
  test('follow each other in a year of Vietnam, and one that came to nothing leaves no gap', async () => {
    const first = await caseOf(await open());
    expect(first.number).toBe('VG-2026-0001');
    await expect(open({ alertIds: ['none'] })).rejects.toMatchObject({ code: 'alert-unknown' });
    expect((await caseOf(await open())).number).toBe('VG-2026-0002');
    clock.ms = Date.UTC(2026, 11, 31, 17, 0, 0);
    expect((await caseOf(await open())).number).toBe('VG-2027-0001');
    expect((await caseOf('vg-2026-2')).id).toBe((await caseOf('VG-2026-0002')).id);
  });

  test('name no more than people say: a number is no pattern', async () => {
    await open();
    for (const id of ['VG-2026-%', '', "' or 1=1 --", 'VG-2026-00001x'])
      await expect(caseOf(id)).rejects.toMatchObject({ code: 'case-unknown' });
  });
});

describe('who sees a case', () => {
  test('is who sees an agency that it touches; its texts are of what it covered when they were written', async () => {
    const id = await open({ alertIds: ['a1'], title: 'Chỉ ở A' });
    expect(await caseOf(id, scopeA)).toMatchObject({ agency_id: agencyA, text_agency_id: agencyA });
    await expect(caseOf(id, scopeB)).rejects.toMatchObject({ code: 'case-unknown' });
    await addAlerts(registry, id, ['b1'], AN);
    expect(await caseOf(id, scopeB)).toMatchObject({ agency_id: 1, text_agency_id: agencyA });
    await changeCase(registry, id, { summary: 'lan sang B' }, AN);
    expect(await caseOf(id, scopeA)).toMatchObject({ text_agency_id: 1 });
    await removeAlerts(registry, id, ['b1'], AN);
    await expect(caseOf(id, scopeB)).rejects.toMatchObject({ code: 'case-unknown' });
    expect(await caseOf(id, scopeA)).toMatchObject({ agency_id: agencyA });
  });

  test('of a part adds to that part only, and what lies outside is cut and counted', async () => {
    const id = await open({ alertIds: ['a1', 'a2', 'b1'] });
    const byA = { actor: 'user:a', scope: scopeA };
    await addCaseNote(registry, id, { text: 'bí mật của tỉnh' }, AN);
    await expect(changeCase(registry, id, { title: 'x' }, byA)).rejects.toMatchObject({
      code: 'case-not-yours',
    });
    await expect(addCaseNote(registry, id, { text: 'x' }, byA)).rejects.toMatchObject({
      code: 'case-invalid',
    });
    await expect(addCaseNote(registry, id, { text: 'x', agencyId: agencyB }, byA)).rejects.toMatchObject({
      code: 'agency-unknown',
    });
    await expect(addAlerts(registry, id, ['b1'], byA)).rejects.toMatchObject({ code: 'alert-unknown' });
    await expect(removeAlerts(registry, id, ['b1'], byA)).rejects.toMatchObject({
      code: 'case-part-unknown',
    });
    await addCaseNote(registry, id, { text: 'máy đã rút mạng', agencyId: agencyA }, byA);
    const notes = await listCaseNotes(registry.db, id, scopeA, { limit: 10 });
    expect(notes.map(({ text }) => text)).toEqual(['máy đã rút mạng']);
    const { shown, hidden } = await countParts(registry.db, id, scopeA);
    expect([shown.alerts, hidden.alerts, shown.notes, hidden.notes]).toEqual([2, 1, 1, 1]);
  });

  test('is asked in lists, searches and facets too', async () => {
    await open({ alertIds: ['a1'], title: 'Mã độc ở A', tags: ['khẩn'] });
    await open({ alertIds: ['b1'], title: 'Lừa đảo ở B', severity: 'low' });
    expect(await list(scopeA)).toEqual(['VG-2026-0001']);
    expect(await list(scopeB, { text: 'ma doc' })).toEqual([]);
    expect(await list(ALL, { text: 'MA doc' })).toEqual(['VG-2026-0001']);
    expect(await list(scopeB, { tag: 'khẩn' })).toEqual([]);
    expect(await list(ALL, { agencyIds: [agencyB] })).toEqual(['VG-2026-0002']);
    const facets = await caseFacets(registry.db, { nowMs: clock.ms }, scopeB);
    expect(facets).toMatchObject({ total: 1, facets: { severity: [{ value: 'low', count: 1 }] } });
    expect(facets.facets['agencyId']).toMatchObject([{ value: String(agencyB) }]);
  });

  test('pages go on where they ended, in every order', async () => {
    for (let n = 0; n < 5; n += 1)
      await open({ severity: n % 2 === 0 ? 'high' : 'low', dueMs: n === 3 ? 5 : undefined });
    for (const sort of ['updated', 'created', 'severity', 'due', 'number'] as const)
      for (const order of ['asc', 'desc'] as const) {
        const ask = { filter: { nowMs: clock.ms }, sort, order };
        const whole = (await pageCases(registry.db, { ...ask, limit: 10 }, ALL)).rows.map(({ id }) => id);
        const paged: string[] = [];
        for (let after: Awaited<ReturnType<typeof pageCases>>['next']; ;) {
          const page = await pageCases(registry.db, { ...ask, limit: 2, after }, ALL);
          paged.push(...page.rows.map(({ id }) => id));
          if (page.next === undefined) break;
          after = page.next;
        }
        expect([sort, order, ...paged]).toEqual([sort, order, ...whole]);
      }
  });
});

describe('an act', () => {
  test('for an older version changes nothing', async () => {
    const id = await open();
    const { version } = await caseOf(id);
    await changeCase(registry, id, { severity: 'critical' }, { ...AN, version });
    await expect(changeCase(registry, id, { severity: 'low' }, { ...AN, version })).rejects.toMatchObject({
      code: 'version-conflict',
    });
    expect(await caseOf(id)).toMatchObject({ severity: 'critical', version: version + 1 });
  });

  test('is in the history and in the audit trail', async () => {
    const id = await open({ alertIds: ['a1'] });
    await changeCase(registry, id, { state: 'contained', assignee: 'lan', addTags: ['Khẩn'] }, AN);
    const [act] = await listActs(registry.db, [id], scopeA, { limit: 1 });
    expect(act).toMatchObject({
      action: 'case.change',
      detail: { changes: { state: ['open', 'contained'], assignee: [null, 'lan'], tags: [[], ['khẩn']] } },
    });
    const audit = await registry.db
      .selectFrom('audit_log')
      .select(['action', 'target', 'agency_id'])
      .orderBy('seq', 'desc')
      .limit(1)
      .execute();
    expect(audit).toEqual([{ action: 'case.change', target: 'case:VG-2026-0001', agency_id: agencyA }]);
    expect((await caseOf(id)).contained_ms).toBe(clock.ms);
  });

  test('on a closed case is refused until it is open again', async () => {
    const id = await open();
    await expect(closeCase(registry, id, { outcome: 'incident', reason: 'xong' }, AN)).rejects.toMatchObject({
      subject: 'lessons',
    });
    await closeCase(registry, id, { outcome: 'no-incident', reason: 'bản vá' }, AN);
    await expect(addTask(registry, id, { title: 'x' }, AN)).rejects.toMatchObject({ code: 'case-closed' });
    await expect(reopenCase(registry, id, ' ', AN)).rejects.toMatchObject({ code: 'case-invalid' });
    expect(await reopenCase(registry, id, 'lại xuất hiện', AN)).toMatchObject({
      state: 'in-progress',
      outcome: null,
    });
  });
});

describe('alerts of cases', () => {
  test('are in one case only, and kept from bulk acts while it is open', async () => {
    const id = await open({ alertIds: ['a1'] });
    const other = await open();
    await expect(addAlerts(registry, other, ['a1'], AN)).rejects.toMatchObject({
      code: 'case-alert-elsewhere',
    });
    expect(await protectedAmong(registry.db, CASE_PROTECTORS, ['a1', 'a2'])).toEqual(
      new Map([['a1', 'case']]),
    );
    await startClock(registry, id, { kind: 'day', startedMs: clock.ms }, CLOCKS, AN);
    expect(await protectedAmong(registry.db, CASE_PROTECTORS, ['a1'])).toEqual(
      new Map([['a1', 'legal-clock']]),
    );
    await expect(closeCase(registry, id, { outcome: 'attempt', reason: 'x' }, AN)).rejects.toMatchObject({
      code: 'case-clock-running',
    });
    const [running] = await listClocks(registry.db, id, ALL);
    await endClock(registry, id, running?.id ?? 0, { stopped: { why: 'không nghiêm trọng' } }, AN);
    await closeCase(registry, id, { outcome: 'attempt', reason: 'x' }, AN);
    expect(await protectedAmong(registry.db, CASE_PROTECTORS, ['a1'])).toEqual(new Map());
  });

  test('name the cases that they may belong to, of those that one sees', async () => {
    await open({ alertIds: ['a1'] });
    expect(await casesForAlert(registry.db, 'a2', scopeA)).toMatchObject({
      in: undefined,
      hints: [{ number: 'VG-2026-0001', why: ['host'] }],
    });
    const items = await open({ agencyId: agencyB });
    await addItems(registry, items, [{ kind: 'indicator', type: 'ip', value: '10[.]1.2.3' }], AN);
    const forB = await casesForAlert(registry.db, 'b1', scopeB);
    expect(forB?.hints).toMatchObject([{ number: 'VG-2026-0002', why: ['value'] }]);
    expect((await casesForAlert(registry.db, 'a2', scopeA))?.hints.map(({ number }) => number)).toEqual([
      'VG-2026-0001',
    ]);
    expect(await casesForAlert(registry.db, 'b1', scopeA)).toBeUndefined();
  });

  test('come by a filter as a job, go again by its undo, and are closed with the case', async () => {
    const faults: unknown[] = [];
    const told: string[] = [];
    const runner = new JobRunner({
      registry,
      kinds: [...alertJobs(registry, CASE_PROTECTORS), ...caseJobs(registry, (ids) => told.push(...ids))],
      onProgress: () => undefined,
      onFault: (error) => faults.push(error),
    });
    const id = await open({ alertIds: ['b1'] });
    const params = {
      caseId: id,
      filter: { agencyIds: [agencyA] },
      actor: 'user:an',
      askedMs: clock.ms + 1e12,
    };
    const added = await runner.request(ADD_ALERTS_KIND, { params, reason: 'cùng đợt', agencyId: 1 }, AN);
    await runner.settled();
    expect((await countParts(registry.db, id, ALL)).shown.alerts).toBe(3);
    expect(told).toEqual([id]);
    await runner.undo(added.id, 'nhầm', 1, AN);
    await runner.settled();
    expect((await countParts(registry.db, id, ALL)).shown.alerts).toBe(1);
    expect(told).toEqual([id, id]);
    const act = { state: 'closed' as const, verdict: 'benign' as const };
    const wanted = (filter: object) => ({
      params: { filter, act, reason: 'r', actor: 'user:an', askedMs: clock.ms + 1e12 },
      reason: 'r',
      agencyId: 1,
    });
    await runner.request(BULK_KIND, wanted({ caseId: id }), AN);
    await runner.settled();
    expect(await alertState({ registry }, 'b1')).toBe('new');
    const closing = await runner.request(CLOSE_ALERTS_KIND, wanted({ caseId: id }), AN);
    await runner.settled();
    expect(await alertState({ registry }, 'b1')).toBe('closed');
    await runner.undo(closing.id, 'mở lại', 1, AN);
    await runner.settled();
    expect(await alertState({ registry }, 'b1')).toBe('new');
    await runner.stop();
    expect(faults).toEqual([]);
  });
});

describe('what lies in a case', () => {
  test('indicators are kept in one form, and what is none is refused', async () => {
    const id = await open();
    const add = (type: 'domain' | 'sha256' | 'ip', value: string) =>
      addItems(registry, id, [{ kind: 'indicator', type, value }], AN);
    await add('domain', 'EVIL[.]example');
    await add('domain', 'evil.example');
    await expect(add('sha256', 'abc')).rejects.toMatchObject({ subject: 'value' });
    await expect(add('ip', '10.1.2.300')).rejects.toMatchObject({ subject: 'value' });
    await expect(addItems(registry, id, [{ kind: 'system', value: '99' }], AN)).rejects.toMatchObject({
      code: 'system-unknown',
    });
    expect((await countParts(registry.db, id, ALL)).shown.items).toBe(1);
  });

  test('a kept event has a limit of size and its hash', async () => {
    const id = await open();
    const event = (shown: unknown) => ({ id: 'e/1', timeMs: 1, agencyId: agencyA, hostname: 'pc', shown });
    await expect(
      keepEvents(registry, id, [event({ message: 'x'.repeat(70_000) })], AN),
    ).rejects.toMatchObject({
      code: 'case-invalid',
    });
    await keepEvents(registry, id, [event({ message: 'x' })], AN);
    await keepEvents(registry, id, [event({ message: 'changed since' })], AN);
    const kept = await listKeptEvents(registry.db, id, scopeA, { limit: 5 });
    expect(kept).toMatchObject([
      { event: '{"message":"x"}', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
  });

  test('tasks are done and open again; who is mentioned watches', async () => {
    const id = await open();
    await addTask(registry, id, { title: 'Cô lập máy', assignee: 'lan', dueMs: clock.ms }, AN);
    const [task] = await listTasks(registry.db, id, ALL);
    await changeTask(registry, id, task?.id ?? 0, { done: true }, AN);
    expect(await listTasks(registry.db, id, ALL)).toMatchObject([{ doneBy: 'user:an', doneMs: clock.ms }]);
    await changeTask(registry, id, task?.id ?? 0, { done: false }, AN);
    expect(await listTasks(registry.db, id, ALL)).toMatchObject([{ doneBy: null, doneMs: null }]);
    await expect(addTask(registry, id, { title: 'x', assignee: 'nobody' }, AN)).rejects.toMatchObject({
      subject: 'assignee',
    });
    await addCaseNote(registry, id, { text: 'nhờ @lan, @ai-đó và mail@lan.vn' }, AN);
    const watchers = await registry.db.selectFrom('case_watcher').select('username').execute();
    expect(watchers).toEqual([{ username: 'lan' }]);
  });

  test('the timeline is in the order of time and its pages neither miss nor repeat', async () => {
    const id = await open({ alertIds: ['a1', 'b1'] });
    for (let n = 0; n < 7; n += 1) {
      await addEntry(registry, id, { timeMs: clock.ms - 1_000 * (n % 3), text: `dòng ${n}` }, AN);
      await addCaseNote(registry, id, { text: `ghi chú ${n}` }, AN);
      clock.ms += n % 2;
    }
    const ask = { caseId: id, caseIds: [id], scope: ALL };
    const whole = (await readTimeline(registry.db, { ...ask, limit: 200 })).lines;
    const times = whole.map(({ timeMs }) => timeMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    const paged: unknown[] = [];
    for (let after: TimelinePlace | undefined; ;) {
      const page = await readTimeline(registry.db, { ...ask, limit: 3, after });
      paged.push(...page.lines);
      if (page.next === undefined) break;
      after = page.next;
    }
    expect(paged).toEqual(whole);
    expect(whole.filter(({ kind }) => kind === 'alert')).toHaveLength(2);
    const ofA = (await readTimeline(registry.db, { ...ask, scope: scopeA, limit: 200 })).lines;
    expect(ofA.map(({ kind, id: line }) => [kind, line])).toEqual([['alert', 'a1']]);
  });

  test('links are seen from both sides, by who sees both', async () => {
    const one = await open({ alertIds: ['a1'] });
    const other = await open({ alertIds: ['b1'] });
    await linkCases(registry, one, { other, note: 'cùng máy chủ điều khiển', linked: true }, AN);
    expect(await listLinks(registry.db, [other], ALL)).toMatchObject([{ number: 'VG-2026-0001' }]);
    expect(await listLinks(registry.db, [one], scopeA)).toEqual([]);
  });
});

describe('legal clocks', () => {
  test('warn before they are due, once, tell that they are over, and close what they told when they end', async () => {
    const id = await open({ alertIds: ['a1'] });
    await startClock(registry, id, { kind: 'day', startedMs: clock.ms }, CLOCKS, AN);
    await expect(
      startClock(registry, id, { kind: 'day', startedMs: clock.ms }, CLOCKS, AN),
    ).rejects.toMatchObject({
      subject: 'kind',
    });
    expect(await tellClocks(registry)).toEqual([]);
    clock.ms += 20 * HOUR_MS;
    const [warned = ''] = await tellClocks(registry);
    expect(await tellClocks(registry)).toEqual([]);
    const alerts = await listAlerts(
      registry.db,
      { filter: { ruleId: 'vonggac:legal-clock' }, limit: 5 },
      scopeA,
    );
    expect(alerts).toMatchObject([{ id: warned, severity: 'high', entity: { case: 'VG-2026-0001' } }]);
    clock.ms += 4 * HOUR_MS;
    const overdue = await tellClocks(registry);
    expect(overdue).toHaveLength(2);
    expect(await alertState({ registry }, warned)).toBe('closed');
    const [running] = await listClocks(registry.db, id, ALL);
    const met = { met: { atMs: clock.ms, note: 'đã gửi A05' } };
    await endClock(registry, id, running?.id ?? 0, met, AN);
    await expect(endClock(registry, id, running?.id ?? 0, met, AN)).rejects.toMatchObject({
      code: 'case-invalid',
    });
    expect(await tellClocks(registry)).toHaveLength(1);
    expect(await tellClocks(registry)).toEqual([]);
  });

  test('of a drill wake nobody', async () => {
    const id = await open({ drill: true });
    await startClock(registry, id, { kind: 'day', startedMs: clock.ms }, CLOCKS, AN);
    clock.ms += 30 * HOUR_MS;
    expect(await tellClocks(registry)).toEqual([]);
  });
});

test('a merge of agencies takes open cases, their agencies and clocks along', async () => {
  const one = await open({ alertIds: ['a1'] });
  const both = await open({ alertIds: ['a2', 'b1'] });
  const closed = await open({ agencyId: agencyA });
  await closeCase(registry, closed, { outcome: 'attempt', reason: 'x' }, AN);
  await startClock(registry, one, { kind: 'day', startedMs: clock.ms }, CLOCKS, AN);
  const wanted = {
    kind: 'merge',
    on: '2026-11-23',
    reason: 'Nghị quyết',
    sources: [agencyA],
    into: { agencyId: agencyB },
  };
  const plan = changePlanSchema.parse(wanted);
  const preview = await dryRunChange(registry.db, plan, ALL);
  await planChange(registry, plan, AN);
  const held = preview.holdings
    .filter(({ kind }) => /case|clock/.test(kind))
    .map(({ kind, count }) => [kind, count]);
  expect(held).toEqual([
    ['cases', 1],
    ['case-parties', 2],
    ['legal-clocks', 1],
  ]);
  clock.ms += 24 * HOUR_MS;
  expect((await applyDueChanges(registry)).applied).toHaveLength(1);
  const scope = await scopeOfAgency(registry.db, agencyB);
  expect(await caseOf(one, scope)).toMatchObject({ agency_id: agencyB });
  expect(await listClocks(registry.db, one, scope)).toMatchObject([{ agencyId: agencyB }]);
  expect((await countParts(registry.db, both, scope)).hidden.alerts).toBe(0);
  expect(await caseOf(closed, scope)).toMatchObject({ agency_id: agencyA });
});

/** All that the cases hold and say, without versions and times of change. */
async function stateOf(ids: readonly string[]): Promise<string> {
  const all: unknown[] = [];
  for (const table of [...MOVABLE_TABLES, 'case_tag', 'case_watcher', 'case_agency'] as const) {
    const rows = await registry.db
      .selectFrom(table as 'case_tag')
      .selectAll()
      .where('case_id', 'in', ids)
      .execute();
    const texts = rows.map((row) =>
      JSON.stringify({ ...row, ...(table === 'case_agency' ? { id: 0 } : {}) }),
    );
    all.push(table, texts.toSorted());
  }
  for (const id of ids) {
    const { version: _version, updated_ms: _updated, ...row } = await caseOf(id);
    all.push(row);
  }
  return JSON.stringify(all, undefined, 1);
}

describe('a merge', () => {
  test('moves everything, leads the number on, keeps history, and is undone but for what came after', async () => {
    const into = await open({ alertIds: ['a1'] });
    const from = await open({ alertIds: ['b1'], tags: ['khẩn'] });
    await addCaseNote(registry, from, { text: 'của vụ cũ' }, AN);
    const before = await stateOf([into, from]);
    const { moves } = await mergeCases(registry, into, { from: [from], reason: 'cùng một vụ' }, AN);
    expect(await findCase(registry.db, 'VG-2026-0002', ALL)).toMatchObject({
      row: { id: into },
      redirectedFrom: 'VG-2026-0002',
    });
    expect((await countParts(registry.db, into, ALL)).shown).toMatchObject({ alerts: 2, notes: 1 });
    await expect(addTask(registry, from, { title: 'x' }, AN)).rejects.toMatchObject({ code: 'case-merged' });
    expect(await list(ALL)).toEqual(['VG-2026-0001']);
    const acts = await listActs(registry.db, await withMerged(registry.db, into), ALL, { limit: 50 });
    expect(acts.map(({ number, action }) => `${number} ${action}`)).toContain('VG-2026-0002 case.note');
    await undoMove(registry, moves[0] ?? 0, 'nhầm', AN);
    expect(await stateOf([into, from])).toBe(before);
    await expect(undoMove(registry, moves[0] ?? 0, 'nhầm', AN)).rejects.toMatchObject({
      code: 'case-move-final',
    });
  });

  test('of a drill into an incident, of a case into itself, or by who sees a part, is refused', async () => {
    const one = await open({ alertIds: ['a1', 'b1'] });
    const drill = await open({ drill: true });
    const merge = (from: string[], by = AN) => mergeCases(registry, one, { from, reason: 'x' }, by);
    await expect(merge([drill])).rejects.toMatchObject({ code: 'case-invalid' });
    await expect(merge([one])).rejects.toMatchObject({ code: 'case-invalid' });
    const ofA = await open({ alertIds: ['a2'] });
    await expect(merge([ofA], { actor: 'user:a', scope: scopeA as typeof ALL })).rejects.toMatchObject({
      code: 'case-not-yours',
    });
  });
});

test('merges and splits in any order, all taken back, restore the same state', async () => {
  const { assert, asyncProperty, array, nat, record } = await import('fast-check');
  const step = record({ split: nat(1), a: nat(3), b: nat(3), part: nat(20) });
  const ids: string[] = [];
  for (let n = 0; n < 3; n += 1) {
    const id = await open({ title: `vụ ${n}`, tags: n === 0 ? ['x'] : ['x', 'y'] });
    ids.push(id);
    await addItems(
      registry,
      id,
      [
        { kind: 'user', value: 'chung' },
        { kind: 'user', value: `riêng-${n}` },
      ],
      AN,
    );
    await addTask(registry, id, { title: `việc ${n}` }, AN);
    await addCaseNote(registry, id, { text: `ghi ${n} @lan`, agencyId: n === 1 ? agencyA : agencyB }, AN);
    await startClock(registry, id, { kind: 'day', startedMs: clock.ms }, CLOCKS, AN);
  }
  await addAlerts(registry, ids[0] ?? '', ['a1'], AN);
  await addAlerts(registry, ids[1] ?? '', ['b1'], AN);
  const before = await stateOf(ids);
  await assert(
    asyncProperty(array(step, { maxLength: 5 }), async (steps) => {
      const known = [...ids];
      const done: number[] = [];
      for (const { split, a, b, part } of steps) {
        const one = known[a % known.length] ?? '';
        try {
          if (split === 0) {
            const from = known[b % known.length] ?? '';
            done.push(...(await mergeCases(registry, one, { from: [from], reason: 'gộp' }, AN)).moves);
          } else {
            const tasks = await listTasks(registry.db, one, ALL);
            const task = tasks[part % Math.max(1, tasks.length)];
            const made = await splitCase(
              registry,
              one,
              { title: 'tách', reason: 'tách', rows: { case_task: task === undefined ? [] : [task.id] } },
              AN,
            );
            done.push(made.move);
            known.push(made.caseId);
          }
        } catch (error) {
          // Merging what was merged, or splitting off nothing, is refused, and changes nothing.
          if (!(error instanceof Error) || error.name !== 'RefusalError') throw error;
        }
      }
      for (const move of done.toReversed()) await undoMove(registry, move, 'lùi', AN);
      expect(await stateOf(ids)).toBe(before);
    }),
    { numRuns: 12 },
  );
});

describe('a hand-over note', () => {
  test('says what is open, what changed and who takes over, who alone acknowledges it', async () => {
    const id = await open({ alertIds: ['a1'] });
    clock.ms += 9 * HOUR_MS;
    await addTask(registry, id, { title: 'Gửi thông báo' }, AN);
    const wanted = {
      to: 'lan',
      hours: 8,
      note: 'chú ý máy pc-a1',
      nextSteps: [{ case: 'VG-2026-0001', text: 'chờ A trả lời' }],
    };
    const note = await writeHandover(registry, wanted, { ...AN, agencyId: 1 });
    expect(note.body.cases).toMatchObject([
      {
        number: 'VG-2026-0001',
        changes: [{ action: 'case.add-task', count: 1, actors: ['user:an'] }],
        tasks: [{ title: 'Gửi thông báo' }],
        nextSteps: ['chờ A trả lời'],
      },
    ]);
    const take = (username: string, scope: AgencyScope = ALL) =>
      acknowledgeHandover(registry, note.id, { actor: `user:${username}`, scope, username });
    await expect(take('an')).rejects.toMatchObject({ code: 'handover-not-yours' });
    await expect(take('lan', scopeA)).rejects.toMatchObject({ code: 'handover-unknown' });
    expect(await take('lan')).toMatchObject({ acknowledgedMs: clock.ms });
  });
});

describe('files', () => {
  test('are whole under their name or not there, and what no case knows is swept', async () => {
    const folder = temporaryFolder();
    const files = new AttachmentFiles(folder.path);
    const bytes = async function* (text: string) {
      yield Buffer.from(text);
    };
    const id = 'ab'.repeat(16);
    expect(await files.put(id, bytes('%PDF-1.7'), 100)).toMatchObject({ bytes: 8, type: 'application/pdf' });
    await expect(files.put('cd'.repeat(16), bytes('x'.repeat(101)), 100)).rejects.toThrow('at most 100');
    await expect(files.put('../../../etc/passwd', bytes('x'), 100)).rejects.toThrow('not an attachment');
    expect(await files.sweep(async () => new Set([id]))).toBe(0);
    expect(await files.sweep(async () => new Set())).toBe(1);
    folder.remove();
  });
});
