/**
 * One command for many hosts. Invariants: servers and hosts of systems of level 3 and above are left out unless that is
 * asked for; what takes something away always waits for a second person, who then stands in each command; a job commands
 * a host once, however often a step is begun; taking it back releases what it cut off.
 */
import { z } from 'zod';
import { commandActionSchema, DESTRUCTIVE_ACTIONS } from '../../protocol/command.ts';
import type { AgencyScope } from '../agencies.ts';
import type { RegistryDb, RegistryTransaction } from '../database.ts';
import type { Job, JobPreview, StepOutcome } from '../jobs.ts';
import { commandByJob } from '../response-acts.ts';

export const RESPONSE_BULK_KIND = 'response.bulk';
export const RESPONSE_UNDO_KIND = 'response.bulk-undo';
export const BULK_RESPONSE_LIMITS = {
  idsMax: 1_000,
  hostsMax: 2_000,
  sampleMax: 50,
  withoutSecondMax: 20,
} as const;
/** Systems of this level and above are shared by many. */
const SHARED_LEVEL_MIN = 3;

/** Each names what it is about on one host only. */
const ONE_HOST_ACTIONS: ReadonlySet<string> = new Set(['kill-process', 'restore-file']);

export const bulkResponseSchema = z.strictObject({
  agentIds: z.array(z.uuid()).min(1).max(BULK_RESPONSE_LIMITS.idsMax).optional(),
  /** Hosts of these agencies. */
  agencyIds: z.array(z.number()).optional(),
  group: z.string().max(128).optional(),
  tag: z.string().max(128).optional(),
  /** Hosts of open alerts of this rule. */
  ruleId: z.string().max(128).optional(),
  command: commandActionSchema.refine(({ action }) => !ONE_HOST_ACTIONS.has(action), {
    message: 'this names something of one host: ask each on its own',
  }),
  dryRun: z.boolean(),
  includeServers: z.boolean(),
  expiresInMs: z.number(),
  actor: z.string().max(512),
});
export type BulkResponse = z.infer<typeof bulkResponseSchema>;

export const undoResponsesSchema = z.strictObject({ jobId: z.string() });

function hosts(db: RegistryDb, params: BulkResponse, scope: AgencyScope) {
  const { agentIds, agencyIds, group, tag, ruleId } = params;
  let select = db.selectFrom('agent').where('agent.state', '=', 'active');
  if (scope.kind === 'some') select = select.where('agent.agency_id', 'in', scope.agencyIds);
  if (agentIds !== undefined) select = select.where('agent.id', 'in', agentIds);
  if (agencyIds !== undefined) select = select.where('agent.agency_id', 'in', agencyIds);
  if (group !== undefined)
    select = select.where('agent.group_id', 'in', (eb) =>
      eb.selectFrom('agent_group').select('agent_group.id').where('agent_group.name', '=', group),
    );
  if (tag !== undefined)
    select = select.where('agent.id', 'in', (eb) =>
      eb.selectFrom('agent_tag').select('agent_id').where('tag', '=', tag),
    );
  if (ruleId !== undefined)
    select = select.where('agent.id', 'in', (eb) =>
      eb
        .selectFrom('alert')
        .select('agent_id')
        .where('rule_id', '=', ruleId)
        .where('closed', '=', 0)
        .$castTo<{ agent_id: string }>(),
    );
  return select
    .leftJoin('asset_role', 'asset_role.agent_id', 'agent.id')
    .select(['agent.id', 'hostname', 'agent.agency_id as agencyId', 'platform', 'os_name as osName', 'role'])
    .select((eb) =>
      eb
        .selectFrom('host_system')
        .innerJoin('information_system', 'information_system.id', 'host_system.system_id')
        .whereRef('host_system.agent_id', '=', 'agent.id')
        .where('host_system.valid_to_ms', 'is', null)
        .select((level) => level.fn.max('information_system.level').as('level'))
        .as('level'),
    );
}

type Host = Awaited<ReturnType<ReturnType<typeof hosts>['execute']>>[number];

/** Why it is left out; undefined when it is not. */
function flagOf({ platform, osName, role, level }: Host): 'server' | 'shared-system' | undefined {
  const isServer = role === null ? platform === 'linux' || /server/i.test(osName) : role !== 'workstation';
  if (isServer) return 'server';
  return (level ?? 0) >= SHARED_LEVEL_MIN ? 'shared-system' : undefined;
}

