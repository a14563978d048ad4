/**
 * How much of a lane may be waiting or ahead of the agent's counts, and which declared losses its open cells may be
 * part of: what ledger/balance.ts needs beside the cells. Read for many agents at once.
 */
import type { LossPool } from '../ledger/balance.ts';
import { laneNumber } from '../protocol/lane.ts';
import type { LossTable } from './alert-tables.ts';
import type { RegistryDb } from './database.ts';
import { HOUR_MS, inParts } from './ledger-cells.ts';
import type { LedgerLaneTable, LedgerResetTable } from './tables/ledger.ts';

export interface LaneFacts {
  /** Agents whose last account was whole. */
  complete: ReadonlySet<string>;
  lanes: ReadonlyMap<string, readonly LedgerLaneTable[]>;
  losses: ReadonlyMap<string, readonly LossTable[]>;
  /** By lane and reason, as the agent counted them. */
  dropped: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** By agent. */
  resets: ReadonlyMap<string, readonly LedgerResetTable[]>;
}

export interface LaneBounds {
  waitingMax: number;
  untoldMax: number;
  pools: LossPool[];
}

/** Reason of what was in a spool that no longer told how much it held. */
export const SPOOL_LOST = 'spool-lost';

/** Reason of what waited in a state of the host that an older one took the place of. */
export const PUT_BACK = 'put-back';

const placeOf = (row: { agent_id: string; lane: number }): string => `${row.agent_id}/${row.lane}`;

export async function readLaneFacts(db: RegistryDb, agentIds: readonly string[]): Promise<LaneFacts> {
  const complete = new Set<string>();
  const lanes: LedgerLaneTable[] = [];
  const losses: LossTable[] = [];
  const resets: LedgerResetTable[] = [];
  for (const part of inParts(agentIds)) {
    const agents = await db
      .selectFrom('ledger_agent')
      .select('agent_id')
      .where('agent_id', 'in', part)
      .where('complete', '=', 1)
      .execute();
    for (const { agent_id } of agents) complete.add(agent_id);
    lanes.push(...(await db.selectFrom('ledger_lane').selectAll().where('agent_id', 'in', part).execute()));
    losses.push(...(await db.selectFrom('loss').selectAll().where('agent_id', 'in', part).execute()));
    resets.push(...(await db.selectFrom('ledger_reset').selectAll().where('agent_id', 'in', part).execute()));
  }
  return {
    complete,
    lanes: Map.groupBy(lanes, placeOf),
    losses: Map.groupBy(losses, placeOf),
    dropped: await readDropped(db, [...new Set(losses.map(({ agent_id }) => agent_id))]),
    resets: Map.groupBy(resets, ({ agent_id }) => agent_id),
  };
}

async function readDropped(
  db: RegistryDb,
  agentIds: readonly string[],
): Promise<Map<string, Map<string, number>>> {
  const dropped = new Map<string, Map<string, number>>();
  for (const part of inParts(agentIds)) {
    const rows = await db
      .selectFrom('ledger_told')
      .select(['agent_id', 'lane', 'dropped'])
      .where('agent_id', 'in', part)
      .where('dropped', '!=', '{}')
      .execute();
    for (const row of rows) {
      const place = placeOf(row);
      const sums = dropped.get(place) ?? new Map<string, number>();
      for (const [reason, count] of Object.entries(JSON.parse(row.dropped) as Record<string, number>)) {
        sums.set(reason, (sums.get(reason) ?? 0) + count);
      }
      dropped.set(place, sums);
    }
  }
  return dropped;
}

const SECURITY_LANE = laneNumber('security');

const UNBOUNDED = { waitingMax: Infinity, untoldMax: Infinity };

export function laneBounds(facts: LaneFacts, agentId: string, lane: number): LaneBounds {
  const place = placeOf({ agent_id: agentId, lane });
  const losses = facts.losses.get(place) ?? [];
  const resets = facts.resets.get(agentId) ?? [];
  const lanes = facts.lanes.get(place) ?? [];
  const pools = [
    ...lossPools(losses, facts.dropped.get(place), resets),
    ...putBackPools(lanes, losses, resets),
  ];
  // While the rest of an account, or the word why an epoch ended, is to come, nothing can be said of what is missing.
  if (!facts.complete.has(agentId) || awaitsWord(facts, agentId)) return { ...UNBOUNDED, pools };
  return { ...sequenceBounds(lanes, losses), pools };
}

