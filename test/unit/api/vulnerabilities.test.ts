/** Vulnerabilities over the API: from a host's inventory and a feed to findings, exceptions and their end. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAgency, rootAgencyId } from '../../../collector/registry/agencies.ts';
import { enrolAgent } from '../../../collector/registry/enrolment.ts';
import { createJoinToken } from '../../../collector/registry/join-tokens.ts';
import { simulationSchema } from '../../../collector/exceptions/simulation.ts';
import { assignHosts } from '../../../collector/registry/system-members.ts';
import { createSystem } from '../../../collector/registry/systems.ts';
import type { FieldValue } from '../../../collector/normalize/event.ts';
import { enrolRequest } from '../registry/registry-fixture.ts';
import {
  csafZip,
  DEBIAN_CVE,
  DSA,
  EPSS,
  jsonBytes,
  KEV,
  MSRC,
  osvZip,
  TRACKER,
  UBUNTU_CVE,
} from '../vulnerability/feed-samples.ts';
import { addUser, bearer, buildWorld, signIn, type World } from './api-fixture.ts';

const DAY = 86_400_000;
type Headers = Record<string, string>;

let world: World;
let soc: Headers;
let lan: Headers;
let binh: Headers;
let order: number;

beforeEach(async () => {
  world = await buildWorld();
  order = 0;
  await addUser(world, 'lan', 'analyst');
  await addUser(world, 'binh', 'soc-lead');
  [lan, binh] = [await signIn(world, 'lan'), await signIn(world, 'binh')];
  soc = await bearer(world, 'agency-viewer');
});
afterEach(() => world.close());

/** A host that is heard of now. */
async function host(agencyId?: number): Promise<string> {
  const token = await createJoinToken(world.registry, { uses: 1, agencyId }, 'test');
  const outcome = await enrolAgent(world.registry, enrolRequest(token), '127.0.0.1');
  if (!outcome.ok) throw new Error(outcome.fault);
  await heard(outcome.agentId);
  return outcome.agentId;
}
const heard = (agentId: string) =>
  world.registry.db
    .updateTable('agent')
    .set({ last_seen_ms: world.clock.ms })
    .where('id', '=', agentId)
    .execute();

function record(
  agentId: string,
  category: string,
  key: string,
  facts: Record<string, FieldValue>,
  change = 'present',
) {
  order += 1;
  const place = { snapshot: 's', batch: order, row: 0, timeMs: world.clock.ms };
  world.inventory.push({ agentId, category, key, change, facts, ...place });
}

/** The host tells what it has, and it is looked at. */
async function tells(
  agentId: string,
  packages: Record<string, string>,
  { id = 'debian', versionId = '12', state = 'complete' } = {},
): Promise<void> {
  record(agentId, 'os', 'os', { id, versionId, prettyName: `${id} ${versionId}` });
  record(agentId, 'collection', 'os', { state: 'complete' });
  for (const [name, version] of Object.entries(packages))
    record(agentId, 'package', name, { name, version, manager: 'dpkg', source: name });
  record(agentId, 'collection', 'package', { state });
  await world.vulnerabilities.look();
}

async function feed(payload: Uint8Array | string, query = '', headers: Headers = binh) {
  const answer = await world.app.inject({
    method: 'POST',
    url: `/api/v1/vulnerabilities/import?name=feed${query}`,
    headers: { ...headers, 'content-type': 'application/octet-stream' },
    payload: Buffer.from(payload),
  });
  await world.jobs.settled();
  return answer;
}
const TRACKER_DAY = '&dataDate=2026-11-21';

const get = async (url: string, headers: Headers = soc) =>
  world.app.inject({ url: `/api/v1${url}`, headers });
async function listed(query = '', headers: Headers = soc): Promise<string[]> {
  const answer = await get(`/vulnerabilities${query}`, headers);
  expect([answer.statusCode, answer.body]).toEqual([200, expect.any(String)]);
  const { findings } = answer.json<{ findings: { cve: string; package: string; state: string }[] }>();
  return findings.map(({ cve, package: name, state }) => `${cve} ${name} ${state}`);
}
const post = (url: string, payload: object, headers: Headers) =>
  world.app.inject({ method: 'POST', url: `/api/v1${url}`, headers, payload });

