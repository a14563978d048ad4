/**
 * How many cells of the ledger an agent may fill. Rows claim the channel and the hour they count for, so a hostile agent
 * could make a cell of each. Invariants: above the bound only cells that exist are added to; the rest is counted in one
 * cell of the lane and day under no channel, which balances with whatever the agent told (ledger/balance.ts); an honest
 * agent is hardly ever asked about.
 */
import { emptyCell, inParts, type CellDelta } from './ledger-cells.ts';
import type { RegistryTransaction } from './database.ts';
import { CELLS_PER_AGENT_MAX } from './ledger-told.ts';

const CHANNEL_UNKNOWN = 'unknown';
const HOURS_A_DAY = 24;
/** Cells that are added to before those of the agent are counted. */
const UNCHECKED_MAX = 1_000;

interface Filled {
  /** When they were counted last. */
  cells: number;
  /** Added to since: at most so many are new. */
  since: number;
}

export interface Fitted {
  deltas: CellDelta[];
  /** Agent -> cells that were not made. */
  overflow: ReadonlyMap<string, number>;
}

export class CellBudget {
  readonly #cellsMax: number;
  readonly #filled = new Map<string, Filled>();

  constructor(cellsMax = CELLS_PER_AGENT_MAX) {
    this.#cellsMax = cellsMax;
  }

  /** @param deltas - no cell twice; what is returned may name the cell of what is too much more than once */
  async fit(trx: RegistryTransaction, deltas: readonly CellDelta[], nowHour: number): Promise<Fitted> {
    const fitted: CellDelta[] = [];
    const overflow = new Map<string, number>();
    for (const [agentId, own] of Map.groupBy(deltas, (delta) => delta.agent_id)) {
      const fresh = (await this.#hasRoom(trx, agentId, own.length))
        ? []
        : await this.#tooMany(trx, agentId, own);
      if (fresh.length > 0) overflow.set(agentId, fresh.length);
      const out = new Set(fresh);
      for (const delta of own) fitted.push(out.has(delta) ? inDayOf(delta, nowHour) : delta);
    }
    return { deltas: fitted, overflow };
  }

  async #hasRoom(trx: RegistryTransaction, agentId: string, cells: number): Promise<boolean> {
    const filled = this.#filled.get(agentId) ?? { cells: 0, since: 0 };
    filled.since += cells;
    this.#filled.set(agentId, filled);
    const isUnchecked = filled.since <= Math.min(UNCHECKED_MAX, this.#cellsMax);
    if (isUnchecked && filled.cells + filled.since <= this.#cellsMax) return true;
    const { count } = await trx
      .selectFrom('ledger_cell')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('agent_id', '=', agentId)
      .executeTakeFirstOrThrow();
    this.#filled.set(agentId, { cells: count, since: cells });
    return count + cells <= this.#cellsMax;
  }

  /** Those of the deltas whose cells would be too many. */
  async #tooMany(
    trx: RegistryTransaction,
    agentId: string,
    deltas: readonly CellDelta[],
  ): Promise<CellDelta[]> {
    const placeOf = (cell: Pick<CellDelta, 'hour' | 'lane' | 'channel'>): string =>
      `${cell.hour}/${cell.lane}/${cell.channel}`;
    const known = new Set<string>();
    for (const hours of inParts([...new Set(deltas.map(({ hour }) => hour))])) {
      const rows = await trx
        .selectFrom('ledger_cell')
        .select(['hour', 'lane', 'channel'])
        .where('agent_id', '=', agentId)
        .where('hour', 'in', hours)
        .execute();
      for (const row of rows) known.add(placeOf(row));
    }
    const room = Math.max(0, this.#cellsMax - (this.#filled.get(agentId)?.cells ?? 0));
    return deltas.filter((delta) => !known.has(placeOf(delta))).slice(room);
  }
}

function inDayOf(delta: CellDelta, nowHour: number): CellDelta {
  const { agent_id: agentId, lane, hour: _hour, channel: _channel, ...numbers } = delta;
  const hour = nowHour - (nowHour % HOURS_A_DAY);
  return { ...emptyCell({ agentId, hour, lane, channel: CHANNEL_UNKNOWN }), ...numbers };
}
