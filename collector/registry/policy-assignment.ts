/**
 * What each agent is to run, and what it says of that. Invariants: an agent's issue number only grows, past whatever it
 * has reported too, so that a control plane restored from an older copy is still believed; who has a version keeps it
 * when its rollout is halted.
 */
import { createHash } from 'node:crypto';
import { policyDigest, type PolicyReference, type PolicyReport } from '../protocol/policy.ts';
import type { AgencyScope } from './agencies.ts';
import type { Registry, RegistryDb } from './database.ts';
import { haltRollout, listRollouts, readPolicy, type Rollout } from './policies.ts';

const NO_SETTINGS = '{}';
const ISSUE_MAX = Number.MAX_SAFE_INTEGER - 1;

export interface Assignment extends PolicyReference {
  isRollback: boolean;
  document: string;
}

/** In which hundredth of the group an agent comes: the same for as long as the version is let out. */
export function rolloutPlace(agentId: string, group: string, version: number): number {
  const digest = createHash('sha256').update(`${group}\n${version}\n${agentId}`).digest();
  return digest.readUInt32BE(0) % 100;
}

/** @param has version that the agent was told to run last; undefined when none, or one of another group */
export function targetVersion(rollout: Rollout, agentId: string, has: number | undefined): number {
  const { group, version, previous, percent, canaries, state } = rollout;
  if (has === version) return version;
  if (state === 'halted') return previous;
  const isIn = canaries.includes(agentId) || rolloutPlace(agentId, group, version) < percent;
  return isIn ? version : previous;
}

interface AssignedRow {
  groupName: string;
  version: number;
  issue: number;
  sha256: string;
  isRollback: number;
}

function findRow(db: RegistryDb, agentId: string): Promise<AssignedRow | undefined> {
  return db
    .selectFrom('agent_policy')
    .select(['group_name as groupName', 'version', 'issue', 'sha256', 'is_rollback as isRollback'])
    .where('agent_id', '=', agentId)
    .executeTakeFirst();
}

/** Of the agent's group as it is now; undefined when no policy was ever wanted of it. */
async function rolloutOf(db: RegistryDb, agentId: string): Promise<Rollout | undefined> {
  const agent = await db.selectFrom('agent').select('group_id').where('id', '=', agentId).executeTakeFirst();
  const groupId = agent?.group_id ?? null;
  return groupId === null ? undefined : (await listRollouts({ db })).find((one) => one.groupId === groupId);
}

/**
 * Decides what the agent is to run, and writes it down when that is news.
 * @param reported what the agent says it runs, where it has said it
 * @returns undefined when it was never told to run anything
 */
async function assign(
  trx: RegistryDb,
  agentId: string,
  atMs: number,
  reported: PolicyReport | undefined,
): Promise<Assignment | undefined> {
  const [row, rollout] = await Promise.all([findRow(trx, agentId), rolloutOf(trx, agentId)]);
  const has = row !== undefined && row.groupName === rollout?.group ? row.version : undefined;
  const wanted = rollout === undefined ? 0 : targetVersion(rollout, agentId, has);
  const group = rollout === undefined || wanted === 0 ? '' : rollout.group;
  const runs = reported?.running;
  if (row === undefined && wanted === 0 && runs === undefined) return undefined;
  const document = wanted === 0 ? NO_SETTINGS : (await readPolicy({ db: trx }, group, wanted)).document;
  const sha256 = policyDigest(document);
  const heard = Math.max(
    runs?.issue ?? 0,
    reported?.state === 'rolled-back' ? (reported.tried?.issue ?? 0) : 0,
  );
  const isSame = row?.groupName === group && row.version === wanted && heard <= row.issue;
  if (row !== undefined && isSame) {
    return { group, version: wanted, issue: row.issue, sha256, isRollback: row.isRollback === 1, document };
  }
  const issue = Math.min(ISSUE_MAX, Math.max((row?.issue ?? 0) + 1, heard + 1, atMs));
  const before = runs === undefined ? { group: row?.groupName, version: row?.version ?? 0 } : runs;
  const isRollback = before.group === group && wanted < before.version;
  const columns = {
    group_name: group,
    version: wanted,
    issue,
    sha256,
    is_rollback: isRollback ? 1 : 0,
    assigned_ms: atMs,
  };
  await trx
    .insertInto('agent_policy')
    .values({ agent_id: agentId, ...columns })
    .onConflict((conflict) => conflict.column('agent_id').doUpdateSet(columns))
    .execute();
  return { group, version: wanted, issue, sha256, isRollback, document };
}

