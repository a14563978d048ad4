/** How many events arrived, in steps of time by agency, and by kind: for dashboards. Values reach SQL only as parameters. */
import { z } from 'zod';
import type { BoundQuery } from './event-query.ts';

export interface EventCountsQuery {
  /** By the time they were received: milliseconds since 1970, the end excluded. */
  fromMs: number;
  toMs: number;
  agencyIds?: readonly number[] | undefined;
  limit: number;
}

/** Of an agency in a step. */
export interface ArrivedEvents {
  fromMs: number;
  agencyId: number;
  events: number;
  /** Of these, those that a rule found. */
  matched: number;
}

export interface ArrivedKind {
  /** The record's kind and channel, e.g. `log/sshd`. */
  channel: string;
  events: number;
  hosts: number;
}

const integer = z.coerce.number().int();
const arrivedRow = z
  .object({ at: integer, agency_id: integer, events: integer, matched: integer })
  .transform(({ at, agency_id: agencyId, events, matched }): ArrivedEvents => ({
    fromMs: at,
    agencyId,
    events,
    matched,
  }));
const kindRow = z.object({ channel: z.string(), events: integer, hosts: integer });

function within({ fromMs, toMs, agencyIds, limit }: EventCountsQuery): BoundQuery {
  const ofAgencies = agencyIds === undefined ? '' : ' AND has({agencies:Array(UInt32)}, agency_id)';
  return {
    query: `received >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
      AND received < fromUnixTimestamp64Milli({to:Int64}, 'UTC')${ofAgencies}`,
    params: {
      from: fromMs,
      to: toMs,
      limit,
      ...(agencyIds === undefined ? {} : { agencies: agencyIds }),
    },
  };
}

export function arrivedQuery(query: EventCountsQuery & { stepMs: number }): BoundQuery {
  const { query: where, params } = within(query);
  return {
    query: `SELECT intDiv(toUnixTimestamp64Milli(received), {step:Int64}) * {step:Int64} AS at, agency_id,
        count() AS events, countIf(notEmpty(rule_ids)) AS matched
      FROM events WHERE ${where} GROUP BY at, agency_id ORDER BY at, agency_id LIMIT {limit:UInt32}`,
    params: { ...params, step: query.stepMs },
  };
}

export function kindsQuery(query: EventCountsQuery): BoundQuery {
  const { query: where, params } = within(query);
  return {
    query: `SELECT channel, count() AS events, uniqExact(agent_id) AS hosts
      FROM events WHERE ${where} GROUP BY channel ORDER BY events DESC, channel LIMIT {limit:UInt32}`,
    params,
  };
}

export const toArrived = (row: unknown): ArrivedEvents => arrivedRow.parse(row);
export const toKind = (row: unknown): ArrivedKind => kindRow.parse(row);
