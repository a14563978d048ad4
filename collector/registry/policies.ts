/**
 * Policies of agent groups: versions, which are only ever added, and how far the wanted one is let out. Each act is one
 * transaction with its row of the audit trail; who runs tells the agents.
 */
import { policyDigest } from '../protocol/policy.ts';
import { checkPolicyText, describePolicyFault } from '../protocol/policy-settings.ts';
import { writeAudit } from './audit.ts';
import type { Registry, RegistryDb } from './database.ts';
import { RefusalError } from './refusal.ts';
import type { RolloutState } from './tables/policy.ts';

const COMMENT_CHARS_MAX = 1_000;

export interface PolicyVersion {
  group: string;
  version: number;
  sha256: string;
  comment: string;
  author: string;
  createdMs: number;
}

export interface Rollout {
  groupId: number;
  group: string;
  /** 0: none. */
  version: number;
  previous: number;
  percent: number;
  canaries: readonly string[];
  failedPercentMax: number;
  state: RolloutState;
  reason: string;
  changedMs: number;
  changedBy: string;
}

/** How far a version is let out at first. */
export interface RolloutWanted {
  /** Of the group's hosts, chosen by their ids. */
  percent?: number | undefined;
  /** Ids of agents that get it whatever the percentage. */
  canaries?: readonly string[] | undefined;
  /** Halts by itself when more than so many percent of those it reached refuse it or take it back. */
  failedPercentMax?: number | undefined;
}

export const FAILED_PERCENT_MAX = 10;

/** @throws RefusalError group-unknown */
async function groupIdOf(db: RegistryDb, name: string): Promise<number> {
  const row = await db.selectFrom('agent_group').select('id').where('name', '=', name).executeTakeFirst();
  if (row !== undefined) return row.id;
  throw new RefusalError('group-unknown', name, `there is no agent group "${name}"; join tokens make them`);
}

/** The text as it is kept and signed. @throws RefusalError policy-invalid */
export function canonicalPolicy(text: string): string {
  const checked = checkPolicyText(text);
  if ('document' in checked) return JSON.stringify(checked.document);
  const { fault } = checked;
  throw new RefusalError('policy-invalid', fault.kind, describePolicyFault(fault));
}

function unknownVersion(group: string, version: number): RefusalError {
  return new RefusalError(
    'policy-unknown',
    `${group}/${version}`,
    `group "${group}" has no policy version ${version}; "vonggac policy list" shows them`,
  );
}

/** Newest first, of one group or of all. */
export async function listPolicies({ db }: { db: RegistryDb }, group?: string): Promise<PolicyVersion[]> {
  let select = db
    .selectFrom('policy_version')
    .innerJoin('agent_group', 'agent_group.id', 'policy_version.group_id')
    .select([
      'agent_group.name as group',
      'policy_version.version as version',
      'policy_version.sha256 as sha256',
      'policy_version.comment as comment',
      'policy_version.author as author',
      'policy_version.created_ms as createdMs',
    ])
    .orderBy('agent_group.name')
    .orderBy('policy_version.version', 'desc');
  if (group !== undefined) select = select.where('agent_group.name', '=', group);
  return select.execute();
}

/** @returns the document's text; that of version 0 is empty settings. @throws RefusalError policy-unknown, group-unknown */
export async function readPolicy(
  { db }: { db: RegistryDb },
  group: string,
  version: number,
): Promise<PolicyVersion & { document: string }> {
  const groupId = await groupIdOf(db, group);
  const row = await db
    .selectFrom('policy_version')
    .select(['document', 'version', 'sha256', 'comment', 'author', 'created_ms as createdMs'])
    .where('group_id', '=', groupId)
    .where('version', '=', version)
    .executeTakeFirst();
  if (row === undefined) throw unknownVersion(group, version);
  return { group, ...row };
}