/** What the agent is to run now. */
export function assignPolicy(registry: Registry, agentId: string): Promise<Assignment | undefined> {
  const atMs = registry.now();
  return registry.db.transaction().execute((trx) => assign(trx, agentId, atMs, undefined));
}

export interface Heard {
  assignment: Assignment | undefined;
  /** The report made the rollout stop. */
  halted: Rollout | undefined;
}

/** What an agent says, as columns. */
function reportColumns({ running, tried, state, code, message }: PolicyReport) {
  return {
    reported: state,
    reported_group: running?.group ?? null,
    reported_version: running?.version ?? null,
    reported_issue: running?.issue ?? null,
    tried_version: tried?.version ?? null,
    tried_issue: tried?.issue ?? null,
    code: code ?? null,
    message: message ?? null,
  };
}

/** Whether it was said before word for word, of what the agent is still to run: thousands come back at once and say so. */
async function isOldNews(db: RegistryDb, agentId: string, report: PolicyReport): Promise<boolean> {
  const [row, rollout] = await Promise.all([
    db
      .selectFrom('agent_policy')
      .select(['group_name', 'version', 'issue', 'reported', 'reported_group', 'reported_version'])
      .select(['reported_issue', 'tried_version', 'tried_issue', 'code', 'message'])
      .where('agent_id', '=', agentId)
      .executeTakeFirst(),
    rolloutOf(db, agentId),
  ]);
  if (row === undefined) return rollout === undefined && report.running === undefined;
  const has = row.group_name === rollout?.group ? row.version : undefined;
  const wanted = rollout === undefined ? 0 : targetVersion(rollout, agentId, has);
  const { group_name: group, version, issue, ...said } = row;
  const isAnswered = issue === said.reported_issue || issue === said.tried_issue;
  const isTarget = wanted === version && (wanted === 0 || group === rollout?.group);
  const now = reportColumns(report);
  return (
    isTarget &&
    isAnswered &&
    said.reported === now.reported &&
    said.reported_group === now.reported_group &&
    said.reported_version === now.reported_version &&
    said.reported_issue === now.reported_issue &&
    said.tried_version === now.tried_version &&
    said.tried_issue === now.tried_issue &&
    said.code === now.code &&
    said.message === now.message
  );
}

const NOTHING_NEW: Heard = { assignment: undefined, halted: undefined };

/** Writes down what an agent says it runs. Without an assignment there is nothing to tell it. */
export async function noteReport(registry: Registry, agentId: string, report: PolicyReport): Promise<Heard> {
  if (await isOldNews(registry.db, agentId, report)) return NOTHING_NEW;
  const atMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const assignment = await assign(trx, agentId, atMs, report);
    if (assignment === undefined) return NOTHING_NEW;
    const columns = { ...reportColumns(report), reported_ms: atMs };
    await trx.updateTable('agent_policy').set(columns).where('agent_id', '=', agentId).execute();
    const { state, tried } = report;
    const failed = (state === 'refused' || state === 'rolled-back') && tried?.issue === assignment.issue;
    return { assignment, halted: failed ? await judgeRollout(trx, agentId, atMs) : undefined };
  });
}

/** Halts the rollout when too many of those it reached failed. */
async function judgeRollout(trx: RegistryDb, agentId: string, atMs: number): Promise<Rollout | undefined> {
  const rollout = await rolloutOf(trx, agentId);
  if (rollout === undefined || rollout.state === 'halted' || rollout.version === 0) return undefined;
  const { applied, failed } = await countOutcomes(trx, rollout);
  const percent = Math.round((failed * 100) / Math.max(1, applied + failed));
  if (percent <= rollout.failedPercentMax) return undefined;
  const reason = `${failed} of ${applied + failed} hosts refused it or took it back`;
  return (await haltRollout(trx, rollout, reason, atMs))
    ? { ...rollout, state: 'halted', reason }
    : undefined;
}

