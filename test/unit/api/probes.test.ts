/** GET /probes: state and uptime of probed systems, within the caller's scope. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { probesSchema } from '../../../collector/api/contract-probes.ts';
import type { ProbesView } from '../../../collector/api/contract-probes.ts';
import { createAgency } from '../../../collector/registry/agencies.ts';
import { enrolAgent } from '../../../collector/registry/enrolment.ts';
import { createJoinToken } from '../../../collector/registry/join-tokens.ts';
import type { ProbeSpan, ToldTarget } from '../../../collector/store/probe-store.ts';
import { enrolRequest } from '../registry/registry-fixture.ts';
import { bearer, buildWorld, type World } from './api-fixture.ts';

const HOUR_MS = 3_600_000;
let world: World;
let agentId: string;

beforeEach(async () => {
  world = await buildWorld();
  const token = await createJoinToken(world.registry, { uses: 1 }, 'test');
  const outcome = await enrolAgent(world.registry, enrolRequest(token), '127.0.0.1');
  if (!outcome.ok) throw new Error(outcome.fault);
  ({ agentId } = outcome);
});
afterEach(() => world.close());

const span = (upMs: number, downMs: number): ProbeSpan => ({
  checks: 12,
  failures: 1,
  upMs,
  downMs,
  quietMs: 0,
});

function told(name: string, more: Partial<ToldTarget> = {}): ToldTarget {
  const nowMs = world.clock.now();
  return {
    agentId,
    name,
    target: `https://${name}.example.gov.vn/`,
    lastMs: nowMs - 60_000,
    aspects: [],
    summary: undefined,
    day: span(HOUR_MS, 0),
    month: span(3 * HOUR_MS, HOUR_MS),
    ...more,
  };
}

async function get(query = '', role: Parameters<typeof bearer>[1] = 'agency-viewer'): Promise<ProbesView> {
  const answer = await world.app.inject({
    url: `/api/v1/probes${query}`,
    headers: await bearer(world, role),
  });
  expect(answer.statusCode).toBe(200);
  return probesSchema.parse(answer.json());
}

test('the worst first, with uptime of a day and of a month', async () => {
  const nowMs = world.clock.now();
  const failed = {
    aspect: 'tls',
    state: 'failed',
    findings: ['expired'],
    reason: '',
    timeMs: nowMs - HOUR_MS,
  };
  const fine = { aspect: 'reachability', state: 'ok', findings: [], reason: '', timeMs: nowMs - HOUR_MS };
  world.probes.push(
    told('good', { aspects: [fine] }),
    told('bad', { aspects: [fine, failed] }),
    told('silent', { lastMs: nowMs - 4 * HOUR_MS, day: span(0, 0) }),
  );
  const { targets, more } = await get();
  expect(more).toBe(false);
  expect(targets.map(({ name, state, isStale }) => [name, state, isStale])).toEqual([
    ['bad', 'failed', false],
    ['good', 'ok', false],
    ['silent', 'unknown', true],
  ]);
  expect(targets[0]).toMatchObject({ agentId, uptime: { day: { percent: 100 }, month: { percent: 75 } } });
  expect(targets[2]?.uptime.day.percent).toBeNull();
});

test('a summary tells of what has settled since, and of what was told before the span', async () => {
  const nowMs = world.clock.now();
  const changed = {
    aspect: 'dns',
    state: 'changed',
    findings: ['addresses-changed'],
    reason: '',
    timeMs: nowMs - 2 * HOUR_MS,
  };
  const facts = {
    'state.dns': 'ok',
    'state.page': 'degraded',
    certificateEndsMs: nowMs + HOUR_MS,
    responseMsMean: 42,
    baseline: '0123456789abcdef',
    accepted: true,
  };
  world.probes.push(told('portal', { aspects: [changed], summary: { timeMs: nowMs - HOUR_MS, facts } }));
  const [target] = (await get()).targets;
  expect(target).toMatchObject({
    state: 'degraded',
    responseMs: 42,
    certificateEndsAt: new Date(nowMs + HOUR_MS).toISOString(),
    domainEndsAt: null,
    page: { baseline: '0123456789abcdef', isAccepted: true, candidate: '' },
  });
  expect(target?.aspects).toEqual([
    expect.objectContaining({ aspect: 'dns', state: 'ok', findings: [] }),
    expect.objectContaining({ aspect: 'page', state: 'degraded', toldAt: null }),
  ]);
});

test('of other agencies there is nothing, and an answer is bounded', async () => {
  world.probes.push(...Array.from({ length: 5 }, (_, index) => told(`p${index}`)));
  const other = await createAgency(
    world.registry,
    { name: 'Sở khác', kind: 'department' as const, parentId: 1 },
    'test',
  );
  expect((await get(`?agencyId=${other.id}`)).targets).toEqual([]);
  expect(await get('?limit=2')).toMatchObject({ more: true, targets: [{ name: 'p0' }, { name: 'p1' }] });
  expect((await get(`?agentId=${agentId}`)).targets).toHaveLength(5);
  const refused = await world.app.inject({
    url: '/api/v1/probes?limit=0',
    headers: await bearer(world, 'agency-viewer'),
  });
  expect(refused.statusCode).toBe(400);
  expect((await world.app.inject({ url: '/api/v1/probes' })).statusCode).toBe(401);
});
