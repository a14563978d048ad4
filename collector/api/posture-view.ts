/** Postures as the API and the command line show them: the store's last words with the hosts of the registry. */
import type { PostureResult } from '../protocol/posture-record.ts';
import type { AgencyScope } from '../registry/agencies.ts';
import { agentPages, type AgentRecord } from '../registry/agents.ts';
import type { Registry } from '../registry/database.ts';
import { isoTime } from '../registry/iso-time.ts';
import type { PostureReader } from '../store/posture-store.ts';
import type { PostureChecksView, PostureCounts, PostureView } from './contract-posture.ts';

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
  { posture }: Pick<PosturePorts, 'posture'>,
  agent: AgentRecord,
  asked: PostureAsked,
): Promise<PostureView> {
  const found = await posture.states({
    ...asked,
    agentIds: [agent.id],
    fromMs: asked.atMs - REACH_MS,
    limit: RESULTS_MAX,
  });
  const counts = none();
  for (const { result } of found) counts[result] += 1;
  return {
    agentId: agent.id,
    hostname: agent.hostname,
    at: isoTime(asked.atMs),
    counts,
    results: found.map(({ agentId: _agentId, timeMs, exceptedUntilMs, controls, ...rest }) => ({
      ...rest,
      controls: [...controls],
      exceptedUntil: exceptedUntilMs === undefined ? null : isoTime(exceptedUntilMs),
      toldAt: isoTime(timeMs),
    })),
  };
}

/** How hosts stand, check by check. */
export async function summarizePosture(
  { registry, posture }: PosturePorts,
  asked: PostureAsked & { scope: AgencyScope; agencyId?: number | undefined },
): Promise<PostureChecksView> {
  const { scope, agencyId, ...query } = asked;
  const agentIds: string[] = [];
  for await (const page of agentPages(registry, scope, { agencyId, states: ['active'] }))
    agentIds.push(...page.map(({ id }) => id));
  const checks = new Map<string, PostureChecksView['checks'][number]>();
  for (const some of portions(agentIds)) {
    const counts = await posture.counts({
      ...query,
      agentIds: some,
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
  const order = [...checks].toSorted(([left], [right]) => (left < right ? -1 : 1));
  return { at: isoTime(asked.atMs), checks: order.map(([, check]) => check) };
}

/** Hosts asked for in one query: they travel in its address. */
const AGENTS_PER_QUERY = 200;

function* portions(agentIds: readonly string[]): Generator<readonly string[]> {
  for (let at = 0; at < agentIds.length; at += AGENTS_PER_QUERY)
    yield agentIds.slice(at, at + AGENTS_PER_QUERY);
}
