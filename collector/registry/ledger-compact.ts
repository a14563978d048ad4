/**
 * What is settled and old is kept by the day: ten thousand hosts fill more than a million hours and channels a day.
 * Invariants: nothing that does not balance is touched; sums over days stay what they were; reasons are kept.
 */
import { sql } from 'kysely';
import type { RegistryDb, RegistryTransaction } from './database.ts';
import { addToCells } from './ledger-cells.ts';

/** Agents tell nothing anew that is older than their own memory of it (8 days), unless something of it waits. */
export const HOURS_APART = 10 * 24;

const AGENTS_AT_ONCE = 1_000;

/** @returns how many rows went */
export async function compactLedger(db: RegistryDb, nowHour: number): Promise<number> {
  const before = nowHour - HOURS_APART;
  const agents = await db
    .selectFrom('ledger_cell')
    .select('agent_id')
    .distinct()
    .where('hour', '<', before)
    .where(sql<boolean>`hour % 24 <> 0`)
    .where('told', '=', 1)
    .where('open', '=', 0)
    .limit(AGENTS_AT_ONCE)
    .execute();
  let gone = 0;
  for (const { agent_id } of agents) {
    gone += await db.transaction().execute((trx) => compactAgent(trx, agent_id, before));
    await new Promise(setImmediate);
  }
  return gone;
}

async function compactAgent(trx: RegistryTransaction, agentId: string, before: number): Promise<number> {
  // Only whole days, so that the span a sum is asked for begins and ends with one.
  const end = before - (before % 24);
  const settled = await trx
    .selectFrom('ledger_cell')
    .select((eb) => [
      sql<number>`hour / 24 * 24`.as('hour'),
      'lane',
      'channel',
      eb.fn.sum<number>('produced').as('produced'),
      eb.fn.sum<number>('limited').as('limited'),
      eb.fn.sum<number>('dropped').as('dropped'),
      eb.fn.sum<number>('stored').as('stored'),
      eb.fn.sum<number>('rejected').as('rejected'),
      eb.fn.sum<number>('duplicate').as('duplicate'),
    ])
    .where('agent_id', '=', agentId)
    .where('hour', '<', end)
    .where('told', '=', 1)
    .where('open', '=', 0)
    .groupBy([sql`hour / 24 * 24`, 'lane', 'channel'])
    .execute();
  const { numDeletedRows: cells } = await trx
    .deleteFrom('ledger_cell')
    .where('agent_id', '=', agentId)
    .where('hour', '<', end)
    .where('told', '=', 1)
    .where('open', '=', 0)
    .executeTakeFirstOrThrow();
  // A cell at the day's begin that does not balance takes the sums in and keeps its difference.
  await addToCells(
    trx,
    settled.map((day) => ({ ...day, agent_id: agentId, told: 1, open: 0 })),
  );
  await trx
    .deleteFrom('ledger_told')
    .where('agent_id', '=', agentId)
    .where('hour', '<', end)
    .where('limited', '=', '{}')
    .where('dropped', '=', '{}')
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('ledger_cell')
            .select('ledger_cell.hour')
            .whereRef('ledger_cell.agent_id', '=', 'ledger_told.agent_id')
            .whereRef('ledger_cell.hour', '=', 'ledger_told.hour')
            .whereRef('ledger_cell.lane', '=', 'ledger_told.lane')
            .whereRef('ledger_cell.channel', '=', 'ledger_told.channel')
            .where('ledger_cell.open', '!=', 0),
        ),
      ),
    )
    .execute();
  return Number(cells) - settled.length;
}
