/** Which of the collector's certificates the agents have written down as trusted: what a rotation waits for. */
import type { Registry } from './database.ts';

/** The last one is the newest: it is announced at the end of the list. */
export async function noteTrust(
  registry: Registry,
  agentId: string,
  fingerprints: readonly string[],
): Promise<void> {
  await registry.db
    .updateTable('agent')
    .set({ trusts: fingerprints.at(-1) ?? null })
    .where('id', '=', agentId)
    .execute();
}

/** Of the agents that report here, how many trust the certificate. */
export async function countTrust(
  registry: Registry,
  fingerprint: string,
): Promise<{ trusting: number; agents: number }> {
  const row = await registry.db
    .selectFrom('agent')
    .select((eb) => [
      eb.fn.countAll<number>().as('agents'),
      eb.fn.count<number>(eb.case().when('trusts', '=', fingerprint).then(1).end()).as('trusting'),
    ])
    .where('state', '=', 'active')
    .executeTakeFirstOrThrow();
  return row;
}

/** Agents that do not trust it yet, those heard of last first. */
export async function agentsWithoutTrust(
  registry: Registry,
  fingerprint: string,
  limit: number,
): Promise<{ id: string; hostname: string; lastSeenMs: number | null }[]> {
  return registry.db
    .selectFrom('agent')
    .select(['id', 'hostname', 'last_seen_ms as lastSeenMs'])
    .where('state', '=', 'active')
    .where((eb) => eb.or([eb('trusts', 'is', null), eb('trusts', '!=', fingerprint)]))
    .orderBy('last_seen_ms', 'desc')
    .orderBy('id')
    .limit(limit)
    .execute();
}
