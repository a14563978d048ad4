/** Alerts that made-up hosts of attack stories have raised, by the events that prove them. */
import { sql } from 'kysely';
import type { RegistryDb } from './database.ts';

/** Hosts that report by something else than the simulator. */
export async function realHosts(db: RegistryDb, simulatedVersion: string): Promise<number> {
  const { count } = await db
    .selectFrom('agent')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('state', '=', 'active')
    .where('agent_version', '!=', simulatedVersion)
    .executeTakeFirstOrThrow();
  return count;
}

/** An event's id begins with its agent's. */
const AGENT_OF_EVENT = sql<string>`substr(alert_detection.event_id, 1, 36)`;

/** New or changed since then, in the order in which they began. */
export async function storyAlerts(
  db: RegistryDb,
  agentIds: readonly string[],
  sinceMs: number,
): Promise<string[]> {
  if (agentIds.length === 0) return [];
  const rows = await db
    .selectFrom('alert')
    .select('alert.id')
    .where('alert.updated_ms', '>=', sinceMs)
    .where('alert.id', 'in', (eb) =>
      eb
        .selectFrom('alert_detection')
        .select('alert_detection.alert_id')
        .where(AGENT_OF_EVENT, 'in', agentIds),
    )
    .orderBy('first_seen_ms')
    .orderBy('alert.id')
    .execute();
  return rows.map(({ id }) => id);
}

/** Open ones that hosts of the group alone have raised: nothing of a real host is among their proofs. */
export async function openStoryAlerts(db: RegistryDb, group: string, limit: number): Promise<string[]> {
  const agents = () =>
    db
      .selectFrom('agent')
      .innerJoin('agent_group', 'agent_group.id', 'agent.group_id')
      .select('agent.id')
      .where('agent_group.name', '=', group);
  const proofs = () => db.selectFrom('alert_detection').select('alert_detection.alert_id');
  const rows = await db
    .selectFrom('alert')
    .select('alert.id')
    .where('alert.closed', '=', 0)
    .where('alert.id', 'in', proofs().where(AGENT_OF_EVENT, 'in', agents()))
    .where('alert.id', 'not in', proofs().where(AGENT_OF_EVENT, 'not in', agents()))
    .orderBy('alert.id')
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}

/** Which of these hosts of the group have open alerts that no case holds. */
export async function openStoryHosts(
  db: RegistryDb,
  group: string,
  hostnames: readonly string[],
): Promise<string[]> {
  if (hostnames.length === 0) return [];
  const rows = await db
    .selectFrom('alert')
    .innerJoin('agent', 'agent.id', 'alert.agent_id')
    .innerJoin('agent_group', 'agent_group.id', 'agent.group_id')
    .select('agent.hostname')
    .distinct()
    .where('agent_group.name', '=', group)
    .where('agent.hostname', 'in', hostnames)
    .where('alert.closed', '=', 0)
    .where('alert.kind', '=', 'detection')
    .where((eb) =>
      eb.not(eb.exists(eb.selectFrom('case_alert').select('alert_id').whereRef('alert_id', '=', 'alert.id'))),
    )
    .orderBy('agent.hostname')
    .execute();
  return rows.map(({ hostname }) => hostname);
}
