/** The questions of an assessment over all hosts, as SQL. Values reach it only as parameters. */
import { z } from 'zod';
import { POSTURE_RESULTS } from '../protocol/posture-record.ts';
import {
  LOG_KINDS,
  type AssessMoment,
  type AssessReader,
  type CheckName,
  type CheckWord,
  type CheckWords,
  type LogCount,
  type LogField,
  type LogFieldCount,
  type LogKind,
  type ToldSince,
  type ToldSinceQuery,
} from './assess-store.ts';
import type { BoundQuery } from './event-query.ts';
import { LOG_FIELD_SQL, LOG_KIND_SQL } from './log-kinds-sql.ts';

type Rows = <T>(bound: BoundQuery, toRow: (row: unknown) => T) => Promise<T[]>;

/** Of more hosts all are read, and the caller picks: parameters travel in the address. */
const AGENTS_IN_QUERY_MAX = 200;
const OBSERVED_CHARS_MAX = 200;

const RESULTS = [...POSTURE_RESULTS, 'removed'] as const;

const integer = z.union([z.string().regex(/^-?\d+$/), z.number()]).transform(Number);
/** A list is stored as JSON text; a check without one links to nothing. */
const controlsSchema = z.string().transform((text): string[] => {
  const parsed = z.array(z.string()).safeParse(text === '' ? [] : JSON.parse(text));
  return parsed.success ? parsed.data : [];
});
const checkRow = z.object({
  policy: z.string(),
  check: z.string(),
  title: z.string(),
  controls: controlsSchema,
});
const wordTuple = z.tuple([z.number(), z.number(), integer, integer, z.string(), z.string()]);
const wordsRow = z.object({ agentId: z.string(), words: z.array(wordTuple) });
const edgeRow = z.object({ last: integer, early: integer });
const toldRow = z.object({ last: integer, agents: z.array(z.string()) });
const countRow = z.object({ agentId: z.string(), kind: z.enum(LOG_KINDS), count: integer, lastMs: integer });
const fieldsRow = z.object({
  agentId: z.string(),
  total: integer,
  having: z.array(integer),
  lastMs: integer,
});

const FROM = `time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')`;
const UP_TO = `time <= fromUnixTimestamp64Milli({at:Int64}, 'UTC')`;
const MOMENT = `${FROM} AND ${UP_TO}`;
const TIME_MS = 'toUnixTimestamp64Milli(time)';
const told = (name: string): string => `other_fields['posture.${name}']`;

function ofAgents({ agentIds, atMs, fromMs }: AssessMoment): {
  agents: string;
  params: Record<string, unknown>;
} {
  const params = { at: atMs, from: fromMs };
  return agentIds === undefined || agentIds.length > AGENTS_IN_QUERY_MAX
    ? { agents: '', params }
    : { agents: 'AND agent_id IN {agents:Array(String)}', params: { ...params, agents: agentIds } };
}

export class ClickHouseAssess implements AssessReader {
  readonly #rows: Rows;

  /** @param rows a read that outlives a restart of the engine */
  constructor(rows: Rows) {
    this.#rows = rows;
  }

  checks(moment: AssessMoment): Promise<CheckName[]> {
    const { agents, params } = ofAgents(moment);
    const query = `SELECT ${told('policy')} AS policy, ${told('check')} AS check,
        argMax(${told('title')}, (batch, row)) AS title, argMax(${told('controls')}, (batch, row)) AS controls
      FROM events
      WHERE channel = 'posture' AND ${MOMENT} ${agents}
      GROUP BY policy, check ORDER BY policy, check`;
    return this.#rows({ query, params }, (row) => checkRow.parse(row));
  }

