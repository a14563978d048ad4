/** Assessments and the plan for what is not met, over the API. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  assessmentSchema,
  assessmentsSchema,
  explainSchema,
  gapSchema,
  gapsSchema,
  snapshotsSchema,
} from '../../../collector/api/contract-compliance-assessment.ts';
import { legalDayAt } from '../../../collector/agency/legal-day.ts';
import type { Finding } from '../../../collector/compliance/evidence/evidence-kind.ts';
import { keptFinding, snapshotOf } from '../../../collector/compliance/snapshot.ts';
import { createAgency } from '../../../collector/registry/agencies.ts';
import { writeRun } from '../../../collector/registry/compliance/snapshots.ts';
import { enrolAgent } from '../../../collector/registry/enrolment.ts';
import { createJoinToken } from '../../../collector/registry/join-tokens.ts';
import { assignHosts } from '../../../collector/registry/system-members.ts';
import { createSystem } from '../../../collector/registry/systems.ts';
import { noEvidence } from '../../support/no-evidence.ts';
import { enrolRequest } from '../registry/registry-fixture.ts';
import { bearer, buildWorld, type World } from './api-fixture.ts';

type Headers = Record<string, string>;
const ROOT = '/api/v1/compliance';
const PLAN = { owner: 'Lan', dueOn: '2027-03-31' };

let world: World;
let auditor: Headers;
let lead: Headers;
let commune: number;
let system: number;

beforeEach(async () => {
  world = await buildWorld();
  const { registry } = world;
  commune = (await createAgency(registry, { name: 'Xã', kind: 'commune', parentId: 1 }, 'test')).id;
  const wanted = { name: 'Một cửa', agencyId: 1, level: 4, lawProfile: 'vn-2026' as const };
  system = (await createSystem(registry, wanted, 'test')).id;
  await createSystem(registry, { name: '=1+1', agencyId: commune, lawProfile: 'vn-2026' }, 'test');
  for (const [index, agencyId] of [1, 1, commune].entries()) {
    const token = await createJoinToken(registry, { agencyId, uses: 1 }, 'test');
    const outcome = await enrolAgent(registry, enrolRequest(token, { machineId: `m${index}` }), '::1');
    if (!outcome.ok) throw new Error(outcome.fault);
    await assignHosts(registry, system, { agentIds: [outcome.agentId] }, 'test');
  }
  auditor = await bearer(world, 'auditor');
  lead = await bearer(world, 'soc-lead');
});
afterEach(() => world.close());

const get = (url: string, headers: Headers = auditor) =>
  world.app.inject({ method: 'GET', url: `${ROOT}${url}`, headers });
/** A kept day on which the first evidence of GV-07 has this one finding. */
async function withFinding({ registry, clock }: World, systemId: number, finding: Finding): Promise<string> {
  const { assessments, systems } = await noEvidence(registry, ['GV-07']).assess({ systemIds: [systemId] });
  const bodies = assessments.map((assessment) => snapshotOf(assessment, { catalogue: '', ...systems }));
  for (const { controls } of bodies)
    for (const { evidence } of controls) for (const one of evidence) one.findings = [keptFinding(finding)];
  const day = legalDayAt(clock.ms);
  await writeRun(registry, { day, atMs: clock.ms, actor: 'user:lan' }, bodies);
  return day;
}

/** A few controls, so that a run takes no time. */
const keep = () => noEvidence(world.registry, ['CF-01', 'LG-06', 'GV-01']).snapshot('user:lan');

test('before anything was kept a system is asked now, and nothing is shown for a day', async () => {
  expect((await get('/assessments')).json()).toEqual({ day: null, systems: [], next: null });
  const now = assessmentSchema.parse((await get(`/systems/${system}/assessment`)).json());
  expect(now).toMatchObject({ kept: false, level: 4, hosts: 3, hostsReporting: 0 });
  expect(now.score.total).toBe(now.controls.length);
  expect(now.controls.find(({ id }) => id === 'LG-06')).toMatchObject({ group: 'LG' });
  expect((await get(`/systems/${system}/assessment?day=2026-01-01`)).statusCode).toBe(404);
});

test('what was kept is listed by page, read with its ETag, and its day proved', async () => {
  await keep();
  const first = assessmentsSchema.parse((await get('/assessments?limit=1')).json());
  const second = assessmentsSchema.parse((await get(`/assessments?limit=1&after=${first.next}`)).json());
  expect([...first.systems, ...second.systems].map(({ systemName, level }) => [systemName, level])).toEqual([
    ['Một cửa', 4],
    ['=1+1', null],
  ]);
  expect(second.next).toBeNull();
  const kept = await get(`/systems/${system}/assessment`);
  expect(kept.headers['etag']).toBe(`"${first.systems[0]?.digest}"`);
  expect(assessmentSchema.parse(kept.json())).toMatchObject({ kept: true, controls: { length: 3 } });
  expect((await get(`/snapshots/${first.day}`)).json()).toMatchObject({ proved: true, systems: 2 });
  expect(snapshotsSchema.parse((await get('/snapshots')).json()).runs).toHaveLength(1);
});

test('the evidence page has the query, the counts and the hosts that fail, by page', async () => {
  world.clock.ms += 10 * 86_400_000;
  const url = `/systems/${system}/controls/LG-06?limit=2`;
  const first = explainSchema.parse((await get(url)).json());
  expect(first).toMatchObject({ status: 'not-met', clause: expect.any(String), kept: false });
  expect(first.evidence[0]).toMatchObject({ kind: 'agent-reporting', counts: { notMet: 3 } });
  expect(first.evidence[0]?.query.vi).toContain('24 giờ');
  const second = explainSchema.parse((await get(`${url}&after=${first.next}`)).json());
  expect([first.findings.length, second.findings.length, second.next]).toEqual([2, 1, null]);
  expect(first.findings[0]?.reason.text.en).toContain('never reported');
  expect((await get(`/systems/${system}/controls/ZZ-01`)).statusCode).toBe(404);
  expect((await get(`/systems/${system}/controls/LG-06?after=x`)).statusCode).toBe(400);
});