export async function listRollouts({ db }: { db: RegistryDb }): Promise<Rollout[]> {
  const rows = await db
    .selectFrom('policy_rollout')
    .innerJoin('agent_group', 'agent_group.id', 'policy_rollout.group_id')
    .select([
      'policy_rollout.group_id as groupId',
      'agent_group.name as group',
      'policy_rollout.version as version',
      'policy_rollout.previous as previous',
      'policy_rollout.percent as percent',
      'policy_rollout.canaries as canaries',
      'policy_rollout.failed_percent_max as failedPercentMax',
      'policy_rollout.state as state',
      'policy_rollout.reason as reason',
      'policy_rollout.changed_ms as changedMs',
      'policy_rollout.changed_by as changedBy',
    ])
    .orderBy('agent_group.name')
    .execute();
  return rows.map((row) => ({ ...row, canaries: JSON.parse(row.canaries) as string[] }));
}

async function findRollout(db: RegistryDb, group: string): Promise<Rollout | undefined> {
  return (await listRollouts({ db })).find((rollout) => rollout.group === group);
}

async function putRollout(
  db: RegistryDb,
  groupId: number,
  rollout: Omit<Rollout, 'groupId' | 'group'>,
): Promise<void> {
  const row = {
    version: rollout.version,
    previous: rollout.previous,
    percent: rollout.percent,
    canaries: JSON.stringify(rollout.canaries),
    failed_percent_max: rollout.failedPercentMax,
    state: rollout.state,
    reason: rollout.reason,
    changed_ms: rollout.changedMs,
    changed_by: rollout.changedBy,
  };
  await db
    .insertInto('policy_rollout')
    .values({ group_id: groupId, ...row })
    .onConflict((conflict) => conflict.column('group_id').doUpdateSet(row))
    .execute();
}

/**
 * A new version, let out as far as wanted: to all of the group unless said otherwise.
 * @throws RefusalError group-unknown, policy-invalid, version-conflict
 */
export async function setPolicy(
  registry: Registry,
  wanted: {
    group: string;
    text: string;
    comment?: string | undefined;
    /** Newest version that it was written on; undefined: whatever stands. */
    after?: number | undefined;
  } & RolloutWanted,
  actor: string,
): Promise<{ policy: PolicyVersion; rollout: Rollout }> {
  const { group, percent, canaries = [], failedPercentMax = FAILED_PERCENT_MAX } = wanted;
  const document = canonicalPolicy(wanted.text);
  const comment = (wanted.comment ?? '').slice(0, COMMENT_CHARS_MAX);
  const atMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const groupId = await groupIdOf(trx, group);
    await requireCanaries(trx, groupId, canaries);
    const { newest } = await trx
      .selectFrom('policy_version')
      .select((eb) => eb.fn.coalesce(eb.fn.max('version'), eb.lit(0)).as('newest'))
      .where('group_id', '=', groupId)
      .executeTakeFirstOrThrow();
    if (wanted.after !== undefined && wanted.after !== newest)
      throw new RefusalError(
        'version-conflict',
        group,
        `somebody set version ${newest} of ${group} meanwhile`,
      );
    const version = newest + 1;
    const sha256 = policyDigest(document);
    await trx
      .insertInto('policy_version')
      .values({ group_id: groupId, version, document, sha256, comment, author: actor, created_ms: atMs })
      .execute();
    const before = await findRollout(trx, group);
    const rollout = {
      version,
      // What was halted is not what the others go back to.
      previous: before === undefined ? 0 : isWhole(before) ? before.version : before.previous,
      percent: percent ?? (canaries.length > 0 ? 0 : 100),
      canaries,
      failedPercentMax,
      state: 'running' as const,
      reason: '',
      changedMs: atMs,
      changedBy: actor,
    };
    await putRollout(trx, groupId, rollout);
    const detail = { version, sha256, comment, percent: rollout.percent, canaries, failedPercentMax };
    await writeAudit(trx, atMs, { actor, action: 'policy.set', target: `group:${group}`, detail });
    const policy = { group, version, sha256, comment, author: actor, createdMs: atMs };
    return { policy, rollout: { groupId, group, ...rollout } };
  });
}

