/** Exceptions over the API: what is refused and which field is named, what a trial says, what approving closes and ending opens. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { deterministicId, type Detection } from '../../../collector/alert/detection.ts';
import { ExceptionService } from '../../../collector/services/exceptions/exception-service.ts';
import { simulationSchema, type Simulation } from '../../../collector/exceptions/simulation.ts';
import { listAlerts } from '../../../collector/registry/alert-book.ts';
import { changeAlert } from '../../../collector/registry/alert-acts.ts';
import { applyProjection } from '../../../collector/registry/projection.ts';
import type { FoundEvent } from '../../../collector/store/store.ts';
import { addUser, buildWorld, signIn, type World } from './api-fixture.ts';

const ALL = { kind: 'all' } as const;
const DAY = 86_400_000;

let world: World;
let lan: Record<string, string>;
let binh: Record<string, string>;
let batch: number;

beforeEach(async () => {
  world = await buildWorld();
  batch = 0;
  await addUser(world, 'lan', 'analyst');
  await addUser(world, 'binh', 'soc-lead');
  lan = await signIn(world, 'lan');
  binh = await signIn(world, 'binh');
});
afterEach(() => world.close());

const iso = (afterMs: number): string => new Date(world.clock.ms + afterMs).toISOString();
const body = (change: object = {}) => ({
  name: 'backups',
  fields: { 'user.name': 'backup' },
  rules: ['r1'],
  reason: 'the backup account',
  expiresAt: iso(20 * DAY),
  ...change,
});
const send = async (url: string, payload: object, headers = lan) =>
  world.app.inject({ method: 'POST', url: `/api/v1/exceptions${url}`, headers, payload });
const get = async (url: string, headers = lan) =>
  (await world.app.inject({ url: `/api/v1/exceptions${url}`, headers })).json();

async function asked(change: object = {}): Promise<number> {
  const answer = await send('', body(change));
  expect([answer.statusCode, answer.body]).toEqual([201, expect.any(String)]);
  return answer.json().id;
}

function event(n: number, user: string, ruleIds = ['r1']): FoundEvent {
  return {
    id: `a1/e/0/${n}`,
    timeMs: world.clock.ms - n * 60_000,
    receivedMs: world.clock.ms,
    agentId: 'a1',
    hostname: 'web-01',
    agencyId: 1,
    channel: 'log/sshd',
    origin: '',
    logsources: [{ product: 'linux', service: 'sshd' }],
    message: `Failed password for ${user}`,
    fields: { 'user.name': user, 'event.action': 'ssh_login_failed' },
    ruleIds,
  };
}

function detectionOf(
  { id, timeMs, agentId, hostname, agencyId, message }: FoundEvent,
  rule: string,
): Detection {
  return {
    id: deterministicId('rule', rule, id),
    rule: {
      ruleId: rule,
      title: rule,
      titleVi: null,
      description: '',
      descriptionVi: null,
      advice: null,
      adviceVi: null,
      severity: ({ severe: 'high', worst: 'critical' } as const)[rule] ?? 'medium',
      tags: [],
      falsePositives: [],
      references: [],
    },
    entity: { 'event.id': id },
    timeMs,
    eventId: id,
    agentId,
    hostname,
    agencyId,
    message,
    matched: { 'event.action': 'ssh_login_failed' },
  };
}

/** Stores the events, and opens an alert for each of their hits. */
async function store(events: FoundEvent[]): Promise<void> {
  world.events.push(...events);
  const afterBatch = batch;
  batch += 1;
  await applyProjection(world.registry.db, {
    afterBatch,
    batch,
    detections: events.flatMap((one) => one.ruleIds.map((ruleId) => detectionOf(one, ruleId))),
    correlations: [],
    lateTimes: [],
    nowMs: world.clock.ms,
  });
}
const openIds = async () =>
  (await listAlerts(world.registry.db, { limit: 100 }, ALL))
    .filter(({ state }) => state !== 'closed')
    .map(({ entity }) => entity['event.id'] ?? '')
    .toSorted((a, b) => a.localeCompare(b));

const look = async () => {
  const options = { registry: world.registry, jobs: world.jobs, leads: () => true };
  await new ExceptionService({ ...options, onAlerts: () => undefined, onFault: () => undefined }).look();
  await world.jobs.settled();
};

