/**
 * Commands to hosts as a state machine. Invariants: who approves is another user than who asked; a counter is given once,
 * in the transaction that lets a command go, and grows for each agent past the clock, so that a control plane restored
 * from an older copy is still believed; each step has its row of the audit trail.
 */
import { randomUUID } from 'node:crypto';
import {
  commandActionSchema,
  DESTRUCTIVE_ACTIONS,
  type CommandAction,
  type CommandReport,
} from '../protocol/command.ts';
import type { ResponseAction } from '../protocol/response-names.ts';
import { type AgencyScope, inScope } from './agencies.ts';
import { unknownAgent } from './agents.ts';
import { writeAudit } from './audit.ts';
import type { Registry, RegistryDb, RegistryTransaction } from './database.ts';
import { RefusalError } from './refusal.ts';
import type { ResponseState } from './tables/response.ts';

export interface ResponseCommand {
  id: string;
  agentId: string;
  hostname: string;
  agencyId: number;
  command: CommandAction;
  dryRun: boolean;
  reason: string;
  state: ResponseState;
  requestedBy: string;
  requestedMs: number;
  decidedBy: string | null;
  decidedMs: number | null;
  decidedReason: string | null;
  counter: number | null;
  expiresMs: number;
  sentMs: number | null;
  endedMs: number | null;
  message: string | null;
  detail: Record<string, unknown> | null;
  jobId: string | null;
}

/** A person of the control plane, and which hosts exist for them. */
export interface ResponseBy {
  /** `user:NAME`: nobody else asks or approves. */
  actor: string;
  scope: AgencyScope;
}

/** From which a host may still report: what it says last is true. */
const OPEN: ReadonlySet<ResponseState> = new Set(['sent', 'accepted', 'expired', 'unknown']);
const WAITING: readonly ResponseState[] = ['requested', 'approved', 'sent'];

export function needsApproval(action: ResponseAction, dryRun: boolean): boolean {
  return DESTRUCTIVE_ACTIONS.has(action) && !dryRun;
}

function rows(db: RegistryDb) {
  return db
    .selectFrom('response_command')
    .innerJoin('agent', 'agent.id', 'response_command.agent_id')
    .select([
      'response_command.id as id',
      'response_command.agent_id as agentId',
      'agent.hostname as hostname',
      'agent.agency_id as agencyId',
      'response_command.command as command',
      'response_command.dry_run as dryRun',
      'response_command.reason as reason',
      'response_command.state as state',
      'response_command.requested_by as requestedBy',
      'response_command.requested_ms as requestedMs',
      'response_command.decided_by as decidedBy',
      'response_command.decided_ms as decidedMs',
      'response_command.decided_reason as decidedReason',
      'response_command.counter as counter',
      'response_command.expires_ms as expiresMs',
      'response_command.sent_ms as sentMs',
      'response_command.ended_ms as endedMs',
      'response_command.message as message',
      'response_command.detail as detail',
      'response_command.job_id as jobId',
    ]);
}

type Row = Awaited<ReturnType<ReturnType<typeof rows>['executeTakeFirstOrThrow']>>;

function toCommand(row: Row): ResponseCommand {
  return {
    ...row,
    command: commandActionSchema.parse(JSON.parse(row.command)),
    dryRun: row.dryRun === 1,
    detail: row.detail === null ? null : (JSON.parse(row.detail) as Record<string, unknown>),
  };
}

/** Newest first. */
export async function listResponses(
  { db }: { db: RegistryDb },
  query: {
    scope: AgencyScope;
    limit: number;
    agentId?: string | undefined;
    state?: ResponseState | undefined;
    jobId?: string | undefined;
  },
): Promise<ResponseCommand[]> {
  const { scope, limit, agentId, state, jobId } = query;
  let select = rows(db).orderBy('requested_ms', 'desc').orderBy('response_command.id').limit(limit);
  if (scope.kind === 'some') select = select.where('agent.agency_id', 'in', scope.agencyIds);
  if (agentId !== undefined) select = select.where('response_command.agent_id', '=', agentId);
  if (jobId !== undefined) select = select.where('response_command.job_id', '=', jobId);
  if (state !== undefined) select = select.where('response_command.state', '=', state);
  return (await select.execute()).map(toCommand);
}

/** By its id or the first characters of it. @throws RefusalError response-unknown */
export async function findResponse(
  { db }: { db: RegistryDb },
  id: string,
  scope: AgencyScope,
): Promise<ResponseCommand> {
  const prefix = id.toLowerCase().replaceAll(/[^0-9a-f-]/g, '');
  const found =
    prefix.length < 4
      ? []
      : await rows(db).where('response_command.id', 'like', `${prefix}%`).limit(2).execute();
  const [row] = found;
  if (row === undefined || found.length > 1 || !inScope(scope, row.agencyId))
    throw new RefusalError(
      'response-unknown',
      id,
      `there is no command ${id}, or several begin so; "vonggac response list" shows them`,
    );
  return toCommand(row);
}

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

/** What an agent has to hear: let go, in time, and not answered yet; in the order of their numbers. */
export async function pendingResponses(registry: Registry, agentId: string): Promise<ResponseCommand[]> {
  const found = await rows(registry.db)
    .where('response_command.agent_id', '=', agentId)
    .where('response_command.state', 'in', ['approved', 'sent'])
    .where('response_command.expires_ms', '>', registry.now())
    .orderBy('response_command.counter')
    .execute();
  return found.map(toCommand);
}

/** Before it is put on the line. */
export async function noteSent(registry: Registry, id: string): Promise<void> {
  await registry.db
    .updateTable('response_command')
    .set({ state: 'sent', sent_ms: registry.now() })
    .where('id', '=', id)
    .where('state', '=', 'approved')
    .execute();
}

/** What a host says of a command to it. @returns whether there is such a command */
export async function noteReport(
  registry: Registry,
  agentId: string,
  report: CommandReport,
): Promise<boolean> {
  const atMs = registry.now();
  const { id, state, message, detail } = report;
  return registry.db.transaction().execute(async (trx) => {
    const row = await trx
      .selectFrom('response_command')
      .select('state')
      .where('id', '=', id)
      .where('agent_id', '=', agentId)
      .executeTakeFirst();
    if (row === undefined) return false;
    // The last word of a host stays; hearing it twice changes nothing.
    if (!OPEN.has(row.state) || row.state === state) return true;
    if (state === 'accepted' && row.state !== 'sent') return true;
    const ended = state === 'accepted' ? {} : { ended_ms: atMs };
    await trx
      .updateTable('response_command')
      .set({
        state,
        message: message ?? null,
        detail: detail === undefined ? null : JSON.stringify(detail),
        ...ended,
      })
      .where('id', '=', id)
      .execute();
    const facts = { state, message, ...detail };
    await writeAudit(trx, atMs, {
      actor: `agent:${agentId}`,
      action: 'response.report',
      target: `response:${id}`,
      detail: facts,
    });
    return true;
  });
}

/** Gives up what was not begun in time. @returns their ids */
export async function expireResponses(registry: Registry): Promise<string[]> {
  const atMs = registry.now();
  const expired = await registry.db
    .updateTable('response_command')
    .set({ state: 'expired', ended_ms: atMs })
    .where('state', 'in', WAITING)
    .where('expires_ms', '<=', atMs)
    .returning('id')
    .execute();
  return expired.map(({ id }) => id);
}