describe('from a feed to findings', () => {
  test('a host has what its packages have, with the fix, the score and the mark of attacks', async () => {
    const agentId = await host();
    await tells(agentId, { openssh: '1:9.2p1-2', openssl: '3.0.13-1~deb12u1', bash: '5.2' });
    expect((await feed(jsonBytes(TRACKER), TRACKER_DAY)).statusCode).toBe(201);
    await feed(jsonBytes(KEV));
    await feed(EPSS);
    const { findings } = (await get('/vulnerabilities')).json();
    expect(findings).toMatchObject([
      {
        agentId,
        cve: 'CVE-2024-6387',
        package: 'openssh',
        installed: '1:9.2p1-2',
        fixed: '1:9.2p1-2+deb12u3',
        exploited: true,
        epss: 0.6315,
        state: 'open',
        system: 'debian 12',
      },
      { cve: 'CVE-2023-51767', fixed: null, severity: 'low', exploited: false },
    ]);
    const { feeds } = (await get('/vulnerabilities/feeds')).json();
    expect(feeds).toMatchObject([
      {
        name: 'debian-tracker',
        releases: ['debian:12'],
        dataAt: '2026-11-21T00:00:00.000Z',
        ageDays: 1,
        old: false,
      },
      { name: 'kev', dataAt: '2026-11-20T15:00:00.000Z' },
      { name: 'epss', dataAt: '2026-11-20T12:55:00.000Z' },
    ]);
  });

  test('an update of the package ends the finding, an older one brings it back', async () => {
    const agentId = await host();
    await feed(osvZip(DEBIAN_CVE, DSA));
    await tells(agentId, { openssl: '3.0.11-1~deb12u1' });
    expect(await listed()).toEqual(['CVE-2023-5678 openssl open', 'CVE-2023-5363 openssl open']);
    await tells(agentId, { openssl: '3.0.11-1~deb12u2' });
    expect(await listed()).toEqual(['CVE-2023-5678 openssl open']);
    expect(await listed('?state=fixed')).toEqual(['CVE-2023-5363 openssl fixed']);
    await tells(agentId, { openssl: '3.0.11-1~deb12u1' });
    expect(await listed('?state=fixed')).toEqual([]);
  });

  test('what a host could not read whole takes nothing back', async () => {
    const agentId = await host();
    await feed(osvZip(DSA));
    await tells(agentId, { openssl: '3.0.9-1' });
    record(agentId, 'package', 'openssl', {}, 'removed');
    await tells(agentId, { bash: '5' }, { state: 'partial' });
    expect(await listed()).toHaveLength(2);
    expect((await get(`/agents/${agentId}/vulnerabilities`)).json()).toMatchObject({
      host: { assessed: false, reasons: ['partial-inventory'], findings: { open: 2 } },
    });
  });

  test('a newer feed is matched with all hosts; what no host told is left alone', async () => {
    const agents = await Promise.all([host(), host()]);
    for (const agentId of agents) await tells(agentId, { openssl: '3.0.9-1', openssh: '1:9.2p1-1' });
    await feed(osvZip(DSA));
    expect(await listed('?cve=CVE-2023-5363')).toHaveLength(2);
    const newer = { ...DSA, modified: '2026-11-21T00:00:00Z', upstream: ['CVE-2023-5363'] };
    const answer = await feed(osvZip(newer));
    expect(answer.json()).toMatchObject({ feed: 'osv:debian', vulnerabilities: 1, job: { total: 2 } });
    expect(await listed()).toEqual(['CVE-2023-5363 openssl open', 'CVE-2023-5363 openssl open']);
    // What it was before is gone.
    const rows = await world.registry.db.selectFrom('vulnerability_upload').select('id').execute();
    expect(rows).toHaveLength(1);
  });
});

test('Windows is matched by its build; one that tells no revision is known in part only', async () => {
  const [told, mute] = [await host(), await host()];
  for (const [agentId, version] of [
    [told, '10.0.19045.4894'],
    [mute, '10.0.19045'],
  ] as const) {
    record(agentId, 'os', 'os', { platform: 'win32', name: 'Microsoft Windows 10 Pro', version });
    record(agentId, 'collection', 'os', { state: 'complete' });
  }
  await feed(csafZip(MSRC));
  const { findings } = (await get('/vulnerabilities')).json();
  expect(findings).toMatchObject([
    {
      agentId: told,
      cve: 'CVE-2024-43572',
      fixed: '10.0.19045.5011',
      advisory: 'KB5044273',
      severity: 'high',
    },
  ]);
  const reasons = async (agentId: string) =>
    (await get(`/agents/${agentId}/vulnerabilities`)).json().host.reasons;
  expect([await reasons(told), await reasons(mute)]).toEqual([[], ['partial-inventory']]);
});

