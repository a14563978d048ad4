/** What is asked of the store about probes: how each target stands by the last word, and how long it was up. */
import type { FieldValue } from '../normalize/event.ts';

export interface ProbeSpan {
  checks: number;
  failures: number;
  upMs: number;
  downMs: number;
  /** Of maintenance: counts neither as up nor as down. */
  quietMs: number;
}

/** The last word on one aspect of a target. */
export interface ToldAspect {
  aspect: string;
  state: string;
  findings: readonly string[];
  reason: string;
  timeMs: number;
}

export interface ToldTarget {
  agentId: string;
  name: string;
  target: string;
  /** Of the newest record. */
  lastMs: number;
  /** As they were told as changes, within the span. */
  aspects: readonly ToldAspect[];
  /** Facts of the last hourly summary, and when it was told; undefined when there was none. */
  summary: { timeMs: number; facts: Readonly<Record<string, FieldValue>> } | undefined;
  day: ProbeSpan;
  month: ProbeSpan;
}

export interface ProbesQuery {
  /** Until when, milliseconds since 1970. */
  nowMs: number;
  /** Left out: of all. */
  agentIds?: readonly string[] | undefined;
  /** Targets at most. */
  limit: number;
}

export const PROBE_DAY_MS = 86_400_000;
export const PROBE_MONTH_MS = 30 * PROBE_DAY_MS;

export interface ProbeReader {
  /** Targets of which something was told within 30 days, by agent and name. */
  targets(query: ProbesQuery): Promise<ToldTarget[]>;
}
