/** Probed targets as the API and the command line show them: within a scope, the worst first. */
import type { FieldValue } from '../normalize/event.ts';
import type { AgencyScope } from '../registry/agencies.ts';
import { agentPages, type AgentRecord } from '../registry/agents.ts';
import type { Registry } from '../registry/database.ts';
import type { ProbeReader, ProbeSpan, ToldTarget } from '../store/probe-store.ts';
import type { ProbeTargetView, ProbesView } from './contract-probes.ts';

type State = ProbeTargetView['state'];

/** The worst first. */
const STATES: readonly State[] = ['failed', 'degraded', 'changed', 'not-assessed', 'ok', 'unknown'];
/** Summaries come by the hour. */
const STALE_MS = 3 * 3_600_000;
/** What is read to be sorted and cut. */
const EXAMINED_MAX = 20_000;

export interface ProbesViewQuery {
  scope: AgencyScope;
  agencyId?: number | undefined;
  agentId?: string | undefined;
  limit: number;
  nowMs: number;
}

export async function showProbes(
  { registry, probes }: { registry: Registry; probes: ProbeReader },
  { scope, agencyId, agentId, limit, nowMs }: ProbesViewQuery,
): Promise<ProbesView> {
  const agents = new Map<string, AgentRecord>();
  for await (const page of agentPages(registry, scope, { agencyId, states: ['active', 'replaced'] })) {
    for (const agent of page) if (agentId === undefined || agent.id === agentId) agents.set(agent.id, agent);
  }
  const everyone = scope.kind === 'all' && agencyId === undefined && agentId === undefined;
  const agentIds = everyone ? undefined : [...agents.keys()];
  const told = await probes.targets({ nowMs, agentIds, limit: EXAMINED_MAX });
  const targets = told.flatMap((target) => {
    const agent = agents.get(target.agentId);
    return agent === undefined ? [] : [toView(target, agent, nowMs)];
  });
  const rank = ({ state }: ProbeTargetView): number => STATES.indexOf(state);
  targets.sort((left, right) => rank(left) - rank(right) || (left.name < right.name ? -1 : 1));
  return {
    at: iso(nowMs),
    targets: targets.slice(0, limit),
    more: targets.length > limit || told.length >= EXAMINED_MAX,
  };
}

function toView(told: ToldTarget, agent: AgentRecord, nowMs: number): ProbeTargetView {
  const facts = told.summary?.facts ?? {};
  const aspects = aspectsOf(told);
  return {
    agentId: told.agentId,
    hostname: agent.hostname,
    agencyId: agent.agencyId,
    name: told.name,
    target: told.target,
    state: STATES.find((state) => aspects.some((one) => one.state === state)) ?? 'unknown',
    isStale: nowMs - told.lastMs > STALE_MS,
    lastAt: iso(told.lastMs),
    aspects,
    certificateEndsAt: timeOf(facts['certificateEndsMs']),
    domainEndsAt: timeOf(facts['domainEndsMs']),
    responseMs: numberOf(facts['responseMsMean']),
    page: pageOf(facts),
    uptime: { day: uptimeOf(told.day), month: uptimeOf(told.month) },
  };
}

/** What was told as a change, and what a later summary says of it. A change of the moment is over at the next summary. */
function aspectsOf({ aspects, summary }: ToldTarget): ProbeTargetView['aspects'] {
  const shown = new Map<string, ProbeTargetView['aspects'][number]>();
  for (const { aspect, state, findings, reason, timeMs } of aspects) {
    shown.set(aspect, {
      aspect,
      state: stateOf(state),
      findings: [...findings],
      reason,
      toldAt: iso(timeMs),
    });
  }
  for (const [name, value] of Object.entries(summary?.facts ?? {})) {
    const aspect = /^state\.(.+)$/.exec(name)?.[1];
    if (aspect === undefined) continue;
    const known = shown.get(aspect);
    const state = stateOf(value);
    if (known === undefined) shown.set(aspect, { aspect, state, findings: [], reason: '', toldAt: null });
    else if ((summary?.timeMs ?? 0) > Date.parse(known.toldAt ?? '') && known.state !== state) {
      shown.set(aspect, { ...known, state, findings: state === 'ok' ? [] : known.findings });
    }
  }
  return [...shown.values()];
}

function stateOf(value: FieldValue | undefined): State {
  return STATES.find((state) => state === value) ?? 'unknown';
}

function uptimeOf(span: ProbeSpan): ProbeTargetView['uptime']['day'] {
  const watched = span.upMs + span.downMs;
  return { percent: watched === 0 ? null : Math.floor((span.upMs / watched) * 100_000) / 1_000, ...span };
}

function pageOf(facts: Readonly<Record<string, FieldValue>>): ProbeTargetView['page'] {
  const { baseline, candidate, accepted } = facts;
  if (typeof baseline !== 'string') return null;
  return {
    baseline,
    isAccepted: accepted === true,
    candidate: typeof candidate === 'string' ? candidate : '',
  };
}

function numberOf(value: FieldValue | undefined): number | null {
  return typeof value === 'number' ? value : null;
}

function timeOf(value: FieldValue | undefined): string | null {
  return typeof value === 'number' && Math.abs(value) <= 8.64e15 ? iso(value) : null;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
