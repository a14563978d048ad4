/** Postures as the API and the command line show them: the store's last words with the hosts of the registry. */
import { postureExceptions, type PostureHost } from '../services/fleet/posture-exceptions.ts';
import type { PostureResult } from '../protocol/posture-record.ts';
import type { AgencyScope } from '../registry/agencies.ts';
import { agentPages, type AgentRecord } from '../registry/agents.ts';
import type { Registry } from '../registry/database.ts';
import { isoTime } from '../registry/iso-time.ts';
import type { PostureReader } from '../store/posture-store.ts';
import type { PostureChecksView, PostureCounts, PostureHostsView, PostureView } from './contract-posture.ts';

export interface PosturePorts {
  registry: Registry;
  posture: PostureReader;
}

export interface PostureAsked {
  atMs: number;
  policy?: string | undefined;
  check?: string | undefined;
  control?: string | undefined;
}

/** A host tells everything again at least this often (`fullEveryMs` of its settings, 31 days at most), and may be off for a while. */
const REACH_MS = 62 * 86_400_000;
const RESULTS_MAX = 20_000;

const none = (): PostureCounts => ({ pass: 0, fail: 0, 'not-applicable': 0, 'not-assessed': 0, excepted: 0 });

export async function showPosture(
  { registry, posture }: PosturePorts,
  agent: AgentRecord,
  asked: PostureAsked,
): Promise<PostureView> {
  const found = await posture.states({
    ...asked,
    agentIds: [agent.id],
    fromMs: asked.atMs - REACH_MS,
    limit: RESULTS_MAX,
  });
  const exceptions = await postureExceptions(registry.db, [agent], asked.atMs);
  const results = found.map((state): PostureView['results'][number] => {
    const { agentId: _agentId, timeMs, exceptedUntilMs, controls, ...rest } = state;
    const covered = state.result === 'fail' ? exceptions?.cover(agent, state) : undefined;
    const untilMs = covered?.expiresMs ?? exceptedUntilMs;
    return {
      ...rest,
      result: covered === undefined ? rest.result : 'excepted',
      controls: [...controls],
      exceptedUntil: untilMs === undefined ? null : isoTime(untilMs),
      exceptionId: covered?.id ?? null,
      toldAt: isoTime(timeMs),
    };
  });
  const counts = none();
  for (const { result } of results) counts[result] += 1;
  return {
    agentId: agent.id,
    hostname: agent.hostname,
    at: isoTime(asked.atMs),
    counts,
    results,
  };
}

/** How hosts stand, check by check. */
export async function summarizePosture(
  { registry, posture }: PosturePorts,
  asked: PostureAsked & { scope: AgencyScope; agencyId?: number | undefined },
): Promise<PostureChecksView> {
  const { scope, agencyId, ...query } = asked;
  const agents = await hostsIn(registry, scope, agencyId);
  const checks = new Map<string, PostureChecksView['checks'][number]>();
  for (const some of portions(agents, AGENTS_PER_QUERY)) {
    const counts = await posture.counts({
      ...query,
      agentIds: some.map(({ id }) => id),
      fromMs: query.atMs - REACH_MS,
      limit: RESULTS_MAX,
    });
    for (const { policy, check, result, hosts, controls, title, severity } of counts) {
      const key = `${policy} ${check}`;
      const entry = checks.get(key) ?? {
        policy,
        check,
        title,
        severity,
        controls: [...controls],
        hosts: none(),
      };
      entry.hosts[result satisfies PostureResult] += hosts;
      checks.set(key, entry);
    }
  }
  for (const { policy, check } of await coveredFailures({ registry, posture }, agents, query)) {
    const hosts = checks.get(`${policy} ${check}`)?.hosts;
    // Hosts may have told more between the two questions.
    if (hosts === undefined || hosts.fail === 0) continue;
    hosts.fail -= 1;
    hosts.excepted += 1;
  }
  const order = [...checks].toSorted(([left], [right]) => (left < right ? -1 : 1));
  return { at: isoTime(asked.atMs), checks: order.map(([, check]) => check) };
}

/** How each host stands, in numbers of checks. */
export async function countHostPostures(
  { registry, posture }: PosturePorts,
  asked: PostureAsked & { scope: AgencyScope; agencyId?: number | undefined },
): Promise<PostureHostsView> {
  const { scope, agencyId, ...query } = asked;
  const agents = await hostsIn(registry, scope, agencyId);
  const hosts = new Map<string, PostureCounts>();
  for (const some of portions(agents, AGENTS_PER_QUERY)) {
    const found = await posture.hosts({
      ...query,
      agentIds: some.map(({ id }) => id),
      fromMs: query.atMs - REACH_MS,
      limit: RESULTS_MAX,
    });
    for (const { agentId, result, checks } of found) {
      const counts = hosts.get(agentId) ?? none();
      counts[result] += checks;
      hosts.set(agentId, counts);
    }
  }
  for (const { agentId } of await coveredFailures({ registry, posture }, agents, query)) {
    const counts = hosts.get(agentId);
    // Hosts may have told more between the two questions.
    if (counts === undefined || counts.fail === 0) continue;
    counts.fail -= 1;
    counts.excepted += 1;
  }
  return { at: isoTime(asked.atMs), hosts: [...hosts].map(([agentId, checks]) => ({ agentId, checks })) };
}

async function hostsIn(
  registry: Registry,
  scope: AgencyScope,
  agencyId: number | undefined,
): Promise<PostureHost[]> {
  const agents: PostureHost[] = [];
  for await (const page of agentPages(registry, scope, { agencyId, states: ['active'] }))
    agents.push(
      ...page.map(({ id, agencyId: ofAgency, hostname }) => ({ id, agencyId: ofAgency, hostname })),
    );
  return agents;
}

/** Hosts asked for in one query: they travel in its address. */
const AGENTS_PER_QUERY = 200;

/** Of these every check is read. */
const AGENTS_PER_PAGE = 50;

/** Failed checks that the register covers, one for each host; only hosts that it reaches are asked for. */
async function coveredFailures(
  { registry, posture }: PosturePorts,
  agents: readonly PostureHost[],
  asked: PostureAsked,
): Promise<{ agentId: string; policy: string; check: string }[]> {
  const exceptions = await postureExceptions(registry.db, agents, asked.atMs);
  if (exceptions === undefined) return [];
  const covered: { agentId: string; policy: string; check: string }[] = [];
  const reached = agents.filter((agent) => exceptions.reach(agent));
  for (const some of portions(reached, AGENTS_PER_PAGE)) {
    const byId = new Map(some.map((agent) => [agent.id, agent]));
    const states = await posture.states({
      ...asked,
      agentIds: [...byId.keys()],
      fromMs: asked.atMs - REACH_MS,
      limit: RESULTS_MAX,
    });
    for (const state of states) {
      const agent = byId.get(state.agentId);
      if (agent === undefined || state.result !== 'fail') continue;
      if (exceptions.cover(agent, state) !== undefined) covered.push(state);
    }
  }
  return covered;
}

function* portions<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}
