/** The feed of an operations centre: what it counts, for whom, how often it looks, and a token that may nothing else. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { scoreOf } from '../../../collector/compliance/score.ts';
import { snapshotWithoutLevel } from '../../../collector/compliance/snapshot.ts';
import type { Permission } from '../../../collector/api/permissions.ts';
import { operationsFeedSchema } from '../../../collector/api/contract-feed.ts';
import type { Role } from '../../../collector/api/contract.ts';
import { createAgency } from '../../../collector/registry/agencies.ts';
import { createApiToken } from '../../../collector/registry/api-tokens.ts';
import { createCase } from '../../../collector/registry/cases/case-acts.ts';
import { startClock } from '../../../collector/registry/cases/case-clocks.ts';
import { writeRun } from '../../../collector/registry/compliance/snapshots.ts';
import { enrolAgent } from '../../../collector/registry/enrolment.ts';
import { createJoinToken } from '../../../collector/registry/join-tokens.ts';
import { createSystem } from '../../../collector/registry/systems.ts';
import { pointFeed } from '../../../collector/registry/vulnerability/feeds.ts';
import { CLOCKS } from '../../support/api-matrix/case-side.ts';
import { enrolRequest } from '../registry/registry-fixture.ts';
import { alertOf, buildWorld, putAlerts, type World } from './api-fixture.ts';

const URL = '/api/v1/feed/operations';
const HOUR_MS = 3_600_000;
const AN = { actor: 'user:an', scope: { kind: 'all' } } as const;

let world: World;
let commune: number;

beforeEach(async () => {
  world = await buildWorld();
  commune = (await createAgency(world.registry, { name: 'Xã Bình An', kind: 'commune', parentId: 1 }, 'test'))
    .id;
});
afterEach(() => world.close());

async function holder(wanted: { role?: Role; may?: Permission[]; agencyId?: number } = {}) {
  const { role = 'api', may = ['feed:read'], agencyId } = wanted;
  const permissions = role === 'api' ? may : undefined;
  const { token } = await createApiToken(world.registry, { role, permissions, agencyId }, 'test');
  return { authorization: `Bearer ${token}` };
}

async function read(headers: Record<string, string>) {
  const response = await world.app.inject({ url: URL, headers });
  expect([response.statusCode, response.body]).toEqual([200, expect.any(String)]);
  return operationsFeedSchema.parse(response.json());
}

async function host(agencyId: number): Promise<string> {
  const token = await createJoinToken(world.registry, { uses: 1, agencyId }, 'test');
  const request = enrolRequest(token, { machineId: `machine-${agencyId}` });
  const outcome = await enrolAgent(world.registry, request, '127.0.0.1');
  if (!outcome.ok) throw new Error(outcome.fault);
  await world.registry.db
    .updateTable('agent')
    .set({ last_seen_ms: world.clock.ms, hostname: 'may-mat' })
    .where('id', '=', outcome.agentId)
    .execute();
  return outcome.agentId;
}

async function openCaseWithClocks(drill: boolean): Promise<void> {
  const { registry, clock } = world;
  const wanted = {
    title: 'Mã độc',
    severity: 'high',
    class: 'malware',
    ownAgencyId: commune,
    drill,
  } as const;
  const id = await createCase(registry, wanted, AN);
  for (const kind of ['one', 'two'])
    await startClock(registry, id, { kind, startedMs: clock.ms }, CLOCKS, AN);
  await registry.db
    .updateTable('case_clock')
    .set({ due_ms: clock.ms - 1 })
    .where('case_id', '=', id)
    .where('kind', '=', 'one')
    .execute();
}

async function vulnerable(agentId: string): Promise<void> {
  const { registry, clock } = world;
  const { id } = await registry.db
    .insertInto('vulnerability_upload')
    .values({ feed: 'debian-tracker', added_ms: 1, added_by: 'test', facts: null })
    .returning('id')
    .executeTakeFirstOrThrow();
  const counts = { vulnerabilities: 1, ranges: 1, refused: 0 };
  const facts = {
    form: 'debian-tracker' as const,
    releases: ['debian:12'],
    ...counts,
    dataMs: clock.ms - 24 * HOUR_MS,
    fileName: 'f',
    sha256: 'a',
  };
  await registry.db
    .transaction()
    .execute((trx) => pointFeed(trx, { id, feed: 'debian-tracker', facts }, 'user:an', clock.ms));
  const told = { system: 'Debian', release: 'debian:12', is_whole: 1, packages: 1, place: '', body: '' };
  const matched = { told_ms: clock.ms, matched_by: 'x', matched_ms: clock.ms };
  await registry.db
    .insertInto('host_software')
    .values({ agent_id: agentId, ...told, ...matched })
    .execute();
  const row = { agent_id: agentId, package: 'openssl', installed: '1', fixed: '2', advisory: '' };
  const unknown = {
    score_tenths: null,
    epss_ppm: null,
    fixed_ms: null,
    exception_id: null,
    excepted_until_ms: null,
  };
  for (const [cve, severity, exploited] of [
    ['CVE-2026-0001', 'critical', 1],
    ['CVE-2026-0002', 'high', 0],
    ['CVE-2026-0003', 'high', 0],
  ] as const)
    await registry.db
      .insertInto('vulnerability_finding')
      .values({ ...row, ...unknown, cve, severity, exploited, priority: 1, first_ms: 1, last_ms: clock.ms })
      .execute();
}

async function assessed(name: string, agencyId: number, days: Record<string, number>): Promise<void> {
  const { registry } = world;
  const wanted = { name, agencyId, lawProfile: 'vn-2026' } as const;
  const { id } = await createSystem(registry, wanted, 'test');
  for (const [day, met] of Object.entries(days)) {
    const atMs = Date.parse(`${day}T01:00:00Z`);
    const system = { id, name, agencyId, profile: 'vn-2026', hosts: [] } as const;
    const body = snapshotWithoutLevel(system, atMs, { catalogue: 'c', sharedHosts: new Set() });
    const statuses = Array.from({ length: 4 }, (_, at) =>
      at < met ? ('met' as const) : ('not-met' as const),
    );
    const score = scoreOf(statuses);
    await writeRun(registry, { day, atMs, actor: 'system' }, [{ ...body, score }]);
  }
}

describe('the feed', () => {
  test('counts alerts, hosts, cases, clocks, systems and vulnerabilities, each with its time', async () => {
    const { clock } = world;
    const mine = await host(commune);
    await host(1);
    world.online.add(mine);
    await putAlerts(
      world,
      alertOf('new', { severity: 'critical', agencyId: commune, createdAt: '2026-11-22T02:00:00.000Z' }),
      alertOf('old', { severity: 'critical', agencyId: commune, createdAt: '2026-11-20T02:00:00.000Z' }),
      alertOf('shut', { severity: 'critical', state: 'closed', createdAt: '2026-11-01T02:00:00.000Z' }),
    );
    await openCaseWithClocks(false);
    await openCaseWithClocks(true);
    await vulnerable(mine);
    await assessed('Một cửa', commune, { '2026-11-20': 1, '2026-11-21': 3 });

    const at = new Date(clock.ms).toISOString();
    const feed = await read(await holder());
    expect(feed.agents).toEqual({ at, total: 2, online: 1, silent: 1 });
    expect(feed.alerts).toMatchObject({ at, open: 2 });
    expect(feed.alerts.bySeverity[0]).toEqual({
      severity: 'critical',
      open: 2,
      oldestAt: '2026-11-20T02:00:00.000Z',
    });
    expect(feed.alerts.bySeverity[1]).toEqual({ severity: 'high', open: 0, oldestAt: null });
    expect(feed.cases).toMatchObject({ at, open: 1 });
    expect(feed.legalClocks).toMatchObject({ at, running: 1, late: 1, nextDueAt: expect.any(String) });
    expect(feed.compliance).toMatchObject({
      day: '2026-11-21',
      percent: 75,
      systems: [{ name: 'Một cửa', level: null, at: '2026-11-21T01:00:00.000Z', percent: 75 }],
      trend: [
        { day: '2026-11-20', systems: 1, percent: 25 },
        { day: '2026-11-21', systems: 1, percent: 75 },
      ],
    });
    expect(feed.vulnerabilities).toMatchObject({ at, open: 3, notAssessed: 0 });
    expect(feed.vulnerabilities?.bySeverity.slice(0, 2)).toEqual([
      { severity: 'critical', open: 1, exploited: 1 },
      { severity: 'high', open: 2, exploited: 0 },
    ]);
    expect(feed.vulnerabilities?.feeds).toEqual([
      { name: 'debian-tracker', dataAt: new Date(clock.ms - 24 * HOUR_MS).toISOString() },
    ]);
    expect(feed.reportsDue.reports.map(({ kind }) => kind)).toContain('mau-08');
    expect(JSON.stringify(feed)).not.toMatch(/may-mat|Dò mật khẩu|10\.1\.2\.3|root|Mã độc/);
  });

  test('says that nothing is known where nothing is', async () => {
    const feed = await read(await holder());
    expect([feed.compliance, feed.vulnerabilities, feed.legalClocks.nextDueAt]).toEqual([null, null, null]);
    expect(feed.alerts.open).toBe(0);
  });

  test('is of one’s own part of the tree', async () => {
    await host(1);
    await host(commune);
    await putAlerts(world, alertOf('theirs'), alertOf('mine', { agencyId: commune }));
    await assessed('Của tỉnh', 1, { '2026-11-21': 2 });
    const feed = await read(await holder({ agencyId: commune }));
    expect(feed).toMatchObject({ agency: { id: commune }, agents: { total: 1 }, alerts: { open: 1 } });
    expect(feed.compliance).toBeNull();
  });

  test('is kept for half a minute', async () => {
    const headers = await holder();
    expect((await read(headers)).alerts.open).toBe(0);
    await putAlerts(world, alertOf('late'));
    world.clock.ms += 29_999;
    expect((await read(headers)).alerts.open).toBe(0);
    world.clock.ms += 1;
    expect((await read(headers)).alerts.open).toBe(1);
  });

  test('is a CSV file whose cells run nothing, by parameter or by Accept', async () => {
    await assessed('=cmd|calc', 1, { '2026-11-21': 1 });
    const headers = await holder();
    const csv = await world.app.inject({ url: `${URL}?format=csv&lang=en`, headers });
    expect(csv.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(csv.body.split('\r\n')[0]).toBe('\ufeffFigure;Of;Value;At');
    expect(csv.body).toContain("compliance.systems.percent;'=cmd|calc;25;2026-11-21T01:00:00.000Z");
    expect(csv.body).toContain('alerts.bySeverity.open;critical;0;');
    const accepted = await world.app.inject({ url: URL, headers: { ...headers, accept: 'text/csv' } });
    expect(accepted.body.split('\r\n')[0]).toBe('\ufeffChỉ số;Của;Giá trị;Tại thời điểm');
    const json = await world.app.inject({
      url: `${URL}?format=json`,
      headers: { ...headers, accept: 'text/csv' },
    });
    expect(json.headers['content-type']).toBe('application/json; charset=utf-8');
  });
});

describe('the permission', () => {
  test('opens the feed and its figures alone', async () => {
    const headers = await holder();
    const routes = world.app.declaredRoutes.filter(
      ({ access }) => !['public', 'enrol', 'self', 'metrics'].includes(access),
    );
    const open: string[] = [];
    for (const { method, url } of routes) {
      if (method !== 'GET') continue;
      const { statusCode } = await world.app.inject({ url: url.replaceAll(/:\w+/g, '1'), headers });
      if (statusCode !== 403) open.push(url);
    }
    expect(open).toEqual([URL, '/api/v1/clickhouse']);
  });

  test('is of leaders and auditors, and of a token only by name', async () => {
    const status = async (headers: Record<string, string>) =>
      (await world.app.inject({ url: URL, headers })).statusCode;
    for (const role of ['administrator', 'soc-lead', 'auditor'] as const)
      expect([role, await status(await holder({ role }))]).toEqual([role, 200]);
    for (const role of ['analyst', 'agency-operator', 'agency-viewer'] as const)
      expect([role, await status(await holder({ role }))]).toEqual([role, 403]);
    const { token } = await createApiToken(world.registry, { role: 'api' }, 'test');
    expect(await status({ authorization: `Bearer ${token}` })).toBe(403);
  });
});
