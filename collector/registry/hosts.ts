/**
 * Hosts: the machines behind the agents. A machine that was set up anew reports under a new key; its hardware says
 * that it is the old one, which is proposed, never assumed: a person decides, and until then both stand side by side.
 */
import { compareHardware, type Hardware, type HardwareFact, sameFacts } from '../protocol/hardware.ts';
import { writeAudit } from './audit.ts';
import type { Registry, RegistryDb } from './database.ts';

/** More hosts with one digest mean a number that a maker gave to many machines. */
const SHARED_HOSTS_MAX = 8;
/** A firmware UUID, a disk or a network card must agree; a serial that only the board has in common is not enough. */
const SCORE_MIN = 2;

async function factsOf(db: RegistryDb, hostId: string): Promise<HardwareFact[]> {
  return db.selectFrom('host_fact').select(['kind', 'digest']).where('host_id', '=', hostId).execute();
}

/** Takes the place of what was known of the same kinds; a kind that was not readable this time stays as it was. */
export async function keepFacts(db: RegistryDb, hostId: string, hardware: Hardware): Promise<void> {
  if (hardware.length === 0) return;
  const kinds = [...new Set(hardware.map(({ kind }) => kind))];
  await db.deleteFrom('host_fact').where('host_id', '=', hostId).where('kind', 'in', kinds).execute();
  const unique = new Map(hardware.map((fact) => [`${fact.kind} ${fact.digest}`, fact]));
  const rows = [...unique.values()].map(({ kind, digest }) => ({ host_id: hostId, kind, digest }));
  await db.insertInto('host_fact').values(rows).execute();
}

/** Other hosts that share a digest, without those digests that many share. */
async function hostsSharing(db: RegistryDb, hostId: string, hardware: Hardware): Promise<string[]> {
  if (hardware.length === 0) return [];
  const digests = hardware.map(({ digest }) => digest);
  const rows = await db
    .selectFrom('host_fact')
    .select(['digest', 'host_id'])
    .where('digest', 'in', digests)
    .where('host_id', '!=', hostId)
    .orderBy('digest')
    .orderBy('host_id')
    .execute();
  const byDigest = Map.groupBy(rows, ({ digest }) => digest);
  const few = [...byDigest.values()].filter((hosts) => hosts.length <= SHARED_HOSTS_MAX);
  return [...new Set(few.flat().map((row) => row.host_id))];
}

/** The agent that reports from a host, or did last; undefined when none of its agents may come back. */
async function lastAgentOf(
  db: RegistryDb,
  hostId: string,
): Promise<{ id: string; enrolledMs: number } | undefined> {
  return db
    .selectFrom('agent')
    .select(['id', 'enrolled_ms as enrolledMs'])
    .where('host_id', '=', hostId)
    .where('state', 'in', ['active', 'pending'])
    .orderBy('enrolled_ms', 'desc')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
}

/** Proposes the known host that the new agent's hardware fits best, if one does; of equals the one enrolled last. */
export async function proposeSameHost(
  db: RegistryDb,
  found: { agentId: string; hostId: string; hardware: Hardware; nowMs: number },
): Promise<void> {
  const { agentId, hostId, hardware, nowMs } = found;
  let best: { former: { id: string; enrolledMs: number }; score: number; agreeing: string } | undefined;
  for (const candidate of await hostsSharing(db, hostId, hardware)) {
    const match = compareHardware(hardware, await factsOf(db, candidate));
    const { score, agreeing } = match;
    if (match.verdict !== 'same' || score < SCORE_MIN || score < (best?.score ?? 0)) continue;
    const former = await lastAgentOf(db, candidate);
    if (former === undefined) continue;
    if (score === best?.score && former.enrolledMs <= best.former.enrolledMs) continue;
    best = { former, score, agreeing: agreeing.join(',') };
  }
  if (best === undefined) return;
  await db
    .insertInto('same_host')
    .values({
      agent_id: agentId,
      former_id: best.former.id,
      agreeing: best.agreeing,
      score: best.score,
      state: 'open',
      proposed_ms: nowMs,
      decided_ms: null,
      decided_by: null,
    })
    .onConflict((conflict) => conflict.column('agent_id').doNothing())
    .execute();
}

/**
 * Holds a session's hardware against what is known of its agent's host, and keeps what is new: parts come and go. The
 * first session that tells anything decides for agents that were enrolled without.
 * @returns false when the key is used on another machine; that is written to the audit trail.
 */
export async function checkHardware(
  registry: Registry,
  agentId: string,
  hardware: Hardware,
): Promise<boolean> {
  if (hardware.length === 0) return true;
  const { db } = registry;
  const agent = await db.selectFrom('agent').select('host_id').where('id', '=', agentId).executeTakeFirst();
  if (agent === undefined) return true;
  const hostId = agent.host_id;
  const known = await factsOf(db, hostId);
  if (sameFacts(known, hardware)) return true;
  const { verdict, agreeing, differing } = compareHardware(known, hardware);
  const nowMs = registry.now();
  const audit = { actor: `agent:${agentId}`, target: `host:${hostId}`, detail: { agreeing, differing } };
  if (verdict === 'other') {
    await writeAudit(db, nowMs, { ...audit, action: 'agent.cloned' });
    return false;
  }
  await db.transaction().execute(async (trx) => {
    await keepFacts(trx, hostId, hardware);
    if (known.length === 0) await proposeSameHost(trx, { agentId, hostId, hardware, nowMs });
    else await writeAudit(trx, nowMs, { ...audit, action: 'host.hardware-changed' });
  });
  return true;
}
