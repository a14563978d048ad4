/** Indicators as the register keeps them, and how a row is read. */
import { z } from 'zod';
import {
  INDICATOR_KINDS,
  TLP_LEVELS,
  type Indicator,
  type IndicatorKind,
} from '../../indicator/indicator.ts';
import type { RegistryDb } from '../database.ts';
import { RefusalError } from '../refusal.ts';
import type { IndicatorState } from '../tables/indicator.ts';

export const kindSchema = z.enum(INDICATOR_KINDS);
export const tlpSchema = z.enum(TLP_LEVELS).nullable();
const tagsSchema = z.array(z.string());

/** `active`: in force or not yet; `expired`: its time is over; `retired`: somebody took it out. */
export type IndicatorStanding = 'active' | 'expired' | 'retired';

export interface StoredIndicator extends Indicator {
  id: number;
  addedMs: number;
  addedBy: string;
  updatedMs: number;
  state: IndicatorState;
  stateMs: number | null;
  stateBy: string | null;
  stateReason: string | null;
  /** Since when it tells each host once a day only. */
  throttledMs: number | null;
  version: number;
}

export const STORED_COLUMNS = [
  'id',
  'kind',
  'value',
  'source',
  'confidence',
  'valid_until_ms',
  'tlp',
  'tags',
  'description',
  'added_ms',
  'added_by',
  'updated_ms',
  'state',
  'state_ms',
  'state_by',
  'state_reason',
  'throttled_ms',
  'version',
] as const;

export interface StoredRow {
  id: number;
  kind: string;
  value: string;
  source: string;
  confidence: number;
  valid_until_ms: number | null;
  tlp: string | null;
  tags: string;
  description: string;
  added_ms: number;
  added_by: string;
  updated_ms: number;
  state: IndicatorState;
  state_ms: number | null;
  state_by: string | null;
  state_reason: string | null;
  throttled_ms: number | null;
  version: number;
}

export function toStored(row: StoredRow): StoredIndicator {
  return {
    id: row.id,
    kind: kindSchema.parse(row.kind),
    value: row.value,
    source: row.source,
    confidence: row.confidence,
    validUntilMs: row.valid_until_ms,
    tlp: tlpSchema.parse(row.tlp),
    tags: tagsSchema.parse(JSON.parse(row.tags)),
    description: row.description,
    addedMs: row.added_ms,
    addedBy: row.added_by,
    updatedMs: row.updated_ms,
    state: row.state,
    stateMs: row.state_ms,
    stateBy: row.state_by,
    stateReason: row.state_reason,
    throttledMs: row.throttled_ms,
    version: row.version,
  };
}

export function standingOf(
  { state, validUntilMs }: Pick<StoredIndicator, 'state' | 'validUntilMs'>,
  nowMs: number,
): IndicatorStanding {
  if (state === 'retired') return 'retired';
  return validUntilMs !== null && validUntilMs <= nowMs ? 'expired' : 'active';
}

export function unknownIndicator(id: number): RefusalError {
  return new RefusalError('indicator-unknown', String(id), `there is no indicator ${id}`);
}

/** @param seesAll who sees one part of the tree does not see what is marked for the province alone */
export async function readIndicator(db: RegistryDb, id: number, seesAll = true): Promise<StoredIndicator> {
  const row = await db.selectFrom('indicator').select(STORED_COLUMNS).where('id', '=', id).executeTakeFirst();
  if (row === undefined || (!seesAll && isForProvince(row.tlp))) throw unknownIndicator(id);
  return toStored(row);
}

export type { IndicatorKind };

/** TLP levels that are not passed on to agencies. */
export const PROVINCE_TLP: readonly string[] = ['red', 'amber+strict'];

export function isForProvince(tlp: string | null): boolean {
  return tlp !== null && PROVINCE_TLP.includes(tlp);
}
