/** Systems assessed from records as agents send them, kept and proved, over the real store and control plane. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ControlAssessment } from '../../collector/compliance/assess-system.ts';
import type { Level } from '../../collector/compliance/evidence/evidence-kind.ts';
import { normalize } from '../../collector/normalize/normalize.ts';
import type { PostureRecord } from '../../collector/protocol/posture-record.ts';
import { readAttested } from '../../collector/registry/compliance/attestation-book.ts';
import { listReader } from '../../collector/registry/compliance/assessment-lists.ts';
import {
  dayOfSnapshots,
  proveDay,
  readSnapshot,
  systemTrend,
} from '../../collector/registry/compliance/snapshots.ts';
import type { Registry } from '../../collector/registry/database.ts';
import { enrolAgent } from '../../collector/registry/enrolment.ts';
import { approveException, requestException } from '../../collector/registry/exceptions/exception-acts.ts';
import { createJoinToken } from '../../collector/registry/join-tokens.ts';
import { dropAppendOnly } from '../../collector/registry/migrations/columns.ts';
import { writePresence } from '../../collector/registry/presence.ts';
import { assignHosts } from '../../collector/registry/system-members.ts';
import { createSystem } from '../../collector/registry/systems.ts';
import { defaultReserveBytes } from '../../collector/retention/forecast.ts';
import { centreEvidence } from '../../collector/services/compliance/centre-evidence.ts';
import { ComplianceService } from '../../collector/services/compliance/compliance-service.ts';
import { keptInventory } from '../../collector/services/compliance/kept-inventory.ts';
import { postureEvidence } from '../../collector/services/compliance/posture-evidence.ts';
import { profilesOf, type KnownProfiles } from '../../collector/services/compliance/profiles.ts';
import { ClickHouseStore } from '../../collector/store/clickhouse-store.ts';
import type { EventRow } from '../../collector/store/store.ts';
import { enrolRequest, memoryRegistry, type TestClock } from '../unit/registry/registry-fixture.ts';
import { startTestEngine, type TestEngine } from './store-engine.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const EVERYWHERE = { kind: 'all' } as const;

let running: TestEngine;
let store: ClickHouseStore;
let registry: Registry;
let clock: TestClock;
let service: ComplianceService;
let keeper: ComplianceService;
const faults: unknown[] = [];
const hosts: Record<string, string> = {};
const systems: Record<string, number> = {};
let batch = 0;

beforeAll(async () => {
  running = await startTestEngine();
  store = await ClickHouseStore.open({ home: { socketPath: running.engine.socketPath } });
  ({ registry, clock } = await memoryRegistry());
  for (const name of ['good', 'bad', 'gone']) hosts[name] = await enrol(name);
  systems['three'] = await system('Một cửa', 3, ['good', 'bad', 'gone']);
  systems['two'] = await system('Trang tin', 2, ['good']);
  systems['ungraded'] = await system('Chưa phân cấp', undefined, ['bad']);
  clock.ms += 40 * DAY_MS;
  await report('good', 'bad');
  await tell('good', 'pass');
  await tell('bad', 'fail');
  await tell('gone', 'pass');
  const profiles = await profilesOf(registry.db)(clock.ms);
  service = serviceOf(profiles);
  // Runs over all systems need not ask everything.
  keeper = serviceOf(fewControls(profiles, ['CF-03', 'LG-07']));
});

function fewControls(profiles: KnownProfiles, ids: readonly string[]): KnownProfiles {
  return new Map(
    [...profiles].map(([name, profile]) => [
      name,
      { ...profile, controls: profile.controls.filter(({ id }) => ids.includes(id)) },
    ]),
  );
}

function serviceOf(profiles: KnownProfiles): ComplianceService {
  return new ComplianceService({
    registry,
    sources: {
      posture: postureEvidence({ db: registry.db, store: store.assess }),
      fleet: keptInventory(store.fleet, store.assess),
      logs: store.assess,
      lists: listReader(registry.db),
      reviews: { at: (atMs) => readAttested(registry.db, atMs) },
      centre: centreEvidence({ registry, places: () => [], reserveOf: defaultReserveBytes, alertDays: 14 }),
    },
    profiles: () => Promise.resolve(profiles),
    leads: () => true,
    hour: 4,
    onRun: () => undefined,
    onFault: (_what, error) => faults.push(error),
  });
}

afterAll(async () => {
  await Promise.all([service.stop(), keeper.stop()]);
  await registry.close();
  await store.close();
  await running.close();
});

async function enrol(hostname: string): Promise<string> {
  const token = await createJoinToken(registry, { agencyId: 1, uses: 1 }, 'test');
  const asked = enrolRequest(token, { machineId: hostname });
  const outcome = await enrolAgent(registry, { ...asked, host: { ...asked.host, hostname } }, '::1');
  if (!outcome.ok) throw new Error('not enrolled');
  return outcome.agentId;
}

async function system(name: string, level: Level | undefined, members: readonly string[]): Promise<number> {
  const { id } = await createSystem(registry, { name, level, lawProfile: 'vn-2026' }, 'test');
  const selection = { agentIds: members.map((member) => hosts[member] ?? '') };
  await assignHosts(registry, id, selection, 'test');
  return id;
}

/** Hosts are connected now. */
async function report(...names: string[]): Promise<void> {
  await writePresence(
    registry.db,
    names.map((name) => ({ agentId: hosts[name] ?? '', online: true, network: 'n', atMs: clock.ms })),
  );
}