const isWhole = ({ state, percent }: Rollout): boolean => state === 'running' && percent === 100;

/** @throws RefusalError agent-unknown for one that is not of the group */
async function requireCanaries(db: RegistryDb, groupId: number, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const row = await db
      .selectFrom('agent')
      .select('id')
      .where('id', '=', id)
      .where('group_id', '=', groupId)
      .executeTakeFirst();
    if (row === undefined) throw new RefusalError('agent-unknown', id, `agent ${id} is not of this group`);
  }
}

function nothingOut(group: string): RefusalError {
  return new RefusalError(
    'policy-unknown',
    group,
    `group "${group}" has no policy; "vonggac policy set" makes one`,
  );
}

/** Lets the wanted version out further, after a halt too. @throws RefusalError group-unknown, policy-unknown, agent-unknown */
export async function widenRollout(
  registry: Registry,
  group: string,
  wanted: RolloutWanted,
  actor: string,
): Promise<Rollout> {
  const atMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const groupId = await groupIdOf(trx, group);
    const before = await findRollout(trx, group);
    if (before === undefined) throw nothingOut(group);
    await requireCanaries(trx, groupId, wanted.canaries ?? []);
    const { groupId: _, group: __, ...kept } = before;
    const rollout = {
      ...kept,
      percent: wanted.percent ?? before.percent,
      canaries: wanted.canaries ?? before.canaries,
      failedPercentMax: wanted.failedPercentMax ?? before.failedPercentMax,
      state: 'running' as const,
      reason: '',
      changedMs: atMs,
      changedBy: actor,
    };
    await putRollout(trx, groupId, rollout);
    const { version, percent, canaries, failedPercentMax } = rollout;
    const detail = { version, percent, canaries, failedPercentMax };
    await writeAudit(trx, atMs, { actor, action: 'policy.roll-out', target: `group:${group}`, detail });
    return { groupId, group, ...rollout };
  });
}

/**
 * The group runs an older version again, all of it at once.
 * @param to 0: no policy at all; left out, what ran before the wanted one
 * @throws RefusalError group-unknown, policy-unknown
 */
export async function rollBackPolicy(
  registry: Registry,
  group: string,
  to: number | undefined,
  actor: string,
): Promise<Rollout> {
  const atMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const groupId = await groupIdOf(trx, group);
    const before = await findRollout(trx, group);
    if (before === undefined) throw nothingOut(group);
    const version = to ?? before.previous;
    if (version !== 0) await readPolicy({ db: trx }, group, version);
    const rollout = {
      version,
      previous: version,
      percent: 100,
      canaries: [],
      failedPercentMax: before.failedPercentMax,
      state: 'running' as const,
      reason: `rolled back from ${before.version}`,
      changedMs: atMs,
      changedBy: actor,
    };
    await putRollout(trx, groupId, rollout);
    const detail = { from: before.version, to: version };
    await writeAudit(trx, atMs, { actor, action: 'policy.rollback', target: `group:${group}`, detail });
    return { groupId, group, ...rollout };
  });
}

/** Nobody else gets the version. @returns whether it was not halted before */
export async function haltRollout(
  db: RegistryDb,
  { groupId, group, version }: Rollout,
  reason: string,
  atMs: number,
): Promise<boolean> {
  const row = await db
    .updateTable('policy_rollout')
    .set({ state: 'halted', reason, changed_ms: atMs, changed_by: 'system' })
    .where('group_id', '=', groupId)
    .where('version', '=', version)
    .where('state', '=', 'running')
    .returning('group_id')
    .executeTakeFirst();
  if (row === undefined) return false;
  const detail = { version, reason };
  await writeAudit(db, atMs, { actor: 'system', action: 'policy.halt', target: `group:${group}`, detail });
  return true;
}
