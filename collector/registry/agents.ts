/** Agents as rows: look-up for sessions, lists with filters, what a session says of its host. Acts are in agent-acts.ts. */
import type { Expression, ExpressionBuilder, SqlBool } from 'kysely';
import type { HostFacts } from '../protocol/message-fields.ts';
import type { AgencyScope } from './agencies.ts';
import type { Database, Registry, RegistryDb } from './database.ts';
import { RefusalError } from './refusal.ts';
import type { AgentRowState } from './tables/agent.ts';

/** What a session needs to know of an agent. */
export interface AgentIdentity {
  id: string;
  publicKey: string;
  state: AgentRowState;
  agencyId: number;
  agencyName: string;
  hostname: string;
}

/** With what its quotas go by. */
export interface FoundAgent extends AgentIdentity {
  groupId: number | null;
}

export interface AgentRecord extends AgentIdentity {
  group: string | null;
  /** The machine it runs on. */
  hostId: string;
  platform: string;
  osName: string;
  osVersion: string;
  arch: string;
  timeZone: string;
  agentVersion: string;
  machineId: string;
  joinTokenId: string;
  enrolledMs: number;
  lastSeenMs: number | null;
  /** Host clock minus collector clock. */
  clockSkewMs: number | null;
  approvedMs: number | null;
  approvedBy: string | null;
  revokedMs: number | null;
  /** When another agent took its host over. */
  replacedMs: number | null;
  /** The agent whose host it took over. */
  successorOf: string | null;
}

/** As many keys as a statement asks for, so that there are few different statements: what is missing is asked twice. */
function padded(ids: readonly string[]): string[] {
  const size = [1, 8, 64].find((known) => known >= ids.length) ?? ids.length;
  return Array.from({ length: size }, (_, index) => ids[Math.min(index, ids.length - 1)] ?? '');
}

