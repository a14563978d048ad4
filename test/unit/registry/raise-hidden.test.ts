/** What an exception hid becomes alerts after its end, on request: each detection once, and only what it hid. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { deterministicId, type Detection } from '../../../collector/alert/detection.ts';
import { rootAgencyId } from '../../../collector/registry/agencies.ts';
import { changeAlert } from '../../../collector/registry/alert-acts.ts';
import { listAlerts } from '../../../collector/registry/alert-book.ts';
import { readHistory } from '../../../collector/registry/alert-history.ts';
import { enrolAgent } from '../../../collector/registry/enrolment.ts';
import { createJoinToken } from '../../../collector/registry/join-tokens.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import {
  approveException,
  requestException,
  type ExceptionRequest,
} from '../../../collector/registry/exceptions/exception-acts.ts';
import { revokeException } from '../../../collector/registry/exceptions/exception-ends.ts';
import { RAISE_KIND, readHidden } from '../../../collector/registry/exceptions/raise-hidden.ts';
import { findJob } from '../../../collector/registry/jobs.ts';
import { applyProjection } from '../../../collector/registry/projection.ts';
import { JobRunner } from '../../../collector/services/jobs/job-runner.ts';
import type { FoundEvent } from '../../../collector/store/store.ts';
import { exceptionWorld, type ExceptionWorld } from '../../support/exception-world.ts';
import { enrolRequest, memoryRegistry, START_MS } from './registry-fixture.ts';

const byText = (a: string, b: string): number => (a < b ? -1 : 1);
const ALL = { kind: 'all' } as const;
const DAY = 86_400_000;
const ASKER = { actor: 'user:lan', agencyId: 1, scope: ALL };
const LEAD = { actor: 'user:binh', agencyId: 1, scope: ALL };

let registry: Registry;
let clock: { ms: number };
let world: ExceptionWorld;
let jobs: JobRunner;
let events: FoundEvent[];
let batches: Map<string, number>;
let batch: number;
let agents: string[];

beforeEach(async () => {
  ({ registry, clock } = await memoryRegistry());
  events = [];
  batches = new Map();
  batch = 0;
  agents = [await enrol('web-01'), await enrol('web-02')];
  world = exceptionWorld(
    registry,
    () => events,
    undefined,
    ({ id }) => batches.get(id) ?? 0,
  );
  jobs = new JobRunner({
    registry,
    kinds: world.kinds,
    onProgress: () => undefined,
    onFault: (error) => {
      throw error;
    },
  });
});
afterEach(async () => {
  await jobs.stop();
  await registry.close();
});

async function enrol(hostname: string): Promise<string> {
  const token = await createJoinToken(registry, { agencyId: 1, uses: 1 }, 'test');
  const base = enrolRequest(token, { machineId: hostname });
  const outcome = await enrolAgent(registry, { ...base, host: { ...base.host, hostname } }, '::1');
  if (!outcome.ok) throw new Error('not enrolled');
  return outcome.agentId;
}

const event = (n: number, user: string, { host = 0, ruleId = 'r1' } = {}): FoundEvent => ({
  id: `${agents[host]}/e/0/${n}`,
  timeMs: clock.ms + n * 60_000,
  receivedMs: clock.ms,
  agentId: agents[host] ?? '',
  hostname: `web-0${host + 1}`,
  agencyId: 1,
  channel: 'log/sshd',
  origin: '',
  logsources: [{ product: 'linux', service: 'sshd' }],
  message: `Failed password for ${user}`,
  fields: { 'user.name': user, 'event.action': 'ssh_login_failed' },
  ruleIds: [ruleId],
});

function detectionOf(found: FoundEvent): Detection {
  const { id, timeMs, agentId, hostname, agencyId, message, fields } = found;
  const [ruleId = ''] = found.ruleIds;
  const about = {
    title: ruleId,
    titleVi: null,
    description: '',
    descriptionVi: null,
    advice: null,
    adviceVi: null,
  };
  const rule = {
    ruleId,
    ...about,
    severity: 'medium' as const,
    tags: [],
    falsePositives: [],
    references: [],
  };
  const entity = { 'user.name': String(fields['user.name']) };
  const name = deterministicId('rule', ruleId, id);
  return {
    id: name,
    rule,
    entity,
    timeMs,
    eventId: id,
    agentId,
    hostname,
    agencyId,
    message,
    matched: fields,
  };
}

/** A batch comes: stored, and judged as the projector does. */
async function comes(...found: FoundEvent[]): Promise<void> {
  events.push(...found);
  const afterBatch = batch;
  batch += 1;
  for (const { id } of found) batches.set(id, batch);
  const detections = found.map(detectionOf);
  const suppress = await world.desk.suppressor(detections, []);
  const projection = {
    afterBatch,
    batch,
    detections,
    correlations: [],
    lateTimes: [],
    nowMs: clock.ms,
    suppress,
  };
  await applyProjection(registry.db, projection);
}