/** How the firewall of a host stands, by its own clock. */
async function tell(name: string, result: PostureRecord['result'], at = clock.ms): Promise<void> {
  const agentId = hosts[name] ?? '';
  const record: PostureRecord = {
    kind: 'posture',
    at,
    change: 'present',
    policy: 'p',
    policyVersion: '1',
    check: 'firewall-on',
    title: 'Tường lửa',
    severity: 'high',
    controls: ['CF-03'],
    result,
  };
  const event = normalize(record, { hostname: name, timeZone: 'UTC', receivedMs: at });
  const row: EventRow = {
    agentId,
    epoch: 'e',
    lane: 1,
    seq: (batch += 1),
    hostname: name,
    agencyId: 1,
    channel: 'posture',
    origin: '',
    hits: [],
    event,
    readHour: Math.floor(at / HOUR_MS),
  };
  await store.insert({ batch, receivedMs: at + 1_000, rows: [row] });
}

async function assessed(of: string, control: string, atMs?: number): Promise<ControlAssessment> {
  const query = { systemIds: [systems[of] ?? 0], controls: new Set([control]), atMs };
  const found = (await service.assess(query)).assessments[0]?.controls[0];
  if (found === undefined) throw new Error(`${control} was not assessed`);
  return found;
}

const short = ({ status, evidence }: ControlAssessment) => [
  status,
  ...evidence.flatMap(({ findings }) =>
    findings.map(
      ({ subject, result, reason }) =>
        `${subject.kind === 'host' ? subject.hostname : subject.kind} ${result} ${reason.code}`,
    ),
  ),
];

/** In the order of the hosts' names. */
const sorted = (control: ControlAssessment) => {
  const [status, ...findings] = short(control);
  return [status, ...findings.toSorted()];
};

