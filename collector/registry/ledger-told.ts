/**
 * What agents counted. They tell totals, so hearing them twice changes nothing: the difference to what was told
 * before, of the same counts, goes into the cells. Invariant: an account is written as a whole or not at all.
 */
import type { TallyEntry } from '../protocol/up.ts';
import type { RegistryDb, RegistryTransaction } from './database.ts';
import { addToCells, emptyCell, HOUR_MS, inParts, type CellDelta } from './ledger-cells.ts';
import type { LedgerToldTable } from './tables/ledger.ts';

/** All tallies of one moment of one agent. */
export interface Account {
  agentId: string;
  epoch: string;
  countsId: string;
  entries: readonly TallyEntry[];
  /** Records of before were not counted, milliseconds. */
  sinceMs: number;
  /** Highest sequence given; empty while the rest of the account is to come. */
  lanes: readonly { lane: number; seq: number }[];
}

/** Cells that an agent may have: far above what an honest one can fill in the time that hours are kept apart. */
export const CELLS_PER_AGENT_MAX = 50_000;

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);

const placeOf = (row: Pick<LedgerToldTable, 'hour' | 'lane' | 'channel'>): string =>
  `${row.hour}/${row.lane}/${row.channel}`;

const counts = (json: string): Record<string, number> => JSON.parse(json) as Record<string, number>;

/** One transaction. @returns agents that have filled more cells than can be: their accounts are left out */
export async function recordAccounts(
  db: RegistryDb,
  accounts: readonly Account[],
  nowMs: number,
): Promise<string[]> {
  return db.transaction().execute(async (trx) => {
    const refused: string[] = [];
    for (const account of accounts) {
      if (!(await recordAccount(trx, account, nowMs))) refused.push(account.agentId);
    }
    return refused;
  });
}

async function recordAccount(trx: RegistryTransaction, account: Account, nowMs: number): Promise<boolean> {
  const { agentId, countsId } = account;
  const told = account.entries.map((entry): LedgerToldTable => ({
    agent_id: agentId,
    counts_id: countsId,
    hour: entry.hourMs / HOUR_MS,
    lane: entry.lane,
    channel: entry.channel,
    produced: entry.produced,
    limited: JSON.stringify(entry.limited),
    dropped: JSON.stringify(entry.dropped),
  }));
  const before = await toldBefore(trx, agentId, countsId, Math.min(...told.map(({ hour }) => hour)));
  const fresh = told.filter((row) => !before.has(placeOf(row)));
  if (fresh.length > 0 && (await countTold(trx, agentId)) + fresh.length > CELLS_PER_AGENT_MAX) return false;
  const changed = told.filter((row) => differs(row, before.get(placeOf(row))));
  for (const part of inParts(changed)) {
    await trx
      .insertInto('ledger_told')
      .values(part)
      .onConflict((conflict) =>
        conflict.columns(['agent_id', 'counts_id', 'hour', 'lane', 'channel']).doUpdateSet((eb) => ({
          produced: eb.ref('excluded.produced'),
          limited: eb.ref('excluded.limited'),
          dropped: eb.ref('excluded.dropped'),
        })),
      )
      .execute();
  }
  await addToCells(
    trx,
    changed.map((row) => deltaOf(row, before.get(placeOf(row)))),
  );
  await noteLanes(trx, account, nowMs);
  await noteAgent(trx, account, nowMs);
  return true;
}

async function toldBefore(
  trx: RegistryTransaction,
  agentId: string,
  countsId: string,
  hourMin: number,
): Promise<Map<string, LedgerToldTable>> {
  const rows = await trx
    .selectFrom('ledger_told')
    .selectAll()
    .where('agent_id', '=', agentId)
    .where('counts_id', '=', countsId)
    .where('hour', '>=', hourMin)
    .execute();
  return new Map(rows.map((row) => [placeOf(row), row]));
}

async function countTold(trx: RegistryTransaction, agentId: string): Promise<number> {
  const row = await trx
    .selectFrom('ledger_told')
    .select((eb) => eb.fn.countAll<number>().as('rows'))
    .where('agent_id', '=', agentId)
    .executeTakeFirstOrThrow();
  return row.rows;
}

function differs(row: LedgerToldTable, before: LedgerToldTable | undefined): boolean {
  return (
    before?.produced !== row.produced || before.limited !== row.limited || before.dropped !== row.dropped
  );
}

function deltaOf(row: LedgerToldTable, before: LedgerToldTable | undefined): CellDelta {
  const produced = row.produced - (before?.produced ?? 0);
  const limited = sum(counts(row.limited)) - sum(counts(before?.limited ?? '{}'));
  const dropped = sum(counts(row.dropped)) - sum(counts(before?.dropped ?? '{}'));
  return {
    ...emptyCell({ agentId: row.agent_id, hour: row.hour, lane: row.lane, channel: row.channel }),
    told: 1,
    produced,
    limited,
    dropped,
    open: produced - limited - dropped,
  };
}

async function noteLanes(trx: RegistryTransaction, account: Account, nowMs: number): Promise<void> {
  const last = await trx
    .selectFrom('ledger_lane')
    .select((eb) => eb.fn.max('told_ms').as('toldMs'))
    .where('agent_id', '=', account.agentId)
    .executeTakeFirst();
  // Our clock may be set back: the account told last must still be the last one.
  const toldMs = Math.max(nowMs, (last?.toldMs ?? 0) + 1);
  for (const { lane, seq } of account.lanes) {
    await trx
      .insertInto('ledger_lane')
      .values({
        agent_id: account.agentId,
        epoch: account.epoch,
        lane,
        given_seq: seq,
        told_ms: toldMs,
        counted_seq: 0,
        first_ms: nowMs,
      })
      .onConflict((conflict) =>
        conflict.columns(['agent_id', 'epoch', 'lane']).doUpdateSet((eb) => ({
          given_seq: eb.ref('excluded.given_seq'),
          told_ms: eb.ref('excluded.told_ms'),
        })),
      )
      .execute();
  }
}

/** From its first account on, every hour that the agent could count is compared. */
async function noteAgent(trx: RegistryTransaction, account: Account, nowMs: number): Promise<void> {
  const sinceHour = Math.ceil(account.sinceMs / HOUR_MS);
  const known = await trx
    .selectFrom('ledger_agent')
    .select('since_hour')
    .where('agent_id', '=', account.agentId)
    .executeTakeFirst();
  const complete = account.lanes.length > 0 ? 1 : 0;
  if (known !== undefined) {
    await trx
      .updateTable('ledger_agent')
      .set({ complete, told_ms: nowMs })
      .where('agent_id', '=', account.agentId)
      .execute();
    return;
  }
  await trx
    .insertInto('ledger_agent')
    .values({ agent_id: account.agentId, since_hour: sinceHour, complete, told_ms: nowMs })
    .execute();
  await trx
    .updateTable('ledger_cell')
    .set({ told: 1 })
    .where('agent_id', '=', account.agentId)
    .where('hour', '>=', sinceHour)
    .execute();
}
