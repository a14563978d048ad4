/** When agents were connected and from where: what liveness looks at. Written together, every few seconds. */
import { formatHabit, learn, NO_HABIT, parseHabit } from '../liveness/habit.ts';
import type { RegistryDb } from './database.ts';

const HOUR_MS = 3_600_000;
const AGENTS_AT_ONCE = 500;
/** Hours learned at once after the collector was away: the rest is not known to be a habit. */
const HOURS_LEARNED_MAX = 48;

export interface PresenceChange {
  agentId: string;
  online: boolean;
  network: string;
  /** Where the session came from. */
  address?: string | undefined;
  atMs: number;
}

/**
 * The last change of each agent counts. One transaction.
 * @param collectorId with other collectors: who has gone to another one meanwhile is not away
 */
export async function writePresence(
  db: RegistryDb,
  changes: readonly PresenceChange[],
  collectorId?: string,
): Promise<void> {
  if (changes.length === 0) return;
  await db.transaction().execute(async (trx) => {
    for (const { agentId, online, network, address = null, atMs } of changes) {
      if (!online && collectorId !== undefined && !(await isOwner(trx, agentId, collectorId))) continue;
      await trx
        .insertInto('agent_presence')
        .values({
          agent_id: agentId,
          network,
          address,
          online_ms: atMs,
          offline_ms: online ? null : atMs,
          habit: formatHabit(NO_HABIT),
          habit_hour: Math.floor(atMs / HOUR_MS) - 1,
        })
        .onConflict((conflict) =>
          conflict
            .column('agent_id')
            .doUpdateSet(
              online ? { network, address, online_ms: atMs, offline_ms: null } : { offline_ms: atMs },
            ),
        )
        .execute();
    }
  });
}

async function isOwner(db: RegistryDb, agentId: string, collectorId: string): Promise<boolean> {
  const row = await db
    .selectFrom('agent_owner')
    .select('collector_id')
    .where('agent_id', '=', agentId)
    .executeTakeFirst();
  return row?.collector_id === collectorId;
}

/**
 * A collector that starts has no sessions: who was connected when the last one ended is away since it was last seen.
 * @param collectorId with other collectors: only agents of that one, which has fallen
 */
export async function closePresence(db: RegistryDb, collectorId?: string): Promise<void> {
  let update = db
    .updateTable('agent_presence')
    .set((eb) => ({
      offline_ms: eb.fn.coalesce(
        eb.selectFrom('agent').select('last_seen_ms').whereRef('agent.id', '=', 'agent_presence.agent_id'),
        'online_ms',
      ),
    }))
    .where('offline_ms', 'is', null);
  if (collectorId !== undefined) {
    update = update.where('agent_id', 'in', (eb) =>
      eb.selectFrom('agent_owner').select('agent_id').where('collector_id', '=', collectorId),
    );
  }
  await update.execute();
}

/**
 * Learns the hours that are over since the last time.
 * @param hourOfWeek in the zone of the agent's agency
 */
export async function learnHabits(
  db: RegistryDb,
  now: { hour: number; listeningSinceHour: number },
  hourOfWeek: (agencyId: number, ms: number) => number,
): Promise<void> {
  const rows = await db
    .selectFrom('agent_presence')
    .innerJoin('agent', 'agent.id', 'agent_presence.agent_id')
    .select(['agent_id', 'agency_id', 'online_ms', 'offline_ms', 'habit', 'habit_hour'])
    .where('habit_hour', '<', now.hour - 1)
    .execute();
  for (let from = 0; from < rows.length; from += AGENTS_AT_ONCE) {
    const part = rows.slice(from, from + AGENTS_AT_ONCE);
    await db.transaction().execute(async (trx) => {
      for (const row of part) {
        let habit = parseHabit(row.habit);
        const first = Math.max(row.habit_hour + 1, now.hour - HOURS_LEARNED_MAX, now.listeningSinceHour);
        for (let hour = first; hour < now.hour; hour += 1) {
          const beginMs = hour * HOUR_MS;
          const present =
            row.online_ms < beginMs + HOUR_MS && (row.offline_ms === null || row.offline_ms >= beginMs);
          habit = learn(habit, hourOfWeek(row.agency_id, beginMs), present);
        }
        await trx
          .updateTable('agent_presence')
          .set({ habit: formatHabit(habit), habit_hour: now.hour - 1 })
          .where('agent_id', '=', row.agent_id)
          .execute();
      }
    });
    await new Promise(setImmediate);
  }
}
