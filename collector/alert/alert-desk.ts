/**
 * What the judge has before it: alerts that are open, who belongs to which fleet, what each rule has used of its budget,
 * and the risk of hosts and users. Read before a transaction's detections are judged and written after; in between it
 * is changed here alone, so the same detections in the same order give the same, however they are cut.
 */
import { deterministicId } from './detection.ts';
import {
  newDraft,
  type AlertDraft,
  type AlertSeed,
  type AssetFacts,
  type Fold,
  NO_ASSET,
} from './alert-draft.ts';
import { budgetKey, type BudgetPlace } from './alert-keys.ts';
import type { RiskPart } from './risk.ts';
import type { SeverityWhy } from './severity-score.ts';

/** An open alert as its fleet sees it. */
export interface FleetMember {
  id: string;
  agencyId: number;
  hosts: number;
  hostname: string | null;
  detections: number;
  firstMs: number;
  lastMs: number;
  risk: number;
  why: SeverityWhy;
  untouched: boolean;
  fleetId: string | null;
  fold: Fold;
}

export interface Group {
  /** Open alerts; those of this transaction are among them. */
  open: AlertDraft[];
  /** The group's newest alert, open or not. */
  last: { id: string; sequence: number } | undefined;
}

export class AlertDesk {
  readonly groups = new Map<string, Group>();
  readonly assets = new Map<string, AssetFacts>();
  /** By fleet key, then by alert. */
  readonly members = new Map<string, Map<string, FleetMember>>();
  /** Alerts opened, by `budgetKey`. */
  readonly opened = new Map<string, number>();
  readonly openedChanged = new Map<string, BudgetPlace>();
  /** Parts by subject, then by rule. */
  readonly risks = new Map<string, Map<string, RiskPart>>();
  readonly risksChanged = new Map<string, Set<string>>();
  /** Members whose `fleetId` moved, though nothing else of them did. */
  readonly folded = new Set<FleetMember>();
  readonly rootAgencyId: number;

  constructor(rootAgencyId: number) {
    this.rootAgencyId = rootAgencyId;
  }

  assetOf(agentId: string): AssetFacts {
    return this.assets.get(agentId) ?? NO_ASSET;
  }

  /** The open alert of the group that this time is near enough to; the most recent of several. */
  openAlert(groupKey: string, timeMs: number, windowMs: number): AlertDraft | undefined {
    let best: AlertDraft | undefined;
    for (const draft of this.groups.get(groupKey)?.open ?? []) {
      if (draft.lastMs < timeMs - windowMs || draft.firstMs > timeMs + windowMs) continue;
      if (best === undefined || draft.lastMs > best.lastMs) best = draft;
    }
    return best;
  }

  /** Opens the group's next alert; its id is made of the group and its place there. */
  open(wanted: Omit<AlertSeed, 'id' | 'sequence' | 'predecessorId'>, why: SeverityWhy): AlertDraft {
    const group = this.groups.get(wanted.groupKey) ?? { open: [], last: undefined };
    const sequence = (group.last?.sequence ?? 0) + 1;
    const id = deterministicId('alert', wanted.groupKey, String(sequence));
    const draft = newDraft({ ...wanted, id, sequence, predecessorId: group.last?.id ?? null }, why);
    group.open.push(draft);
    group.last = { id, sequence };
    this.groups.set(wanted.groupKey, group);
    return draft;
  }

  membersOf(fleetKey: string): Map<string, FleetMember> {
    let members = this.members.get(fleetKey);
    if (members === undefined) {
      members = new Map();
      this.members.set(fleetKey, members);
    }
    return members;
  }

  partsOf(subject: string): Map<string, RiskPart> {
    let parts = this.risks.get(subject);
    if (parts === undefined) {
      parts = new Map();
      this.risks.set(subject, parts);
    }
    return parts;
  }

  setPart(subject: string, part: RiskPart): void {
    this.partsOf(subject).set(part.ruleId, part);
    const changed = this.risksChanged.get(subject) ?? new Set();
    changed.add(part.ruleId);
    this.risksChanged.set(subject, changed);
  }

  /** Takes one from the budget. @returns false when nothing is left of it */
  takeBudget(place: BudgetPlace, most: number): boolean {
    const key = budgetKey(place);
    const used = this.opened.get(key) ?? 0;
    if (used >= most) return false;
    this.opened.set(key, used + 1);
    this.openedChanged.set(key, place);
    return true;
  }

  /** All alerts that have to be written. */
  *changed(): Generator<AlertDraft> {
    for (const { open } of this.groups.values()) for (const draft of open) if (draft.changed) yield draft;
  }
}