export async function previewResponses(
  db: RegistryDb,
  params: BulkResponse,
  scope: AgencyScope,
  isOnline: (agentId: string) => boolean,
): Promise<JobPreview> {
  const found = await hosts(db, params, scope)
    .orderBy('agent.id')
    .limit(BULK_RESPONSE_LIMITS.hostsMax)
    .execute();
  const skipped: Record<string, number> = {};
  const sample: unknown[] = [];
  let changes = 0;
  let flagged = 0;
  for (const host of found) {
    const flag = flagOf(host);
    const isLeft = flag !== undefined && !params.includeServers;
    if (isLeft) skipped[flag] = (skipped[flag] ?? 0) + 1;
    else changes += 1;
    if (flag !== undefined) flagged += 1;
    const { id, hostname, agencyId } = host;
    if (sample.length < BULK_RESPONSE_LIMITS.sampleMax)
      sample.push({
        agentId: id,
        hostname,
        agencyId,
        online: isOnline(id),
        flag: flag ?? null,
        left: isLeft,
      });
  }
  const needsApproval: string[] = [];
  const takes = DESTRUCTIVE_ACTIONS.has(params.command.action) && !params.dryRun;
  if (takes) needsApproval.push(params.command.action);
  if (params.includeServers && flagged > 0) needsApproval.push('servers');
  if (changes > BULK_RESPONSE_LIMITS.withoutSecondMax)
    needsApproval.push(`more-than-${BULK_RESPONSE_LIMITS.withoutSecondMax}`);
  return { total: found.length, changes, skipped, sample, needsApproval };
}

const cursorSchema = z.string().nullable();

/** So many hosts, in the order of their ids. @returns also whom a command waits for */
export async function responsesStep(
  trx: RegistryTransaction,
  params: BulkResponse,
  context: { job: Job; scope: AgencyScope; rowsMax: number; nowMs: number },
): Promise<StepOutcome> {
  const { job, scope, rowsMax, nowMs } = context;
  const after = cursorSchema.parse(job.cursor) ?? '';
  const rows = await hosts(trx, params, scope)
    .where('agent.id', '>', after)
    .orderBy('agent.id')
    .limit(rowsMax)
    .execute();
  const skipped: Record<string, number> = {};
  let changed = 0;
  for (const host of rows) {
    const flag = flagOf(host);
    if (flag !== undefined && !params.includeServers) skipped[flag] = (skipped[flag] ?? 0) + 1;
    else {
      const { command, dryRun, expiresInMs } = params;
      await commandByJob(trx, { agentId: host.id, command, dryRun, expiresInMs }, job, nowMs);
      changed += 1;
    }
  }
  const last = rows.at(-1);
  return { cursor: last?.id ?? after, done: rows.length, changed, skipped, isEnd: rows.length < rowsMax };
}

function cutOff(db: RegistryDb, jobId: string) {
  return db
    .selectFrom('response_command')
    .innerJoin('agent', 'agent.id', 'response_command.agent_id')
    .where('job_id', '=', jobId)
    .where('action', '=', 'isolate')
    .where('dry_run', '=', 0)
    .where('response_command.state', 'in', ['approved', 'sent', 'accepted', 'done', 'unknown', 'expired'])
    .where('agent.state', '=', 'active');
}

export async function previewRelease(db: RegistryDb, { jobId }: { jobId: string }): Promise<JobPreview> {
  const { count } = await cutOff(db, jobId)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return { total: count, changes: count, skipped: {}, sample: [], needsApproval: [] };
}

/** Lets in again what a job cut off. */
export async function releaseStep(
  trx: RegistryTransaction,
  { jobId }: { jobId: string },
  context: { job: Job; scope: AgencyScope; rowsMax: number; nowMs: number },
): Promise<StepOutcome> {
  const { job, rowsMax, nowMs } = context;
  const after = cursorSchema.parse(job.cursor) ?? '';
  const rows = await cutOff(trx, jobId)
    .select('response_command.agent_id as agentId')
    .where('response_command.agent_id', '>', after)
    .orderBy('response_command.agent_id')
    .limit(rowsMax)
    .execute();
  for (const { agentId } of rows) {
    const asked = {
      agentId,
      command: { action: 'release' as const },
      dryRun: false,
      expiresInMs: RELEASE_EXPIRES_MS,
    };
    await commandByJob(trx, asked, job, nowMs);
  }
  const last = rows.at(-1);
  return {
    cursor: last?.agentId ?? after,
    done: rows.length,
    changed: rows.length,
    isEnd: rows.length < rowsMax,
  };
}

const RELEASE_EXPIRES_MS = 7 * 86_400_000;