describe('what is asked for', () => {
  const bomb = (pattern: string) => `selection:\n  user.name|re: '${pattern}'\ncondition: selection`;
  test.each<[string, object, string]>([
    ['no condition', { fields: undefined }, 'condition'],
    ['two conditions', { condition: 'a: {b: c}\ncondition: a' }, 'condition'],
    ['no rules', { rules: undefined }, 'rules'],
    ['a rule that is not there', { rules: ['nothing'] }, 'rules'],
    ['rules and all rules', { allRules: true }, 'allRules'],
    ['YAML that is none', { fields: undefined, condition: '{{{' }, 'condition'],
    [
      'a second document',
      { fields: undefined, condition: 'a: {b: c}\ncondition: a\n---\nb: c' },
      'condition',
    ],
    ['no such selection', { fields: undefined, condition: 'a: {b: c}\ncondition: b' }, 'condition'],
    ['a repeat of repeats', { fields: undefined, condition: bomb('(a{1000}){1000}') }, 'condition'],
    ['a pattern of 2,000 characters', { fields: undefined, condition: bomb('a'.repeat(2_000)) }, 'condition'],
    ['an alias bomb', { fields: undefined, condition: aliasBomb() }, 'condition'],
    ['a condition of 20,000 characters', { fields: undefined, condition: 'x'.repeat(20_000) }, 'condition'],
    ['a negation', { fields: undefined, condition: 'a: {b: c}\ncondition: not a' }, 'condition'],
    ['any text at all', { fields: undefined, condition: "a: {b: '*'}\ncondition: a" }, 'condition'],
    [
      'everything of one rule, not on one host',
      { fields: undefined, condition: bomb('.*'), takesAll: true },
      'condition',
    ],
    ['no end', { expiresAt: undefined }, 'expiresAt'],
    ['an end that has passed', { expiresAt: '2020-01-01T00:00:00Z' }, 'expiresAt'],
    ['more than a year', { expiresAt: '2028-01-01T00:00:00Z' }, 'expiresAt'],
    ['40 days for a critical rule', { rules: ['worst'], expiresAt: '2027-01-01T00:00:00Z' }, 'expiresAt'],
    [
      'half a year for all rules',
      { rules: undefined, allRules: true, expiresAt: '2027-05-01T00:00:00Z' },
      'expiresAt',
    ],
    ['a review after the end', { reviewAt: '2027-01-01T00:00:00Z' }, 'reviewAt'],
    ['a host that is not there', { agentId: 'nobody' }, 'agentId'],
    ['a group that is not there', { group: 'nobody' }, 'group'],
    ['an alert that is not there', { fields: undefined, alert: { id: 'x' } }, 'alert'],
    ['a window of two days, weekly', { fields: undefined, window: { from: '01:00', to: '00:30' } }, 'window'],
    ['a field that nobody asked for', { state: 'approved' }, 'state'],
    ['a value that is an object', { fields: { a: { b: 1 } } }, 'fields.a'],
  ])('%s is refused, and the field is named', async (_name, change, field) => {
    const answer = await send('', body(change));
    expect([answer.statusCode, answer.json().field]).toEqual([400, field]);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect((await get('')).exceptions).toEqual([]);
  });

  test('values stand for themselves, wildcards too', async () => {
    const id = await asked({ fields: { 'user.name': ['a*', 'b?', String.raw`c:\d`], 'source.port': 22 } });
    const { condition, rules } = await get(`/${id}`);
    expect(condition).toContain(JSON.stringify([String.raw`a\*`, String.raw`b\?`, String.raw`c:\\d`]));
    expect(rules).toEqual(['r1']);
  });

  test('an alert gives its rule, its agency and the values of its newest event', async () => {
    await store([event(1, 'backup')]);
    const [alert] = await listAlerts(world.registry.db, { limit: 1 }, ALL);
    const id = await asked({
      fields: undefined,
      rules: undefined,
      alert: { id: alert?.id, fields: ['user.name'] },
    });
    expect(await get(`/${id}`)).toMatchObject({ rules: ['r1'], agencyId: 1 });
    expect((await get(`/${id}`)).condition).toContain('{"user.name":["backup"]}');
  });

  test('who asked takes it back before it is decided, and nobody else', async () => {
    const id = await asked();
    const back = (headers: Record<string, string>) =>
      send(`/${id}/withdraw`, { reason: 'not needed' }, headers);
    expect((await back(binh)).json().code).toBe('forbidden');
    expect((await back({ ...lan, 'if-match': '"7"' })).statusCode).toBe(412);
    const done = await back({ ...lan, 'if-match': '"1"' });
    expect([done.statusCode, done.headers['etag']]).toEqual([200, '"2"']);
    expect(done.json()).toMatchObject({ state: 'revoked', decidedBy: null, endedReason: 'not needed' });
    expect((await back(lan)).statusCode).toBe(409);
    expect((await send(`/${id}/approve`, {}, binh)).statusCode).toBe(409);
    const { entries } = await get(`/${id}/history`);
    expect(entries[0]).toMatchObject({ action: 'exception.withdraw', actor: 'user:lan' });
  });

  test('a person approves what another has asked for, in the version that was read', async () => {
    const id = await asked();
    expect((await send(`/${id}/approve`, {}, lan)).statusCode).toBe(403);
    const stale = await send(`/${id}/approve`, {}, { ...binh, 'if-match': '"7"' });
    expect(stale.statusCode).toBe(412);
    const done = await send(`/${id}/approve`, {}, { ...binh, 'if-match': '"1"' });
    expect([done.statusCode, done.headers['etag'], done.json().state]).toEqual([200, '"2"', 'approved']);
    const own = await send('', body(), binh);
    expect((await send(`/${own.json().id}/approve`, {}, binh)).json().code).toBe('forbidden');
    const { entries } = await get(`/${id}/history`);
    expect(entries.map(({ action }: { action: string }) => action)).toEqual([
      'exception.approve',
      'exception.request',
    ]);
  });
});

