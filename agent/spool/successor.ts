/** Fills the spool that follows a corrupt one: kept positions, named losses, and the record that tells of it. */
import type { DatabaseSync } from 'node:sqlite';
import { laneNumber } from '#protocol/lane.ts';
import { LIMITS } from '#protocol/limits.ts';
import type { AgentRecord } from '#protocol/record.ts';
import { checksum } from './chunk.ts';
import { CHUNK_OVERHEAD_BYTES, readState, transaction } from './database.ts';
import type { SpoolState } from './database.ts';
import type { Salvage } from './salvage.ts';
import type { Statements } from './statements.ts';

export interface SpoolReset {
  cause: unknown;
  /** Where the corrupt database now is. */
  setAside: string;
  /** Records that were waiting in it; undefined when it does not tell. */
  lostRecords: number | undefined;
  positionsKept: number;
}

function resetRecord(reset: SpoolReset, rest: Salvage, nowMs: number): AgentRecord {
  const text = (value: unknown): string => String(value).slice(0, LIMITS.shortStringMax);
  return {
    kind: 'agent',
    at: nowMs,
    action: 'spool-reset',
    subject: 'spool',
    detail: {
      cause: text(reset.cause),
      setAside: text(reset.setAside),
      oldEpoch: rest.epoch ?? null,
      lostRecords: reset.lostRecords ?? null,
      positionsKept: reset.positionsKept,
      unread: text(rest.problems.join('; ')),
    },
  };
}

/**
 * The lost records take the first sequences of the new epoch, so that the ordinary loss messages account for them.
 * @param db freshly made.
 */
export function seedSuccessor(
  db: DatabaseSync,
  sql: Statements,
  rest: Salvage,
  reset: SpoolReset,
  nowMs: number,
): SpoolState {
  const payload = Buffer.from(JSON.stringify(resetRecord(reset, rest, nowMs)));
  return transaction(db, () => {
    for (const { source, key, value } of rest.positions) sql.writePosition.run(source, key, value);
    for (const [lane, waiting] of (rest.waiting ?? []).entries()) {
      if (waiting === 0) continue;
      sql.insertLoss.run(lane, 1, waiting, 'spool-corrupt');
      sql.writeLane.run(waiting + 1, 0, 0, 0, lane);
    }
    sql.writeMeta.run(String(reset.lostRecords ?? 0), 'dropped');
    const lane = laneNumber('security');
    const seq = (rest.waiting?.[lane] ?? 0) + 1;
    sql.insertChunk.run(lane, seq, seq, nowMs, checksum(payload), payload);
    sql.writeLane.run(seq + 1, 0, 0, payload.length + CHUNK_OVERHEAD_BYTES, lane);
    return readState(db);
  });
}
