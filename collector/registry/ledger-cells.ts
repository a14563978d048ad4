/** Adding to the ledger's cells: numbers only ever move by differences, many rows in one statement. */
import type { RegistryTransaction } from './database.ts';
import type { LedgerCellTable } from './tables/ledger.ts';

export const HOUR_MS = 3_600_000;

/** What is added to a cell; `told` marks it as one that the agent counts. */
export type CellDelta = LedgerCellTable;

export interface CellName {
  agentId: string;
  hour: number;
  lane: number;
  channel: string;
}

/** A statement of so many rows stays below the limits of parameters and holds up the process for a moment only. */
const ROWS_PER_STATEMENT = 200;

export function* inParts<T>(rows: readonly T[]): Generator<T[]> {
  for (let from = 0; from < rows.length; from += ROWS_PER_STATEMENT) {
    yield rows.slice(from, from + ROWS_PER_STATEMENT);
  }
}

export function emptyCell({ agentId, hour, lane, channel }: CellName): CellDelta {
  return {
    agent_id: agentId,
    hour,
    lane,
    channel,
    told: 0,
    produced: 0,
    limited: 0,
    dropped: 0,
    stored: 0,
    rejected: 0,
    duplicate: 0,
    open: 0,
  };
}

/** Adds each delta to its cell, making it where there is none. */
export async function addToCells(trx: RegistryTransaction, deltas: readonly CellDelta[]): Promise<void> {
  for (const part of inParts(deltas)) {
    await trx
      .insertInto('ledger_cell')
      .values(part)
      .onConflict((conflict) =>
        conflict.columns(['agent_id', 'hour', 'lane', 'channel']).doUpdateSet((eb) => ({
          told: eb
            .case()
            .when(eb.ref('excluded.told'), '=', 1)
            .then(1)
            .else(eb.ref('ledger_cell.told'))
            .end(),
          produced: eb('ledger_cell.produced', '+', eb.ref('excluded.produced')),
          limited: eb('ledger_cell.limited', '+', eb.ref('excluded.limited')),
          dropped: eb('ledger_cell.dropped', '+', eb.ref('excluded.dropped')),
          stored: eb('ledger_cell.stored', '+', eb.ref('excluded.stored')),
          rejected: eb('ledger_cell.rejected', '+', eb.ref('excluded.rejected')),
          duplicate: eb('ledger_cell.duplicate', '+', eb.ref('excluded.duplicate')),
          open: eb('ledger_cell.open', '+', eb.ref('excluded.open')),
        })),
      )
      .execute();
    await new Promise(setImmediate);
  }
}
