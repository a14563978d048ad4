/** Silences for people to look at: those that last, and those that ended of late. */
import type { AgencyScope } from './agency-scope.ts';
import type { RegistryDb } from './database.ts';
import type { SilenceKind } from './tables/liveness.ts';

export interface SilenceRow {
  id: string;
  kind: SilenceKind;
  agencyId: number;
  agencyName: string;
  agentId: string | null;
  hostname: string | null;
  /** Of a silent channel. */
  channel: string | null;
  /** Of a silent site: an IPv4 /24 or an IPv6 /56. */
  network: string | null;
  sinceMs: number;
  begunMs: number;
  endedMs: number | null;
}

/** Those that last come first, the longest before the others. */
export async function listSilences(
  db: RegistryDb,
  query: { scope: AgencyScope; agentId?: string | undefined; endedSinceMs: number; limit: number },
): Promise<SilenceRow[]> {
  const { scope, agentId, endedSinceMs, limit } = query;
  let select = db
    .selectFrom('silence')
    .innerJoin('agency', 'agency.id', 'silence.agency_id')
    .leftJoin('agent', 'agent.id', 'silence.agent_id')
    .select([
      'silence.id',
      'silence.kind',
      'silence.subject',
      'silence.agency_id as agencyId',
      'agency.name as agencyName',
      'silence.agent_id as agentId',
      'agent.hostname',
      'silence.since_ms as sinceMs',
      'silence.begun_ms as begunMs',
      'silence.ended_ms as endedMs',
    ])
    .where((eb) => eb.or([eb('ended_ms', 'is', null), eb('ended_ms', '>', endedSinceMs)]))
    .orderBy((eb) => eb.fn.coalesce('silence.ended_ms', eb.lit(0)))
    .orderBy('silence.since_ms')
    .limit(limit);
  if (scope.kind === 'some') select = select.where('silence.agency_id', 'in', scope.agencyIds);
  if (agentId !== undefined) select = select.where('silence.agent_id', '=', agentId);
  const rows = await select.execute();
  return rows.map(({ subject, ...row }) => ({
    ...row,
    channel: row.kind === 'channel' ? afterSlash(subject) : null,
    network: row.kind === 'site' ? afterSlash(subject) : null,
  }));
}

/** `agent id/channel`, `agency/network`: the first part holds no slash. */
function afterSlash(subject: string): string {
  return subject.slice(subject.indexOf('/') + 1);
}