async function approved(change: Partial<ExceptionRequest> = {}): Promise<number> {
  const request: ExceptionRequest = {
    name: 'backups',
    kind: 'rule',
    condition: 'selection:\n  user.name: backup\ncondition: selection',
    window: null,
    agencyId: 1,
    agentId: null,
    groupId: null,
    rules: ['r1'],
    categories: null,
    takesAll: false,
    reason: 'the backup account',
    startsMs: null,
    expiresMs: START_MS + 20 * DAY,
    reviewMs: START_MS + 10 * DAY,
    ...change,
  };
  const { id } = await requestException(registry, request, ASKER);
  const term = { severities: [], isWindow: false };
  await approveException(registry, { id, version: undefined, by: LEAD, reason: undefined, term });
  return id;
}
const revoke = (id: number) =>
  revokeException(registry, { id, version: undefined, by: LEAD, reason: 'it hid too much' });

async function raise(exceptionId: number, choice: { ruleIds?: string[]; agentIds?: string[] } = {}) {
  const params = { exceptionId, ...choice, reason: 'look again', actor: 'user:lan' };
  const wanted = { params, reason: 'look again', agencyId: await rootAgencyId(registry.db) };
  const { id } = await jobs.request(RAISE_KIND, wanted, ASKER);
  await jobs.settled();
  return findJob(registry.db, id, ALL);
}
const alerts = async () =>
  (await listAlerts(registry.db, { limit: 100 }, ALL)).map(({ ruleId, hostname, count, entity, state }) => ({
    ruleId,
    hostname,
    count,
    user: entity['user.name'],
    state,
  }));

test('what came before it and beside it is left; what it hid is raised, each once, and told of', async () => {
  await comes(event(1, 'backup')); // before it acts: an alert already
  const id = await approved();
  await comes(event(200, 'backup'), event(201, 'root'), event(202, 'backup'));
  await comes(event(203, 'backup', { host: 1 }));
  await revoke(id);
  await comes(event(400, 'backup', { host: 1 })); // after its end: an alert by itself
  expect((await alerts()).map(({ user, count }) => `${user}: ${count}`).toSorted(byText)).toEqual([
    'backup: 2',
    'root: 1',
  ]);
  const job = await raise(id);
  expect(job).toMatchObject({ state: 'done', total: 3, done: 3, changed: 3, skipped: {} });
  const after = await alerts();
  expect(after.filter(({ user }) => user === 'backup').reduce((sum, { count }) => sum + count, 0)).toBe(5);
  expect(after.filter(({ user }) => user === 'root')).toMatchObject([{ count: 1 }]);
  expect(world.raised.length).toBeGreaterThan(0);
  const [told = ''] = world.raised;
  expect(await readHistory(registry.db, told, { limit: 10 })).toContainEqual(
    expect.objectContaining({ action: RAISE_KIND, actor: 'user:lan', reason: 'look again', jobId: job.id }),
  );
  const parts = await readHidden(registry.db, { exceptionId: id });
  const byHost = new Map(parts.map(({ agentId, hidden, raised }) => [agentId, [hidden, raised]]));
  expect(agents.map((agentId) => byHost.get(agentId))).toEqual([
    [2, 2],
    [1, 1],
  ]);

  expect(await raise(id)).toMatchObject({ total: 3, changed: 0, skipped: { 'raised-before': 3 } });
  expect(await alerts()).toEqual(after);
});

