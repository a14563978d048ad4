/**
 * Commands to hosts as a state machine. Invariants: who approves is another user than who asked; a counter is given once,
 * in the transaction that lets a command go, and grows for each agent past the clock, so that a control plane restored
 * from an older copy is still believed; each step has its row of the audit trail.
 */
import { randomUUID } from 'node:crypto';
import type { CommandAction } from '../protocol/command.ts';
import { inScope } from './agencies.ts';
import { unknownAgent } from './agents.ts';
import { writeAudit } from './audit.ts';
import type { Registry, RegistryDb, RegistryTransaction } from './database.ts';
import { RefusalError } from './refusal.ts';
import { type ResponseCommand, type ResponseBy, needsApproval, findResponse } from './responses.ts';

/** @throws RefusalError agent-unknown, response-not-yours */
export async function requestResponse(
  registry: Registry,
  wanted: { agentId: string; command: CommandAction; dryRun: boolean; reason: string; expiresInMs: number },
  { actor, scope }: ResponseBy,
): Promise<ResponseCommand> {
  mustBePerson(actor);
  const { agentId, command, dryRun, reason, expiresInMs } = wanted;
  const atMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const agent = await trx
      .selectFrom('agent')
      .select(['id', 'agency_id', 'state'])
      .where('id', '=', agentId)
      .executeTakeFirst();
    if (agent === undefined || agent.state !== 'active' || !inScope(scope, agent.agency_id))
      throw unknownAgent(agentId);
    const id = await insertCommand(
      trx,
      { agentId, command, dryRun, reason, requestedBy: actor, expiresInMs },
      atMs,
    );
    const detail = { ...command, dryRun, reason, agentId };
    await writeAudit(trx, atMs, { actor, action: 'response.request', target: `response:${id}`, detail });
    if (!needsApproval(command.action, dryRun)) await letGo(trx, id, agentId, atMs);
    return findResponse({ db: trx }, id, scope);
  });
}

interface NewCommand {
  agentId: string;
  command: CommandAction;
  dryRun: boolean;
  reason: string;
  requestedBy: string;
  /** Who let it go, where that is known already. */
  decidedBy?: string | null | undefined;
  decidedMs?: number | null | undefined;
  expiresInMs: number;
  jobId?: string | undefined;
}

/** Without its number: `letGo` gives it. @returns its id */
async function insertCommand(trx: RegistryTransaction, wanted: NewCommand, atMs: number): Promise<string> {
  const id = randomUUID();
  await trx
    .insertInto('response_command')
    .values({
      id,
      agent_id: wanted.agentId,
      action: wanted.command.action,
      command: JSON.stringify(wanted.command),
      dry_run: wanted.dryRun ? 1 : 0,
      reason: wanted.reason,
      state: 'requested',
      requested_by: wanted.requestedBy,
      requested_ms: atMs,
      decided_by: wanted.decidedBy ?? null,
      decided_ms: wanted.decidedMs ?? null,
      expires_ms: atMs + wanted.expiresInMs,
      job_id: wanted.jobId ?? null,
    })
    .execute();
  return id;
}

function mustBePerson(actor: string): void {
  if (actor.startsWith('user:')) return;
  throw new RefusalError(
    'response-not-yours',
    actor,
    'only a person who signs in may ask for a command or approve it: tokens and the command line alone may not',
  );
}

/**
 * A command that a document signed beforehand allows: it is let go at once, in the transaction of the act that it comes of.
 * The host is told two names: what asked, and by what it may. @returns its id
 */
export async function commandByAuthorisation(
  trx: RegistryTransaction,
  wanted: {
    agentId: string;
    command: CommandAction;
    reason: string;
    authorisation: string;
    expiresInMs: number;
  },
  atMs: number,
): Promise<string> {
  const { agentId, command, reason, authorisation, expiresInMs } = wanted;
  const [actor, decidedBy] = ['system:rules', `authorisation:${authorisation}`];
  const id = await insertCommand(
    trx,
    { agentId, command, dryRun: false, reason, requestedBy: actor, decidedBy, decidedMs: atMs, expiresInMs },
    atMs,
  );
  await writeAudit(trx, atMs, {
    actor,
    action: 'response.automatic',
    target: `response:${id}`,
    detail: { ...command, agentId, reason, by: decidedBy },
  });
  await letGo(trx, id, agentId, atMs);
  return id;
}

/** A command of a job, let go at once: the job's second person, where it took one, is the command's. @returns its id */
export async function commandByJob(
  trx: RegistryTransaction,
  wanted: { agentId: string; command: CommandAction; dryRun: boolean; expiresInMs: number },
  job: {
    id: string;
    reason: string;
    requestedBy: string;
    decidedBy: string | null;
    decidedMs: number | null;
  },
  atMs: number,
): Promise<string> {
  const { agentId, command, dryRun, expiresInMs } = wanted;
  mustBePerson(job.requestedBy);
  if (needsApproval(command.action, dryRun) && job.decidedBy === null) {
    throw new RefusalError('response-not-yours', job.id, 'this takes a second person');
  }
  const { id: jobId, reason, requestedBy, decidedBy, decidedMs } = job;
  const id = await insertCommand(
    trx,
    { agentId, command, dryRun, reason, requestedBy, decidedBy, decidedMs, expiresInMs, jobId },
    atMs,
  );
  const detail = { ...command, dryRun, agentId, job: job.id };
  await writeAudit(trx, atMs, {
    actor: job.requestedBy,
    action: 'response.request',
    target: `response:${id}`,
    detail,
  });
  await letGo(trx, id, agentId, atMs);
  return id;
}

/** Gives the command its number. */
async function letGo(trx: RegistryDb, id: string, agentId: string, atMs: number): Promise<void> {
  const { last } = await trx
    .selectFrom('response_command')
    .select((eb) => eb.fn.coalesce(eb.fn.max('counter'), eb.lit(0)).as('last'))
    .where('agent_id', '=', agentId)
    .executeTakeFirstOrThrow();
  await trx
    .updateTable('response_command')
    .set({ state: 'approved', counter: Math.max(last + 1, atMs) })
    .where('id', '=', id)
    .execute();
}

/** @throws RefusalError response-unknown, response-decided, response-not-yours */
export async function decideResponse(
  registry: Registry,
  id: string,
  decision: { approve: boolean; reason?: string | undefined },
  { actor, scope }: ResponseBy,
): Promise<ResponseCommand> {
  mustBePerson(actor);
  const atMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const found = await findResponse({ db: trx }, id, scope);
    if (found.state !== 'requested' || found.expiresMs <= atMs)
      throw new RefusalError(
        'response-decided',
        found.id,
        `command ${found.id} no longer waits for a decision`,
      );
    if (decision.approve && found.requestedBy === actor)
      throw new RefusalError(
        'response-not-yours',
        found.id,
        'who asked for a command cannot approve it: it takes a second person',
      );
    await trx
      .updateTable('response_command')
      .set({
        decided_by: actor,
        decided_ms: atMs,
        decided_reason: decision.reason ?? null,
        ...(decision.approve ? {} : { state: 'rejected' as const, ended_ms: atMs }),
      })
      .where('id', '=', found.id)
      .execute();
    if (decision.approve) await letGo(trx, found.id, found.agentId, atMs);
    const detail = { agentId: found.agentId, reason: decision.reason, requestedBy: found.requestedBy };
    const action = decision.approve ? 'response.approve' : 'response.reject';
    await writeAudit(trx, atMs, { actor, action, target: `response:${found.id}`, detail });
    return findResponse({ db: trx }, found.id, scope);
  });
}