describe('nothing is silently "no vulnerability"', () => {
  const codes = async () =>
    (await get('/vulnerabilities')).json<{ warnings: { code: string }[] }>().warnings.map(({ code }) => code);

  test('without a feed, with an old one, and of hosts that are not known', async () => {
    const agentId = await host();
    expect(await codes()).toEqual(['no-feeds', 'hosts-not-assessed']);
    await feed(osvZip(DSA));
    await tells(agentId, { openssl: '3.0.9-1' });
    expect(await codes()).toEqual([]);
    world.clock.ms += 10 * DAY;
    await heard(agentId);
    expect(await codes()).toEqual(['old-feed']);
    const { feeds } = (await get('/vulnerabilities/feeds')).json();
    expect(feeds).toMatchObject([{ ageDays: 12, old: true }]);
    world.clock.ms += 8 * DAY;
    expect(await codes()).toEqual(['old-feed', 'hosts-not-assessed']);
    expect(await listed('?state=open')).toEqual([]);
    expect(await listed()).toHaveLength(2);
    expect(await listed('?state=not-assessed')).toHaveLength(2);
  });

  test('each host says why it is not assessed', async () => {
    await feed(osvZip(DSA));
    const [windows, ubuntu, mute] = [await host(), await host(), await host()];
    await tells(windows, { x: '1' }, { id: 'windows', versionId: '10' });
    await tells(ubuntu, { openssl: '1' }, { id: 'ubuntu', versionId: '22.04' });
    const { hosts } = (await get('/vulnerabilities/hosts')).json<{
      hosts: { agentId: string; reasons: string[] }[];
    }>();
    const reasons = new Map(hosts.map(({ agentId, reasons: own }) => [agentId, own]));
    expect(reasons.get(windows)).toEqual(['unknown-system']);
    expect(reasons.get(ubuntu)).toEqual(['no-feed']);
    expect(reasons.get(mute)).toEqual(['no-inventory']);
    await feed(osvZip(UBUNTU_CVE));
    expect((await get(`/agents/${ubuntu}/vulnerabilities`)).json().host.reasons).toEqual([]);
  });
});

describe('exceptions', () => {
  const iso = (afterMs: number): string => new Date(world.clock.ms + afterMs).toISOString();
  const draft = (change: object = {}) => ({
    kind: 'vulnerability',
    name: 'no fix, port is closed',
    rules: ['CVE-2024-6387'],
    reason: 'sshd listens inside only',
    expiresAt: iso(20 * DAY),
    ...change,
  });
  async function approved(change: object = {}): Promise<number> {
    const asked = await post('/exceptions', draft(change), lan);
    expect([asked.statusCode, asked.body]).toEqual([201, expect.any(String)]);
    const { id } = asked.json<{ id: number }>();
    expect((await post(`/exceptions/${id}/approve`, {}, binh)).statusCode).toBe(200);
    return id;
  }
  let agentId: string;
  beforeEach(async () => {
    agentId = await host();
    await tells(agentId, { openssh: '1:9.2p1-2' });
    await feed(jsonBytes(TRACKER), TRACKER_DAY);
  });

  test('what is asked for hides nothing; approved it hides, says who and until; its end brings it back', async () => {
    expect(await listed()).toHaveLength(2);
    const id = await approved();
    expect(await listed()).toEqual(['CVE-2023-51767 openssh open']);
    const hidden = (await get('/vulnerabilities?state=excepted')).json();
    expect(hidden.findings).toMatchObject([
      { cve: 'CVE-2024-6387', exceptionId: id, exceptedUntil: iso(20 * DAY) },
    ]);
    world.clock.ms += 20 * DAY;
    await heard(agentId);
    await tells(agentId, { openssh: '1:9.2p1-2' });
    expect(await listed('?state=open')).toContain('CVE-2024-6387 openssh open');
  });

  test('revoked it is back at once', async () => {
    const id = await approved();
    expect(await listed('?cve=CVE-2024-6387')).toEqual([]);
    await post(`/exceptions/${id}/revoke`, { reason: 'it listens outside, too' }, binh);
    expect(await listed('?cve=CVE-2024-6387')).toEqual(['CVE-2024-6387 openssh open']);
  });

  test('by package, by host, by another name; what comes later is covered, too', async () => {
    await approved({ rules: undefined, allRules: true, fields: { 'package.name': 'openssh' }, agentId });
    expect(await listed()).toEqual([]);
    const other = await host();
    await tells(other, { openssh: '1:9.2p1-1' });
    expect(await listed()).toHaveLength(2);
    await approved({ rules: ['CVE-2023-51767'] });
    expect(await listed()).toEqual(['CVE-2024-6387 openssh open']);
    const third = await host();
    await tells(third, { openssh: '1:9.2p1-1' });
    expect(await listed()).toEqual(['CVE-2024-6387 openssh open', 'CVE-2024-6387 openssh open']);
  });

  test('a trial says what it would hide now, and that it is severe', async () => {
    await feed(jsonBytes(KEV));
    const answer = await post('/exceptions/simulate', draft(), lan);
    expect(answer.statusCode).toBe(201);
    await world.jobs.settled();
    const job = (await get(`/jobs/${answer.json<{ id: string }>().id}`, lan)).json<{
      state: string;
      result: unknown;
    }>();
    expect(simulationSchema.parse(job.result)).toMatchObject({
      hidden: 1,
      examined: 2,
      rules: [{ ruleId: 'CVE-2024-6387', hidden: 1, all: 1 }],
      severe: ['CVE-2024-6387'],
      examples: [{ message: 'openssh 1:9.2p1-2, fixed in 1:9.2p1-2+deb12u3' }],
    });
    expect(await listed()).toHaveLength(2);
  });

  test.each([
    ['a window', { window: { from: '22:00', to: '02:00', timeZone: 'Asia/Ho_Chi_Minh' } }, 'window'],
    ['everything', { rules: undefined, allRules: true }, 'condition'],
  ])('%s is no exception for vulnerabilities', async (_, change, field) => {
    const answer = await post('/exceptions', draft(change), lan);
    expect([answer.statusCode, answer.json()]).toEqual([400, expect.objectContaining({ field })]);
  });
});

