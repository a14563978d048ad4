/** The register of exceptions on a real control plane: who may do what, what acts, and what is counted. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  deterministicId,
  type CorrelationRecord,
  type Detection,
} from '../../../collector/alert/detection.ts';
import { ExceptionDesk } from '../../../collector/services/exceptions/exception-desk.ts';
import { createAgency } from '../../../collector/registry/agencies.ts';
import { scopeOfAgency } from '../../../collector/registry/agency-scope.ts';
import { listAlerts } from '../../../collector/registry/alert-book.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import {
  approveException,
  extendException,
  rejectException,
  requestException,
  type ExceptionRequest,
} from '../../../collector/registry/exceptions/exception-acts.ts';
import { expireExceptions, revokeException } from '../../../collector/registry/exceptions/exception-ends.ts';
import type { ExceptionBy } from '../../../collector/registry/exceptions/write-exception.ts';
import {
  dueExceptions,
  pageExceptions,
  readException,
  readExceptionHistory,
} from '../../../collector/registry/exceptions/exception-book.ts';
import { readCells, readProofs } from '../../../collector/registry/exceptions/exception-hits.ts';
import { applyLate } from '../../../collector/registry/late-book.ts';
import { applyProjection } from '../../../collector/registry/projection.ts';
import { fromEventId } from '../../../collector/store/event-query.ts';
import type { FoundEvent } from '../../../collector/store/store.ts';
import { memoryRegistry, START_MS, type TestClock } from './registry-fixture.ts';

const ALL = { kind: 'all' } as const;
const DAY = 86_400_000;
const ASKER: ExceptionBy = { actor: 'user:lan', agencyId: 1, scope: ALL };
const LEAD: ExceptionBy = { actor: 'user:binh', agencyId: 1, scope: ALL };
const TERM = { severities: ['medium' as const], isWindow: false };

let registry: Registry;
let clock: TestClock;
let desk: ExceptionDesk;
let events: FoundEvent[];
let reads: number;
let batch: number;

beforeEach(async () => {
  ({ registry, clock } = await memoryRegistry());
  events = [];
  reads = 0;
  batch = 0;
  desk = new ExceptionDesk({
    db: registry.db,
    words: { categories: () => ['attack.t1110', 'linux', 'sshd'], logsource: () => ({ product: 'linux' }) },
    readEvents: async (names) => {
      reads += names.length;
      return events.filter(({ id }) => names.some((name) => id === Object.values(name).join('/')));
    },
    nameOf: fromEventId,
    now: clock.now,
    onRejected: () => undefined,
  });
});
afterEach(() => registry.close());

const request = (change: Partial<ExceptionRequest> = {}): ExceptionRequest => ({
  name: 'scanner of the province',
  kind: 'rule',
  condition: 'selection:\n  source.ip: 203.0.113.9\ncondition: selection',
  window: null,
  agencyId: 1,
  agentId: null,
  groupId: null,
  rules: ['r1'],
  categories: null,
  takesAll: false,
  reason: 'our own scanner',
  startsMs: null,
  expiresMs: START_MS + 30 * DAY,
  reviewMs: START_MS + 20 * DAY,
  ...change,
});
const ask = (change: Partial<ExceptionRequest> = {}) => requestException(registry, request(change), ASKER);
const approve = (id: number, by = LEAD) =>
  approveException(registry, { id, version: undefined, by, reason: 'known', term: TERM });
const approved = async (change: Partial<ExceptionRequest> = {}) => approve((await ask(change)).id);

const detection = (n: number, changes: Partial<Detection> = {}): Detection => ({
  id: deterministicId('rule', 'r1', String(n)),
  rule: {
    ruleId: 'r1',
    title: 'Failed logins',
    titleVi: null,
    description: 'd',
    descriptionVi: null,
    advice: null,
    adviceVi: null,
    severity: 'medium',
    tags: [],
    falsePositives: [],
    references: [],
  },
  entity: { 'source.ip': '203.0.113.9' },
  timeMs: clock.ms + n * 1_000,
  eventId: `a/e/0/${n}`,
  agentId: 'a',
  hostname: 'web-01',
  agencyId: 1,
  message: `Failed password ${n}`,
  matched: { 'source.ip': '203.0.113.9' },
  ...changes,
});
const event = (n: number, fields: FoundEvent['fields']): FoundEvent => ({
  id: `a/e/0/${n}`,
  timeMs: clock.ms + n * 1_000,
  receivedMs: clock.ms,
  agentId: 'a',
  hostname: 'web-01',
  agencyId: 1,
  channel: 'log/sshd',
  origin: '',
  logsources: [],
  message: '',
  fields,
  ruleIds: ['r1'],
});
const correlation = (one: Detection): CorrelationRecord => ({
  id: one.id,
  ruleId: one.rule.ruleId,
  grouping: one.entity,
  timeMs: one.timeMs,
  firstMs: one.timeMs,
  matches: 5,
  late: false,
  detection: one,
});
const project = async (detections: Detection[], correlations: Detection[] = []) => {
  const suppress = await desk.suppressor(detections, correlations);
  const afterBatch = batch;
  batch += 1;
  return applyProjection(registry.db, {
    afterBatch,
    batch,
    detections,
    correlations: correlations.map(correlation),
    lateTimes: [],
    nowMs: clock.ms,
    suppress,
  });
};
const alerts = () => listAlerts(registry.db, { limit: 100 }, ALL);
const refused = (code: string) => expect.objectContaining({ code });

describe('who may do what', () => {
  test('it acts when another person than who asked has approved it, and not before', async () => {
    const { id } = await ask();
    await project([detection(1)]);
    expect((await alerts())[0]?.count).toBe(1);
    await expect(approve(id, ASKER)).rejects.toEqual(refused('exception-not-yours'));
    await expect(approve(id, { ...LEAD, actor: 'token:7' })).rejects.toEqual(refused('exception-not-yours'));
    expect(await approve(id)).toMatchObject({ state: 'approved', decidedBy: 'user:binh', version: 2 });
    expect((await project([detection(2)])).suppressed).toEqual(new Map([[`exception:${id}`, 1]]));
    expect((await alerts())[0]?.count).toBe(1);
  });

  test('what is outside the scope is not there', async () => {
    const other = await createAgency(registry, { name: 'Other', kind: 'commune' }, 'system');
    const { id } = await ask();
    const far = { ...LEAD, agencyId: other.id, scope: await scopeOfAgency(registry.db, other.id) };
    await expect(approve(id, far)).rejects.toEqual(refused('exception-unknown'));
    await expect(readException(registry.db, id, far.scope)).rejects.toEqual(refused('exception-unknown'));
    const page = await pageExceptions(registry.db, { filter: {}, scope: far.scope, limit: 10 });
    expect(page.exceptions).toEqual([]);
  });

  test('an act is done for the version it was made for, once', async () => {
    const { id } = await ask();
    const act = { id, version: 2, by: LEAD, reason: 'no' };
    await expect(rejectException(registry, act)).rejects.toEqual(refused('version-conflict'));
    expect(await rejectException(registry, { ...act, version: 1 })).toMatchObject({ state: 'rejected' });
    await expect(approve(id)).rejects.toEqual(refused('exception-decided'));
    await expect(revokeException(registry, { ...act, version: undefined })).rejects.toEqual(
      refused('exception-decided'),
    );
  });

  test('a host belongs to the agency that it is asked for', async () => {
    await expect(ask({ agentId: 'nobody' })).rejects.toMatchObject({ field: 'agentId' });
    await expect(ask({ groupId: 99 })).rejects.toMatchObject({ field: 'group' });
  });

  test('every act is in the history and in the audit trail', async () => {
    const { id } = await approved();
    const longer = { expiresMs: START_MS + 60 * DAY, reviewMs: START_MS + 50 * DAY };
    await extendException(registry, {
      id,
      version: 2,
      by: LEAD,
      reason: 'still ours',
      term: TERM,
      ...longer,
    });
    await revokeException(registry, { id, version: 3, by: LEAD, reason: 'scanner is gone' });
    const history = await readExceptionHistory(registry.db, id, { limit: 10 });
    const acts = ['exception.revoke', 'exception.extend', 'exception.approve', 'exception.request'];
    expect(history.map(({ action }) => action)).toEqual(acts);
    const trail = await registry.db
      .selectFrom('audit_log')
      .select('action')
      .where('target', '=', `exception:${id}`)
      .orderBy('id', 'desc')
      .execute();
    expect(trail.map(({ action }) => action)).toEqual(acts);
  });
});

describe('what acts', () => {
  test('a revoked one takes nothing from the next projection on, also in another process', async () => {
    const { id } = await approved();
    expect((await project([detection(1)])).suppressed.size).toBe(1);
    await revokeException(registry, { id, version: undefined, by: LEAD, reason: 'wrong' });
    expect((await project([detection(2)])).suppressed.size).toBe(0);
    expect(await alerts()).toHaveLength(1);
  });

  test('an expired one takes events of its time that come late, and none of the time after', async () => {
    const { id } = await approved({ expiresMs: START_MS + DAY, reviewMs: START_MS + DAY });
    clock.ms = START_MS + DAY + 60_000;
    expect((await expireExceptions(registry)).map((one) => one.id)).toEqual([id]);
    const old = detection(1, { timeMs: START_MS + DAY - 1_000 });
    expect((await project([old, detection(2)])).suppressed).toEqual(new Map([[`exception:${id}`, 1]]));
    clock.ms = START_MS + 9 * DAY;
    const older = detection(3, { timeMs: START_MS + DAY - 1_000 });
    expect((await project([older])).suppressed.size).toBe(0);
  });

  test('a request that nobody decided expires, and never acts', async () => {
    const { id } = await ask({ expiresMs: START_MS + DAY, reviewMs: START_MS + DAY });
    clock.ms = START_MS + 2 * DAY;
    expect(await expireExceptions(registry)).toEqual([]);
    expect(await readException(registry.db, id, ALL)).toMatchObject({ state: 'expired', decidedBy: null });
    expect((await project([detection(1, { timeMs: START_MS })])).suppressed.size).toBe(0);
  });

  test('it reaches its agency and those below, and never beyond where its approver stands', async () => {
    const own = await createAgency(registry, { name: 'Own', kind: 'commune' }, 'system');
    const unit = await createAgency(registry, { name: 'Unit', kind: 'unit', parentId: own.id }, 'system');
    const other = await createAgency(registry, { name: 'Other', kind: 'commune' }, 'system');
    const at = (n: number, agencyId: number) => detection(n, { agencyId });
    const { id } = await approved({ agencyId: own.id });
    const first = await project([at(1, own.id), at(2, unit.id), at(3, other.id), at(4, 1)]);
    expect(first.suppressed.get(`exception:${id}`)).toBe(2);
    // The approver was moved below: the exception follows.
    await registry.db.updateTable('exception').set({ approver_agency_id: unit.id }).execute();
    await registry.db.updateTable('exception_register').set({ version: 99 }).execute();
    const second = await project([at(5, own.id), at(6, unit.id)]);
    expect(second.suppressed.get(`exception:${id}`)).toBe(1);
  });

  test('an event is read back when the hit does not hold what the condition asks', async () => {
    const condition = 'selection:\n  user.name: backup\ncondition: selection';
    await approved({ condition });
    events = [event(1, { 'user.name': 'backup' }), event(2, { 'user.name': 'root' })];
    const after = await project([detection(1), detection(2), detection(3)]);
    expect([...after.suppressed.values()]).toEqual([1]);
    expect(reads).toBe(3);
    await project([detection(4, { matched: { 'user.name': 'backup' } })]);
    expect(reads).toBe(3);
  });

  test('a value that may have been cut is read back whole', async () => {
    const condition = 'selection:\n  process.command_line|endswith: --known\ncondition: selection';
    await approved({ condition });
    const long = 'x'.repeat(1_024);
    events = [event(1, { 'process.command_line': `${long} --known` })];
    const cut = { 'process.command_line': long };
    expect((await project([detection(1, { matched: cut })])).suppressed.size).toBe(1);
  });

  test('a correlation is known by its group: what it does not say takes nothing', async () => {
    const group = (n: number, entity: Record<string, string>) =>
      detection(n, { entity, matched: { ...entity, count: 5 } });
    await approved();
    await approved({ condition: 'other:\n  user.name: root\ncondition: not other', name: 'not root' });
    const after = await project(
      [],
      [group(1, { 'source.ip': '203.0.113.9' }), group(2, { 'source.ip': 'x' })],
    );
    expect(after.suppressed).toEqual(new Map([['exception:1', 1]]));
    const late = await applyLate(registry.db, {
      batch: 9,
      batches: [],
      added: [correlation(group(3, { 'source.ip': '203.0.113.9' }))],
      removed: [],
      nowMs: clock.ms,
      suppress: await desk.suppressor([], [group(3, { 'source.ip': '203.0.113.9' })]),
    });
    expect(late.suppressed).toEqual(new Map([['exception:1', 1]]));
  });

  test('a maintenance window takes what happens while it is open, whenever it comes', async () => {
    const window = { from: '2026-11-23T15:00:00Z', to: '2026-11-23T17:00:00Z', reason: 'patches' };
    await approved({ condition: null, window, rules: null, categories: ['sshd'] });
    const at = (n: number, time: string) => detection(n, { timeMs: Date.parse(time) });
    clock.ms = START_MS + 3 * DAY;
    const after = await project([
      at(1, '2026-11-23T14:59:59Z'),
      at(2, '2026-11-23T15:00:00Z'),
      at(3, '2026-11-23T16:59:59Z'),
      at(4, '2026-11-23T17:00:00Z'),
    ]);
    expect([...after.suppressed.values()]).toEqual([2]);
  });
});

describe('what is counted', () => {
  test('each detection once: in all, by rule and host, with the newest as proof', async () => {
    const { id } = await approved();
    const many = Array.from({ length: 150 }, (_, n) => detection(n + 1, { agentId: n < 100 ? 'a' : 'b' }));
    await project(many.slice(0, 100));
    await project(many.slice(100));
    expect(await readException(registry.db, id, ALL)).toMatchObject({
      hidden: 150,
      hiddenFirstMs: many[0]?.timeMs,
      hiddenLastMs: many[149]?.timeMs,
      version: 2,
    });
    const cells = await readCells(registry.db, id, 10);
    expect(cells.map(({ agentId, hidden }) => [agentId, hidden])).toEqual([
      ['a', 100],
      ['b', 50],
    ]);
    const proofs = await readProofs(registry.db, id);
    expect(proofs.map(({ detection_id }) => detection_id)).toEqual(
      many
        .slice(50)
        .map(({ id: detectionId }) => detectionId)
        .toReversed(),
    );
    expect(await alerts()).toEqual([]);
  });
});

describe('the list', () => {
  test('finds by name and reason, accents and case aside', async () => {
    await ask({ name: 'Đêm vá lỗi', reason: 'Sở Y tế' });
    await ask({ name: 'Sao lưu' });
    for (const text of ['ĐÊM', 'dem va', 'so y te']) {
      const { exceptions } = await pageExceptions(registry.db, { filter: { text }, scope: ALL, limit: 10 });
      expect(exceptions.map(({ id }) => id)).toEqual([1]);
    }
  });

  test('filters, pages, and names what is due', async () => {
    const soon = await approved({ name: 'Soon', reviewMs: START_MS + 5 * DAY });
    await ask({ rules: null, name: 'All of them', condition: 'a:\n  b: c\ncondition: a' });
    await ask({ rules: ['r2'] });
    const list = async (filter: Parameters<typeof pageExceptions>[1]['filter']) =>
      (await pageExceptions(registry.db, { filter, scope: ALL, limit: 10 })).exceptions.map(({ id }) => id);
    expect(await list({})).toEqual([3, 2, 1]);
    expect(await list({ states: ['requested'] })).toEqual([3, 2]);
    expect(await list({ ruleId: 'r1' })).toEqual([2, 1]);
    expect(await list({ text: 'ALL OF' })).toEqual([2]);
    expect(await list({ dueBeforeMs: START_MS + 6 * DAY })).toEqual([1]);
    expect(await list({ isWindow: true })).toEqual([]);
    const first = await pageExceptions(registry.db, { filter: {}, scope: ALL, limit: 2 });
    expect(first.next).toBe(2);
    const second = await pageExceptions(registry.db, { filter: {}, scope: ALL, limit: 2, beforeId: 2 });
    expect(second).toMatchObject({ exceptions: [{ id: 1 }], next: undefined });
    expect((await dueExceptions(registry.db, clock.ms, 10)).map(({ id }) => id)).toEqual([soon.id]);
  });
});