describe('a trial', () => {
  const alertId = async (ruleId: string, n: number): Promise<string> => {
    const alerts = await listAlerts(world.registry.db, { limit: 100 }, ALL);
    const one = alerts.find((alert) => alert.ruleId === ruleId && alert.entity['event.id'] === `a1/e/0/${n}`);
    return one?.id ?? '';
  };
  const tried = async (change: object): Promise<Simulation> => {
    const days = 2;
    const answer = await send('/simulate', body({ days, ...change }));
    expect([answer.statusCode, answer.body]).toEqual([201, expect.any(String)]);
    await world.jobs.settled();
    const job = (await world.app.inject({ url: `/api/v1/jobs/${answer.json().id}`, headers: lan })).json();
    expect(job).toMatchObject({ state: 'done', done: days, total: days });
    return simulationSchema.parse(job.result);
  };

  test('says what it would have hidden, of which rules, and what speaks against it', async () => {
    await store([
      ...Array.from({ length: 9 }, (_, n) => event(n + 1, 'backup')),
      event(10, 'backup', ['r1', 'severe']),
      event(11, 'root'),
    ]);
    const verdict = { state: 'closed', verdict: 'true-positive', reason: 'real' } as const;
    const real = await alertId('r1', 3);
    await changeAlert(world.registry, real, verdict, { actor: 'user:binh', scope: ALL });
    // A real incident that it would not have hidden speaks against nothing.
    await changeAlert(world.registry, await alertId('r1', 11), verdict, { actor: 'user:binh', scope: ALL });
    const result = await tried({ days: 2 });
    expect(result).toMatchObject({
      alerts: 10,
      openAlerts: 9,
      truePositives: [real],
      severe: [],
      hidden: 10,
      rules: [{ ruleId: 'r1', hidden: 10, all: 11 }],
      hosts: [{ hostname: 'web-01', hidden: 10 }],
      agencies: [{ agencyId: 1, hidden: 10 }],
      otherRules: [{ ruleId: 'severe', events: 1 }],
    });
    expect(result.warnings).toEqual([
      { code: 'share', value: 91, ruleId: 'r1' },
      { code: 'true-positive', value: 1, ruleId: null },
    ]);
  });

  test('warns of the high and critical alerts that would not have been', async () => {
    await store([event(1, 'backup', ['r1', 'severe']), event(2, 'backup', ['worst']), event(3, 'root')]);
    const rules = ['r1', 'severe', 'worst'];
    const result = await tried({ rules });
    const ids = [await alertId('severe', 1), await alertId('worst', 2)];
    expect([...result.severe].toSorted()).toEqual(ids.toSorted());
    expect(result.warnings).toEqual([{ code: 'severe', value: 2, ruleId: null }]);
    expect(result).toMatchObject({ hidden: 3, otherRules: [] });
    // Nor has it anything to say where it hides nothing.
    const none = await tried({ rules, fields: { 'user.name': 'nobody' } });
    expect(none.warnings).toEqual([{ code: 'nothing', value: 0, ruleId: null }]);
  });

  test('of one in the register is the same', async () => {
    await store([event(1, 'backup')]);
    const id = await asked();
    const job = (await send(`/${id}/simulate`, { days: 1 })).json();
    await world.jobs.settled();
    const after = (await world.app.inject({ url: `/api/v1/jobs/${job.id}`, headers: binh })).json();
    expect(after.result).toMatchObject({ hidden: 1, alerts: 1, openAlerts: 1 });
  });
});

