/** How probed targets stand, and how long they were up. Values reach SQL only as parameters. */
import type { ClickHouseSettings } from '@clickhouse/client';
import { z } from 'zod';
import type { FieldValue } from '../normalize/event.ts';
import type { BoundQuery } from './event-query.ts';
import { PROBE_DAY_MS, PROBE_MONTH_MS } from './probe-store.ts';
import type { ProbeReader, ProbeSpan, ProbesQuery, ToldAspect, ToldTarget } from './probe-store.ts';
import { readFields } from './stored-fields.ts';

const CHANNEL = 'probe';
const DETAIL = 'probe.detail.';
/** Hosts asked for in one query: they travel in its address. */
const AGENTS_PER_QUERY = 200;
const ASPECTS_MAX = 8;
const SUMS = ['checks', 'failures', 'upMs', 'downMs', 'quietMs'] as const;

const integer = z.union([z.string().regex(/^-?\d+$/), z.number()]).transform(Number);
const map = z.custom<object>((value) => typeof value === 'object' && value !== null);
const word = z.tuple([map, z.array(z.string()), integer]);
const sums = z.array(z.number()).length(SUMS.length);
const targetRow = z.object({
  agent: z.string(),
  name: z.string(),
  url: z.string(),
  last: integer,
  word,
  day: sums,
  month: sums,
});
const aspectRow = z.object({ agent: z.string(), name: z.string(), aspect: z.string(), word });

const field = (name: string): string => `other_fields['probe.${name}']`;
const WORD = '(other_fields, json_fields, toUnixTimestamp64Milli(time))';
const MOMENT = `time > fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND time <= fromUnixTimestamp64Milli({now:Int64}, 'UTC')`;
const SUMMARY = `${field('change')} = 'summary'`;

const sumOf = (name: string, condition: string): string =>
  `sumIf(toFloat64OrZero(${field(`detail.${name}`)}), ${condition})`;

type Rows = <T>(bound: BoundQuery, toRow: (row: unknown) => T, settings?: ClickHouseSettings) => Promise<T[]>;

export class ClickHouseProbes implements ProbeReader {
  readonly #rows: Rows;

  /** @param rows a read that outlives a restart of the engine */
  constructor(rows: Rows) {
    this.#rows = rows;
  }

  async targets({ nowMs, agentIds, limit }: ProbesQuery): Promise<ToldTarget[]> {
    const found: ToldTarget[] = [];
    for (const some of portions(agentIds)) {
      if (found.length >= limit) break;
      const params = {
        now: nowMs,
        from: nowMs - PROBE_MONTH_MS,
        day: nowMs - PROBE_DAY_MS,
        limit: limit - found.length,
        ...(some === undefined ? {} : { agents: some }),
      };
      const ofAgents = some === undefined ? '' : 'AND agent_id IN {agents:Array(String)}';
      const targets = await this.#rows({ query: targetsQuery(ofAgents), params }, (row) =>
        targetRow.parse(row),
      );
      const aspects = await this.#rows(
        { query: aspectsQuery(ofAgents), params: { ...params, limit: params.limit * ASPECTS_MAX } },
        (row) => aspectRow.parse(row),
      );
      const byTarget = Map.groupBy(aspects, ({ agent, name }) => `${agent}\0${name}`);
      for (const row of targets) {
        found.push(toTarget(row, (byTarget.get(`${row.agent}\0${row.name}`) ?? []).map(toAspect)));
      }
    }
    return found;
  }
}

function targetsQuery(ofAgents: string): string {
  const inDay = `${SUMMARY} AND time > fromUnixTimestamp64Milli({day:Int64}, 'UTC')`;
  return `SELECT agent_id AS agent, ${field('name')} AS name, argMax(${field('target')}, (batch, row)) AS url,
      toUnixTimestamp64Milli(max(time)) AS last,
      argMaxIf(${WORD}, (batch, row), ${SUMMARY}) AS word,
      [${SUMS.map((sum) => sumOf(sum, inDay)).join(', ')}] AS day,
      [${SUMS.map((sum) => sumOf(sum, SUMMARY)).join(', ')}] AS month
    FROM events
    WHERE channel = '${CHANNEL}' AND ${MOMENT} ${ofAgents}
    GROUP BY agent, name
    ORDER BY agent, name
    LIMIT {limit:UInt32}`;
}

function aspectsQuery(ofAgents: string): string {
  return `SELECT agent_id AS agent, ${field('name')} AS name, ${field('aspect')} AS aspect,
      argMax(${WORD}, (batch, row)) AS word
    FROM events
    WHERE channel = '${CHANNEL}' AND NOT (${SUMMARY}) AND ${MOMENT} ${ofAgents}
    GROUP BY agent, name, aspect
    ORDER BY agent, name, aspect
    LIMIT {limit:UInt32}`;
}

function toTarget(row: z.infer<typeof targetRow>, aspects: ToldAspect[]): ToldTarget {
  const [fields, timeMs] = fieldsOf(row.word);
  const facts = Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) =>
      name.startsWith(DETAIL) ? [[name.slice(DETAIL.length), value]] : [],
    ),
  );
  return {
    agentId: row.agent,
    name: row.name,
    target: row.url,
    lastMs: row.last,
    aspects,
    summary: Object.keys(fields).length === 0 ? undefined : { timeMs, facts },
    day: spanOf(row.day),
    month: spanOf(row.month),
  };
}

function toAspect({ aspect, word: told }: z.infer<typeof aspectRow>): ToldAspect {
  const [fields, timeMs] = fieldsOf(told);
  const text = (name: string): string => {
    const value = fields[`probe.${name}`];
    return typeof value === 'string' ? value : '';
  };
  const found = fields['probe.findings'];
  const findings = Array.isArray(found) ? found.filter((one) => typeof one === 'string') : [];
  return { aspect, state: text('state'), findings, reason: text('reason'), timeMs };
}

function fieldsOf([fields, json, timeMs]: z.infer<typeof word>): [Record<string, FieldValue>, number] {
  return [readFields('', [], { ...fields }, json), timeMs];
}

function spanOf(values: readonly number[]): ProbeSpan {
  const [checks = 0, failures = 0, upMs = 0, downMs = 0, quietMs = 0] = values;
  return { checks, failures, upMs, downMs, quietMs };
}

function* portions(agentIds: readonly string[] | undefined): Generator<readonly string[] | undefined> {
  if (agentIds === undefined) {
    yield undefined;
    return;
  }
  for (let at = 0; at < agentIds.length; at += AGENTS_PER_QUERY) {
    yield agentIds.slice(at, at + AGENTS_PER_QUERY);
  }
}
