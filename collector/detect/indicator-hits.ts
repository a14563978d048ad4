/** What indicators an event shows, as a hit on its row, and the detection that becomes of it: one an event. */
import { deterministicId, type Detection } from '../alert/detection.ts';
import {
  HINDSIGHT_RULE,
  INDICATOR_FIELDS,
  INDICATOR_RULE,
  indicatorRule,
  policyOfIndicatorRule,
} from '../alert/indicator-rules.ts';
import type { IndicatorHit } from '../indicator/indicator-index.ts';
import type { IndicatorKind } from '../indicator/indicator.ts';
import type { FieldValue } from '../normalize/event.ts';
import type { HitRow, RowHit } from '../store/store.ts';

/** Indicators that a hit names; an event that shows more is found all the same. */
export const NAMED_MAX = 8;
const FOUND_CHARS_MAX = 512;

/** Of two that are as sure the one that says more. */
const SPECIFICITY: Readonly<Record<IndicatorKind, number>> = { hash: 0, url: 1, email: 2, domain: 3, ip: 4 };

export function inOrderOfWorth(hits: readonly IndicatorHit[]): IndicatorHit[] {
  return hits.toSorted(
    (a, b) =>
      b.confidence - a.confidence ||
      SPECIFICITY[a.kind] - SPECIFICITY[b.kind] ||
      (a.value < b.value ? -1 : a.value > b.value ? 1 : a.id - b.id),
  );
}

/** @param hits at least one */
export function indicatorHit(ruleId: string, hits: readonly IndicatorHit[]): RowHit {
  const named = inOrderOfWorth(hits).slice(0, NAMED_MAX);
  const listed = (pick: (hit: IndicatorHit) => string | number): FieldValue =>
    named.length === 1 && named[0] !== undefined ? pick(named[0]) : named.map(pick);
  const fields: Record<string, FieldValue> = {
    [INDICATOR_FIELDS.value]: listed(({ value }) => value),
    [INDICATOR_FIELDS.kind]: listed(({ kind }) => kind),
    [INDICATOR_FIELDS.source]: listed(({ source }) => source),
    [INDICATOR_FIELDS.confidence]: listed(({ confidence }) => confidence),
    [INDICATOR_FIELDS.field]: listed(({ field }) => field),
    [INDICATOR_FIELDS.found]: listed(({ found }) => found.slice(0, FOUND_CHARS_MAX).toWellFormed()),
    [INDICATOR_FIELDS.id]: listed(({ id }) => id),
  };
  return { ruleId, fields };
}

export function isIndicatorHit({ ruleId }: RowHit): boolean {
  return ruleId === INDICATOR_RULE || ruleId === HINDSIGHT_RULE;
}

const firstOf = (value: FieldValue | undefined): FieldValue | undefined =>
  Array.isArray(value) ? (value[0] as FieldValue | undefined) : value;

/** @param hit as `indicatorHit` made it */
export function indicatorDetection(row: HitRow, hit: RowHit): Detection {
  const { agentId, epoch, lane, seq, hostname, agencyId, timeMs, message } = row;
  const eventId = `${agentId}/${epoch}/${lane}/${seq}`;
  const value = String(firstOf(hit.fields[INDICATOR_FIELDS.value]) ?? '');
  const confidence = firstOf(hit.fields[INDICATOR_FIELDS.confidence]);
  // In hindsight several looks may find several indicators in one event, each at its time.
  const parts = hit.ruleId === HINDSIGHT_RULE ? [hit.ruleId, eventId, value] : [hit.ruleId, eventId];
  return {
    id: deterministicId('rule', ...parts),
    rule: indicatorRule(hit.ruleId),
    entity: { [INDICATOR_FIELDS.value]: value },
    timeMs,
    eventId,
    agentId,
    hostname,
    agencyId,
    message,
    matched: hit.fields,
    policy: policyOfIndicatorRule(hit.ruleId),
    confidence: typeof confidence === 'number' ? confidence : undefined,
  };
}
