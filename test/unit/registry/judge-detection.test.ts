/** What comes of detections: severity with its reasons, groups that link, fleets, budgets, risk, exceptions. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ALERT_POLICY, type AlertPolicy } from '../../../collector/alert/alert-policy.ts';
import { deterministicId, type Detection } from '../../../collector/alert/detection.ts';
import type { Suppressor } from '../../../collector/alert/judge-detection.ts';
import { setAssetRole } from '../../../collector/registry/asset-roles.ts';
import { createAgency } from '../../../collector/registry/agencies.ts';
import { changeAlert } from '../../../collector/registry/alert-acts.ts';
import { listAlerts, readAlert } from '../../../collector/registry/alert-book.ts';
import type { AlertFilter } from '../../../collector/registry/alert-filter.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { enrolAgent } from '../../../collector/registry/enrolment.ts';
import { createJoinToken } from '../../../collector/registry/join-tokens.ts';
import { applyProjection } from '../../../collector/registry/projection.ts';
import { assignHosts } from '../../../collector/registry/system-members.ts';
import { createSystem } from '../../../collector/registry/systems.ts';
import { emptyRegistry, enrolRequest } from './registry-fixture.ts';

const ALL = { kind: 'all' } as const;
const T0 = 1_760_000_000_000;
const HOUR = 3_600_000;

let registry: Registry;
let batch: number;
beforeEach(async () => {
  registry = await emptyRegistry(() => T0);
  batch = 0;
});
afterEach(() => registry.close());

let serial = 0;
function found(
  changes: Partial<Detection> & { ruleId?: string; severity?: Detection['rule']['severity'] } = {},
): Detection {
  const { ruleId = 'r1', severity = 'medium', ...rest } = changes;
  serial += 1;
  return {
    id: deterministicId('rule', ruleId, String(serial)),
    rule: {
      ruleId,
      title: `Title of ${ruleId}`,
      titleVi: null,
      description: '',
      descriptionVi: null,
      advice: null,
      adviceVi: null,
      severity,
      tags: [],
      falsePositives: [],
      references: [],
    },
    entity: { 'host.name': 'pc-1' },
    timeMs: T0,
    eventId: `a/e/0/${serial}`,
    agentId: 'a',
    hostname: 'pc-1',
    agencyId: 1,
    message: 'm',
    matched: {},
    ...rest,
  };
}

const onHost = (n: number, changes: Parameters<typeof found>[0] = {}): Detection =>
  found({ entity: { 'host.name': `pc-${n}` }, agentId: `a${n}`, hostname: `pc-${n}`, ...changes });

async function apply(
  detections: Detection[],
  settings: { policy?: AlertPolicy; suppress?: Suppressor } = {},
) {
  batch += 1;
  return applyProjection(registry.db, {
    afterBatch: batch - 1,
    batch,
    detections,
    correlations: [],
    lateTimes: [],
    nowMs: T0,
    ...settings,
  });
}

const list = (filter: AlertFilter = {}, scope: Parameters<typeof listAlerts>[2] = ALL) =>
  listAlerts(registry.db, { filter, limit: 500 }, scope, T0);
const ofKind = async (kind: string) => (await list({ folded: true })).filter((alert) => alert.kind === kind);

async function enrolled(platform: 'linux' | 'win32', osName: string): Promise<string> {
  const token = await createJoinToken(registry, { uses: 1 }, 'test');
  const request = enrolRequest(token);
  const host = { ...request.host, platform, osName };
  const outcome = await enrolAgent(registry, { ...request, host }, '127.0.0.1');
  if (!outcome.ok) throw new Error(outcome.fault);
  return outcome.agentId;
}

describe('severity', () => {
  test('adds up rule, level, role and indicator, and says how', async () => {
    const agentId = await enrolled('linux', 'Debian');
    const system = await createSystem(registry, { name: 'Một cửa', level: 4, lawProfile: 'vn-2026' }, 'test');
    await assignHosts(registry, system.id, { agentIds: [agentId] }, 'test');
    await apply([found({ agentId, severity: 'medium', confidence: 90 })]);
    const [alert] = await list();
    expect(alert).toMatchObject({ severity: 'high', risk: 73, systemLevel: 4, systemId: system.id });
    const detail = await readAlert(registry.db, alert?.id ?? '', ALL, T0);
    expect(detail?.severityWhy).toEqual({
      parts: [
        { part: 'rule', value: 'medium', points: 50 },
        { part: 'system-level', value: '4 (Một cửa)', points: 10 },
        { part: 'asset-role', value: 'server', points: 5 },
        { part: 'indicator', value: '90', points: 8 },
      ],
      score: 73,
      severity: 'high',
    });
    // High in a system of level 4: half of eight hours.
    expect(alert?.dueAt).toBe(new Date(T0 + 4 * HOUR).toISOString());
  });

  test('of a host that people call a domain controller is higher, from then on', async () => {
    const agentId = await enrolled('win32', 'Windows Server 2022');
    await setAssetRole(registry, agentId, 'domain-controller', { actor: 'user:an', scope: ALL });
    await apply([found({ agentId })]);
    expect(await list()).toMatchObject([{ severity: 'high', risk: 60 }]);
    const elsewhere = { actor: 'user:x', scope: { kind: 'some', agencyIds: [99] } } as const;
    await expect(setAssetRole(registry, agentId, null, elsewhere)).rejects.toMatchObject({
      code: 'agent-unknown',
    });
    await setAssetRole(registry, agentId, null, { actor: 'user:an', scope: ALL });
    await apply([found({ agentId, ruleId: 'r2' })]);
    expect(await list()).toContainEqual(expect.objectContaining({ ruleId: 'r2', risk: 55 }));
  });

  test("of an office PC in no system is the rule's, and only ever rises with what joins", async () => {
    const agentId = await enrolled('win32', 'Windows 11 Pro');
    await apply([found({ agentId, severity: 'low' })]);
    expect(await list()).toMatchObject([{ severity: 'low', risk: 30 }]);
    await apply([found({ agentId, severity: 'low', confidence: 100 })]);
    expect(await list()).toMatchObject([{ severity: 'medium', risk: 40, count: 2 }]);
    await apply([found({ agentId, severity: 'low', confidence: 0 })]);
    expect(await list()).toMatchObject([{ severity: 'medium', risk: 40, count: 3 }]);
  });
});

describe('groups', () => {
  test('what was closed and comes again is a new alert that names the one before', async () => {
    await apply([found()]);
    const [first] = await list();
    const closing = { state: 'closed', verdict: 'false-positive', reason: 'bản vá' } as const;
    await changeAlert(registry, first?.id ?? '', closing, { actor: 'user:an', scope: ALL });
    await apply([found()]);
    const [second] = await list({ states: ['new'] });
    expect(second?.predecessorId).toBe(first?.id);
    const detail = await readAlert(registry.db, second?.id ?? '', ALL, T0);
    expect(detail?.earlier).toMatchObject([
      { id: first?.id, state: 'closed', verdict: 'false-positive', stateReason: 'bản vá', count: 1 },
    ]);
  });

  test('a rule may say its own window', async () => {
    const policy = { windowMs: HOUR };
    await apply([found({ policy }), found({ policy, timeMs: T0 + 2 * HOUR })]);
    expect(await list()).toHaveLength(2);
  });

  test('different values are counted beyond those that are kept', async () => {
    const many = Array.from({ length: 400 }, (_, n) => found({ matched: { 'process.name': `p${n}` } }));
    await apply(many.slice(0, 150));
    await apply(many.slice(150));
    const [alert] = await list();
    const detail = await readAlert(registry.db, alert?.id ?? '', ALL, T0);
    const names = detail?.distinct.find(({ field }) => field === 'process.name');
    expect(names).toMatchObject({ distinct: 276, atLeast: true, others: 380 });
    expect(names?.values).toHaveLength(20);
    expect(detail?.detections).toHaveLength(100);
  });
});

describe('a fleet', () => {
  const file = { 'file.path': 'C:\\patch.exe' };
  const patched = (n: number, agencyId = 1): Detection =>
    onHost(n, { entity: { 'host.name': `pc-${n}`, ...file }, matched: file, agencyId });

  test('is one alert of many hosts with the same rule and value; its members fold into it', async () => {
    await apply(Array.from({ length: 9 }, (_, n) => patched(n)));
    expect(await list()).toHaveLength(9);
    await apply(Array.from({ length: 30 }, (_, n) => patched(n + 9)));
    const [fleet, ...others] = await list();
    expect(others).toEqual([]);
    expect(fleet).toMatchObject({ kind: 'fleet', hosts: 39, count: 39, entity: file, hostname: null });
    expect(await list({ fleetId: fleet?.id ?? '' })).toHaveLength(39);
    expect((await readAlert(registry.db, fleet?.id ?? '', ALL, T0))?.members).toBe(39);
    // What all have says nothing of one.
    expect(await ofKind('risk')).toEqual([]);
  });

  test('is no more serious for a domain controller among its hosts, whose own alert is', async () => {
    const controller = await enrolled('win32', 'Windows Server 2022');
    await setAssetRole(registry, controller, 'domain-controller', { actor: 'user:an', scope: ALL });
    const there = (n: number): Detection => ({ ...patched(n), agentId: controller });
    await apply([there(0), ...Array.from({ length: 11 }, (_, n) => patched(n + 1)), there(0)]);
    expect(await list()).toMatchObject([{ kind: 'fleet', hosts: 12, severity: 'medium', risk: 50 }]);
    const members = await list({ folded: true, fleetId: (await list())[0]?.id ?? '' });
    expect(members.filter(({ severity }) => severity === 'high')).toMatchObject([{ hostname: 'pc-0' }]);
  });

  test('keeps its place while somebody has taken up a member', async () => {
    await apply([patched(0)]);
    const [mine] = await list();
    await changeAlert(registry, mine?.id ?? '', { state: 'acknowledged' }, { actor: 'user:an', scope: ALL });
    await apply(Array.from({ length: 12 }, (_, n) => patched(n)));
    expect((await list()).map(({ kind }) => kind).toSorted()).toEqual(['detection', 'fleet']);
  });

  test('lets a member go that somebody takes up, and closes without it', async () => {
    await apply(Array.from({ length: 12 }, (_, n) => patched(n)));
    const [fleet] = await list();
    const [member] = await list({ fleetId: fleet?.id ?? '' });
    await changeAlert(registry, member?.id ?? '', { state: 'in-progress' }, { actor: 'user:an', scope: ALL });
    expect((await list()).map(({ kind }) => kind).toSorted()).toEqual(['detection', 'fleet']);
    const closing = { state: 'closed', verdict: 'benign', reason: 'bản vá' } as const;
    await changeAlert(registry, fleet?.id ?? '', closing, { actor: 'user:an', scope: ALL });
    expect(await list({ states: ['in-progress'] })).toMatchObject([{ id: member?.id }]);
  });

  test('closed takes those with it that nobody has touched', async () => {
    await apply(Array.from({ length: 12 }, (_, n) => patched(n)));
    const [fleet] = await list();
    const closing = { state: 'closed', verdict: 'benign', reason: 'bản vá tháng 11' } as const;
    const ids = await changeAlert(registry, fleet?.id ?? '', closing, { actor: 'user:an', scope: ALL });
    expect(ids).toHaveLength(13);
    expect(await list({ states: ['new', 'acknowledged', 'in-progress'], folded: true })).toEqual([]);
    await apply([patched(3)]);
    expect(await list({ states: ['new'] })).toMatchObject([{ kind: 'detection', fleetId: null }]);
  });

  test("over several agencies is one for the province and each agency's own for itself", async () => {
    const { id: commune } = await createAgency(registry, { name: 'Xã A', kind: 'commune' }, 'test');
    const { id: other } = await createAgency(registry, { name: 'Xã B', kind: 'commune' }, 'test');
    await apply([
      ...Array.from({ length: 4 }, (_, n) => patched(n, commune)),
      ...Array.from({ length: 15 }, (_, n) => patched(n + 10, other)),
    ]);
    expect(await list()).toMatchObject([{ kind: 'fleet', agencyId: 1, hosts: 19 }]);
    const seen = (agencyId: number) => list({}, { kind: 'some', agencyIds: [agencyId] });
    expect((await seen(commune)).map(({ kind }) => kind)).toEqual([
      'detection',
      'detection',
      'detection',
      'detection',
    ]);
    expect(await seen(other)).toMatchObject([{ kind: 'fleet', agencyId: other, hosts: 15 }]);
  });
});

test('a rule over its budget has one alert more, which counts what is held and does not close itself', async () => {
  const noisy = Array.from({ length: 60 }, (_, n) => found({ entity: { 'source.ip': `10.0.0.${n}` } }));
  await apply(noisy.slice(0, 30));
  await apply(noisy.slice(30));
  expect(await ofKind('detection')).toHaveLength(ALERT_POLICY.alertsPerHourMax);
  const [budget, ...more] = await ofKind('budget');
  expect(more).toEqual([]);
  expect(budget).toMatchObject({ count: 40, state: 'new', severity: 'medium', entity: { 'rule.id': 'r1' } });
  const detail = await readAlert(registry.db, budget?.id ?? '', ALL, T0);
  expect(detail?.distinct.find(({ field }) => field === 'source.ip')).toMatchObject({ distinct: 40 });
  // Another hour, another budget; what has an open alert goes on joining it.
  await apply([found({ entity: { 'source.ip': '10.9.9.9' }, timeMs: T0 + HOUR }), noisy[0] ?? found()]);
  expect(await ofKind('detection')).toHaveLength(ALERT_POLICY.alertsPerHourMax + 1);
});

describe('risk', () => {
  test('of a host adds up over rules, and one rule alone never raises it', async () => {
    await apply(Array.from({ length: 50 }, () => found({ ruleId: 'one', severity: 'high' })));
    expect(await ofKind('risk')).toEqual([]);
    await apply([found({ ruleId: 'two', severity: 'high' })]);
    const [risk] = await ofKind('risk');
    expect(risk).toMatchObject({ entity: { 'host.name': 'pc-1' }, severity: 'high', risk: 100, count: 1 });
    const detail = await readAlert(registry.db, risk?.id ?? '', ALL, T0);
    expect(detail?.severityWhy.parts).toEqual([
      { part: 'rule', ruleId: 'one', value: 'Title of one', valueVi: null, points: 60 },
      { part: 'rule', ruleId: 'two', value: 'Title of two', valueVi: null, points: 40 },
    ]);
  });

  test('falls to a half in a day', async () => {
    await apply([found({ ruleId: 'one', severity: 'high' }), found({ ruleId: 'one', severity: 'high' })]);
    await apply([found({ ruleId: 'two', severity: 'high', timeMs: T0 + 24 * HOUR })]);
    expect(await ofKind('risk')).toEqual([]);
  });

  test('of a person follows them over hosts; accounts of machines have none', async () => {
    const user = { 'user.name': 'SOYTE\\Nguyen.An' };
    const twice = (n: number, ruleId: string, matched: Record<string, string>) => [
      onHost(n, { ruleId, severity: 'high', matched }),
      onHost(n, { ruleId, severity: 'high', matched }),
    ];
    await apply([...twice(1, 'one', user), ...twice(2, 'two', user)]);
    expect(await ofKind('risk')).toMatchObject([{ entity: { 'user.name': 'nguyen.an' }, risk: 120 }]);
    await apply([...twice(3, 'one', { 'user.name': 'root' }), ...twice(4, 'two', { 'user.name': 'root' })]);
    expect(await ofKind('risk')).toHaveLength(1);
  });
});

test('what an exception takes out opens nothing, and is counted', async () => {
  const suppress: Suppressor = ({ hostname }) => (hostname === 'pc-1' ? { by: 'exception:7' } : undefined);
  const { suppressed, alertIds } = await apply([onHost(1), onHost(1), onHost(2)], { suppress });
  expect([...suppressed]).toEqual([['exception:7', 2]]);
  expect(alertIds).toHaveLength(1);
  expect(await list({ folded: true })).toMatchObject([{ hostname: 'pc-2' }]);
});
