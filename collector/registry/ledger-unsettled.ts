/** Cells of the ledger that do not add up yet, and what they lack: waiting, named, or missing (ledger/balance.ts). */
import { balanceLane, type CellBalance, type OpenCell } from '../ledger/balance.ts';
import type { RegistryDb } from './database.ts';
import { laneBounds, readLaneFacts } from './ledger-bounds.ts';

export interface UnsettledCell extends CellBalance {
  agentId: string;
  lane: number;
}

/** Open cells read at once: about 10 ms of work. */
const CELLS_PER_PAGE = 2_000;

interface OpenRow extends OpenCell {
  agentId: string;
  lane: number;
}

/** Every cell whose numbers differ, a lane at a time; of one agent, or of all. */
export async function* unsettledCells(
  db: RegistryDb,
  filter: { agentId?: string | undefined } = {},
): AsyncGenerator<UnsettledCell[]> {
  for await (const lanes of lanesWithOpenCells(db, filter.agentId)) {
    const agentIds = new Set(lanes.flatMap(([first]) => (first === undefined ? [] : [first.agentId])));
    const facts = await readLaneFacts(db, [...agentIds]);
    for (const cells of lanes) {
      const [first] = cells;
      if (first === undefined) continue;
      const { agentId, lane } = first;
      const balanced = balanceLane({ cells, ...laneBounds(facts, agentId, lane) });
      yield balanced.map((cell) => ({ ...cell, agentId, lane }));
    }
    await new Promise(setImmediate);
  }
}

/** Pages of lanes; a lane is never split. */
async function* lanesWithOpenCells(db: RegistryDb, agentId: string | undefined): AsyncGenerator<OpenRow[][]> {
  let after = '';
  for (;;) {
    let query = db
      .selectFrom('ledger_cell')
      .select(['agent_id as agentId', 'lane', 'hour', 'channel', 'open'])
      .where('open', '!=', 0)
      .where('told', '=', 1)
      .where('agent_id', '>', after)
      .orderBy('agent_id')
      .orderBy('lane')
      .limit(CELLS_PER_PAGE);
    if (agentId !== undefined) query = query.where('agent_id', '=', agentId);
    let rows = await query.execute();
    const last = rows.at(-1)?.agentId;
    if (last === undefined) return;
    if (rows.length === CELLS_PER_PAGE) {
      // The last agent's cells may be cut: they are read again, all of them, when it is the only one.
      const whole = rows.filter((row) => row.agentId !== last);
      rows = whole.length > 0 ? whole : await cellsOf(db, last);
    }
    yield [...Map.groupBy(rows, (row) => `${row.agentId}/${row.lane}`).values()];
    after = rows.at(-1)?.agentId ?? last;
    if (agentId !== undefined) return;
  }
}

function cellsOf(db: RegistryDb, agentId: string): Promise<OpenRow[]> {
  return db
    .selectFrom('ledger_cell')
    .select(['agent_id as agentId', 'lane', 'hour', 'channel', 'open'])
    .where('open', '!=', 0)
    .where('told', '=', 1)
    .where('agent_id', '=', agentId)
    .orderBy('lane')
    .execute();
}
