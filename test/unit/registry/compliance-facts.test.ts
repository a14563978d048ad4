/** What assessments read of the control plane, on every home of it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSystemsAt } from '../../../collector/registry/compliance/assessed-systems.ts';
import { centreFacts } from '../../../collector/registry/compliance/centre-facts.ts';
import { planGap } from '../../../collector/registry/compliance/gaps.ts';
import { writeRun } from '../../../collector/registry/compliance/snapshots.ts';
import { legalDayAt } from '../../../collector/agency/legal-day.ts';
import { createDossier, patchDossier } from '../../../collector/registry/compliance/dossiers.ts';
import { createApiToken } from '../../../collector/registry/api-tokens.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { enrolAgent } from '../../../collector/registry/enrolment.ts';
import { createJoinToken } from '../../../collector/registry/join-tokens.ts';
import { writePresence } from '../../../collector/registry/presence.ts';
import { writeProofs } from '../../../collector/registry/proof-book.ts';
import { assignHosts, unassignHosts } from '../../../collector/registry/system-members.ts';
import { createSystem, setSystemLevel } from '../../../collector/registry/systems.ts';
import { createUser } from '../../../collector/registry/users.ts';
import { dayOf, dayStartMs } from '../../../collector/retention/day.ts';
import { snapshotOf } from '../../../collector/compliance/snapshot.ts';
import { scoreOf } from '../../../collector/compliance/score.ts';
import { aSystem } from '../compliance/a-system.ts';
import { CHEAP, enrolRequest, memoryRegistry, START_MS, type TestClock } from './registry-fixture.ts';

const DAY_MS = 86_400_000;

let registry: Registry;
let clock: TestClock;
let systemId: number;

beforeEach(async () => {
  ({ registry, clock } = await memoryRegistry());
  systemId = (await createSystem(registry, { name: 'Một cửa', level: 3, lawProfile: 'vn-2026' }, 'test')).id;
});
afterEach(() => registry.close());

async function enrol(hostname: string): Promise<string> {
  const token = await createJoinToken(registry, { agencyId: 1, uses: 1 }, 'test');
  const asked = enrolRequest(token, { machineId: hostname });
  const outcome = await enrolAgent(registry, { ...asked, host: { ...asked.host, hostname } }, '::1');
  if (!outcome.ok) throw new Error('not enrolled');
  return outcome.agentId;
}

const at = async (atMs: number) => {
  const { graded, ungraded } = await readSystemsAt(registry.db, { atMs, nowMs: clock.ms });
  return [
    ...graded.map(({ id, level, hosts }) => [id, level, hosts.map(({ hostname }) => hostname)]),
    ...ungraded.map(({ id, hosts }) => [id, null, hosts.map(({ hostname }) => hostname)]),
  ];
};

describe('systems as of a moment', () => {
  it('have the level and the hosts that held then', async () => {
    const agentId = await enrol('web');
    await assignHosts(registry, systemId, { agentIds: [agentId] }, 'test');
    clock.ms += DAY_MS;
    await setSystemLevel(registry, systemId, { level: null }, 'test');
    clock.ms += DAY_MS;
    await unassignHosts(registry, systemId, { agentIds: [agentId] }, 'test');
    clock.ms += DAY_MS;
    expect(await at(START_MS + 1)).toEqual([[systemId, 3, ['web']]]);
    expect(await at(START_MS + DAY_MS + 1)).toEqual([[systemId, null, ['web']]]);
    expect(await at(clock.ms)).toEqual([[systemId, null, []]]);
    expect(await at(START_MS - 1)).toEqual([]);
  });

  it('have as many hosts as a dossier said then, the newest that says so', async () => {
    const by = { actor: 'test', scope: { kind: 'all' }, approves: true } as const;
    const expected = async (atMs: number) =>
      (await readSystemsAt(registry.db, { atMs, nowMs: clock.ms })).graded.map((one) => one.expectedHosts);
    clock.ms += DAY_MS;
    const { id } = await createDossier(registry, systemId, { expectedPcs: 30 }, by);
    clock.ms += DAY_MS;
    await patchDossier(registry, id, { expectedServers: 10 }, by);
    clock.ms += DAY_MS;
    // A draft that does not know it yet takes nothing from what holds.
    const draft = await createDossier(registry, systemId, { status: 'draft' }, by);
    clock.ms += DAY_MS;
    await patchDossier(registry, draft.id, { expectedPcs: 50 }, by);
    expect(await expected(START_MS)).toEqual([undefined]);
    expect(await expected(START_MS + DAY_MS)).toEqual([30]);
    expect(await expected(START_MS + 2 * DAY_MS)).toEqual([40]);
    expect(await expected(START_MS + 3 * DAY_MS)).toEqual([40]);
    expect(await expected(clock.ms)).toEqual([50]);
    await patchDossier(registry, draft.id, { endedOn: legalDayAt(clock.ms) }, by);
    expect(await expected(clock.ms)).toEqual([40]);
  });

  it('see who is connected now, and of a past moment only what the ledger counted', async () => {
    const agentId = await enrol('web');
    await assignHosts(registry, systemId, { agentIds: [agentId] }, 'test');
    const change = { agentId, network: 'n' };
    await writePresence(registry.db, [{ ...change, online: true, atMs: START_MS }]);
    clock.ms += 2 * DAY_MS;
    const seen = async (atMs: number) =>
      (await readSystemsAt(registry.db, { atMs, nowMs: clock.ms })).graded[0]?.hosts[0]?.seenMs;
    expect(await seen(clock.ms)).toBe(clock.ms);
    expect(await seen(START_MS + DAY_MS)).toBeUndefined();
    await writePresence(registry.db, [{ ...change, online: false, atMs: START_MS + DAY_MS }]);
    expect(await seen(clock.ms)).toBe(START_MS + DAY_MS);
  });
});

describe('the centre', () => {
  const facts = () => centreFacts(registry.db, registry.now);

  it('counts who may read, and what is on the trail', async () => {
    await createUser(
      registry,
      { username: 'lan', password: 'mùa xuân nho nhỏ 2026 quả', role: 'analyst', mustChangePassword: false },
      'test',
      CHEAP,
    );
    await createApiToken(registry, { role: 'api', agencyId: 1 }, 'test');
    const { byRole, acts, lastActMs } = await facts().readers(START_MS);
    expect(byRole).toEqual({ analyst: 1, api: 1 });
    expect([acts > 0, lastActMs]).toEqual([true, START_MS]);
    expect(await facts().acts(['user.', 'rule.'], START_MS - 1, START_MS)).toEqual({
      count: 1,
      lastMs: START_MS,
    });
    expect(await facts().acts(['user.'], START_MS + 1, START_MS + 2)).toEqual({
      count: 0,
      lastMs: undefined,
    });
    expect(await facts().rules(START_MS)).toEqual({ on: 0, correlations: 0, alerts: 0 });
    expect(await facts().alerts(0, START_MS, 'high', 10)).toEqual([]);
  });

  it('finds the newest proof of retention, and sequences that are missing', async () => {
    const system = aSystem([], { id: systemId });
    const day = dayOf(START_MS - DAY_MS);
    const proof = {
      basis: 'vn-2026/3',
      lawMonths: 3,
      source: null,
      monthsInForce: 4,
      requiredFrom: null,
      oldestDay: day,
      hostsSince: null,
      hosts: 0,
      met: true,
      reason: 'kept',
      missing: null,
    } as const;
    await writeProofs(registry.db, day, [{ systemId, proof }], START_MS - DAY_MS);
    const found = (await facts().retention([system], START_MS)).get(systemId);
    expect(found).toMatchObject({ monthsInForce: 4, oldestMs: dayStartMs(day), provedMs: START_MS - DAY_MS });
    expect((await facts().retention([system], START_MS + 9 * DAY_MS)).size).toBe(0);
    const gap = { agent_id: 'a', epoch: 'e', lane: 1, after_seq: 1, to_seq: 4, found_ms: START_MS };
    await registry.db
      .insertInto('ledger_gap')
      .values({ ...gap, missing: 2 })
      .execute();
    await registry.db
      .insertInto('ledger_gap')
      .values({ ...gap, missing: 3 })
      .execute();
    expect(await facts().holes(START_MS - 1, START_MS)).toEqual([
      { agentId: 'a', missing: 5, lastMs: START_MS },
    ]);
  });

  it('says what was open when a system was kept last, and what is planned of it', async () => {
    const system = aSystem([], { id: systemId });
    const control = (id: string, status: 'met' | 'not-met') => ({
      id,
      mode: 'auto' as const,
      status,
      reason: undefined,
      reasonKind: undefined,
      evidence: [],
      attestation: undefined,
      untilMs: undefined,
    });
    const assessment = {
      system,
      atMs: START_MS,
      controls: [control('CF-01', 'not-met'), control('CF-02', 'met')],
      score: scoreOf(['not-met', 'met']),
    };
    const body = snapshotOf(assessment, { catalogue: 'c', sharedHosts: new Set() });
    await writeRun(registry, { day: '2026-11-22', atMs: START_MS, actor: 'a' }, [body]);
    const plan = { owner: 'Lan', dueOn: '2027-01-01', note: '', state: 'planned' as const };
    const by = { actor: 'a', scope: { kind: 'all' } as const };
    await planGap(registry, { systemId, control: 'CF-01' }, plan, by);
    expect((await facts().progress([system], START_MS)).get(systemId)).toEqual({
      day: '2026-11-22',
      atMs: START_MS,
      percent: 50,
      open: ['CF-01'],
      planned: [{ control: 'CF-01', dueOn: '2027-01-01' }],
    });
    expect((await facts().progress([system], START_MS - DAY_MS)).size).toBe(0);
  });
});