test('who sees a part of the tree sees its systems only', async () => {
  await keep();
  const narrow = await bearer(world, 'agency-operator', commune);
  const list = assessmentsSchema.parse((await get('/assessments', narrow)).json());
  expect(list.systems.map(({ systemName }) => systemName)).toEqual(['=1+1']);
  for (const url of [`/systems/${system}/assessment`, `/systems/${system}/controls/CF-01`])
    expect((await get(url, narrow)).statusCode).toBe(404);
  expect((await get('/snapshots', narrow)).statusCode).toBe(403);
});

test('hosts of agencies that the caller does not see are counted and not named', async () => {
  await world.registry.db
    .updateTable('information_system')
    .set({ operator_agency_id: commune })
    .where('id', '=', system)
    .execute();
  const narrow = await bearer(world, 'agency-operator', commune);
  const view = explainSchema.parse((await get(`/systems/${system}/controls/LG-06`, narrow)).json());
  expect(view.findings).toHaveLength(1);
  const { counts } = view.evidence[0] ?? {};
  expect(Object.values(counts ?? {}).reduce((sum, count) => sum + count, 0)).toBe(3);
});

test('of the centre whoever sees a part is told the verdict in words, without counts and names', async () => {
  const db = world.registry.db;
  await db
    .updateTable('information_system')
    .set({ operator_agency_id: commune })
    .where('id', '=', system)
    .execute();
  const narrow = await bearer(world, 'agency-viewer', commune);
  const [all, part] = await Promise.all(
    [auditor, narrow].map(async (headers) =>
      explainSchema.parse((await get(`/systems/${system}/controls/LG-12`, headers)).json()),
    ),
  );
  expect(all?.findings[0]?.reason.text.en).toMatch(/^\d+ accounts may read logs \(machines/);
  expect(part?.findings[0]).toMatchObject({
    about: 'centre',
    result: all?.findings[0]?.result,
    observed: '',
    reason: {
      code: all?.findings[0]?.reason.code,
      args: {},
      text: { en: 'Who may read logs is known, and acts are on the trail' },
    },
  });
  await noEvidence(world.registry, ['LG-13', 'MO-02']).snapshot('user:lan');
  const kept = assessmentSchema.parse((await get(`/systems/${system}/assessment`, narrow)).json());
  const whole = assessmentSchema.parse((await get(`/systems/${system}/assessment`)).json());
  expect(kept.controls.map(({ id, status }) => [id, status])).toEqual(
    whole.controls.map(({ id, status }) => [id, status]),
  );
  const short = kept.controls.find(({ id }) => id === 'MO-02');
  expect(short?.reason).toMatchObject({ args: {}, text: { en: 'Fewer rules are on than are asked for' } });
  expect(whole.controls.find(({ id }) => id === 'MO-02')?.reason?.text.en).toMatch(/\d+ rules are on/);
});

test('what was seen of a system as a whole names no host to whoever does not see all of them', async () => {
  const fault = await world.registry.db
    .updateTable('information_system')
    .set({ operator_agency_id: commune })
    .where('id', '=', system)
    .executeTakeFirst();
  expect(fault.numUpdatedRows).toBe(1n);
  const seen = {
    subject: { kind: 'system' as const },
    result: 'not-met' as const,
    observed: 'host-1, host-2',
  };
  const finding = { ...seen, reason: { code: 'no-hosts', args: {} }, atMs: world.clock.ms };
  const named = await withFinding(world, system, finding);
  const narrow = await bearer(world, 'agency-viewer', commune);
  const url = `/systems/${system}/controls/GV-07?day=${named}`;
  const observed = async (headers: Headers) =>
    explainSchema.parse((await get(url, headers)).json()).findings.map((one) => one.observed);
  expect(await observed(auditor)).toEqual(['host-1, host-2']);
  expect(await observed(narrow)).toEqual(['']);
});

test('a plan is written for a control of the profile, by whoever read it last, and becomes a request', async () => {
  const url = `${ROOT}/systems/${system}/gaps/CF-01`;
  const put = (headers: Headers, payload: object = PLAN, of = url) =>
    world.app.inject({ method: 'PUT', url: of, headers, payload });
  expect((await put(auditor)).statusCode).toBe(403);
  expect((await put(lead, PLAN, `${ROOT}/systems/${system}/gaps/ZZ-01`)).statusCode).toBe(404);
  expect((await put(lead, { ...PLAN, dueOn: '2027-02-30' })).statusCode).toBe(400);
  const made = await put(lead);
  expect(made.headers['etag']).toBe('"1"');
  expect(gapSchema.parse(made.json())).toMatchObject({
    ...PLAN,
    state: 'planned',
    status: null,
    late: false,
  });
  expect((await put({ ...lead, 'if-match': '"7"' })).statusCode).toBe(412);
  const request = () => world.app.inject({ method: 'POST', url: `${url}/request`, headers: lead });
  expect((await request()).statusCode).toBe(404);
  await keep();
  const asked = await request();
  expect(asked.statusCode).toBe(201);
  expect(gapSchema.parse(asked.json()).requestId).not.toBeNull();
  world.clock.ms = Date.parse('2027-04-01T00:00:00+07:00');
  const late = gapsSchema.parse((await get('/gaps?late=true', await bearer(world, 'auditor'))).json());
  expect(late.gaps).toMatchObject([{ control: 'CF-01', late: true, status: 'not-assessed' }]);
});
