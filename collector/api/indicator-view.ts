/** Indicators as the API shows them. Who sees a part of the tree does not learn who works elsewhere. */
import type { z } from 'zod';
import { explainFault, explainWarning } from '../indicator/explain.ts';
import { faultyField } from '../indicator/indicator.ts';
import type { ReadReport } from '../indicator/read-file.ts';
import type { KeptAllowed } from '../registry/indicator/allowed.ts';
import type { Sighting, SightingSum } from '../registry/indicator/sightings.ts';
import type { IndicatorSource } from '../registry/indicator/sources.ts';
import { standingOf, type StoredIndicator } from '../registry/indicator/stored.ts';
import { isoTime } from '../registry/iso-time.ts';
import type {
  allowedSchema,
  importReportSchema,
  indicatorSchema,
  indicatorSourceSchema,
  sightingListSchema,
} from './contract-indicators.ts';

const isoOrNull = (ms: number | null | undefined): string | null =>
  ms === null || ms === undefined ? null : isoTime(ms);

export interface IndicatorViewer {
  seesAll: boolean;
  nowMs: number;
}

export function viewIndicator(
  indicator: StoredIndicator,
  sum: SightingSum | undefined,
  { seesAll, nowMs }: IndicatorViewer,
): z.infer<typeof indicatorSchema> {
  const { id, kind, value, source, confidence, tlp, tags, description, version } = indicator;
  return {
    id,
    type: kind,
    value,
    source,
    confidence,
    validUntil: isoOrNull(indicator.validUntilMs),
    tlp,
    tags: [...tags],
    description,
    state: standingOf(indicator, nowMs),
    stateAt: isoOrNull(indicator.stateMs),
    stateBy: seesAll ? indicator.stateBy : null,
    stateReason: indicator.stateReason,
    throttledAt: isoOrNull(indicator.throttledMs),
    addedAt: isoTime(indicator.addedMs),
    addedBy: seesAll ? indicator.addedBy : null,
    updatedAt: isoTime(indicator.updatedMs),
    version,
    sightings: {
      hosts: sum?.hosts ?? 0,
      events: sum?.events ?? 0,
      first: isoOrNull(sum?.firstMs),
      last: isoOrNull(sum?.lastMs),
    },
  };
}

export function viewSightings(sightings: readonly Sighting[]): z.infer<typeof sightingListSchema> {
  return {
    sightings: sightings.map(({ firstMs, lastMs, ...rest }) => ({
      ...rest,
      first: isoTime(firstMs),
      last: isoTime(lastMs),
    })),
  };
}

export function viewSource(
  { updatedMs, updatedBy, ...rest }: IndicatorSource,
  seesAll: boolean,
): z.infer<typeof indicatorSourceSchema> {
  return { ...rest, updatedAt: isoOrNull(updatedMs), updatedBy: seesAll ? updatedBy : null };
}

export function viewAllowed(
  { id, kind, value, reason, addedMs, addedBy }: KeptAllowed,
  seesAll: boolean,
): z.infer<typeof allowedSchema> {
  return { id, type: kind, value, reason, addedAt: isoTime(addedMs), addedBy: seesAll ? addedBy : null };
}

export function viewReport(report: ReadReport): z.infer<typeof importReportSchema> {
  const { form, indicators, refusedCount, refusals, warnedCount, warnings, skipped } = report;
  return {
    form,
    indicators,
    refused: refusedCount,
    refusals: refusals.map(({ place, value, fault }) => ({
      place,
      field: faultyField(fault),
      value,
      fault,
      message: explainFault(fault),
    })),
    warned: warnedCount,
    warnings: warnings.map((one) => ({ ...one, message: explainWarning(one.warning) })),
    skipped: { ...skipped },
  };
}
