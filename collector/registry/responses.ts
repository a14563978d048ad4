/** Commands to hosts as they are read. What people do to them is in response-acts.ts, what hosts say in response-reports.ts. */
import { commandActionSchema, DESTRUCTIVE_ACTIONS, type CommandAction } from '../protocol/command.ts';
import type { ResponseAction } from '../protocol/response-names.ts';
import { type AgencyScope, inScope } from './agencies.ts';
import type { RegistryDb } from './database.ts';
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
export const OPEN: ReadonlySet<ResponseState> = new Set(['sent', 'accepted', 'expired', 'unknown']);

export const WAITING: readonly ResponseState[] = ['requested', 'approved', 'sent'];

export function needsApproval(action: ResponseAction, dryRun: boolean): boolean {
  return DESTRUCTIVE_ACTIONS.has(action) && !dryRun;
}

export function rows(db: RegistryDb) {
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

export function toCommand(row: Row): ResponseCommand {
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