/** What sessions need to know of agents, by id; those that were never enrolled are left out. */
export async function findAgents(
  { db }: Pick<Registry, 'db'>,
  ids: readonly string[],
): Promise<Map<string, FoundAgent>> {
  const rows = await db
    .selectFrom('agent')
    .innerJoin('agency', 'agency.id', 'agent.agency_id')
    .select([
      'agent.id',
      'agent.public_key as publicKey',
      'agent.state',
      'agent.agency_id as agencyId',
      'agent.group_id as groupId',
      'agency.name as agencyName',
      'agent.hostname',
    ])
    .where('agent.id', 'in', padded(ids))
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/** Undefined when it was never enrolled. */
export async function findAgent(registry: Registry, id: string): Promise<FoundAgent | undefined> {
  return (await findAgents(registry, [id])).get(id);
}

/** What the host says of itself, as columns. */
export function hostColumns(host: HostFacts): {
  hostname: string;
  platform: string;
  os_name: string;
  os_version: string;
  arch: string;
  time_zone: string;
} {
  return {
    hostname: host.hostname,
    platform: host.platform,
    os_name: host.osName,
    os_version: host.osVersion,
    arch: host.arch,
    time_zone: host.timeZone,
  };
}

/** What a `hello` tells about the host. */
export async function noteSession(
  { db }: Pick<Registry, 'db'>,
  id: string,
  session: { host: HostFacts; agentVersion: string; clockSkewMs: number; atMs: number },
): Promise<void> {
  await db
    .updateTable('agent')
    .set({
      ...hostColumns(session.host),
      agent_version: session.agentVersion,
      clock_skew_ms: Math.round(session.clockSkewMs),
      last_seen_ms: session.atMs,
    })
    .where('id', '=', id)
    .execute();
}

/** Rows of agents with the names of what they belong to; inside a transaction too. */
export function agentRows(db: RegistryDb) {
  return db
    .selectFrom('agent')
    .innerJoin('agency', 'agency.id', 'agent.agency_id')
    .leftJoin('agent_group', 'agent_group.id', 'agent.group_id')
    .select([
      'agent.id as id',
      'agent.public_key as publicKey',
      'agent.state as state',
      'agent.agency_id as agencyId',
      'agency.name as agencyName',
      'agent_group.name as group',
      'agent.host_id as hostId',
      'agent.hostname as hostname',
      'agent.platform as platform',
      'agent.os_name as osName',
      'agent.os_version as osVersion',
      'agent.arch as arch',
      'agent.time_zone as timeZone',
      'agent.agent_version as agentVersion',
      'agent.machine_id as machineId',
      'agent.join_token_id as joinTokenId',
      'agent.enrolled_ms as enrolledMs',
      'agent.last_seen_ms as lastSeenMs',
      'agent.clock_skew_ms as clockSkewMs',
      'agent.approved_ms as approvedMs',
      'agent.approved_by as approvedBy',
      'agent.revoked_ms as revokedMs',
      'agent.replaced_ms as replacedMs',
      'agent.successor_of as successorOf',
    ]);
}

/** Which agents; what is left out does not restrict. */
export interface AgentFilter {
  /** This agency itself, without those below it. */
  agencyId?: number | undefined;
  group?: string | undefined;
  states?: readonly AgentRowState[] | undefined;
  /** Last heard of (or enrolled, when never heard of) before this time. */
  staleBeforeMs?: number | undefined;
  joinTokenId?: string | undefined;
  hostId?: string | undefined;
}

type AgentExpressions = ExpressionBuilder<Database, 'agent'>;

function conditionsOf(filter: AgentFilter, eb: AgentExpressions): Expression<SqlBool> {
  const { agencyId, group, states, staleBeforeMs, joinTokenId, hostId } = filter;
  const all: Expression<SqlBool>[] = [];
  if (agencyId !== undefined) all.push(eb('agent.agency_id', '=', agencyId));
  if (group !== undefined) {
    const named = eb.selectFrom('agent_group').select('agent_group.id').where('agent_group.name', '=', group);
    all.push(eb('agent.group_id', 'in', named));
  }
  if (states !== undefined) all.push(eb('agent.state', 'in', states));
  if (joinTokenId !== undefined) all.push(eb('agent.join_token_id', '=', joinTokenId));
  if (hostId !== undefined) all.push(eb('agent.host_id', '=', hostId));
  if (staleBeforeMs !== undefined) {
    const heard = eb.fn.coalesce('agent.last_seen_ms', 'agent.enrolled_ms');
    all.push(eb(heard, '<', staleBeforeMs));
  }
  return eb.and(all);
}

export interface AgentListQuery {
  scope: AgencyScope;
  limit: number;
  filter?: AgentFilter | undefined;
  /** The last agent of the page before. */
  after?: Pick<AgentRecord, 'hostname' | 'id'> | undefined;
}

/** By host name. */
export async function listAgents(registry: Registry, query: AgentListQuery): Promise<AgentRecord[]> {
  const { scope, after, filter = {} } = query;
  let select = agentRows(registry.db)
    .where((eb) => conditionsOf(filter, eb))
    .orderBy('agent.hostname')
    .orderBy('agent.id')
    .limit(query.limit);
  if (scope.kind === 'some') select = select.where('agent.agency_id', 'in', scope.agencyIds);
  if (after !== undefined) {
    select = select.where((eb) =>
      eb.or([
        eb('agent.hostname', '>', after.hostname),
        eb.and([eb('agent.hostname', '=', after.hostname), eb('agent.id', '>', after.id)]),
      ]),
    );
  }
  return select.execute();
}

const PAGE = 500;

/**
 * All agents by host name, a page at a time; between pages the process does its other work.
 * An agent renamed meanwhile may be missed or come twice.
 */
export async function* agentPages(
  registry: Registry,
  scope: AgencyScope,
  filter?: AgentFilter,
): AsyncGenerator<AgentRecord[]> {
  let after: AgentRecord | undefined;
  for (;;) {
    const page = await listAgents(registry, { scope, limit: PAGE, after, filter });
    if (page.length > 0) yield page;
    after = page.at(-1);
    if (page.length < PAGE) return;
    await new Promise(setImmediate);
  }
}

/** Full record of one agent. */
export async function readAgent(registry: Registry, id: string): Promise<AgentRecord | undefined> {
  return agentRows(registry.db).where('agent.id', '=', id).executeTakeFirst();
}

/** By its whole id or its first characters. @throws RefusalError agent-unknown, agent-ambiguous */
export async function resolveAgent(registry: Registry, text: string): Promise<AgentRecord> {
  const prefix = text.toLowerCase().replaceAll(/[^0-9a-f-]/g, '');
  const found =
    prefix === text.toLowerCase()
      ? await agentRows(registry.db).where('agent.id', 'like', `${prefix}%`).limit(2).execute()
      : [];
  const [agent] = found;
  if (agent === undefined) throw unknownAgent(text);
  if (found.length > 1) {
    throw new RefusalError('agent-ambiguous', text, `several agents begin with ${text}: give more of the id`);
  }
  return agent;
}

export function unknownAgent(id: string): RefusalError {
  return new RefusalError('agent-unknown', id, `there is no agent ${id}; "vonggac agent list" shows them`);
}

/** Agents that report here: neither waiting for approval nor revoked nor replaced. */
export async function countAgents(registry: Registry, scope: AgencyScope): Promise<number> {
  let select = registry.db
    .selectFrom('agent')
    .select((eb) => eb.fn.countAll<number>().as('agents'))
    .where('state', '=', 'active');
  if (scope.kind === 'some') select = select.where('agency_id', 'in', scope.agencyIds);
  const row = await select.executeTakeFirstOrThrow();
  return row.agents;
}

/** Every agent whose host has that name, in any case of its letters. */
export async function agentsNamed(registry: Registry, hostname: string): Promise<AgentRecord[]> {
  return agentRows(registry.db)
    .where((eb) => eb(eb.fn<string>('lower', ['agent.hostname']), '=', hostname.toLowerCase()))
    .execute();
}

/** Every agent that has reported from the machine, the newest first. */
export async function agentsOfHost(registry: Registry, hostId: string): Promise<AgentRecord[]> {
  return agentRows(registry.db)
    .where('agent.host_id', '=', hostId)
    .orderBy('agent.enrolled_ms', 'desc')
    .orderBy('agent.id')
    .execute();
}
