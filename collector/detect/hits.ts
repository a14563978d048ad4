/** From hits on stored rows to detections: what a rule's match means for an alert, and how correlation sees it. */
import type { CorrelationHit, Engine } from '../../rules/sigma/index.ts';
import {
  deterministicId,
  type CorrelationRecord,
  type Detection,
  type RuleFacts,
} from '../alert/detection.ts';
import type { RulePolicy } from '../alert/alert-policy.ts';
import { entityOf } from '../alert/entity.ts';
import { indicatorDetection, isIndicatorHit } from './indicator-hits.ts';
import type { FieldValue } from '../normalize/event.ts';
import type { HitRow, RowHit } from '../store/store.ts';

/** Among a hit's values: its rule was in test when it matched. */
export const RULE_STATE = 'rule.state';
const IN_TEST = { isTest: true } as const;

/** What alerts need to know of each loaded rule. */
export interface AlertRules {
  facts: (ruleId: string) => RuleFacts | undefined;
  /** Fields that name what an alert of the rule is about. */
  entityFields: (ruleId: string) => readonly string[];
  /** What the rule says of its own alerts. */
  alertPolicy?: ((ruleId: string) => RulePolicy | undefined) | undefined;
  /** Whether its hits count by themselves, where that is not for the engine to say. */
  generates?: ((ruleId: string) => boolean) | undefined;
  /** It is being tested: what it finds raises nothing. */
  isTest?: ((ruleId: string) => boolean) | undefined;
}

/** An event by its name: `agentId/epoch/lane/seq`. */
export function eventId(row: Pick<HitRow, 'agentId' | 'epoch' | 'lane' | 'seq'>): string {
  return `${row.agentId}/${row.epoch}/${row.lane}/${row.seq}`;
}

/** A rule's own detection; undefined when the rule only feeds correlations, or is no longer loaded. */
export function baseDetection(
  engine: Engine,
  rules: AlertRules,
  row: HitRow,
  hit: RowHit,
): Detection | undefined {
  if (isIndicatorHit(hit)) return indicatorDetection(row, hit);
  const facts = rules.facts(hit.ruleId);
  if (facts === undefined) return undefined;
  if (!(rules.generates?.(hit.ruleId) ?? engine.generates(hit.ruleId))) return undefined;
  return {
    id: deterministicId('rule', hit.ruleId, eventId(row)),
    rule: facts,
    entity: entityOf(rules.entityFields(hit.ruleId), hit.fields, row.hostname),
    ...provenBy(row),
    matched: hit.fields,
    policy: rules.alertPolicy?.(hit.ruleId),
    ...(hit.fields[RULE_STATE] === 'test' || rules.isTest?.(hit.ruleId) === true ? IN_TEST : {}),
  };
}

/** Group-by values by the order of their names, so that equal groups are equal text. */
function inOrderOfNames(group: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(group).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** One text for a correlation and the group it holds for. */
export function groupName(ruleId: string, group: Readonly<Record<string, string>>): string {
  return JSON.stringify([ruleId, inOrderOfNames(group)]);
}

/** Made of what a correlation hit is about: found again it is the same. */
export function correlationHitId(
  ruleId: string,
  group: Readonly<Record<string, string>>,
  timeMs: number,
): string {
  return deterministicId('correlation', ruleId, JSON.stringify(inOrderOfNames(group)), String(timeMs));
}

/** @param row the event whose arrival completed the correlation. */
export function correlationRecord(
  rules: AlertRules,
  found: CorrelationHit,
  row: HitRow,
  late: boolean,
): CorrelationRecord {
  const ruleId = found.rule.id;
  const facts = rules.facts(ruleId);
  if (facts === undefined) throw new Error(`correlation ${ruleId} fired but is not loaded`);
  const grouping = inOrderOfNames(found.group);
  const id = correlationHitId(ruleId, grouping, found.timeMs);
  const matched: Record<string, FieldValue> = { ...grouping, count: found.count };
  return {
    id,
    ruleId,
    grouping,
    timeMs: found.timeMs,
    firstMs: found.firstMs,
    matches: found.count,
    late,
    detection: {
      id,
      rule: facts,
      entity: entityOf(rules.entityFields(ruleId), grouping, row.hostname),
      ...provenBy(row),
      timeMs: found.timeMs,
      matched,
      policy: rules.alertPolicy?.(ruleId),
      ...(rules.isTest?.(ruleId) === true ? IN_TEST : {}),
    },
  };
}

function provenBy(
  row: HitRow,
): Pick<Detection, 'timeMs' | 'eventId' | 'agentId' | 'hostname' | 'agencyId' | 'message'> {
  return {
    timeMs: row.timeMs,
    eventId: eventId(row),
    agentId: row.agentId,
    hostname: row.hostname,
    agencyId: row.agencyId,
    message: row.message,
  };
}
