/** Bulk acts as jobs: looked at, decided, run in steps, cancelled, gone on with after a kill, taken back. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { alertJobs } from '../../../collector/services/alerts/alert-jobs.ts';
import { JobRunner } from '../../../collector/services/jobs/job-runner.ts';
import { createAgency } from '../../../collector/registry/agencies.ts';
import { addNote, changeAlert } from '../../../collector/registry/alert-acts.ts';
import { listAlerts, readAlert } from '../../../collector/registry/alert-book.ts';
import type { AlertFilter } from '../../../collector/registry/alert-filter.ts';
import { readHistory } from '../../../collector/registry/alert-history.ts';
import type { AlertProtector } from '../../../collector/registry/alert-protectors.ts';
import { BULK_KIND, type BulkParams } from '../../../collector/registry/bulk-alerts.ts';
import { bulkStep } from '../../../collector/registry/bulk-step.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { cancelJob, decideJob } from '../../../collector/registry/job-acts.ts';
import { findJob } from '../../../collector/registry/jobs.ts';
import { takeStep } from '../../../collector/registry/job-steps.ts';
import { alertOf, putAlerts } from '../api/api-fixture.ts';
import { memoryRegistry, type TestClock } from './registry-fixture.ts';

const ALL = { kind: 'all' } as const;
const AN = { actor: 'user:an', scope: ALL };
const BINH = { actor: 'user:binh', scope: ALL };
const DAY_MS = 86_400_000;

let registry: Registry;
let clock: TestClock;
let runner: JobRunner;
let faults: unknown[];
let protectedIds: Set<string>;
const inCase: AlertProtector = {
  why: 'case',
  among: async (_db, ids) => new Set(ids.filter((id) => protectedIds.has(id))),
};

function newRunner(): JobRunner {
  return new JobRunner({
    registry,
    kinds: alertJobs(registry, [inCase]),
    onProgress: () => undefined,
    onFault: (error) => faults.push(error),
  });
}

beforeEach(async () => {
  ({ registry, clock } = await memoryRegistry());
  faults = [];
  protectedIds = new Set();
  runner = newRunner();
});
afterEach(async () => {
  await runner.stop();
  await registry.close();
  if (faults.length > 0) throw new AggregateError(faults, 'a job failed');
});

const low = (n: number, change: Parameters<typeof alertOf>[1] = {}) =>
  alertOf(`a${String(n).padStart(4, '0')}`, { severity: 'low', ...change });
const some = (count: number) => putAlerts({ registry }, ...Array.from({ length: count }, (_, n) => low(n)));

function wanted(act: BulkParams['act'], filter: AlertFilter = {}, ids?: string[]) {
  const params: BulkParams = { filter, ids, act, reason: 'bản vá', actor: 'user:an', askedMs: clock.ms };
  return { params, reason: 'bản vá', agencyId: 1 };
}
const CLOSE = { state: 'closed', verdict: 'benign' } as const;
const close = (filter?: AlertFilter, ids?: string[]) =>
  runner.request(BULK_KIND, wanted(CLOSE, filter, ids), AN);
const ended = async (id: string) => {
  await runner.settled();
  return findJob(registry.db, id, ALL);
};
const states = async () => {
  const rows = await registry.db.selectFrom('alert').select(['id', 'state']).orderBy('id').execute();
  return rows.map(({ state }) => state).join(' ');
};

test('looks first: how many, which are left and why, some of them', async () => {
  await some(5);
  await putAlerts({ registry }, low(9, { state: 'closed' }));
  await registry.db.updateTable('alert').set({ verdict: 'benign' }).where('id', '=', 'a0009').execute();
  protectedIds.add('a0001');
  const preview = await runner.preview(BULK_KIND, wanted(CLOSE).params, ALL);
  expect(preview).toMatchObject({
    total: 6,
    changes: 4,
    skipped: { case: 1, unchanged: 1 },
    needsApproval: [],
  });
  expect(preview.sample[0]).toMatchObject({ id: 'a0000', title: 'SSH brute force', severity: 'low' });
  expect(await states()).toBe('new new new new new closed');
});

test('closes what it finds, leaves what is protected, and writes each down once', async () => {
  await some(5);
  protectedIds.add('a0003');
  const job = await ended((await close()).id);
  expect(job).toMatchObject({ state: 'done', total: 5, done: 5, changed: 4, skipped: { case: 1 } });
  expect(await states()).toBe('closed closed closed new closed');
  expect(await readAlert(registry.db, 'a0000', ALL, clock.ms)).toMatchObject({
    verdict: 'benign',
    stateBy: 'user:an',
    stateReason: 'bản vá',
    version: 2,
  });
  const [entry] = await readHistory(registry.db, 'a0000', { limit: 5 });
  expect(entry).toMatchObject({ action: 'alert.bulk', actor: 'user:an', jobId: job.id, version: 2 });
  const audit = await registry.db.selectFrom('audit_log').select(['action', 'target']).execute();
  expect(audit.map(({ action }) => action)).toEqual(['job.request', 'job.done']);
});

test('touches nothing that came after it was asked for, nor what lies outside the scope', async () => {
  const { id: commune } = await createAgency(registry, { name: 'Xã A', kind: 'commune' }, 'test');
  await putAlerts({ registry }, low(1, { agencyId: commune }), low(2));
  const request = wanted(CLOSE);
  clock.ms += 1_000;
  await putAlerts({ registry }, low(3, { agencyId: commune, createdAt: new Date(clock.ms).toISOString() }));
  const by = { actor: 'user:an', scope: { kind: 'some', agencyIds: [commune] } } as const;
  const job = await runner.request(BULK_KIND, { ...request, agencyId: commune }, by);
  expect(await ended(job.id)).toMatchObject({ state: 'done', changed: 1 });
  expect(await states()).toBe('closed new new');
});

describe('a second person', () => {
  test('is asked for high and critical, and it is another one', async () => {
    await putAlerts({ registry }, low(1), alertOf('high'));
    const job = await close();
    expect(job).toMatchObject({ state: 'waiting', needsApproval: ['high-or-critical'] });
    await runner.settled();
    expect(await states()).toBe('new new');
    const own = decideJob(registry, job.id, { approve: true }, AN);
    await expect(own).rejects.toMatchObject({ code: 'job-not-yours' });
    const machine = decideJob(registry, job.id, { approve: true }, { actor: 'token:t1', scope: ALL });
    await expect(machine).rejects.toMatchObject({ code: 'job-not-yours' });
    await decideJob(registry, job.id, { approve: true }, BINH);
    runner.kick();
    expect(await ended(job.id)).toMatchObject({ state: 'done', changed: 2, decidedBy: 'user:binh' });
    await expect(decideJob(registry, job.id, { approve: false }, BINH)).rejects.toMatchObject({
      code: 'job-decided',
    });
  });

  test('is asked for more than 500 of whatever act, and what is refused never runs', async () => {
    await some(501);
    const job = await runner.request(BULK_KIND, wanted({ addTags: ['patch'] }), AN);
    expect(job.needsApproval).toEqual(['more-than-500']);
    await decideJob(registry, job.id, { approve: false, reason: 'nhầm' }, BINH);
    runner.kick();
    expect(await ended(job.id)).toMatchObject({ state: 'rejected', changed: 0, decidedReason: 'nhầm' });
  });

  test('is missed by what has become serious since: that is left', async () => {
    await some(2);
    const waiting = newRunner();
    await waiting.stop();
    const job = await waiting.request(BULK_KIND, wanted(CLOSE), AN);
    await registry.db.updateTable('alert').set({ severity_rank: 4 }).where('id', '=', 'a0001').execute();
    runner.kick();
    expect(await ended(job.id)).toMatchObject({ changed: 1, skipped: { 'high-or-critical': 1 } });
  });
});

test('closes those that are folded into an alert of the fleet, and none that somebody has taken up', async () => {
  await putAlerts({ registry }, low(1), low(2), low(3, { state: 'acknowledged' }), low(4));
  await registry.db.updateTable('alert').set({ kind: 'fleet' }).where('id', '=', 'a0001').execute();
  await registry.db
    .updateTable('alert')
    .set({ fleet_id: 'a0001', fold: 1 })
    .where('id', 'in', ['a0002', 'a0003'])
    .execute();
  const job = await ended((await close({ kinds: ['fleet'] })).id);
  expect(job).toMatchObject({ state: 'done', changed: 2 });
  expect(await states()).toBe('closed closed acknowledged new');
});

test('goes on after its last whole step when the process was killed', async () => {
  await some(7);
  await runner.stop();
  runner = newRunner();
  const request = wanted(CLOSE);
  const dead = newRunner();
  await dead.stop();
  const { id } = await dead.request(BULK_KIND, request, AN);
  const begun = await findJob(registry.db, id, ALL);
  const context = { jobId: id, scope: ALL, rowsMax: 3, nowMs: clock.ms, protectors: [], approved: false };
  const first = await takeStep(registry, begun, (trx) =>
    bulkStep(trx, request.params, { ...context, cursor: null }),
  );
  expect(first).toMatchObject({ state: 'running', done: 3, changed: 3 });
  // Killed in the middle of the second one: nothing of it stays.
  const killed = takeStep(registry, first ?? begun, async (trx) => {
    await bulkStep(trx, request.params, { ...context, cursor: first?.cursor });
    throw new Error('killed');
  });
  await expect(killed).rejects.toThrow('killed');
  // A step of a reader that is behind is not applied.
  expect(
    await takeStep(registry, begun, (trx) => bulkStep(trx, request.params, { ...context, cursor: null })),
  ).toBeUndefined();
  runner.start();
  expect(await ended(id)).toMatchObject({ state: 'done', done: 7, changed: 7 });
  const items = await registry.db
    .selectFrom('bulk_item')
    .select('alert_id')
    .where('job_id', '=', id)
    .execute();
  expect(items).toHaveLength(7);
});

test('cancelled it ends after the step under way, and what it did can be taken back', async () => {
  await some(6);
  const dead = newRunner();
  await dead.stop();
  const request = wanted(CLOSE);
  const begun = await dead.request(BULK_KIND, request, AN);
  const context = {
    jobId: begun.id,
    cursor: null,
    scope: ALL,
    rowsMax: 2,
    nowMs: clock.ms,
    protectors: [],
    approved: false,
  };
  await takeStep(registry, begun, (trx) => bulkStep(trx, request.params, context));
  expect(await cancelJob(registry, begun.id, AN)).toMatchObject({ state: 'running', isCancelling: true });
  runner.kick();
  expect(await ended(begun.id)).toMatchObject({ state: 'cancelled', changed: 2 });
  await ended((await runner.undo(begun.id, 'nhầm', 1, AN)).id);
  expect(await states()).toBe('new new new new new new');
});

describe('taken back', () => {
  test('restores each state and keeps what others did since, field by field', async () => {
    await some(5);
    await changeAlert(registry, 'a0001', { state: 'in-progress' }, BINH);
    await changeAlert(registry, 'a0002', { addTags: ['cũ'] }, BINH);
    const act = { ...CLOSE, addTags: ['patch'], removeTags: ['cũ'] };
    const job = await ended((await runner.request(BULK_KIND, wanted(act), AN)).id);
    expect(job.changed).toBe(5);
    // Meanwhile: reopened and closed again, untagged, noted.
    await changeAlert(registry, 'a0003', { state: 'new' }, BINH);
    await changeAlert(registry, 'a0003', { state: 'closed', verdict: 'benign', reason: 'tự xem' }, BINH);
    await changeAlert(registry, 'a0004', { removeTags: ['patch'] }, BINH);
    await addNote(registry, 'a0000', 'ghi chú', BINH);
    const undo = await ended((await runner.undo(job.id, 'nhầm', 1, AN)).id);
    expect(undo).toMatchObject({ state: 'done', undoOf: job.id, changed: 5 });
    expect(await states()).toBe('new in-progress new closed new');
    expect(await readAlert(registry.db, 'a0003', ALL, clock.ms)).toMatchObject({
      stateReason: 'tự xem',
      ownTags: [],
    });
    expect((await readAlert(registry.db, 'a0002', ALL, clock.ms))?.ownTags).toEqual(['cũ']);
    expect(await readAlert(registry.db, 'a0001', ALL, clock.ms)).toMatchObject({
      verdict: null,
      closedAt: null,
    });
    expect(await findJob(registry.db, job.id, ALL)).toMatchObject({ undoneBy: undo.id });
    const again = runner.undo(job.id, 'x', 1, AN);
    await expect(again).rejects.toMatchObject({ code: 'job-not-undoable' });
    expect(await listAlerts(registry.db, { filter: { tag: 'patch' }, limit: 9 }, ALL)).toEqual([]);
  });

  test('is possible for thirty days', async () => {
    await some(1);
    const job = await ended((await close()).id);
    clock.ms += 30 * DAY_MS + 1;
    await expect(runner.undo(job.id, 'x', 1, AN)).rejects.toThrow('too long ago');
  });
});