  async checkWords({
    checks,
    afterBatch = 0,
    ...moment
  }: Parameters<AssessReader['checkWords']>[0]): Promise<CheckWords> {
    const { agents, params } = ofAgents(moment);
    const asked = {
      ...params,
      after: afterBatch,
      checks: checks.map(({ policy, check }) => `${policy}\n${check}`),
      results: RESULTS,
    };
    const where = `channel = 'posture' AND ${FROM} AND batch > {after:UInt64} ${agents}`;
    // Before the words, so that a batch that comes meanwhile is read again next time. What lies after the moment is not read yet.
    const [edge] = await this.#rows(
      {
        query: `SELECT max(batch) AS last, minIf(batch, NOT (${UP_TO})) AS early FROM events WHERE ${where}`,
        params: asked,
      },
      (row) => edgeRow.parse(row),
    );
    const name = `toUInt16(indexOf({checks:Array(String)}, concat(${told('policy')}, '\\n', ${told('check')})))`;
    const isPass = `${told('result')} = 'pass'`;
    const query = `SELECT agentId, groupArray((place, result, timeMs, untilMs, code, observed)) AS words
      FROM (
        SELECT agent_id AS agentId, ${name} AS place,
          argMax((if(${told('change')} = 'removed', 'removed', ${told('result')}), ${TIME_MS},
            toInt64OrZero(${told('excepted_until_ms')}), if(${isPass}, '', ${told('reason_code')}),
            if(${isPass}, '', leftUTF8(${told('observed')}, ${OBSERVED_CHARS_MAX}))), (batch, row)) AS word,
          toUInt8(indexOf({results:Array(String)}, tupleElement(word, 1))) AS result,
          tupleElement(word, 2) AS timeMs, tupleElement(word, 3) AS untilMs,
          tupleElement(word, 4) AS code, tupleElement(word, 5) AS observed
        FROM events
        WHERE ${where} AND ${UP_TO} AND place > 0
        GROUP BY agentId, place
      )
      WHERE result > 0 GROUP BY agentId`;
    const found = await this.#rows({ query, params: asked }, (row) => wordsRow.parse(row));
    const last = Math.max(afterBatch, edge?.last ?? 0);
    const early = edge?.early ?? 0;
    return {
      byAgent: new Map(found.map(({ agentId, words }) => [agentId, words.map((word) => toWord(word))])),
      batch: early === 0 ? last : Math.min(last, early - 1),
    };
  }

  async toldSince({
    channel,
    afterBatch,
    afterMs,
    agentsMax,
    atMs,
    fromMs,
  }: ToldSinceQuery): Promise<ToldSince> {
    const query = `SELECT max(batch) AS last, groupUniqArrayIf(${agentsMax + 1})(agent_id,
        (batch > {after:UInt64} OR time > fromUnixTimestamp64Milli({afterMs:Int64}, 'UTC')) AND ${UP_TO}) AS agents
      FROM events WHERE channel = {channel:String} AND ${FROM}`;
    const params = { channel, after: afterBatch, afterMs, at: atMs, from: fromMs };
    const [found] = await this.#rows({ query, params }, (row) => toldRow.parse(row));
    const agents = found?.agents ?? [];
    return { agentIds: agents.length > agentsMax ? undefined : agents, batch: found?.last ?? 0 };
  }

  logCounts({ kinds, ...moment }: AssessMoment & { kinds: readonly LogKind[] }): Promise<LogCount[]> {
    if (kinds.length === 0) return Promise.resolve([]);
    const { agents, params } = ofAgents(moment);
    const cases = kinds.map((kind) => `if(${LOG_KIND_SQL[kind]}, '${kind}', '')`).join(', ');
    const query = `SELECT agent_id AS agentId, kind, count() AS count, max(${TIME_MS}) AS lastMs
      FROM events ARRAY JOIN arrayFilter(name -> name != '', [${cases}]) AS kind
      WHERE ${MOMENT} ${agents} AND (${anyOf(kinds)})
      GROUP BY agentId, kind ORDER BY agentId, kind`;
    return this.#rows({ query, params }, (row) => countRow.parse(row));
  }

  logFields({
    kinds,
    fields,
    sample,
    ...moment
  }: AssessMoment & {
    kinds: readonly LogKind[];
    fields: readonly LogField[];
    sample: number;
  }): Promise<LogFieldCount[]> {
    if (kinds.length === 0) return Promise.resolve([]);
    const { agents, params } = ofAgents(moment);
    const query = `SELECT agentId, count() AS total, sumForEach(have) AS having, max(timeMs) AS lastMs
      FROM (
        SELECT agent_id AS agentId, ${TIME_MS} AS timeMs,
          [${fields.map((field) => `toUInt8(${LOG_FIELD_SQL[field]})`).join(', ')}]::Array(UInt8) AS have
        FROM events
        WHERE ${MOMENT} ${agents} AND (${anyOf(kinds)})
        ORDER BY time DESC LIMIT {sample:UInt32} BY agent_id
      )
      GROUP BY agentId ORDER BY agentId`;
    return this.#rows({ query, params: { ...params, sample } }, (row) => fieldsRow.parse(row));
  }
}

const anyOf = (kinds: readonly LogKind[]): string => kinds.map((kind) => LOG_KIND_SQL[kind]).join(' OR ');

function toWord([place, result, timeMs, untilMs, code, observed]: z.infer<typeof wordTuple>): CheckWord {
  const said = RESULTS[result - 1];
  if (said === undefined) throw new RangeError(`no result has the number ${result}`);
  return { index: place - 1, result: said, timeMs, exceptedUntilMs: untilMs, reasonCode: code, observed };
}
