/**
 * What is read of candidates: which of them (scope, page), and single fields wherever they stand.
 * Invariants: names and values reach SQL only as parameters; a field read here is what the matcher saw on the stream.
 */
import { z } from 'zod';
import type { FieldValue } from '../normalize/event.ts';
import { COLUMN_OF_FIELD } from './event-columns.ts';
import { type BoundQuery, behind, NEWEST_FIRST, toEventId } from './event-query.ts';
import { fromFieldText } from './field-text.ts';
import type { HuntPageQuery, SlimEvent } from './hunt-store.ts';
import { HUNT_COLUMNS } from './sigma-schema.ts';
import { toLogSources } from './stored-row.ts';

/** Scope and page, over whatever the candidates are. */
export function conditions({ agencyIds, after }: Pick<HuntPageQuery, 'agencyIds' | 'after'>): {
  where: string;
  params: Record<string, unknown>;
} {
  const where: string[] = [];
  const params: Record<string, unknown> = {};
  if (agencyIds !== undefined) {
    where.push('has({scope_agencies:Array(UInt32)}, agency_id)');
    params['scope_agencies'] = agencyIds;
  }
  if (after !== undefined) where.push(...behind(after, params));
  return { where: where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`, params };
}

/** The value of a field as text, wherever it stands; what every event has by its own column. @param param holds its name */
export function fieldValue(name: string, param: string): string {
  const always: Readonly<Record<string, string>> = HUNT_COLUMNS;
  if (Object.hasOwn(always, name)) return `toString(${String(always[name])})`;
  return storedField(name, param).value;
}

/** Of the event itself. */
function storedField(name: string, param: string): { value: string; present: string } {
  const inMap = `mapContains(other_fields, {${param}:String})`;
  const mapped = `other_fields[{${param}:String}]`;
  if (!Object.hasOwn(COLUMN_OF_FIELD, name)) return { value: mapped, present: inMap };
  const typed = `position(typed_fields, concat(',', {${param}:String}, ',')) > 0`;
  return {
    value: `if(${typed}, toString(${String(COLUMN_OF_FIELD[name])}), ${mapped})`,
    present: `(${typed} OR ${inMap})`,
  };
}

/** How a field is there. */
const ABSENT = 0;
const AS_JSON = 2;

/** Candidates with these fields alone, newest first. */
export function slimQuery(query: HuntPageQuery & { fields: readonly string[] }): BoundQuery {
  const { where, params } = conditions(query);
  const named = Object.fromEntries(query.fields.map((name, at) => [`slim_${at}`, name]));
  const parts = query.fields.map((name, at) => {
    const { value, present } = storedField(name, `slim_${at}`);
    if (name === 'message') return { value: `if(${present}, ${value}, message)`, form: '1' };
    return { value, form: `if(has(json_fields, {slim_${at}:String}), ${AS_JSON}, ${present})` };
  });
  const values = `CAST([${parts.map(({ value }) => value).join(', ')}], 'Array(String)')`;
  const forms = `CAST([${parts.map(({ form }) => form).join(', ')}], 'Array(UInt8)')`;
  return {
    query: `SELECT agent_id, epoch, lane, seq, toUnixTimestamp64Milli(time) AS time_ms, agency_id, hostname,
        log_products, log_categories, log_services, ${values} AS said, ${forms} AS forms
      FROM (${query.candidates.query}) ${where} ORDER BY ${NEWEST_FIRST} LIMIT {page_limit:UInt32}`,
    params: { ...query.candidates.params, ...params, ...named, page_limit: query.limit },
  };
}

const integer = z.union([z.string(), z.number()]).transform(Number).refine(Number.isSafeInteger);
const texts = z.array(z.string());
const slimRow = z.object({
  agent_id: z.string(),
  epoch: z.string(),
  lane: integer,
  seq: integer,
  time_ms: integer,
  agency_id: integer,
  hostname: z.string(),
  log_products: texts,
  log_categories: texts,
  log_services: texts,
  said: texts,
  forms: z.array(z.number()),
});

/** @param fields as they were asked for */
export function toSlimEvent(value: unknown, fields: readonly string[]): SlimEvent {
  const row = slimRow.parse(value);
  const own = Object.create(null) as Record<string, FieldValue>;
  for (const [at, name] of fields.entries()) {
    const text = row.said[at] ?? '';
    if (row.forms[at] !== ABSENT) own[name] = row.forms[at] === AS_JSON ? fromFieldText(text) : text;
  }
  return {
    id: toEventId({ agentId: row.agent_id, epoch: row.epoch, lane: row.lane, seq: row.seq }),
    timeMs: row.time_ms,
    agentId: row.agent_id,
    hostname: row.hostname,
    agencyId: row.agency_id,
    logsources: toLogSources(row),
    fields: own,
  };
}
