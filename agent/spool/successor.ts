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
import { writeTallyScope } from './tally-scope.ts';
import { TallyDraft, UNKNOWN_CHANNEL, formatRuns, hourOf, placeOf, runsOf } from './tally.ts';

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
 * @param db freshly made
 * @param newCountsId name of the counts that begin here, when the old ones could not be read
 */
export function seedSuccessor(
  db: DatabaseSync,
  sql: Statements,
  rest: Salvage,
  reset: SpoolReset,
  nowMs: number,
  newCountsId: string,
): SpoolState {
  const record = resetRecord(reset, rest, nowMs);
  const payload = Buffer.from(JSON.stringify(record));
  return transaction(db, () => {
    for (const { source, key, value } of rest.positions) sql.writePosition.run(source, key, value);
    for (const [lane, waiting] of (rest.waiting ?? []).entries()) {
      if (waiting === 0) continue;
      sql.insertLoss.run(lane, 1, waiting, 'spool-corrupt');
      sql.writeLane.run(waiting + 1, 0, 0, 0, 0, lane);
    }
    writeTallyScope(sql, rest.tallyScope ?? { countsId: newCountsId, sinceMs: 0 });
    const tally = takeOverTally(sql, rest, nowMs);
    sql.writeMeta.run(String(reset.lostRecords ?? 0), 'dropped');
    const lane = laneNumber('security');
    const seq = (rest.waiting?.[lane] ?? 0) + 1;
    const place = placeOf(record);
    sql.insertChunk.run(lane, seq, seq, nowMs, checksum(payload), formatRuns(runsOf([place])), payload);
    sql.writeLane.run(seq + 1, 0, 0, payload.length + CHUNK_OVERHEAD_BYTES, 0, lane);
    tally.produce(lane, place);
    tally.save(sql);
    return readState(db);
  });
}

/** The old counts go on; what was waiting is counted as dropped, under the channels it had as far as they are known. */
function takeOverTally(sql: Statements, rest: Salvage, nowMs: number): TallyDraft {
  const tally = new TallyDraft();
  // New counts know nothing of what was produced, so they cannot say what became of it: the losses do.
  if (rest.tallyScope === undefined) return tally;
  for (const row of rest.tally) {
    const { hourMs, lane, channel, produced, limited, dropped, revision, told } = row;
    const place = [hourMs, lane, channel] as const;
    sql.writeTally.run(...place, produced, JSON.stringify(limited), JSON.stringify(dropped));
    sql.resumeTally.run(revision, told, ...place);
  }
  for (const [lane, waiting] of (rest.waiting ?? []).entries()) {
    const lost = waiting - (rest.lostBefore[lane] ?? 0);
    const runs = rest.runs[lane] ?? [];
    const known = runs.reduce((sum, { count }) => sum + count, 0);
    if (known <= lost) tally.drop(lane, runs, 'spool-corrupt');
    const left = known <= lost ? lost - known : lost;
    const unknown = { hourMs: hourOf(nowMs), channel: UNKNOWN_CHANNEL, count: left };
    if (left > 0) tally.drop(lane, [unknown], 'spool-corrupt');
  }
  return tally;
}
