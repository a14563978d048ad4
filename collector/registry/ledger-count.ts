/**
 * What the event store holds, added up batch by batch. Invariants: the cursor moves with the counts, so a batch is
 * counted once; what was counted stays counted when retention deletes the rows; rows of a lane come in order, so the
 * rows between two counts must be as many as the sequences between them, declared losses excepted.
 */
import type { RowTally } from '../store/store.ts';
import type { RegistryDb, RegistryTransaction } from './database.ts';
import { lostBetween } from './ledger-bounds.ts';
import { CellBudget, type Fitted } from './cell-budget.ts';
import { addToCells, emptyCell, HOUR_MS, inParts, type CellDelta } from './ledger-cells.ts';
import type { LedgerGapTable, LedgerResetTable } from './tables/ledger.ts';

export type Gap = Omit<LedgerGapTable, 'id'>;

export interface CountStep {
  afterBatch: number;
  toBatch: number;
  tallies: readonly RowTally[];
  resets: readonly LedgerResetTable[];
  nowMs: number;
  /** Kept from step to step. */
  budget?: CellBudget | undefined;
  /** Rows of an agent claimed more hours and channels than it may fill: so many were counted under no channel. */
  onOverflow?: ((agentId: string, cells: number) => void) | undefined;
}

/** Batches up to this one are counted. */
export async function readLedgerCursor(db: RegistryDb): Promise<number> {
  const row = await db.selectFrom('ledger_state').select('cursor').where('id', '=', 1).executeTakeFirst();
  return row?.cursor ?? 0;
}

/**
 * One transaction.
 * @returns gaps found in it
 * @throws Error when the cursor is not where the step begins
 */
export async function applyCount(db: RegistryDb, step: CountStep): Promise<Gap[]> {
  const { budget = new CellBudget(), onOverflow } = step;
  let overflow: Fitted['overflow'] = new Map();
  const gaps = await db.transaction().execute(async (trx) => {
    await moveCursor(trx, step);
    const counting = await agentsThatCount(trx, step.tallies);
    const cells = step.tallies.map((tally) => ({
      ...emptyCell({
        agentId: tally.agentId,
        hour: tally.readHour,
        lane: tally.lane,
        channel: tally.channel,
      }),
      told: (counting.get(tally.agentId) ?? Infinity) <= tally.readHour ? 1 : 0,
      stored: tally.rejected ? 0 : tally.rows,
      rejected: tally.rejected ? tally.rows : 0,
      open: -tally.rows,
    }));
    const fitted = await budget.fit(trx, mergeCells(cells), Math.floor(step.nowMs / HOUR_MS));
    overflow = fitted.overflow;
    await addToCells(trx, mergeCells(fitted.deltas));
    for (const part of inParts(step.resets)) {
      await trx
        .insertInto('ledger_reset')
        .values(part)
        .onConflict((conflict) => conflict.columns(['agent_id', 'epoch']).doNothing())
        .execute();
    }
    const found = await moveLanes(trx, step);
    for (const part of inParts(found)) await trx.insertInto('ledger_gap').values(part).execute();
    return found;
  });
  for (const [agentId, count] of overflow) onOverflow?.(agentId, count);
  return gaps;
}

async function moveCursor(trx: RegistryTransaction, { afterBatch, toBatch }: CountStep): Promise<void> {
  const cursor = await readLedgerCursor(trx);
  if (cursor !== afterBatch) {
    throw new Error(`counting begins after batch ${afterBatch}, but the ledger is at ${cursor}`);
  }
  await trx
    .insertInto('ledger_state')
    .values({ id: 1, cursor: toBatch })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ cursor: toBatch }))
    .execute();
}

/** First hour that each agent counts itself; agents that never told anything are absent. */
async function agentsThatCount(
  trx: RegistryTransaction,
  tallies: readonly RowTally[],
): Promise<Map<string, number>> {
  const since = new Map<string, number>();
  for (const part of inParts([...new Set(tallies.map(({ agentId }) => agentId))])) {
    const rows = await trx
      .selectFrom('ledger_agent')
      .select(['agent_id', 'since_hour'])
      .where('agent_id', 'in', part)
      .execute();
    for (const row of rows) since.set(row.agent_id, row.since_hour);
  }
  return since;
}

/** One row for each cell: a statement may not name a cell twice. */
function mergeCells(deltas: readonly CellDelta[]): CellDelta[] {
  const merged = new Map<string, CellDelta>();
  for (const delta of deltas) {
    const key = `${delta.agent_id}/${delta.hour}/${delta.lane}/${delta.channel}`;
    const cell = merged.get(key);
    if (cell === undefined) merged.set(key, { ...delta });
    else {
      cell.told = Math.max(cell.told, delta.told);
      cell.stored += delta.stored;
      cell.rejected += delta.rejected;
      cell.duplicate += delta.duplicate;
      cell.open += delta.open;
    }
  }
  return [...merged.values()];
}

interface LaneRows {
  agentId: string;
  epoch: string;
  lane: number;
  rows: number;
  seqMax: number;
}

