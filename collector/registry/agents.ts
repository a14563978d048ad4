/**
 * Agents: enrolment, look-up for sessions, what is known of their hosts, revocation. An agent is its key:
 * enrolling the same key with the same token again returns the same agent and costs no second use.
 */
import type { EnrolRequest } from '../protocol/enrol.ts';
import type { HostFacts } from '../protocol/up.ts';
import type { AgencyScope } from './agencies.ts';
import { writeAudit } from './audit.ts';
import type { Registry, RegistryDb } from './database.ts';
import { claimJoinToken, holdsSecret, type JoinTokenFault } from './join-tokens.ts';
import { RefusalError } from './refusal.ts';
import { randomUuid } from './secrets.ts';
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

export interface AgentRecord extends AgentIdentity {
  group: string | null;
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
  revokedMs: number | null;
}

export type EnrolFault = JoinTokenFault | 'key-revoked' | 'key-in-use';

export type EnrolOutcome =
  { ok: true; agentId: string; agencyName: string; again: boolean } | { ok: false; fault: EnrolFault };

/** Thrown inside the transaction to undo a claimed use. */
class EnrolRefused extends Error {
  readonly fault: EnrolFault;

  constructor(fault: EnrolFault) {
    super(fault);
    this.fault = fault;
  }
}

async function agencyName(db: RegistryDb, agencyId: number): Promise<string> {
  const row = await db
    .selectFrom('agency')
    .select('name')
    .where('id', '=', agencyId)
    .executeTakeFirstOrThrow();
  return row.name;
}

async function enrolInside(
  trx: RegistryDb,
  registry: Registry,
  request: EnrolRequest,
  address: string,
): Promise<{ agentId: string; agencyName: string; again: boolean }> {
  const nowMs = registry.now();
  const known = await trx
    .selectFrom('agent')
    .select(['id', 'state', 'agency_id', 'join_token_id'])
    .where('public_key', '=', request.publicKey)
    .executeTakeFirst();
  if (known !== undefined) {
    // Whoever does not hold the token's secret learns nothing about the key.
    if (!(await holdsSecret(trx, request.tokenId, request.tokenSecret)))
      throw new EnrolRefused('wrong-secret');
    if (known.state === 'revoked') throw new EnrolRefused('key-revoked');
    if (known.join_token_id !== request.tokenId) throw new EnrolRefused('key-in-use');
    return { agentId: known.id, agencyName: await agencyName(trx, known.agency_id), again: true };
  }
  const claim = await claimJoinToken(trx, { id: request.tokenId, secret: request.tokenSecret, nowMs });
  if (!claim.ok) throw new EnrolRefused(claim.fault);
  const agentId = randomUuid(registry.random);
  await trx
    .insertInto('agent')
    .values({
      id: agentId,
      public_key: request.publicKey,
      state: 'active',
      agency_id: claim.agencyId,
      group_id: claim.groupId,
      join_token_id: request.tokenId,
      ...hostColumns(request.host),
      agent_version: request.agentVersion,
      machine_id: request.machineId,
      enrolled_ms: nowMs,
    })
    .execute();
  await trx
    .insertInto('join_token_use')
    .values({ token_id: request.tokenId, agent_id: agentId, used_ms: nowMs, address })
    .execute();
  await writeAudit(trx, nowMs, {
    actor: `agent:${agentId}`,
    action: 'agent.enrol',
    target: `agent:${agentId}`,
    detail: { hostname: request.host.hostname, joinToken: request.tokenId, address },
  });
  return { agentId, agencyName: await agencyName(trx, claim.agencyId), again: false };
}

function hostColumns(host: HostFacts): {
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

/** The signature over the key must have been checked before. One transaction. */
export async function enrolAgent(
  registry: Registry,
  request: EnrolRequest,
  address: string,
): Promise<EnrolOutcome> {
  try {
    const enrolled = await registry.db
      .transaction()
      .execute((trx) => enrolInside(trx, registry, request, address));
    return { ok: true, ...enrolled };
  } catch (error) {
    if (error instanceof EnrolRefused) return { ok: false, fault: error.fault };
    throw error;
  }
}

/** What a session needs to know of an agent; undefined when it was never enrolled. */
export async function findAgent(registry: Registry, id: string): Promise<AgentIdentity | undefined> {
  const row = await registry.db
    .selectFrom('agent')
    .innerJoin('agency', 'agency.id', 'agent.agency_id')
    .select([
      'agent.id',
      'agent.public_key',
      'agent.state',
      'agent.agency_id',
      'agency.name as agency_name',
      'agent.hostname',
    ])
    .where('agent.id', '=', id)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    id: row.id,
    publicKey: row.public_key,
    state: row.state,
    agencyId: row.agency_id,
    agencyName: row.agency_name,
    hostname: row.hostname,
  };
}

/** What a `hello` tells about the host. */
export async function noteSession(
  registry: Registry,
  id: string,
  session: { host: HostFacts; agentVersion: string; clockSkewMs: number; atMs: number },
): Promise<void> {
  await registry.db
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

function agentRows(db: RegistryDb) {
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
      'agent.revoked_ms as revokedMs',
    ]);
}

/** By host name. `after` is the last agent of the page before. */
export async function listAgents(
  registry: Registry,
  query: {
    scope: AgencyScope;
    limit: number;
    after?: Pick<AgentRecord, 'hostname' | 'id'> | undefined;
  },
): Promise<AgentRecord[]> {
  const { scope, after } = query;
  let select = agentRows(registry.db).orderBy('agent.hostname').orderBy('agent.id').limit(query.limit);
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
export async function* agentPages(registry: Registry, scope: AgencyScope): AsyncGenerator<AgentRecord[]> {
  let after: AgentRecord | undefined;
  for (;;) {
    const page = await listAgents(registry, { scope, limit: PAGE, after });
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

function unknownAgent(id: string): RefusalError {
  return new RefusalError('agent-unknown', id, `there is no agent ${id}; "vonggac agent list" shows them`);
}

/** Agents that are not revoked. */
export async function countAgents(registry: Registry, scope: AgencyScope): Promise<number> {
  let select = registry.db
    .selectFrom('agent')
    .select((eb) => eb.fn.countAll<number>().as('agents'))
    .where('state', '=', 'active');
  if (scope.kind === 'some') select = select.where('agency_id', 'in', scope.agencyIds);
  const row = await select.executeTakeFirstOrThrow();
  return row.agents;
}

/** The caller also closes the live session (port Presence). @throws RefusalError agent-unknown */
export async function revokeAgent(
  registry: Registry,
  id: string,
  actor: string,
  reason = '',
): Promise<AgentRecord> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const agent = await agentRows(trx).where('agent.id', '=', id).executeTakeFirst();
    if (agent === undefined) throw unknownAgent(id);
    if (agent.state === 'revoked') return agent;
    await trx
      .updateTable('agent')
      .set({ state: 'revoked', revoked_ms: nowMs })
      .where('id', '=', id)
      .execute();
    await writeAudit(trx, nowMs, {
      actor,
      action: 'agent.revoke',
      target: `agent:${id}`,
      detail: { hostname: agent.hostname, reason },
    });
    return { ...agent, state: 'revoked', revokedMs: nowMs };
  });
}
