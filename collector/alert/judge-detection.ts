/**
 * The one way a detection goes: exception, severity, group, budget, fleet, risk. Pure: it reads and changes what lies on
 * the desk, which one transaction fills and writes (registry/projection.ts). Invariant: what comes of a detection depends on
 * those before it and not on how they were cut into batches.
 */
import type { AlertPolicy, RulePolicy } from './alert-policy.ts';
import type { AlertDesk } from './alert-desk.ts';
import { foldOf, raiseSeverity, takeDetection, type AlertDraft, type AssetFacts } from './alert-draft.ts';
import { keysOf, type DetectionKeys, type RiskSubject } from './alert-keys.ts';
import type { Detection, RuleFacts } from './detection.ts';
import { hostsWith, judgeFleet, openFleetOf } from './judge-fleet.ts';
import type { RuleControl } from './rule-control.ts';
import { budgetRule, riskRule } from './house-rules.ts';
import { addRisk, rarity, riskRanking, riskScore } from './risk.ts';
import { scoreSeverity, severityRank, type SeverityWhy } from './severity-score.ts';

/** What keeps a detection from becoming an alert: an exception, a maintenance window. */
export interface Suppression {
  /** Names it, e.g. `exception:12`. */
  by: string;
  /** Its number in the register, where it counts what it hid. */
  exceptionId?: number | undefined;
}

export type Suppressor = (detection: Detection, asset: AssetFacts) => Suppression | undefined;

export type Judgement =
  | ({ kind: 'suppressed' } & Suppression)
  /** Counted with the rule's alert about its budget. */
  | { kind: 'held'; alertId: string }
  | { kind: 'joined' | 'opened'; alertId: string };

export interface JudgeOptions {
  policy: AlertPolicy;
  suppress?: Suppressor | undefined;
  /** What people decided of the rule for the host. */
  control?: RuleControl | undefined;
}

export function judgeDetection(detection: Detection, desk: AlertDesk, options: JudgeOptions): Judgement {
  const { rule, agentId, agencyId, isTest } = detection;
  if (isTest === true) return { kind: 'suppressed', by: 'rule-test' };
  const ruled = options.control?.(rule.ruleId, agentId, agencyId);
  if (ruled?.isOn === false) return { kind: 'suppressed', by: 'rule-off' };
  const asset = desk.assetOf(agentId);
  const suppression = options.suppress?.(detection, asset);
  if (suppression !== undefined) return { kind: 'suppressed', ...suppression };
  const policy = policyOf(options.policy, detection.policy);
  const keys = keysOf(detection);
  const why = scoreSeverity({
    rule: ruled?.severity ?? rule.severity,
    systemLevel: asset.systemLevel,
    system: asset.system,
    role: asset.role,
    confidence: detection.confidence,
  });
  const about = { policy, keys, asset, why };
  const { isFolded, ...judgement } = judgeGroup(detection, desk, about);
  // What the whole fleet has says nothing of one host.
  if (!isFolded) for (const subject of keys.risks) judgeRisk(detection, desk, about, subject);
  return judgement;
}

/** What is known of a detection while it is judged. */
export interface Circumstances {
  policy: AlertPolicy;
  keys: DetectionKeys;
  asset: AssetFacts;
  why: SeverityWhy;
}

function policyOf(house: AlertPolicy, own: RulePolicy = {}): AlertPolicy {
  return {
    ...house,
    windowMs: own.windowMs ?? house.windowMs,
    alertsPerHourMax: own.alertsPerHourMax ?? house.alertsPerHourMax,
    fleetHostsMin: own.fleetHostsMin ?? house.fleetHostsMin,
  };
}

type Grouped = Exclude<Judgement, { kind: 'suppressed' }> & { isFolded: boolean };

