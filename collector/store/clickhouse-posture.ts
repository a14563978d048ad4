/** The last word on each check of a host, and how many hosts stand how. Values reach SQL only as parameters. */
import { z } from 'zod';
import { POSTURE_RESULTS } from '../protocol/posture-record.ts';
import type { BoundQuery } from './event-query.ts';
import type {
  HostPosture,
  PostureCount,
  PostureQuery,
  PostureReader,
  PostureState,
} from './posture-store.ts';

type Rows = <T>(bound: BoundQuery, toRow: (row: unknown) => T) => Promise<T[]>;

const integer = z.union([z.string().regex(/^-?\d+$/), z.number()]).transform(Number);
const resultSchema = z.enum(POSTURE_RESULTS);
/** A list is stored as JSON text; a check without one links to nothing. */
const controlsSchema = z.string().transform((text): string[] => {
  const parsed = z.array(z.string()).safeParse(text === '' ? [] : JSON.parse(text));
  return parsed.success ? parsed.data : [];
});

const common = {
  policy: z.string(),
  check: z.string(),
  title: z.string(),
  severity: z.string(),
  controls: controlsSchema,
};
const stateSchema = z.object({
  ...common,
  agentId: z.string(),
  policyVersion: z.string(),
  result: resultSchema,
  reason: z.string(),
  reasonCode: z.string(),
  observed: z.string(),
  expected: z.string(),
  exceptedBy: z.string(),
  untilMs: integer,
  timeMs: integer,
});
const countSchema = z.object({ ...common, result: resultSchema, hosts: integer });
const hostSchema = z.object({ agentId: z.string(), result: resultSchema, checks: integer });

const field = (name: string): string => `other_fields['posture.${name}']`;
const told = (name: string): string => `word['posture.${name}']`;

/** The last record of each check of each agent; what is excepted beyond its end has failed. */
function lastWords({ agentIds, policy, check }: PostureQuery): string {
  return `SELECT agent_id AS agentId, ${field('policy')} AS policy, ${field('check')} AS check,
      argMax((other_fields, toUnixTimestamp64Milli(time)), (batch, row)) AS last,
      tupleElement(last, 1) AS word, tupleElement(last, 2) AS timeMs,
      toInt64OrZero(${told('excepted_until_ms')}) AS untilMs,
      if(${told('result')} = 'excepted' AND untilMs <= {at:Int64}, 'fail', ${told('result')}) AS result
    FROM events
    WHERE channel = 'posture' AND time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
      AND time <= fromUnixTimestamp64Milli({at:Int64}, 'UTC')
      ${agentIds === undefined ? '' : 'AND agent_id IN {agents:Array(String)}'}
      ${policy === undefined ? '' : `AND ${field('policy')} = {policy:String}`}
      ${check === undefined ? '' : `AND ${field('check')} = {check:String}`}
    GROUP BY agentId, policy, check
    HAVING ${told('change')} != 'removed'`;
}

function withControl({ control }: PostureQuery): string {
  return control === undefined ? '' : `WHERE position(${told('controls')}, {control:String}) > 0`;
}

function paramsOf({
  agentIds,
  policy,
  check,
  control,
  atMs,
  fromMs,
  limit,
}: PostureQuery): Record<string, unknown> {
  const params = {
    agents: agentIds,
    policy,
    check,
    control: control === undefined ? undefined : JSON.stringify(control),
    at: atMs,
    from: fromMs,
    limit,
  };
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined));
}

export class ClickHousePosture implements PostureReader {
  readonly #rows: Rows;

  /** @param rows a read that outlives a restart of the engine */
  constructor(rows: Rows) {
    this.#rows = rows;
  }

  async states(query: PostureQuery & { agentIds: readonly string[] }): Promise<PostureState[]> {
    if (query.agentIds.length === 0) return [];
    const sql = `SELECT agentId, policy, check, result, untilMs, timeMs, ${told('policy_version')} AS policyVersion,
        ${told('title')} AS title, ${told('severity')} AS severity, ${told('controls')} AS controls,
        ${told('reason')} AS reason, ${told('reason_code')} AS reasonCode, ${told('observed')} AS observed,
        ${told('expected')} AS expected, ${told('excepted_by')} AS exceptedBy
      FROM (${lastWords(query)}) ${withControl(query)}
      ORDER BY agentId, policy, check LIMIT {limit:UInt32}`;
    return this.#rows({ query: sql, params: paramsOf(query) }, (row) => {
      const { untilMs, ...state } = stateSchema.parse(row);
      return { ...state, exceptedUntilMs: untilMs === 0 ? undefined : untilMs };
    });
  }

  counts(query: PostureQuery): Promise<PostureCount[]> {
    const sql = `SELECT policy, check, result, count() AS hosts, argMax(${told('title')}, timeMs) AS title,
        argMax(${told('severity')}, timeMs) AS severity, argMax(${told('controls')}, timeMs) AS controls
      FROM (${lastWords(query)}) ${withControl(query)}
      GROUP BY policy, check, result
      ORDER BY policy, check, result LIMIT {limit:UInt32}`;
    return this.#rows({ query: sql, params: paramsOf(query) }, (row) => countSchema.parse(row));
  }

  hosts(query: PostureQuery): Promise<HostPosture[]> {
    const sql = `SELECT agentId, result, count() AS checks
      FROM (${lastWords(query)}) ${withControl(query)}
      GROUP BY agentId, result
      ORDER BY agentId, result LIMIT {limit:UInt32}`;
    return this.#rows({ query: sql, params: paramsOf(query) }, (row) => hostSchema.parse(row));
  }
}
