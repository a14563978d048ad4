/** What the watch over losses reads: channels' hours, losses by agent and hour, names of hosts. */
import type { ChannelHours } from '../liveness/channel-watch.ts';
import type { HostName } from '../liveness/findings.ts';
import type { RegistryDb } from './database.ts';
import { HOUR_MS } from './ledger-cells.ts';

/** Channels in which silence means nothing: what the agent says of itself, and what has no channel. */
const NOT_WATCHED = ['agent', 'unknown'];

/** Of one agent, since that hour. */
export async function readChannelHours(
  db: RegistryDb,
  agentId: string,
  fromHour: number,
): Promise<ChannelHours[]> {
  const rows = await db
    .selectFrom('ledger_cell')
    .select(['channel', 'hour'])
    .where('agent_id', '=', agentId)
    .where('hour', '>=', fromHour)
    .where('channel', 'not in', NOT_WATCHED)
    .where((eb) => eb(eb('stored', '+', eb.ref('produced')), '>', 0))
    .execute();
  return [...Map.groupBy(rows, ({ channel }) => channel)].map(([channel, cells]) => ({
    channel,
    hours: cells.map(({ hour }) => hour),
  }));
}

export interface DeclaredLoss {
  agentId: string;
  hour: number;
  records: number;
  /** e.g. `spool-full, unsendable`. */
  reasons: string;
}

/** By agent and hour of the declaration, those of so many records or more. */
export async function readLargeLosses(
  db: RegistryDb,
  sinceMs: number,
  recordsMin: number,
): Promise<DeclaredLoss[]> {
  const rows = await db.selectFrom('loss').selectAll().where('recorded_ms', '>=', sinceMs).execute();
  const groups = Map.groupBy(rows, (row) => `${row.agent_id}/${Math.floor(row.recorded_ms / HOUR_MS)}`);
  return [...groups.values()].flatMap((losses) => {
    const [first] = losses;
    const records = losses.reduce((sum, { from_seq, to_seq }) => sum + to_seq - from_seq + 1, 0);
    if (first === undefined || records < recordsMin) return [];
    const reasons = [...new Set(losses.map(({ reason }) => reason))].toSorted().join(', ');
    return [{ agentId: first.agent_id, hour: Math.floor(first.recorded_ms / HOUR_MS), records, reasons }];
  });
}

export async function readHostNames(
  db: RegistryDb,
  agentIds: readonly string[],
): Promise<Map<string, HostName>> {
  if (agentIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('agent')
    .select(['id', 'hostname', 'agency_id'])
    .where('id', 'in', agentIds)
    .execute();
  return new Map(
    rows.map(({ id, hostname, agency_id }) => [id, { agentId: id, hostname, agencyId: agency_id }]),
  );
}

/** Findings of the ledger whose alerts are open: `unbalanced AGENT HOUR LANE CHANNEL`. */
export async function readOpenUnbalanced(db: RegistryDb): Promise<{ id: string }[]> {
  return db
    .selectFrom('alert')
    .select('id')
    .where('rule_id', '=', 'vonggac:ledger-unbalanced')
    .where('state', '!=', 'closed')
    .execute();
}
