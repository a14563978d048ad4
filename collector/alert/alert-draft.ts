/** An alert in the hands of the judge: what is known of it, and what the transaction has to write. */
import type { Severity } from '../api/contract.ts';
import type { FieldValue } from '../normalize/event.ts';
import { type Detection, type RuleFacts } from './detection.ts';
import { addValue, countDistinct, emptyValues, type DistinctValues } from './distinct-values.ts';
import { severityRank, type AssetRole, type SeverityWhy } from './severity-score.ts';

/**
 * `detection`: a rule and what it is about. `fleet`: the same on many hosts. `risk`: a host or user with too much of
 * it. `digest`: what is low or what many have, in one row. `budget`: a rule that would open too many. `house`: what the collector finds about itself.
 */
export const ALERT_KINDS = ['detection', 'fleet', 'risk', 'digest', 'budget', 'house'] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

/** Whether others may be folded into alerts of this kind. */
export function gathers(kind: AlertKind): boolean {
  return kind === 'fleet' || kind === 'risk' || kind === 'digest';
}

/** Proofs kept for each alert, the newest; the count goes on beyond. */
export const DETECTIONS_KEPT = 100;
export const MESSAGE_MAX = 2_048;
const HOST = 'host.name';

/** What is known of a host that matters for its alerts. */
export interface AssetFacts {
  role: AssetRole | null;
  /** Its system of the highest level. */
  systemId: number | null;
  system: string | null;
  systemLevel: number | null;
}

export const NO_ASSET: AssetFacts = { role: null, systemId: null, system: null, systemLevel: null };

/** Whether an alert is folded into one of its own agency, or into one over all, which its agency does not see. */
export const FOLD = { none: 0, own: 1, all: 2 } as const;
export type Fold = (typeof FOLD)[keyof typeof FOLD];

export function foldOf(fleet: { agencyId: number }, { agencyId }: { agencyId: number }): Fold {
  return fleet.agencyId === agencyId ? FOLD.own : FOLD.all;
}

export interface AlertDraft {
  readonly id: string;
  readonly kind: AlertKind;
  readonly groupKey: string;
  /** Place among the alerts of its group, from 1. */
  readonly sequence: number;
  /** The alert of the same group before it. */
  readonly predecessorId: string | null;
  readonly rule: RuleFacts;
  readonly entity: Record<string, string>;
  readonly agencyId: number;
  /** What it has in common with alerts of other hosts; null for kinds that have no fleet. */
  readonly fleetKey: string | null;
  /** The alert of the fleet that it is folded into, and whose that is. */
  fleetId: string | null;
  fold: Fold;
  /** Nobody has touched it: it may be folded. */
  readonly untouched: boolean;
  severity: Severity;
  risk: number;
  why: SeverityWhy;
  agentId: string | null;
  hostname: string | null;
  userName: string | null;
  systemId: number | null;
  systemLevel: number | null;
  detections: number;
  hosts: number;
  firstMs: number;
  lastMs: number;
  message: string;
  values: DistinctValues;
  /** Not in the database yet. */
  readonly isNew: boolean;
  changed: boolean;
  /** The severity rose, and with it how soon it is due. */
  raised: boolean;
  /** Detections to write down as proofs, in order; the newest only. */
  proofs: Detection[];
}

/** What a new alert is of. */
export type AlertSeed = Pick<
  AlertDraft,
  'id' | 'kind' | 'groupKey' | 'sequence' | 'predecessorId' | 'rule' | 'entity' | 'agencyId' | 'fleetKey'
>;

/** A new alert that has no detection yet. */
export function newDraft(seed: AlertSeed, why: SeverityWhy): AlertDraft {
  return {
    ...seed,
    fleetId: null,
    fold: FOLD.none,
    untouched: true,
    severity: why.severity,
    risk: why.score,
    why,
    agentId: null,
    hostname: null,
    userName: null,
    systemId: null,
    systemLevel: null,
    detections: 0,
    hosts: 0,
    firstMs: 0,
    lastMs: 0,
    message: '',
    values: emptyValues(),
    isNew: true,
    changed: true,
    raised: false,
    proofs: [],
  };
}

/** Takes a more serious severity over, with its reasons; a lesser one changes nothing. */
export function raiseSeverity(draft: AlertDraft, why: SeverityWhy): void {
  if (why.score <= draft.risk) return;
  if (severityRank(why.severity) > severityRank(draft.severity)) draft.raised = true;
  draft.severity = why.severity;
  draft.risk = why.score;
  draft.why = why;
  draft.changed = true;
}

function keepProof(draft: AlertDraft, detection: Detection): void {
  draft.proofs.push(detection);
  if (draft.proofs.length < DETECTIONS_KEPT * 2) return;
  draft.proofs = newestOf(draft.proofs);
}

/** As many as are kept, the newest by their own time; in the order they came. */
export function newestOf(proofs: readonly Detection[]): Detection[] {
  if (proofs.length <= DETECTIONS_KEPT) return [...proofs];
  const byTime = (a: Detection, b: Detection): number => a.timeMs - b.timeMs || (a.id < b.id ? 1 : -1);
  const oldest = new Set(proofs.toSorted(byTime).slice(0, proofs.length - DETECTIONS_KEPT));
  return proofs.filter((proof) => !oldest.has(proof));
}

/** Counts one more detection in; `fields` are those whose values are told apart. */
export function takeDetection(
  draft: AlertDraft,
  detection: Detection,
  asset: AssetFacts,
  user: string | undefined,
  fields: Readonly<Record<string, FieldValue>> = detection.matched,
): void {
  const { timeMs, hostname, agentId } = detection;
  const first = draft.detections === 0;
  const newest = first || timeMs >= draft.lastMs || draft.message === '';
  draft.firstMs = first ? timeMs : Math.min(draft.firstMs, timeMs);
  draft.lastMs = first ? timeMs : Math.max(draft.lastMs, timeMs);
  if (newest) draft.message = detection.message.slice(0, MESSAGE_MAX);
  if (first) {
    Object.assign(draft, { agentId, hostname, userName: user ?? null });
  } else {
    if (draft.agentId !== agentId) Object.assign(draft, { agentId: null, hostname: null });
    if (draft.userName !== (user ?? null)) draft.userName = null;
  }
  if (draft.systemLevel === null || (asset.systemLevel ?? 0) > draft.systemLevel) {
    draft.systemId = asset.systemId ?? draft.systemId;
    draft.systemLevel = asset.systemLevel ?? draft.systemLevel;
  }
  const newHost = addValue(draft.values, HOST, hostname);
  if (newHost || draft.hosts === 0) draft.hosts += 1;
  for (const [field, value] of Object.entries(fields)) {
    if (field !== HOST) addValue(draft.values, field, value);
  }
  draft.detections += 1;
  draft.changed = true;
  keepProof(draft, detection);
}

/** Different values of a field that the alert knows of. */
export function distinctOf(draft: Pick<AlertDraft, 'values'>, field: string): number {
  const known = draft.values[field];
  return known === undefined ? 0 : countDistinct(known);
}
