/**
 * Rows as ClickHouse answers them, checked once and turned into the store's own shapes.
 * Invariant: 64-bit integers arrive as text and leave as safe integers or not at all.
 */
import { z } from 'zod';
import type { FieldValue } from '../normalize/event.ts';
import { toEventId } from './event-query.ts';
import { readMessage } from './message-pattern.ts';
import { readFields } from './stored-fields.ts';
import type { EpochCount, FoundDetection, FoundEvent, HitRow, LaneMark, RowHit } from './store.ts';

/** A quoted 64-bit integer; small types come as numbers. */
const integer = z
  .union([z.string().regex(/^-?\d+$/), z.number()])
  .transform(Number)
  .refine(Number.isSafeInteger, 'not a safe integer');
const texts = z.array(z.string());

const nameShape = { agent_id: z.string(), epoch: z.string(), lane: integer, seq: integer };

const foundSchema = z.object({
  ...nameShape,
  time_ms: integer,
  received_ms: integer,
  agency_id: integer,
  channel: z.string(),
  origin: z.string(),
  log_products: texts,
  log_categories: texts,
  log_services: texts,
  typed_values: texts,
  typed_fields: z.string(),
  other_fields: z.custom<object>((value) => typeof value === 'object' && value !== null),
  json_fields: texts,
  message_pattern: z.string(),
  message_text: z.string(),
  rule_ids: texts,
});

const hitSchema = z.object({
  ...nameShape,
  batch: integer,
  row: integer,
  time_ms: integer,
  received_ms: integer,
  agency_id: integer,
  typed_values: texts,
  message_pattern: z.string(),
  message_text: z.string(),
  rule_ids: texts,
  hit_fields: texts,
});

const markSchema = z.object(nameShape);

function nullPrototype<T>(): Record<string, T> {
  return Object.create(null) as Record<string, T>;
}

type SourceParts = Record<'log_products' | 'log_categories' | 'log_services', readonly string[]>;

export function toLogSources(row: SourceParts): FoundEvent['logsources'] {
  return row.log_products.map((product, at) => {
    const category = row.log_categories[at] ?? '';
    const service = row.log_services[at] ?? '';
    return {
      ...(product === '' ? {} : { product }),
      ...(category === '' ? {} : { category }),
      ...(service === '' ? {} : { service }),
    };
  });
}

/** @throws ZodError */
export function toFoundEvent(value: unknown): FoundEvent {
  const row = foundSchema.parse(value);
  const columns = row.typed_values;
  const map: Readonly<Record<string, unknown>> = { ...row.other_fields };
  return {
    id: toEventId({ agentId: row.agent_id, epoch: row.epoch, lane: row.lane, seq: row.seq }),
    timeMs: row.time_ms,
    receivedMs: row.received_ms,
    agentId: row.agent_id,
    hostname: columns[0] ?? '',
    agencyId: row.agency_id,
    channel: row.channel,
    origin: row.origin,
    logsources: toLogSources(row),
    message: readMessage({ pattern: row.message_pattern, text: row.message_text }, columns, map),
    fields: readFields(row.typed_fields, columns, map, row.json_fields),
    ruleIds: row.rule_ids,
  };
}

const detectionSchema = z.object({
  ...nameShape,
  time_ms: integer,
  received_ms: integer,
  agency_id: integer,
  hostname: z.string(),
  channel: z.string(),
  rule_id: z.string(),
  matched_fields: z.string(),
});

/** @throws ZodError */
export function toFoundDetection(value: unknown): FoundDetection {
  const row = detectionSchema.parse(value);
  return {
    eventId: toEventId({ agentId: row.agent_id, epoch: row.epoch, lane: row.lane, seq: row.seq }),
    ruleId: row.rule_id,
    timeMs: row.time_ms,
    receivedMs: row.received_ms,
    agentId: row.agent_id,
    hostname: row.hostname,
    agencyId: row.agency_id,
    channel: row.channel,
    matched: toHit(row.rule_id, row.matched_fields).fields,
  };
}

function toHit(ruleId: string, text: string | undefined): RowHit {
  const fields = nullPrototype<FieldValue>();
  return { ruleId, fields: Object.assign(fields, JSON.parse(text ?? '{}')) };
}

const hitsSchema = z.object({ rule_ids: texts, hit_fields: texts });

/** What rules hit on a row. @throws ZodError */
export function toRowHits(value: unknown): RowHit[] {
  const { rule_ids, hit_fields } = hitsSchema.parse(value);
  return rule_ids.map((ruleId, at) => toHit(ruleId, hit_fields[at]));
}

/** @throws ZodError */
export function toHitRow(value: unknown): HitRow {
  const row = hitSchema.parse(value);
  return {
    batch: row.batch,
    row: row.row,
    agentId: row.agent_id,
    epoch: row.epoch,
    lane: row.lane,
    seq: row.seq,
    timeMs: row.time_ms,
    receivedMs: row.received_ms,
    hostname: row.typed_values[0] ?? '',
    agencyId: row.agency_id,
    message: readMessage({ pattern: row.message_pattern, text: row.message_text }, row.typed_values, {}),
    hits: row.rule_ids.map((ruleId, at) => toHit(ruleId, row.hit_fields[at])),
  };
}

/** @throws ZodError */
export function toLaneMark(value: unknown): LaneMark {
  const row = markSchema.parse(value);
  return { agentId: row.agent_id, epoch: row.epoch, lane: row.lane, seq: row.seq };
}

/** @throws ZodError */
export function toEpochCount(row: unknown): EpochCount {
  return z.object({ rows: integer, distinct: integer }).parse(row);
}

/** One number in a column named `value`. @throws ZodError */
export function toValue(row: unknown): number {
  return z.object({ value: integer }).parse(row).value;
}