describe('an assessment', () => {
  it('judges each host of a system, and never one that is silent', async () => {
    expect(sorted(await assessed('three', 'CF-03'))).toEqual([
      'partly',
      'bad not-met fails',
      'gone not-assessed never-reported',
      'good met passes',
    ]);
    expect(short(await assessed('two', 'CF-03'))).toEqual(['met', 'good met passes']);
  });

  it('asks the controls of the level only, and nothing of a system without level', async () => {
    const { assessments, systems: at } = await service.assess();
    expect(assessments.map(({ system: { id } }) => id)).toEqual([systems['three'], systems['two']]);
    expect(at.ungraded.map(({ id }) => id)).toEqual([systems['ungraded']]);
    expect(at.sharedHosts).toEqual(new Set([hosts['good'], hosts['bad']]));
    const [three, two] = assessments;
    expect(three?.controls.length).toBeGreaterThan(two?.controls.length ?? 0);
    expect(three?.score.total).toBe(three?.controls.length);
    const failed = three?.controls.filter(({ reason }) => reason?.code === 'source-failed');
    expect(failed).toEqual([]);
    expect(faults).toEqual([]);
  });

  it('of a past moment says what was known then', async () => {
    const before = clock.ms;
    clock.ms += DAY_MS;
    await report('good', 'bad');
    await tell('bad', 'pass');
    expect(sorted(await assessed('three', 'CF-03'))).toEqual([
      'partly',
      'bad met passes',
      'gone not-assessed never-reported',
      'good met passes',
    ]);
    // The ledger has counted nothing here, so that nobody is known to have reported then.
    expect(sorted(await assessed('three', 'CF-03', before))[1]).toBe('bad not-assessed never-reported');
    await registry.db
      .insertInto('ledger_cell')
      .values({
        agent_id: hosts['bad'] ?? '',
        hour: Math.floor(before / HOUR_MS),
        lane: 1,
        channel: 'posture',
        told: 1,
        produced: 1,
        limited: 0,
        dropped: 0,
        stored: 1,
        rejected: 0,
        duplicate: 0,
        open: 0,
      })
      .execute();
    expect(sorted(await assessed('three', 'CF-03', before))[1]).toBe('bad not-met fails');
  });

  it('takes what the register excepts of a control, until it ends', async () => {
    const by = (actor: string) => ({ actor, agencyId: 1, scope: EVERYWHERE });
    const { id } = await requestException(
      registry,
      {
        name: 'until the new system',
        kind: 'posture',
        condition: 'selection: {compliance.control: LG-07}\ncondition: selection',
        window: null,
        agencyId: 1,
        agentId: null,
        groupId: null,
        rules: null,
        categories: null,
        takesAll: false,
        reason: 'r',
        startsMs: null,
        expiresMs: clock.ms + 10 * DAY_MS,
        reviewMs: clock.ms + 5 * DAY_MS,
      },
      by('user:lan'),
    );
    const term = { severities: [], isWindow: false };
    await approveException(registry, { id, version: undefined, by: by('user:binh'), reason: 'r', term });
    const untilMs = clock.ms + 10 * DAY_MS;
    expect(await assessed('three', 'LG-07')).toMatchObject({ status: 'excepted', untilMs });
    expect((await assessed('three', 'LG-08')).status).toBe('not-assessed');
    clock.ms = untilMs;
    expect((await assessed('three', 'LG-07')).status).toBe('not-assessed');
  });
});

describe('a snapshot', () => {
  it('keeps every system, and its day can be proved', async () => {
    const run = await keeper.snapshot('user:lan');
    expect(run).toMatchObject({ run: 1, systems: 3 });
    const { summaries } = await dayOfSnapshots(registry.db, EVERYWHERE, { limit: 10 });
    expect(summaries.map(({ systemId, level }) => [systemId, level])).toEqual([
      [systems['three'], 3],
      [systems['two'], 2],
      [systems['ungraded'], null],
    ]);
    const kept = await readSnapshot(registry.db, systems['ungraded'] ?? 0);
    expect(kept?.body).toMatchObject({ level: null, controls: [], hosts: { total: 1, shared: 1 } });
    expect(await proveDay(registry.db, run.day)).toMatchObject({
      changed: [],
      isWhole: true,
      auditSeq: expect.any(Number),
    });
    expect(await proveDay(registry.db, '2020-01-01')).toBeUndefined();
  });

  it('of a day that is assessed again is the last one, and the trend has one a day', async () => {
    clock.ms += HOUR_MS;
    const second = await keeper.snapshot('user:lan');
    expect(second.run).toBe(2);
    const asked = { from: '2026-01-01', to: '2027-12-31', limit: 100 };
    const trend = await systemTrend(registry.db, systems['three'] ?? 0, asked);
    expect(trend.map(({ run }) => run)).toEqual([2]);
  });

  it('waits for the run under way', async () => {
    const first = keeper.snapshot('user:lan');
    await expect(keeper.snapshot('user:lan')).rejects.toMatchObject({ code: 'compliance-running' });
    await first;
  });

  it('that was changed is found out', async () => {
    const { day } = await keeper.snapshot('user:lan');
    const update = sql`update compliance_snapshot set body = ${'AAAA'} where system_id = ${systems['two']}`;
    await expect(update.execute(registry.db)).rejects.toThrow('append only');
    await dropAppendOnly(registry.db as never, 'compliance_snapshot');
    await update.execute(registry.db);
    expect((await proveDay(registry.db, day))?.changed).toEqual([systems['two']]);
    await sql`update compliance_snapshot set digest = ${'0'} where system_id = ${systems['two']}`.execute(
      registry.db,
    );
    expect((await proveDay(registry.db, day))?.isWhole).toBe(false);
  });
});