function judgeGroup(detection: Detection, desk: AlertDesk, about: Circumstances): Grouped {
  const { policy, keys, asset, why } = about;
  const { timeMs, rule, entity, agencyId } = detection;
  const current = desk.openAlert(keys.group, timeMs, policy.windowMs);
  const fleet = current === undefined ? openFleetOf(detection, desk, about) : undefined;
  if (current === undefined && fleet === undefined) {
    if (!desk.takeBudget(keys.budget, policy.alertsPerHourMax)) {
      const held = hold(detection, desk, about, { rule, groupKey: keys.budgetGroup });
      return { kind: 'held', alertId: held.id, isFolded: false };
    }
  }
  const draft =
    current ??
    desk.open({ kind: 'detection', groupKey: keys.group, rule, entity, agencyId, fleetKey: keys.fleet }, why);
  if (fleet !== undefined) Object.assign(draft, { fleetId: fleet.id, fold: foldOf(fleet, draft) });
  takeDetection(draft, detection, asset, keys.user);
  raiseSeverity(draft, why);
  judgeFleet(draft, detection, desk, about);
  // Into the fleet's: what is folded into its host's alert or the digest still says something of its host.
  const isFolded = openFleetOf(detection, desk, about) !== undefined;
  return { kind: current === undefined ? 'opened' : 'joined', alertId: draft.id, isFolded };
}

/** Counts a detection with the alert that says its rule is over its budget. */
function hold(
  detection: Detection,
  desk: AlertDesk,
  { policy, keys, asset, why }: Circumstances,
  { rule, groupKey }: { rule: RuleFacts; groupKey: string },
): AlertDraft {
  const own = scoreSeverity({ rule: 'medium', systemLevel: null, system: null, role: null });
  const draft =
    desk.openAlert(groupKey, detection.timeMs, policy.windowMs) ??
    desk.open(
      {
        kind: 'budget',
        groupKey,
        rule: budgetRule(rule),
        entity: { 'rule.id': rule.ruleId },
        agencyId: detection.agencyId,
        fleetKey: null,
      },
      own,
    );
  takeDetection(draft, detection, asset, keys.user, { ...detection.entity, ...detection.matched });
  raiseSeverity(draft, why);
  return draft;
}

/** Adds to the risk of a host or user, and counts the detection with its alert while it is above the threshold. */
function judgeRisk(detection: Detection, desk: AlertDesk, about: Circumstances, subject: RiskSubject): void {
  const { policy, asset, why, keys } = about;
  const { rule, timeMs, agencyId } = detection;
  if (severityRank(why.severity) === 0) return;
  const parts = desk.partsOf(subject.key);
  const { ruleId, title } = rule;
  const part = addRisk(
    parts.get(ruleId),
    { ruleId, title, severity: why.severity, timeMs, weight: rarity(hostsWith(detection, desk, about)) },
    policy.riskHalfLifeMs,
  );
  desk.setPart(subject.key, part);
  const all = [...parts.values()];
  const score = Math.round(riskScore(all, policy.riskHalfLifeMs));
  if (score < policy.riskMin) return;
  const reasons = riskWhy(score, riskRanking(all, policy.riskHalfLifeMs), policy);
  const house = riskRule(subject.kind);
  let draft = desk.openAlert(subject.groupKey, timeMs, policy.windowMs);
  if (draft === undefined) {
    const budget = { ...keys.budget, ruleId: house.ruleId };
    if (!desk.takeBudget(budget, policy.alertsPerHourMax)) {
      hold(detection, desk, about, { rule: house, groupKey: subject.budgetGroup });
      return;
    }
    const { groupKey, entity } = subject;
    draft = desk.open({ kind: 'risk', groupKey, rule: house, entity, agencyId, fleetKey: null }, reasons);
  }
  takeDetection(draft, detection, asset, keys.user, { rule: title });
  draft.message = reasons.parts.map(({ value, points }) => `${value}: ${points}`).join('; ');
  raiseSeverity(draft, reasons);
}

/** The most rules that an alert about risk names. */
const RULES_NAMED_MAX = 10;

function riskWhy(
  score: number,
  ranking: readonly { ruleId: string; title: string; points: number }[],
  policy: AlertPolicy,
): SeverityWhy {
  return {
    parts: ranking
      .slice(0, RULES_NAMED_MAX)
      .map(({ ruleId, title, points }) => ({ part: 'rule', value: title.slice(0, 200), points, ruleId })),
    score,
    severity: score >= policy.riskCritical ? 'critical' : 'high',
  };
}