describe('the list', () => {
  test('filters, facets, pages and the digest of an answer', async () => {
    const agents = [await host(), await host(), await host()];
    for (const agentId of agents) await tells(agentId, { openssh: '1:9.2p1-2', openssl: '3.0.9-1' });
    await feed(osvZip(DSA, DEBIAN_CVE));
    await feed(jsonBytes(TRACKER), TRACKER_DAY);
    expect(await listed('?package=openssl')).toHaveLength(6);
    expect(await listed('?fixable=false')).toHaveLength(3);
    expect(await listed('?severity=medium')).toHaveLength(3);
    const system = await createSystem(
      world.registry,
      { name: 'Một cửa', level: 3, lawProfile: 'vn-2026' },
      'test',
    );
    await assignHosts(world.registry, system.id, { agentIds: [agents[0] ?? ''] }, 'test');
    expect(await listed(`?systemId=${system.id}&package=openssl`)).toHaveLength(2);
    expect((await get('/vulnerabilities/facets')).json()).toMatchObject({
      findings: 12,
      hosts: 3,
      fixable: 9,
    });
    const seen: number[] = [];
    let next: string | null = '';
    while (next !== null) {
      const page: { findings: { id: number }[]; next: string | null } = (
        await get(`/vulnerabilities?limit=5${next === '' ? '' : `&after=${next}`}`)
      ).json();
      seen.push(...page.findings.map(({ id }) => id));
      ({ next } = page);
    }
    expect(new Set(seen).size).toBe(12);
    const first = await get('/vulnerabilities?limit=5');
    const again = await get('/vulnerabilities?limit=5', {
      ...soc,
      'if-none-match': String(first.headers.etag),
    });
    expect([again.statusCode, again.body]).toEqual([304, '']);
    expect((await get('/vulnerabilities/cves/CVE-2023-5678')).json()).toMatchObject({
      score: 5.3,
      hosts: { open: 3, fixed: 0 },
      packages: [{ package: 'openssl', fixed: '3.0.13-1~deb12u1', hosts: 3 }],
      aliases: ['DEBIAN-CVE-2023-5678', 'DSA-5532-1'],
    });
    expect((await get('/vulnerabilities/cves/CVE-1999-0001')).statusCode).toBe(404);
    await world.registry.db.updateTable('agent').set({ hostname: '=HYPERLINK("x")' }).execute();
    const csv = await get('/vulnerabilities/export?package=openssl&lang=en&limit=4');
    expect([csv.statusCode, csv.headers['content-type']]).toEqual([200, 'text/csv; charset=utf-8']);
    const lines = csv.body.trim().split('\r\n');
    expect(lines).toHaveLength(5);
    expect(lines[1]).toContain(`"'=HYPERLINK(""x"")"`);
  });

  test('each agency sees its own', async () => {
    const parent = await rootAgencyId(world.registry.db);
    const make = (name: string) =>
      createAgency(world.registry, { name, kind: 'department', parentId: parent }, 'test');
    const [health, tax] = [await make('Sở Y tế'), await make('Sở Tài chính')];
    await tells(await host(health.id), { openssl: '3.0.9-1' });
    await tells(await host(tax.id), { openssl: '3.0.9-1' });
    await feed(osvZip(DSA));
    const viewer = await bearer(world, 'agency-viewer', health.id);
    expect(await listed('', viewer)).toHaveLength(2);
    expect((await get('/vulnerabilities/facets', viewer)).json()).toMatchObject({ findings: 2, hosts: 1 });
    expect((await get('/vulnerabilities/cves/CVE-2023-5363', viewer)).json().hosts.open).toBe(1);
    expect((await get('/vulnerabilities/hosts', viewer)).json().hosts).toHaveLength(1);
    expect((await get(`/vulnerabilities?agencyId=${tax.id}`, viewer)).statusCode).toBe(404);
    expect((await feed(osvZip(DSA), '', viewer)).statusCode).toBe(403);
    await addUser(world, 'yen', 'soc-lead', false, health.id);
    expect((await feed(osvZip(DSA), '', await signIn(world, 'yen'))).statusCode).toBe(403);
  });
});

