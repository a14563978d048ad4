/**
 * A detection is the immutable fact that a rule matched; an alert is the work item it belongs to.
 * Both have deterministic ids: the same events give the same ids, however often and wherever they are projected.
 */
import { hash } from 'node:crypto';
import type { Severity } from '../api/contract.ts';
import type { FieldValue } from '../normalize/event.ts';
import type { RulePolicy } from './alert-policy.ts';

/** What an alert keeps of its rule, so that it explains itself when the rule has changed or gone. */
export interface RuleFacts {
  ruleId: string;
  title: string;
  titleVi: string | null;
  description: string;
  descriptionVi: string | null;
  advice: string | null;
  adviceVi: string | null;
  severity: Severity;
  tags: string[];
  falsePositives: string[];
  references: string[];
}

export interface Detection {
  id: string;
  rule: RuleFacts;
  /** What the alert is about, e.g. {"source.ip": "10.1.2.3"}; never empty. */
  entity: Record<string, string>;
  timeMs: number;
  /** `agentId/epoch/lane/seq` of the event that completed it. */
  eventId: string;
  agentId: string;
  hostname: string;
  agencyId: number;
  message: string;
  matched: Record<string, FieldValue>;
  /** What its rule says of its own alerts. */
  policy?: RulePolicy | undefined;
  /** Its rule is being tested: it is stored, and raises nothing. */
  isTest?: boolean | undefined;
  /** Of the indicator that matched, 0-100. */
  confidence?: number | undefined;
}

export interface CorrelationRecord {
  id: string;
  ruleId: string;
  grouping: Record<string, string>;
  timeMs: number;
  firstMs: number;
  matches: number;
  late: boolean;
  detection: Detection;
}

/** What the projector makes of a stored batch: applied as a whole or not at all. */
export interface Projection {
  /** The cursor moves from `afterBatch` to `batch`. */
  afterBatch: number;
  batch: number;
  detections: readonly Detection[];
  correlations: readonly CorrelationRecord[];
  /** Times of events that came too late for the live correlator, milliseconds: they are looked back for (late-worker.ts). */
  lateTimes: readonly number[];
  /** Correlator state after `batch`, when it is time to keep it. */
  snapshot?: string | undefined;
}

/** 128 bits of SHA-256 over the parts, lower-case hex; parts cannot run into each other. */
export function deterministicId(...parts: readonly string[]): string {
  return hash('sha256', JSON.stringify(parts), 'hex').slice(0, 32);
}

/** Key under which detections join one alert: the rule and its entity, in field order. */
export function groupKey(ruleId: string, entity: Readonly<Record<string, string>>, agencyId: number): string {
  const fields = Object.entries(entity).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return deterministicId(ruleId, String(agencyId), ...fields.flat());
}