async function countOutcomes(
  db: RegistryDb,
  { group, version }: Pick<Rollout, 'group' | 'version'>,
): Promise<{ applied: number; failed: number; waiting: number }> {
  const rows = await db
    .selectFrom('agent_policy')
    .select(['issue', 'reported', 'reported_issue as reportedIssue', 'tried_issue as triedIssue'])
    .where('group_name', '=', group)
    .where('version', '=', version)
    .execute();
  const count = { applied: 0, failed: 0, waiting: 0 };
  for (const row of rows) count[outcomeOf(row)] += 1;
  return count;
}

type Outcome = 'applied' | 'failed' | 'waiting';

function outcomeOf(row: {
  issue: number;
  reported: PolicyReport['state'] | null;
  reportedIssue: number | null;
  triedIssue: number | null;
}): Outcome {
  const { issue, reported, reportedIssue, triedIssue } = row;
  if (reported === 'applied' && reportedIssue === issue) return 'applied';
  const isFailure = reported === 'refused' || reported === 'rolled-back';
  return isFailure && triedIssue === issue ? 'failed' : 'waiting';
}

export interface PolicyStatus {
  agentId: string;
  hostname: string;
  agencyId: number;
  group: string | null;
  /** What it is to run; null: nothing was ever said. */
  wanted: number | null;
  /** What it says it runs; null: its own settings. */
  running: number | null;
  outcome: Outcome | 'own-settings';
  code: string | null;
  message: string | null;
  reportedMs: number | null;
}

/** Of active agents, by group and host name. */
export async function policyStatus(
  { db }: { db: RegistryDb },
  scope: AgencyScope,
  group?: string,
): Promise<PolicyStatus[]> {
  let select = db
    .selectFrom('agent')
    .leftJoin('agent_group', 'agent_group.id', 'agent.group_id')
    .leftJoin('agent_policy', 'agent_policy.agent_id', 'agent.id')
    .select([
      'agent.id as agentId',
      'agent.hostname as hostname',
      'agent.agency_id as agencyId',
      'agent_group.name as group',
      'agent_policy.version as wanted',
      'agent_policy.issue as issue',
      'agent_policy.reported as reported',
      'agent_policy.reported_version as running',
      'agent_policy.reported_issue as reportedIssue',
      'agent_policy.tried_issue as triedIssue',
      'agent_policy.code as code',
      'agent_policy.message as message',
      'agent_policy.reported_ms as reportedMs',
    ])
    .where('agent.state', '=', 'active')
    .orderBy('agent_group.name')
    .orderBy('agent.hostname')
    .orderBy('agent.id');
  if (scope.kind === 'some') select = select.where('agent.agency_id', 'in', scope.agencyIds);
  if (group !== undefined) select = select.where('agent_group.name', '=', group);
  const rows = await select.execute();
  return rows.map(({ issue, reported, reportedIssue, triedIssue, ...row }) => ({
    ...row,
    outcome: issue === null ? 'own-settings' : outcomeOf({ issue, reported, reportedIssue, triedIssue }),
  }));
}

/** Agents of these groups whose wanted version is not the one they were told. */
export async function staleAgents(
  { db }: { db: RegistryDb },
  groupIds: readonly number[],
): Promise<string[]> {
  if (groupIds.length === 0) return [];
  const rollouts = new Map((await listRollouts({ db })).map((rollout) => [rollout.groupId, rollout]));
  const rows = await db
    .selectFrom('agent')
    .leftJoin('agent_policy', 'agent_policy.agent_id', 'agent.id')
    .select([
      'agent.id as id',
      'agent.group_id as groupId',
      'agent_policy.version as version',
      'group_name as name',
    ])
    .where('agent.group_id', 'in', groupIds)
    .where('agent.state', '=', 'active')
    .execute();
  return rows.flatMap(({ id, groupId, version, name }) => {
    const rollout = groupId === null ? undefined : rollouts.get(groupId);
    if (rollout === undefined) return [];
    const has = name === rollout.group ? (version ?? undefined) : undefined;
    return targetVersion(rollout, id, has) === (version ?? 0) ? [] : [id];
  });
}