describe('alerts that it covers', () => {
  const approvedClosing = async (): Promise<{ id: number; jobId: string }> => {
    await store([event(1, 'backup'), event(2, 'root'), event(3, 'backup')]);
    const id = await asked();
    const answer = await send(`/${id}/approve`, { close: 'benign' }, binh);
    expect([answer.statusCode, answer.body]).toEqual([200, expect.any(String)]);
    await world.jobs.settled();
    expect(await openIds()).toEqual(['a1/e/0/2']);
    return { id, jobId: answer.json().jobId };
  };

  test('are closed with the approval, and open again when it is revoked', async () => {
    const { id } = await approvedClosing();
    world.clock.ms += 300_000;
    await send(`/${id}/revoke`, { reason: 'not ours' }, binh);
    await look();
    expect(await openIds()).toEqual(['a1/e/0/1', 'a1/e/0/2', 'a1/e/0/3']);
    const alerts = await listAlerts(world.registry.db, { limit: 10 }, ALL);
    const back = alerts.filter(({ entity }) => entity['event.id'] !== 'a1/e/0/2');
    expect(back.map(({ state, verdict }) => [state, verdict])).toEqual([
      ['new', null],
      ['new', null],
    ]);
    expect(back.every(({ dueAt }) => Date.parse(dueAt ?? '') > world.clock.ms)).toBe(true);
    // Only once.
    await look();
    const kinds = await world.registry.db.selectFrom('job').select('kind').execute();
    expect(kinds.filter(({ kind }) => kind === 'exception.reopen')).toHaveLength(1);
  });

  test('open again when it expires, but for what somebody has touched', async () => {
    await approvedClosing();
    const alerts = await listAlerts(world.registry.db, { limit: 10 }, ALL);
    const touched = alerts.find(({ entity }) => entity['event.id'] === 'a1/e/0/3')?.id ?? '';
    const verdict = { state: 'closed', verdict: 'true-positive', reason: 'real' } as const;
    await changeAlert(world.registry, touched, verdict, { actor: 'user:binh', scope: ALL });
    world.clock.ms += 21 * DAY;
    await look();
    expect(await openIds()).toEqual(['a1/e/0/1', 'a1/e/0/2']);
  });

  test('get back what they were when the closing is undone, and the exception with them', async () => {
    const { id, jobId } = await approvedClosing();
    const undone = await world.app.inject({
      method: 'POST',
      url: `/api/v1/jobs/${jobId}/undo`,
      headers: binh,
      payload: { reason: 'wrong' },
    });
    expect(undone.statusCode).toBe(201);
    await world.jobs.settled();
    expect(await openIds()).toEqual(['a1/e/0/1', 'a1/e/0/2', 'a1/e/0/3']);
    expect(await get(`/${id}`, lan)).toMatchObject({ state: 'revoked', endedReason: 'wrong' });
    await look();
    expect(await openIds()).toHaveLength(3);
  });
});

test('an exception that is due is told of in an alert, which closes when it is settled', async () => {
  const id = await asked({ expiresAt: iso(20 * DAY), reviewAt: iso(19 * DAY) });
  await send(`/${id}/approve`, {}, binh);
  const due = async () =>
    (await listAlerts(world.registry.db, { limit: 10 }, ALL)).filter(
      ({ ruleId }) => ruleId === 'vonggac:exception-due',
    );
  await look();
  expect(await due()).toEqual([]);
  world.clock.ms += 10 * DAY;
  await look();
  expect(await due()).toMatchObject([{ state: 'new', entity: { 'exception.id': String(id) }, agencyId: 1 }]);
  binh = await signIn(world, 'binh');
  lan = await signIn(world, 'lan');
  expect((await get('?due=soon')).exceptions).toMatchObject([{ id, due: true }]);
  const longer = { reason: 'still', expiresAt: iso(80 * DAY), reviewAt: iso(40 * DAY) };
  const sooner = { reason: 'still', expiresAt: iso(9 * DAY), reviewAt: iso(8 * DAY) };
  const earlier = await send(`/${id}/extend`, sooner, binh);
  expect([earlier.statusCode, earlier.json()]).toMatchObject([
    400,
    { field: 'expiresAt', detail: expect.stringContaining('revoking') },
  ]);
  expect((await send(`/${id}/extend`, longer, binh)).statusCode).toBe(200);
  await look();
  expect(await due()).toMatchObject([{ state: 'closed' }]);
});

function aliasBomb(): string {
  const lines = ['a: &a [x, x, x, x, x, x, x, x, x]'];
  for (const [at, name] of ['b', 'c', 'd', 'e', 'f', 'g'].entries()) {
    const before = at === 0 ? 'a' : (['b', 'c', 'd', 'e', 'f'][at - 1] ?? 'a');
    lines.push(`${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(', ')}]`);
  }
  return [...lines, 'condition: a'].join('\n');
}
