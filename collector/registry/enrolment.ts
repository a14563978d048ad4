/**
 * Enrolment: a join token and a key become an agent on a host. An agent is its key: enrolling the same key with the
 * same token again returns the same agent and costs no second use.
 */
import type { EnrolRequest } from '../protocol/enrol.ts';
import { hostColumns } from './agents.ts';
import { writeAudit } from './audit.ts';
import type { Registry, RegistryDb } from './database.ts';
import { forgetRefusals } from './enrol-refusals.ts';
import { keepFacts, proposeSameHost } from './hosts.ts';
import { claimJoinToken, holdsSecret, type JoinTokenFault } from './join-tokens.ts';
import { randomUuid } from './secrets.ts';

export type EnrolFault = JoinTokenFault | 'key-revoked' | 'key-in-use';

interface Enrolled {
  agentId: string;
  agencyName: string;
  /** It was enrolled before. */
  again: boolean;
  /** It waits for approval. */
  pending: boolean;
}

export type EnrolOutcome = ({ ok: true } & Enrolled) | { ok: false; fault: EnrolFault };

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

async function enrolledBefore(trx: RegistryDb, request: EnrolRequest): Promise<Enrolled | undefined> {
  const known = await trx
    .selectFrom('agent')
    .select(['id', 'state', 'agency_id', 'join_token_id'])
    .where('public_key', '=', request.publicKey)
    .executeTakeFirst();
  if (known === undefined) return undefined;
  // Whoever does not hold the token's secret learns nothing about the key.
  if (!(await holdsSecret(trx, request.tokenId, request.tokenSecret))) throw new EnrolRefused('wrong-secret');
  if (known.state === 'revoked' || known.state === 'replaced') throw new EnrolRefused('key-revoked');
  if (known.join_token_id !== request.tokenId) throw new EnrolRefused('key-in-use');
  return {
    agentId: known.id,
    agencyName: await agencyName(trx, known.agency_id),
    again: true,
    pending: known.state === 'pending',
  };
}

async function enrolInside(
  trx: RegistryDb,
  registry: Registry,
  request: EnrolRequest,
  address: string,
): Promise<Enrolled> {
  const before = await enrolledBefore(trx, request);
  if (before !== undefined) return before;
  const nowMs = registry.now();
  const claim = await claimJoinToken(trx, { id: request.tokenId, secret: request.tokenSecret, nowMs });
  if (!claim.ok) throw new EnrolRefused(claim.fault);
  const agentId = randomUuid(registry.random);
  await trx.insertInto('host').values({ id: agentId, created_ms: nowMs }).execute();
  await trx
    .insertInto('agent')
    .values({
      id: agentId,
      host_id: agentId,
      public_key: request.publicKey,
      state: claim.needsApproval ? 'pending' : 'active',
      approved_ms: claim.needsApproval ? null : nowMs,
      approved_by: claim.needsApproval ? null : `join-token:${request.tokenId}`,
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
    detail: {
      hostname: request.host.hostname,
      joinToken: request.tokenId,
      address,
      pending: claim.needsApproval,
    },
  });
  await forgetRefusals(trx, claim.agencyId, request.host.hostname);
  const { hardware = [] } = request;
  await keepFacts(trx, agentId, hardware);
  await proposeSameHost(trx, { agentId, hostId: agentId, hardware, nowMs });
  return {
    agentId,
    agencyName: await agencyName(trx, claim.agencyId),
    again: false,
    pending: claim.needsApproval,
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