/**
 * A spool that takes the place of a corrupt one says so in its first record (agent/spool/successor.ts), with the
 * security lane: until what that lane of a later epoch was given is counted, the word may be still on its way.
 */
function awaitsWord(facts: LaneFacts, agentId: string): boolean {
  const place = placeOf({ agent_id: agentId, lane: SECURITY_LANE });
  const lanes = facts.lanes.get(place) ?? [];
  return lanes.length > 1 && sequenceBounds(lanes, facts.losses.get(place) ?? []).waitingMax > 0;
}

/** The epoch last told of is the one in use; one that began after it and was never told of is ahead of the counts. */
function sequenceBounds(
  lanes: readonly LedgerLaneTable[],
  losses: readonly LossTable[],
): { waitingMax: number; untoldMax: number } {
  let current: { epoch: string; toldMs: number; given: number; counted: number } | undefined;
  for (const { epoch, told_ms, given_seq, counted_seq } of lanes) {
    if (told_ms === null || given_seq === null || told_ms <= (current?.toldMs ?? -1)) continue;
    current = { epoch, toldMs: told_ms, given: given_seq, counted: counted_seq };
  }
  if (current === undefined) return UNBOUNDED;
  const { epoch, toldMs, given, counted } = current;
  const own = losses.filter((loss) => loss.epoch === epoch);
  const newer = lanes
    .filter((lane) => lane.told_ms === null && lane.first_ms >= toldMs)
    .reduce((sum, lane) => sum + lane.counted_seq, 0);
  return {
    waitingMax: Math.max(0, given - counted - lostBetween(own, counted, given)),
    untoldMax: Math.max(0, counted - given - lostBetween(own, given, counted)) + newer,
  };
}

/** Sequences in (after, to] that are declared lost. */
export function lostBetween(
  losses: readonly Pick<LossTable, 'from_seq' | 'to_seq'>[],
  after: number,
  to: number,
): number {
  return losses.reduce(
    (lost, { from_seq, to_seq }) =>
      lost + Math.max(0, Math.min(to_seq, to) - Math.max(from_seq, after + 1) + 1),
    0,
  );
}

/** Declared losses beyond those that the agent counted as dropped itself, under their channel. */
function lossPools(
  losses: readonly LossTable[],
  dropped: ReadonlyMap<string, number> | undefined,
  resets: readonly LedgerResetTable[],
): LossPool[] {
  const pools = new Map<string, LossPool>();
  for (const { reason, from_seq, to_seq, recorded_ms } of losses) {
    const pool = pools.get(reason) ?? { reason, count: 0, hourMax: 0 };
    pool.count += to_seq - from_seq + 1;
    pool.hourMax = Math.max(pool.hourMax, Math.floor(recorded_ms / HOUR_MS) + 1);
    pools.set(reason, pool);
  }
  for (const pool of pools.values()) pool.count = Math.max(0, pool.count - (dropped?.get(pool.reason) ?? 0));
  for (const { hour, lost } of resets) {
    if (lost === null) pools.set(SPOOL_LOST, { reason: SPOOL_LOST, count: Infinity, hourMax: hour });
  }
  return [...pools.values()];
}

/**
 * An epoch that ends without its spool being lost ends because an older image of the host was put back: what waited in
 * the newer state went with it.
 */
function putBackPools(
  lanes: readonly LedgerLaneTable[],
  losses: readonly LossTable[],
  resets: readonly LedgerResetTable[],
): LossPool[] {
  const told = lanes
    .filter(({ told_ms }) => told_ms !== null)
    .toSorted((a, b) => (a.told_ms ?? 0) - (b.told_ms ?? 0));
  return told.slice(0, -1).flatMap(({ epoch, given_seq, counted_seq }, at) => {
    const next = told[at + 1];
    if (next === undefined || given_seq === null || resets.some((reset) => reset.epoch === next.epoch))
      return [];
    const own = losses.filter((loss) => loss.epoch === epoch);
    const count = given_seq - counted_seq - lostBetween(own, counted_seq, given_seq);
    const hourMax = Math.floor((next.told_ms ?? 0) / HOUR_MS) + 1;
    return count > 0 ? [{ reason: PUT_BACK, count, hourMax }] : [];
  });
}