test('taken back, what it opened is closed, but for what somebody touched or something joined', async () => {
  await comes(event(1, 'backup')); // an alert that the raise joins
  const id = await approved({
    condition: 'selection:\n  user.name|startswith: backup\ncondition: selection',
  });
  const users = ['backup', 'backup-1', 'backup-2', 'backup-3', 'backup-4'];
  await comes(...users.map((user, n) => event(2 + n, user)));
  await revoke(id);
  clock.ms += 1_000;
  const job = await raise(id);
  expect(job).toMatchObject({ state: 'done', changed: 5 });
  const byUser = new Map(
    (await listAlerts(registry.db, { limit: 100 }, ALL)).map((one) => [one.entity['user.name'], one.id]),
  );
  const idOf = (user: string): string => byUser.get(user) ?? '';
  clock.ms += 1_000;
  await changeAlert(registry, idOf('backup-1'), { state: 'acknowledged' }, LEAD);
  await comes(event(9, 'backup-2'));
  const undo = await jobs.undo(job.id, 'not what we wanted', await rootAgencyId(registry.db), LEAD);
  await jobs.settled();
  expect(await findJob(registry.db, undo.id, ALL)).toMatchObject({
    state: 'done',
    total: 5,
    changed: 2,
    skipped: { 'was-there-before': 1, 'edited-since': 1, 'joined-since': 1 },
  });
  const states = new Map((await alerts()).map(({ user, state }) => [user, state]));
  expect(users.map((user) => states.get(user))).toEqual(['new', 'acknowledged', 'new', 'closed', 'closed']);
  expect(await readHistory(registry.db, idOf('backup-3'), { limit: 1 })).toMatchObject([
    { action: 'exception.raise-undo', actor: 'user:binh', reason: 'not what we wanted', jobId: undo.id },
  ]);
  // It is not raised a second time, nor taken back.
  expect(await raise(id)).toMatchObject({ changed: 0 });
  await expect(jobs.undo(job.id, 'again', 1, LEAD)).rejects.toMatchObject({ code: 'job-not-undoable' });
});

test('a host, then the rest', async () => {
  const id = await approved();
  await comes(event(1, 'backup'), event(2, 'backup', { host: 1 }), event(3, 'backup', { host: 1 }));
  await revoke(id);
  const [, second = ''] = agents;
  expect(await raise(id, { agentIds: [second] })).toMatchObject({ total: 2, changed: 2 });
  expect(await alerts()).toMatchObject([{ hostname: 'web-02', count: 2 }]);
  expect(await raise(id, { ruleIds: ['r2'] })).toMatchObject({ total: 0, changed: 0 });
  expect(await raise(id)).toMatchObject({ changed: 1, skipped: { 'raised-before': 2 } });
});

test('one that acts is ended first', async () => {
  const id = await approved();
  await comes(event(1, 'backup'));
  await expect(raise(id)).rejects.toMatchObject({ code: 'exception-acts' });
  await expect(raise(99)).rejects.toMatchObject({ code: 'exception-unknown' });
});

test('what another exception covers stays hidden, and is counted there', async () => {
  const id = await approved();
  await comes(event(1, 'backup'), event(2, 'backup', { host: 1 }));
  await revoke(id);
  const [first = ''] = agents;
  const other = await approved({ name: 'one host', agentId: first });
  expect(await raise(id)).toMatchObject({ changed: 1, skipped: { excepted: 1 } });
  expect(await alerts()).toMatchObject([{ hostname: 'web-02' }]);
  expect(await readHidden(registry.db, { exceptionId: other })).toMatchObject([
    { hidden: 1, agentId: first },
  ]);
});

test('what expired is raised too, though late events of its time are still hidden', async () => {
  const id = await approved();
  await comes(event(1, 'backup'));
  await registry.db
    .updateTable('exception')
    .set({ state: 'expired', expires_ms: clock.ms + 3 * 60_000 })
    .execute();
  clock.ms += DAY;
  expect(await raise(id)).toMatchObject({ changed: 1 });
  expect(await alerts()).toMatchObject([{ user: 'backup', count: 1, state: 'new' }]);
});

test('many are raised in steps, in the order of time, as if they came now', async () => {
  const id = await approved();
  const many = Array.from({ length: 450 }, (_, n) => event(n / 60, 'backup', { host: n % 2 }));
  await comes(...many.map((one, n) => ({ ...one, id: `${one.agentId}/e/0/${n}` })));
  await revoke(id);
  const job = await raise(id);
  expect(job).toMatchObject({ state: 'done', done: 450, changed: 450 });
  expect(job.step).toBeGreaterThan(3);
  expect((await alerts()).reduce((sum, { count }) => sum + count, 0)).toBe(450);
});
