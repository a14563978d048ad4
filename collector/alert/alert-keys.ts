/** Names under which the judge finds what it has before it. The registry reads by them, the judge makes them. */
import { deterministicId, groupKey, type Detection } from './detection.ts';
import { fleetKey, fleetValue } from './fleet-value.ts';
import { riskUser } from './risk.ts';

const HOUR_MS = 3_600_000;

export type RiskKind = 'host' | 'user';

export interface RiskSubject {
  kind: RiskKind;
  /** Name of its parts. */
  key: string;
  /** Group of its alerts. */
  groupKey: string;
  /** Of the alert about too many of these. */
  budgetGroup: string;
  /** What the alert is about. */
  entity: Record<string, string>;
}

export interface BudgetPlace {
  ruleId: string;
  agencyId: number;
  /** Hours since 1970, by the detection's own time. */
  hour: number;
}

/** All names that one detection has to do with. */
export interface DetectionKeys {
  group: string;
  value: Record<string, string>;
  fleet: string;
  /** Group of the fleet's alert in its agency, and over all agencies. */
  agencyFleet: string;
  rootFleet: string;
  budget: BudgetPlace;
  budgetGroup: string;
  risks: RiskSubject[];
  user: string | undefined;
}

export function budgetKey({ ruleId, agencyId, hour }: BudgetPlace): string {
  return `${hour}/${agencyId}/${ruleId}`;
}

/** Group of the one row for what is low or common. */
export const DIGEST_GROUP = deterministicId('digest', 'all');

export const BUDGET_RULE = 'house-rule-over-budget';
export const RISK_RULES: Readonly<Record<RiskKind, string>> = {
  host: 'house-risk-host',
  user: 'house-risk-user',
};

/** Names of the risk of a host (by its agent) or a user. */
export function riskSubject(
  kind: RiskKind,
  id: string,
  agencyId: number,
  entity: Record<string, string>,
): RiskSubject {
  const key = deterministicId('risk', kind, id, String(agencyId));
  const budgetGroup = budgetGroupOf(RISK_RULES[kind], agencyId);
  return { kind, key, groupKey: deterministicId('risk-alert', key), budgetGroup, entity };
}

function budgetGroupOf(ruleId: string, agencyId: number): string {
  return deterministicId('budget', ruleId, String(agencyId));
}

export function keysOf(detection: Detection): DetectionKeys {
  const { rule, agencyId, agentId, hostname, entity, matched, timeMs } = detection;
  const value = fleetValue(detection);
  const fleet = fleetKey(rule.ruleId, value);
  const user = riskUser({ ...matched, ...entity });
  const risks = [riskSubject('host', agentId, agencyId, { 'host.name': hostname })];
  if (user !== undefined) risks.push(riskSubject('user', user, agencyId, { 'user.name': user }));
  return {
    group: groupKey(rule.ruleId, entity, agencyId),
    value,
    fleet,
    agencyFleet: deterministicId('fleet-alert', fleet, String(agencyId)),
    rootFleet: deterministicId('fleet-alert', fleet, 'all'),
    budget: { ruleId: rule.ruleId, agencyId, hour: Math.floor(timeMs / HOUR_MS) },
    budgetGroup: budgetGroupOf(rule.ruleId, agencyId),
    risks,
    user,
  };
}