test('a request to an agency names what its hosts have, in the words of the template for it', async () => {
  const agentId = await host();
  await tells(agentId, { openssh: '1:9.2p1-2' });
  await feed(jsonBytes(TRACKER), TRACKER_DAY);
  await feed(jsonBytes(KEV));
  const wanted = { agentId, cve: 'CVE-2024-6387' };
  const made = await post('/requests', { vulnerabilities: [wanted] }, lan);
  expect([made.statusCode, made.json()]).toEqual([
    201,
    expect.objectContaining({ template: 'vulnerability', severity: 'critical' }),
  ]);
  expect(made.json<{ body: string }>().body).toContain('Lỗ hổng CVE-2024-6387 trên openssh');
  const absent = await post('/requests', { vulnerabilities: [{ ...wanted, cve: 'CVE-1999-1' }] }, lan);
  expect([absent.statusCode, absent.json()]).toEqual([
    400,
    expect.objectContaining({ detail: expect.stringContaining('CVE-1999-1') }),
  ]);
});

describe('files that are not taken', () => {
  test('are refused with the field, and leave nothing', async () => {
    for (const [bytes, query] of [
      ['hello', ''],
      // Without its day, and of one that is yet to come.
      [JSON.stringify(TRACKER), ''],
      [JSON.stringify(TRACKER), '&dataDate=2027-01-01'],
      // Of no system that is known.
      [JSON.stringify({ ...DSA, affected: [] }), ''],
      [Buffer.alloc(10_000_000), ''],
      [osvZip({ ...DSA, id: '../../etc/cron.d/x' }), ''],
    ] as const) {
      const answer = await feed(bytes, query);
      expect([answer.statusCode, answer.json()]).toEqual([400, expect.objectContaining({ field: 'body' })]);
    }
    expect((await get('/vulnerabilities/feeds')).json()).toMatchObject({ feeds: [] });
  });

  test('an older file, or half of one, only when somebody says so; a trial changes nothing', async () => {
    const three = { ...DSA, upstream: ['CVE-2023-0001', 'CVE-2023-0002', 'CVE-2023-0003'] };
    await feed(osvZip(three, UBUNTU_CVE));
    const fewer = { ...DSA, upstream: ['CVE-2023-0001'], modified: '2026-11-21T00:00:00Z' };
    const older = { ...three, modified: '2026-11-01T00:00:00Z' };
    const withUbuntu = (one: typeof DSA) => {
      const both = { ...one, affected: [...one.affected, ...UBUNTU_CVE.affected] };
      return osvZip(both);
    };
    for (const [wrong, why] of [
      [withUbuntu(fewer), /tells of 1/],
      [withUbuntu(older), /older/],
    ] as const) {
      const answer = await feed(wrong);
      expect([answer.statusCode, answer.body]).toEqual([400, expect.stringMatching(why)]);
      expect((await feed(wrong, '&replace=true&dryRun=true')).json()).toMatchObject({ job: null });
    }
    expect((await get('/vulnerabilities/feeds')).json().feeds).toMatchObject([
      { vulnerabilities: 4, version: 1 },
    ]);
  });
});
