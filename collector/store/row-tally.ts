/** Counting stored rows for the loss ledger: which agent's, of which channel, read in which hour. */
import { z } from 'zod';
import type { BoundQuery } from './event-query.ts';
import type { FirstRow, RowTally, SpoolResetRow } from './store.ts';

const COUNTS = 'count() AS rows, min(seq) AS seq_min, max(seq) AS seq_max';
const BATCHES = 'batch > {after:UInt64} AND batch <= {to:UInt64}';

/** Where a rejected row says which channel it claimed. */
export const CLAIMED_CHANNEL_FIELD = 'event.channel';
const CHANNEL_UNKNOWN = 'unknown';

/** Two reads, so that the wide column of fields is touched for rejected rows only. */
export function tallyQuery(afterBatch: number, toBatch: number): BoundQuery {
  return {
    query: `SELECT agent_id, epoch, lane, channel, read_hour, 0 AS rejected, ${COUNTS} FROM events
        WHERE ${BATCHES} AND channel != 'rejected'
        GROUP BY agent_id, epoch, lane, channel, read_hour
      UNION ALL
      SELECT agent_id, epoch, lane, if(claimed = '', {unknown:String}, claimed) AS channel, read_hour, 1 AS rejected,
          ${COUNTS}
        FROM (
          SELECT agent_id, epoch, lane, read_hour, seq, fields[{claimedField:String}] AS claimed FROM events
          PREWHERE channel = 'rejected' WHERE ${BATCHES}
        )
        GROUP BY agent_id, epoch, lane, channel, read_hour`,
    params: { after: afterBatch, to: toBatch, claimedField: CLAIMED_CHANNEL_FIELD, unknown: CHANNEL_UNKNOWN },
  };
}

const rowSchema = z.object({
  agent_id: z.string(),
  epoch: z.string(),
  lane: z.coerce.number(),
  channel: z.string(),
  read_hour: z.coerce.number(),
  rejected: z.coerce.number(),
  rows: z.coerce.number(),
  seq_min: z.coerce.number(),
  seq_max: z.coerce.number(),
});

export function toRowTally(row: unknown): RowTally {
  const tally = rowSchema.parse(row);
  return {
    agentId: tally.agent_id,
    epoch: tally.epoch,
    lane: tally.lane,
    channel: tally.channel,
    readHour: tally.read_hour,
    rejected: tally.rejected === 1,
    rows: tally.rows,
    seqMin: tally.seq_min,
    seqMax: tally.seq_max,
  };
}

/** The agent's own word that it set a corrupt spool aside (agent/spool/successor.ts). */
export function resetQuery(afterBatch: number, toBatch: number): BoundQuery {
  return {
    query: `SELECT agent_id, epoch, read_hour, fields['agent.detail.lostRecords'] AS lost FROM events
      WHERE ${BATCHES} AND channel = 'agent' AND event_action = 'agent_spool_reset'`,
    params: { after: afterBatch, to: toBatch },
  };
}

const resetSchema = z.object({
  agent_id: z.string(),
  epoch: z.string(),
  read_hour: z.coerce.number(),
  lost: z.string(),
});

export function toSpoolReset(row: unknown): SpoolResetRow {
  const { agent_id, epoch, read_hour, lost } = resetSchema.parse(row);
  return {
    agentId: agent_id,
    epoch,
    readHour: read_hour,
    lost: /^\d{1,15}$/.test(lost) ? Number(lost) : undefined,
  };
}

export const FIRST_ROWS_QUERY: BoundQuery = {
  query: `SELECT agent_id, epoch, lane, min(read_hour) AS read_hour, min(seq) AS seq_min FROM events
    GROUP BY agent_id, epoch, lane`,
  params: {},
};

const firstSchema = z.object({
  agent_id: z.string(),
  epoch: z.string(),
  lane: z.coerce.number(),
  read_hour: z.coerce.number(),
  seq_min: z.coerce.number(),
});

export function toFirstRow(row: unknown): FirstRow {
  const { agent_id, epoch, lane, read_hour, seq_min } = firstSchema.parse(row);
  return { agentId: agent_id, epoch, lane, readHour: read_hour, seqMin: seq_min };
}
