/**
 * SQL of a search: fixed text, every value a bound parameter.
 * Invariant: the order is total (time, then the event's name), so a page that continues another neither repeats
 * nor skips an event.
 */
import { TupleParam } from '@clickhouse/client';
import { isSearchable, TYPED_COLUMNS } from './event-columns.ts';
import { MARKS } from './pattern-parts.ts';
import type { EventQuery, RowName } from './store.ts';

/** SQL text with its parameters. */
export interface BoundQuery {
  query: string;
  params: Record<string, unknown>;
}

/** The typed columns' values by their numbers. */
export const TYPED_VALUES = `[${TYPED_COLUMNS.map(({ name }) => name).join(', ')}] AS typed_values`;

export const FOUND_COLUMNS = `agent_id, epoch, lane, seq,
  toUnixTimestamp64Milli(time) AS time_ms, toUnixTimestamp64Milli(received) AS received_ms,
  agency_id, channel, origin, log_products, log_categories, log_services,
  ${TYPED_VALUES}, typed_fields, other_fields, json_fields, message_pattern, message_text, rule_ids`;

/** Rows of one answer. */
export const SEARCH_LIMIT_MAX = 10_000;
const WORDS_MAX = 32;

const NAME_COLUMNS = ['agent_id', 'epoch', 'lane', 'seq'] as const;
export const NEWEST_FIRST = ['time', ...NAME_COLUMNS].map((column) => `${column} DESC`).join(', ');

/** `agentId/epoch/lane/seq`; an agent's id may hold slashes, the others cannot. */
export function toEventId(name: RowName): string {
  return `${name.agentId}/${name.epoch}/${name.lane}/${name.seq}`;
}

/** @throws RangeError when the text is not an event's id */
export function fromEventId(id: string): RowName {
  const match = /^(.*)\/([^/]*)\/(\d{1,3})\/(\d{1,16})$/s.exec(id);
  if (match === null) throw new RangeError(`not an event's id: ${id.slice(0, 200)}`);
  return { agentId: match[1] ?? '', epoch: match[2] ?? '', lane: Number(match[3]), seq: Number(match[4]) };
}

/** A condition on `time` that the index understands; times are milliseconds. */
function timeBound(operator: '>=' | '<=' | '<' | '=', param: string): string {
  return `time ${operator} fromUnixTimestamp64Milli({${param}:Int64}, 'UTC')`;
}

/** A word's letters and digits: none of them crosses from one part of a message into the next. */
const RUNS = /[0-9A-Za-z_\u{80}-\u{10ffff}]+/gu;

/**
 * The word stands in the message or in a field's value. Where it is looked for is what these are made of; a word with
 * other characters than letters and digits may also lie across several parts of a message, which is then put together.
 */
function wordCondition(word: string, at: number, params: Record<string, unknown>): string {
  params[`word${at}`] = word;
  if (MARKS.test(word)) return standsWithMarks(`word${at}`);
  const whole = standsInPart(`word${at}`);
  const runs = word.match(RUNS) ?? [];
  if (runs[0] === word) return whole;
  const conditions = runs.map((run, index) => {
    params[`run${at}x${index}`] = run;
    return standsInPart(`run${at}x${index}`);
  });
  const across = [...conditions, holds('message', `word${at}`)].join(' AND ');
  return `(${whole} OR (${across}))`;
}

/** Answered by the text index; what has no letter and no digit has no word there. */
function commandCondition(command: string): string {
  if (!/[0-9A-Za-z\u{80}-\u{10ffff}]/u.test(command)) return holds('process_command_line', 'command');
  return 'hasAllTokens(lowerUTF8(process_command_line), lowerUTF8({command:String}))';
}

function holds(text: string, param: string): string {
  return `positionCaseInsensitiveUTF8(${text}, {${param}:String}) > 0`;
}

/** The words of a pattern, without the names of what it refers to. */
const PATTERN_WORDS = `replaceRegexpAll(message_pattern, '[\\x01-\\x03][^\\x00]*', '')`;
const WHOLE_MESSAGE = "if(message_pattern = '', message_text, '')";

/** All that a row says besides the map, NUL between; the words of a search hold none, or else are asked of each part. */
const TOLD = ['message_text', ...TYPED_COLUMNS.map(({ name }) => name)].join(', ');

function standsInPart(param: string): string {
  return `(${holds('told', param)} OR arrayExists(value -> ${holds('value', param)}, mapValues(other_fields)))`;
}

/** Marks keep the parts of a message asunder, so no message that is made of parts holds one. */
function standsWithMarks(param: string): string {
  const texts = `arrayConcat([${WHOLE_MESSAGE}, ${TOLD.replace('message_text, ', '')}], mapValues(other_fields))`;
  return `arrayExists(value -> ${holds('value', param)}, ${texts})`;
}