function byLane(tallies: readonly RowTally[]): LaneRows[] {
  const lanes = new Map<string, LaneRows>();
  for (const { agentId, epoch, lane, rows, seqMax } of tallies) {
    const key = `${agentId}/${epoch}/${lane}`;
    const found = lanes.get(key);
    if (found === undefined) lanes.set(key, { agentId, epoch, lane, rows, seqMax });
    else {
      found.rows += rows;
      found.seqMax = Math.max(found.seqMax, seqMax);
    }
  }
  return [...lanes.values()];
}

async function moveLanes(trx: RegistryTransaction, { tallies, nowMs }: CountStep): Promise<Gap[]> {
  const lanes = byLane(tallies);
  const gaps: Gap[] = [];
  for (const part of inParts(lanes)) {
    const known = await countedSeqs(
      trx,
      part.map(({ agentId }) => agentId),
    );
    for (const { agentId, epoch, lane, rows, seqMax } of part) {
      const before = known.get(`${agentId}/${epoch}/${lane}`) ?? 0;
      if (seqMax - before === rows) continue;
      const lost = await declaredLost(trx, { agentId, epoch, lane, afterSeq: before, toSeq: seqMax });
      const missing = seqMax - before - rows - lost;
      if (missing === 0) continue;
      const place = { agent_id: agentId, epoch, lane };
      gaps.push({ ...place, after_seq: before, to_seq: seqMax, missing, found_ms: nowMs });
    }
    await trx
      .insertInto('ledger_lane')
      .values(
        part.map(({ agentId, epoch, lane, seqMax }) => ({
          agent_id: agentId,
          epoch,
          lane,
          given_seq: null,
          told_ms: null,
          counted_seq: seqMax,
          first_ms: nowMs,
        })),
      )
      .onConflict((conflict) =>
        conflict.columns(['agent_id', 'epoch', 'lane']).doUpdateSet((eb) => ({
          counted_seq: eb
            .case()
            .when(eb.ref('excluded.counted_seq'), '>', eb.ref('ledger_lane.counted_seq'))
            .then(eb.ref('excluded.counted_seq'))
            .else(eb.ref('ledger_lane.counted_seq'))
            .end(),
        })),
      )
      .execute();
  }
  return gaps;
}

async function countedSeqs(
  trx: RegistryTransaction,
  agentIds: readonly string[],
): Promise<Map<string, number>> {
  const rows = await trx
    .selectFrom('ledger_lane')
    .select(['agent_id', 'epoch', 'lane', 'counted_seq'])
    .where('agent_id', 'in', [...new Set(agentIds)])
    .execute();
  return new Map(
    rows.map(({ agent_id, epoch, lane, counted_seq }) => [`${agent_id}/${epoch}/${lane}`, counted_seq]),
  );
}

/** Sequences in (afterSeq, toSeq] that the agent declared lost. */
async function declaredLost(
  db: RegistryDb,
  place: { agentId: string; epoch: string; lane: number; afterSeq: number; toSeq: number },
): Promise<number> {
  const ranges = await db
    .selectFrom('loss')
    .select(['from_seq', 'to_seq'])
    .where('agent_id', '=', place.agentId)
    .where('epoch', '=', place.epoch)
    .where('lane', '=', place.lane)
    .where('to_seq', '>', place.afterSeq)
    .where('from_seq', '<=', place.toSeq)
    .execute();
  return lostBetween(ranges, place.afterSeq, place.toSeq);
}

/** Records that arrived again. */
export async function addDuplicates(
  db: RegistryDb,
  duplicates: readonly { agentId: string; hour: number; lane: number; channel: string; count: number }[],
  { nowMs, budget = new CellBudget() }: { nowMs: number; budget?: CellBudget },
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const cells = duplicates.map(({ count, ...name }) => ({ ...emptyCell(name), duplicate: count }));
    const { deltas } = await budget.fit(trx, mergeCells(cells), Math.floor(nowMs / HOUR_MS));
    await addToCells(trx, mergeCells(deltas));
  });
}

/**
 * The event store was put back to an older state: what it holds is counted anew from its first batch. Hours before the
 * first that it still has of an agent keep their counts: retention had deleted them.
 * @param first what the store begins with, of each lane
 */
export async function forgetCounts(
  db: RegistryDb,
  first: readonly { agentId: string; epoch: string; lane: number; readHour: number; seqMin: number }[],
): Promise<void> {
  const hours = new Map<string, number>();
  for (const { agentId, readHour } of first) {
    hours.set(agentId, Math.min(readHour, hours.get(agentId) ?? Infinity));
  }
  await db.transaction().execute(async (trx) => {
    for (const [agentId, readHour] of hours) {
      await trx
        .updateTable('ledger_cell')
        .set((eb) => ({
          open: eb(eb('open', '+', eb.ref('stored')), '+', eb.ref('rejected')),
          stored: 0,
          rejected: 0,
        }))
        .where('agent_id', '=', agentId)
        .where('hour', '>=', readHour)
        .execute();
    }
    for (const { agentId, epoch, lane, seqMin } of first) {
      await trx
        .updateTable('ledger_lane')
        .set({ counted_seq: seqMin - 1 })
        .where('agent_id', '=', agentId)
        .where('epoch', '=', epoch)
        .where('lane', '=', lane)
        .execute();
    }
    await trx.deleteFrom('ledger_gap').execute();
    await trx.updateTable('ledger_state').set({ cursor: 0 }).where('id', '=', 1).execute();
  });
}
