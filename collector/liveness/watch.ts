/**
 * Decides who is silent. Invariants: a host is missed only in time in which it is expected; what many hosts of a site
 * share is one silence of the site, not one of each; nobody is missed for time in which the collector did not listen.
 */
import { hourOfWeek, isWorkTime, type WorkCalendar } from './calendar.ts';
import { isUsual, type Habit } from './habit.ts';

/** `always`: servers. `office`: in the agency's working hours, as far as the host is usually there. */
export const PROFILES = ['always', 'office'] as const;
export type Profile = (typeof PROFILES)[number];

export interface WatchedAgent {
  agentId: string;
  hostname: string;
  agencyId: number;
  network: string;
  profile: Profile;
  calendar: WorkCalendar;
  habit: Habit;
  /** Null while it is connected. */
  offlineMs: number | null;
}

export interface OpenSilence {
  kind: 'agent' | 'site' | 'channel';
  subject: string;
}

export interface AgentSilence {
  kind: 'agent';
  subject: string;
  agent: WatchedAgent;
  sinceMs: number;
}

export interface SiteSilence {
  kind: 'site';
  subject: string;
  agencyId: number;
  network: string;
  sinceMs: number;
  /** Hosts that are away, of those that are expected. */
  away: number;
  expected: number;
}

export interface WatchResult {
  begun: (AgentSilence | SiteSilence)[];
  /** Subjects of open silences that are over. */
  ended: OpenSilence[];
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

export const WATCH = {
  /** After the collector's start: everybody has to come back first. */
  graceMs: 10 * MINUTE_MS,
  /** Expected time without a session before a host is missed. */
  afterMs: { always: 15 * MINUTE_MS, office: 22 * HOUR_MS },
  /** The same for a site; longer when its hosts had left before it was expected, as every evening. */
  siteAfterMs: 5 * MINUTE_MS,
  siteAfterNightMs: 2 * HOUR_MS,
  siteHostsMin: 3,
  siteShareMin: 0.8,
  /** The line is back when no more than this share is away. */
  siteShareBack: 0.5,
  /** Looking back further than this adds nothing. */
  lookBackMs: 14 * 24 * HOUR_MS,
} as const;

const STEP_MS = 5 * MINUTE_MS;

export function siteOf(agent: Pick<WatchedAgent, 'agencyId' | 'network'>): string {
  return `${agent.agencyId}/${agent.network}`;
}

export function isExpected({ profile, calendar, habit }: WatchedAgent, ms: number): boolean {
  if (profile === 'always') return true;
  return isWorkTime(calendar, ms) && isUsual(habit, hourOfWeek(calendar, ms)) !== false;
}

/** Expected time in [fromMs, toMs], up to `enoughMs`: beyond, nobody asks. In steps of five minutes. */
export function expectedMs(agent: WatchedAgent, fromMs: number, toMs: number, enoughMs: number): number {
  if (agent.profile === 'always') return Math.max(0, toMs - fromMs);
  let sum = 0;
  for (let at = Math.max(fromMs, toMs - WATCH.lookBackMs); at < toMs && sum < enoughMs; at += STEP_MS) {
    if (isExpected(agent, at)) sum += Math.min(STEP_MS, toMs - at);
  }
  return sum;
}

export interface WatchInput {
  agents: readonly WatchedAgent[];
  open: readonly OpenSilence[];
  nowMs: number;
  /** Since when the collector listens. */
  startedMs: number;
}

export function watch({ agents, open, nowMs, startedMs }: WatchInput): WatchResult {
  const result: WatchResult = { begun: [], ended: [] };
  const openSites = new Set(open.filter(({ kind }) => kind === 'site').map(({ subject }) => subject));
  const openAgents = new Set(open.filter(({ kind }) => kind === 'agent').map(({ subject }) => subject));
  const sites = Map.groupBy(agents, siteOf);
  const silentSites = new Set<string>();
  const listening = nowMs - startedMs >= WATCH.graceMs;

  for (const [subject, hosts] of sites) {
    const expected = hosts.filter((host) => isExpected(host, nowMs));
    const away = expected.filter(({ offlineMs }) => offlineMs !== null);
    if (openSites.has(subject)) {
      // At night nobody is expected, and nobody can tell: it goes on until somebody is back.
      const back = hosts.some(({ offlineMs }) => offlineMs === null);
      if (back && away.length <= expected.length * WATCH.siteShareBack)
        result.ended.push({ kind: 'site', subject });
      else silentSites.add(subject);
      continue;
    }
    if (!listening || !isSiteSilent(expected, away, nowMs, startedMs)) continue;
    silentSites.add(subject);
    const [first] = hosts;
    if (first === undefined) continue;
    result.begun.push({
      kind: 'site',
      subject,
      agencyId: first.agencyId,
      network: first.network,
      sinceMs: Math.min(...away.map(({ offlineMs }) => offlineMs ?? nowMs)),
      away: away.length,
      expected: expected.length,
    });
  }
  for (const subject of openSites) if (!sites.has(subject)) result.ended.push({ kind: 'site', subject });

  const watched = new Set<string>();
  for (const agent of agents) {
    watched.add(agent.agentId);
    const { agentId: subject, offlineMs } = agent;
    if (offlineMs === null) {
      if (openAgents.has(subject)) result.ended.push({ kind: 'agent', subject });
      continue;
    }
    if (openAgents.has(subject) || !listening || silentSites.has(siteOf(agent))) continue;
    const afterMs = WATCH.afterMs[agent.profile];
    if (expectedMs(agent, Math.max(offlineMs, startedMs), nowMs, afterMs) < afterMs) continue;
    result.begun.push({ kind: 'agent', subject, agent, sinceMs: offlineMs });
  }
  for (const subject of openAgents) if (!watched.has(subject)) result.ended.push({ kind: 'agent', subject });
  return result;
}

function isSiteSilent(
  expected: readonly WatchedAgent[],
  away: readonly WatchedAgent[],
  nowMs: number,
  startedMs: number,
): boolean {
  if (expected.length < WATCH.siteHostsMin || away.length < expected.length * WATCH.siteShareMin)
    return false;
  return away.every((host) => {
    const offlineMs = Math.max(host.offlineMs ?? nowMs, startedMs);
    // Gone while it was expected, and expected ever since: not the evening, nor a night in between.
    const sameShift = isExpected(host, offlineMs) && nowMs - offlineMs < 8 * HOUR_MS;
    const afterMs = sameShift ? WATCH.siteAfterMs : WATCH.siteAfterNightMs;
    return expectedMs(host, offlineMs, nowMs, afterMs) >= afterMs;
  });
}
