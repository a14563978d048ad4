/**
 * Rows as ClickHouse answers them, checked once and turned into the store's own shapes.
 * Invariant: 64-bit integers arrive as text and leave as safe integers or not at all.
 */
import { z } from 'zod';
import type { FieldValue, LogSource } from '../normalize/event.ts';
import { fromFieldText } from './field-text.ts';
import { toEventId } from './event-query.ts';
import type { EpochCount, FoundEvent, HitRow, LaneMark, RowHit } from './store.ts';

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
  hostname: z.string(),
  agency_id: integer,
  channel: z.string(),
  origin: z.string(),
  log_products: texts,
  log_categories: texts,
  log_services: texts,
  message: z.string(),
  fields: z.unknown(),
  json_fields: texts,
  rule_ids: texts,
});

const hitSchema = z.object({
  ...nameShape,
  batch: integer,
  row: integer,
  time_ms: integer,
  received_ms: integer,
  hostname: z.string(),
  agency_id: integer,
  message: z.string(),
  rule_ids: texts,
  hit_fields: texts,
});

const markSchema = z.object(nameShape);

function nullPrototype<T>(): Record<string, T> {
  return Object.create(null) as Record<string, T>;
}

/** The map column, by own properties: a field may be named `__proto__`. */
function toFields(value: unknown, jsonFields: readonly string[]): Record<string, FieldValue> {
  const json = new Set(jsonFields);
  const fields = nullPrototype<FieldValue>();
  if (typeof value !== 'object' || value === null) throw new TypeError('fields is not a map');
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string') throw new TypeError(`field ${key} is not text`);
    fields[key] = json.has(key) ? fromFieldText(text) : text;
  }
  return fields;
}

function toLogSources(row: z.infer<typeof foundSchema>): LogSource[] {
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
  return {
    id: toEventId({ agentId: row.agent_id, epoch: row.epoch, lane: row.lane, seq: row.seq }),
    timeMs: row.time_ms,
    receivedMs: row.received_ms,
    agentId: row.agent_id,
    hostname: row.hostname,
    agencyId: row.agency_id,
    channel: row.channel,
    origin: row.origin,
    logsources: toLogSources(row) as FoundEvent['logsources'],
    message: row.message,
    fields: toFields(row.fields, row.json_fields),
    ruleIds: row.rule_ids,
  };
}

function toHit(ruleId: string, text: string | undefined): RowHit {
  const fields = nullPrototype<FieldValue>();
  return { ruleId, fields: Object.assign(fields, JSON.parse(text ?? '{}')) };
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
    hostname: row.hostname,
    agencyId: row.agency_id,
    message: row.message,
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