/** Which events are looked at, before what they must hold: whose, and when. */
export type EventSpan = Pick<EventQuery, 'fromMs' | 'toMs' | 'agentId' | 'agentIds' | 'agencyIds' | 'limit'>;

/** @throws RangeError for a bad limit or span */
export function spanConditions(query: EventSpan): { where: string[]; params: Record<string, unknown> } {
  if (!Number.isSafeInteger(query.limit) || query.limit < 1) throw new RangeError(`bad limit ${query.limit}`);
  if (!Number.isSafeInteger(query.fromMs) || !Number.isSafeInteger(query.toMs)) {
    throw new RangeError(`bad span ${query.fromMs} to ${query.toMs}: whole milliseconds are needed`);
  }
  const where = [timeBound('>=', 'from'), timeBound('<=', 'to')];
  const params: Record<string, unknown> = {
    from: query.fromMs,
    to: query.toMs,
    limit: Math.min(query.limit, SEARCH_LIMIT_MAX),
  };
  if (query.agentId !== undefined) {
    where.push('agent_id = {agent:String}');
    params['agent'] = query.agentId;
  }
  if (query.agentIds !== undefined) {
    where.push('has({agents:Array(String)}, agent_id)');
    params['agents'] = query.agentIds;
  }
  if (query.agencyIds !== undefined) {
    where.push('has({agencies:Array(UInt32)}, agency_id)');
    params['agencies'] = query.agencyIds;
  }
  return { where, params };
}

/** Events behind the one a page ended with. @throws RangeError when it is no event's id */
export function behind(
  after: NonNullable<EventQuery['after']>,
  params: Record<string, unknown>,
  beside?: { column: string; param: string },
): string[] {
  const name = fromEventId(after.id);
  params['afterTime'] = after.timeMs;
  params['afterAgent'] = name.agentId;
  params['afterEpoch'] = name.epoch;
  params['afterLane'] = name.lane;
  params['afterSeq'] = name.seq;
  const columns = [...NAME_COLUMNS, ...(beside === undefined ? [] : [beside.column])];
  const values = [
    '{afterAgent:String}, {afterEpoch:String}, {afterLane:UInt8}, {afterSeq:UInt64}',
    ...(beside === undefined ? [] : [`{${beside.param}:String}`]),
  ];
  return [
    timeBound('<=', 'afterTime'),
    `(${timeBound('<', 'afterTime')} OR (${columns.join(', ')}) < (${values.join(', ')}))`,
  ];
}

/** @throws RangeError for a column that cannot be searched, a bad limit or a bad page */
export function searchQuery(query: EventQuery): BoundQuery {
  const { where, params } = spanConditions(query);
  for (const [at, [name, value]] of Object.entries(query.columns ?? {}).entries()) {
    if (value === undefined) continue;
    if (!isSearchable(name)) throw new RangeError(`events cannot be searched by ${name}`);
    where.push(`${name} = {column${at}:String}`);
    params[`column${at}`] = value;
  }
  const words = (query.text ?? '').split(/\s+/u).filter((word) => word !== '');
  for (const [at, word] of words.slice(0, WORDS_MAX).entries()) where.push(wordCondition(word, at, params));
  if (query.command !== undefined && query.command !== '') {
    where.push(commandCondition(query.command));
    params['command'] = query.command;
  }
  if (query.after !== undefined) where.push(...behind(query.after, params));
  return {
    query: `${words.length === 0 ? '' : `WITH concatWithSeparator('\\0', ${PATTERN_WORDS}, ${TOLD}) AS told `}
      SELECT ${FOUND_COLUMNS} FROM events
      WHERE ${where.join('\n AND ')}
      ORDER BY ${NEWEST_FIRST}
      LIMIT {limit:UInt32}`,
    params,
  };
}

/** Events by their names, at times between these. */
export function namedQuery(
  names: readonly RowName[],
  { fromMs, toMs }: { fromMs: number; toMs: number },
): BoundQuery {
  return {
    query: `SELECT ${FOUND_COLUMNS} FROM events
      WHERE ${timeBound('>=', 'from')} AND ${timeBound('<=', 'to')}
        AND has({agents:Array(String)}, agent_id)
        AND (agent_id, epoch, lane, seq) IN {names:Array(Tuple(String, String, UInt8, UInt64))}`,
    params: {
      from: fromMs,
      to: toMs,
      agents: [...new Set(names.map(({ agentId }) => agentId))],
      names: names.map(({ agentId, epoch, lane, seq }) => new TupleParam([agentId, epoch, lane, seq])),
    },
  };
}
