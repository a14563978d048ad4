/** How a machine of the list stands, and what that makes of an agency. Pure; the moment and the newest version are arguments. */
import { compareReleases } from './compare-releases.ts';
import type { KnownHost, ListedMachine } from './match-machines.ts';
import { isUnfit, type RefusalReason } from './refusal-reason.ts';

/** The first four have an agent; `unlisted` has one and is not on the list. */
export const MACHINE_STATES = [
  'reporting',
  'outdated',
  'silent',
  'pending',
  'revoked',
  'refused',
  'not-assessed',
  'missing',
  'unlisted',
] as const;
export type MachineState = (typeof MACHINE_STATES)[number];

export const INSTALLED_STATES: readonly MachineState[] = ['reporting', 'outdated', 'silent', 'pending'];
/** Those that somebody has to see to, since no agent is there. */
export const MISSING_STATES: readonly MachineState[] = ['revoked', 'refused', 'not-assessed', 'missing'];

/** A host that nobody misses by its hours is silent all the same after so long. */
export const SILENT_AFTER_MS = 14 * 86_400_000;

export interface ToldRefusal {
  reason: RefusalReason;
  osName: string;
  osVersion: string;
  arch: string;
  lastMs: number;
}

export interface Standing {
  state: MachineState;
  /** Silent or revoked since, refused last; null: does not apply. */
  sinceMs: number | null;
  reason: RefusalReason | 'forwards' | null;
}

/** A host with an agent. */
export function judgeHost(host: KnownHost, nowMs: number, newest: string): Standing {
  const { state, isOnline, seenMs, silentSinceMs, enrolledMs, version } = host;
  if (state !== 'active') return { state, sinceMs: seenMs ?? enrolledMs, reason: null };
  if (!isOnline) {
    const lastMs = seenMs ?? enrolledMs;
    if (seenMs === null || silentSinceMs !== null || nowMs - lastMs > SILENT_AFTER_MS)
      return { state: 'silent', sinceMs: silentSinceMs ?? lastMs, reason: null };
  }
  const isOld = compareReleases(version, newest) < 0;
  return { state: isOld ? 'outdated' : 'reporting', sinceMs: null, reason: null };
}

export function judgeMachine(
  machine: ListedMachine,
  found: { host: KnownHost | undefined; refusal: ToldRefusal | undefined },
  nowMs: number,
  newest: string,
): Standing {
  const { host, refusal } = found;
  // A refusal that came after the agent was revoked says more than the old agent does.
  const isOver = host?.state === 'revoked' && (refusal?.lastMs ?? 0) > host.enrolledMs;
  if (host !== undefined && !isOver) return judgeHost(host, nowMs, newest);
  if (refusal !== undefined) {
    const { reason, lastMs } = refusal;
    return { state: isUnfit(reason) ? 'not-assessed' : 'refused', sinceMs: lastMs, reason };
  }
  if (machine.forwardsTo !== '') return { state: 'not-assessed', sinceMs: null, reason: 'forwards' };
  return { state: 'missing', sinceMs: null, reason: null };
}

export interface InstalledSummary {
  /** Null: neither a list nor a number says how many there are. */
  expected: number | null;
  listed: number;
  /** With an agent, as far as they are expected. */
  installed: number;
  /** Expected and without an agent; null: not known. */
  missing: number | null;
  /** Expected by the number and not on the list. */
  unnamed: number;
  /** The list holds more than the number says. */
  contradiction: boolean;
  states: Record<MachineState, number>;
}

export const noStates = (): Record<MachineState, number> => ({
  reporting: 0,
  outdated: 0,
  silent: 0,
  pending: 0,
  revoked: 0,
  refused: 0,
  'not-assessed': 0,
  missing: 0,
  unlisted: 0,
});

/**
 * Hosts that are not on the list fill the places that the number has and the list does not name.
 * @param counted how many machines the agency says it has; null: it does not say
 */
export function summarise(states: Record<MachineState, number>, counted: number | null): InstalledSummary {
  const listed = MACHINE_STATES.reduce((sum, state) => sum + (state === 'unlisted' ? 0 : states[state]), 0);
  const expected = counted === null && listed === 0 ? null : Math.max(counted ?? 0, listed);
  const unnamed = expected === null ? 0 : expected - listed;
  const known = INSTALLED_STATES.reduce((sum, state) => sum + states[state], 0);
  const installed = known + (expected === null ? states.unlisted : Math.min(unnamed, states.unlisted));
  return {
    expected,
    listed,
    installed,
    missing: expected === null ? null : expected - installed,
    unnamed,
    contradiction: counted !== null && listed > counted,
    states,
  };
}
