/**
 * Baselines of watched files that people approved: of a host, at a digest that it told. Invariants: the newest that is not
 * withdrawn stands; each act is one transaction with its audit row; of a host the newest are kept.
 */
import { type AgencyScope, inScope } from './agencies.ts';
import { unknownAgent } from './agents.ts';
import { writeAudit } from './audit.ts';
import type { Registry, RegistryDb } from './database.ts';
import { RefusalError } from './refusal.ts';

export const APPROVALS_KEPT_MAX = 50;

export interface BaselineApproval {
  id: string;
  agentId: string;
  digest: string;
  paths: number;
  /** When the host told the digest. */
  toldMs: number;
  note: string;
  approvedBy: string;
  approvedMs: number;
  withdrawnBy: string | null;
  withdrawnMs: number | null;
}

interface By {
  actor: string;
  scope: AgencyScope;
}

/** What the host told last. */
export interface BaselineSeen {
  digest: string;
  paths: number;
  toldMs: number;
  isTampered: boolean;
}

const approvals = (db: RegistryDb) =>
  db
    .selectFrom('baseline_approval')
    .select([
      'baseline_approval.id as id',
      'baseline_approval.agent_id as agentId',
      'baseline_approval.digest as digest',
      'baseline_approval.paths as paths',
      'baseline_approval.told_ms as toldMs',
      'baseline_approval.note as note',
      'baseline_approval.approved_by as approvedBy',
      'baseline_approval.approved_ms as approvedMs',
      'baseline_approval.withdrawn_by as withdrawnBy',
      'baseline_approval.withdrawn_ms as withdrawnMs',
    ])
    .orderBy('baseline_approval.approved_ms', 'desc')
    .orderBy('baseline_approval.id', 'desc');

/** @throws RefusalError agent-unknown, also outside the scope */
async function requireHost(db: RegistryDb, agentId: string, scope: AgencyScope) {
  const agent = await db
    .selectFrom('agent')
    .select(['hostname', 'agency_id as agencyId'])
    .where('id', '=', agentId)
    .executeTakeFirst();
  if (agent === undefined || !inScope(scope, agent.agencyId)) throw unknownAgent(agentId);
  return agent;
}

/**
 * @param wanted.digest the one that the person saw
 * @param told what the host told last; undefined: nothing
 * @throws RefusalError agent-unknown, baseline-unknown, baseline-tampered, baseline-changed
 */
export async function approveBaseline(
  registry: Registry,
  wanted: { agentId: string; digest: string; note: string },
  told: BaselineSeen | undefined,
  by: By,
): Promise<BaselineApproval> {
  const { agentId, digest, note } = wanted;
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const agent = await requireHost(trx, agentId, by.scope);
    const seen = requireSame(told, { hostname: agent.hostname, digest });
    const row: BaselineApproval = {
      id: registry.random(16).toString('hex'),
      agentId,
      digest,
      paths: seen.paths,
      toldMs: seen.toldMs,
      note,
      approvedBy: by.actor,
      approvedMs: await nextMs(trx, agentId, nowMs),
      withdrawnBy: null,
      withdrawnMs: null,
    };
    await trx
      .insertInto('baseline_approval')
      .values({
        id: row.id,
        agent_id: agentId,
        digest,
        paths: row.paths,
        told_ms: row.toldMs,
        note,
        approved_by: row.approvedBy,
        approved_ms: row.approvedMs,
        withdrawn_by: null,
        withdrawn_ms: null,
      })
      .execute();
    const old = await approvals(trx)
      .where('agent_id', '=', agentId)
      .offset(APPROVALS_KEPT_MAX)
      .limit(APPROVALS_KEPT_MAX)
      .execute();
    if (old.length > 0) {
      const ids = old.map(({ id }) => id);
      await trx.deleteFrom('baseline_approval').where('id', 'in', ids).execute();
    }
    await writeAudit(trx, nowMs, {
      actor: by.actor,
      action: 'baseline.approve',
      target: `agent:${agentId}`,
      agencyId: agent.agencyId,
      detail: { hostname: agent.hostname, digest, paths: row.paths, note },
    });
    return row;
  });
}

/** Of two within a millisecond the later stands, too. */
async function nextMs(db: RegistryDb, agentId: string, nowMs: number): Promise<number> {
  const last = await approvals(db).where('agent_id', '=', agentId).limit(1).executeTakeFirst();
  return Math.max(nowMs, (last?.approvedMs ?? 0) + 1);
}

function requireSame(
  told: BaselineSeen | undefined,
  { hostname, digest }: { hostname: string; digest: string },
): BaselineSeen {
  if (told === undefined || told.digest === '') {
    throw new RefusalError(
      'baseline-unknown',
      hostname,
      `${hostname} has told no digest of a baseline: it does so after its next full scan ("vonggac-agent integrity scan" on the host)`,
    );
  }
  if (told.isTampered) {
    throw new RefusalError(
      'baseline-tampered',
      hostname,
      `the baseline of ${hostname} was tampered with: look at the host, then run "vonggac-agent integrity baseline accept --yes" there`,
    );
  }
  if (told.digest !== digest) {
    throw new RefusalError(
      'baseline-changed',
      hostname,
      `${hostname} told another digest since, ${told.digest}: look again before you approve`,
    );
  }
  return told;
}

/**
 * Takes an approval back: the one before it stands again, if any does.
 * @throws RefusalError agent-unknown, baseline-approval-unknown, also when it was withdrawn already
 */
export async function withdrawBaselineApproval(
  registry: Registry,
  of: { agentId: string; id: string },
  by: By,
): Promise<void> {
  const nowMs = registry.now();
  await registry.db.transaction().execute(async (trx) => {
    const agent = await requireHost(trx, of.agentId, by.scope);
    const approval = await approvals(trx)
      .where('agent_id', '=', of.agentId)
      .where('id', '=', of.id)
      .where('withdrawn_ms', 'is', null)
      .executeTakeFirst();
    if (approval === undefined) {
      throw new RefusalError('baseline-approval-unknown', of.id, `there is no approval ${of.id} that stands`);
    }
    await trx
      .updateTable('baseline_approval')
      .set({ withdrawn_by: by.actor, withdrawn_ms: nowMs })
      .where('id', '=', of.id)
      .execute();
    await writeAudit(trx, nowMs, {
      actor: by.actor,
      action: 'baseline.withdraw',
      target: `agent:${of.agentId}`,
      agencyId: agent.agencyId,
      detail: { hostname: agent.hostname, digest: approval.digest, approvedBy: approval.approvedBy },
    });
  });
}

/** Of one host, newest first. @throws RefusalError agent-unknown, also outside the scope */
export async function listBaselineApprovals(
  db: RegistryDb,
  agentId: string,
  scope: AgencyScope,
): Promise<BaselineApproval[]> {
  await requireHost(db, agentId, scope);
  return approvals(db).where('agent_id', '=', agentId).limit(APPROVALS_KEPT_MAX).execute();
}

export interface BaselineHost {
  id: string;
  hostname: string;
  /** Undefined: none stands. */
  approval: BaselineApproval | undefined;
}

/** Hosts that report, of the scope, each with the approval that stands; by name. */
export async function readBaselineHosts(db: RegistryDb, scope: AgencyScope): Promise<BaselineHost[]> {
  let agents = db
    .selectFrom('agent')
    .select(['agent.id', 'agent.hostname'])
    .where('agent.state', '=', 'active')
    .orderBy('agent.hostname')
    .orderBy('agent.id');
  let standing = approvals(db)
    .innerJoin('agent', 'agent.id', 'baseline_approval.agent_id')
    .where('agent.state', '=', 'active')
    .where('withdrawn_ms', 'is', null)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('baseline_approval as later')
            .select('later.id')
            .whereRef('later.agent_id', '=', 'baseline_approval.agent_id')
            .whereRef('later.approved_ms', '>', 'baseline_approval.approved_ms')
            .where('later.withdrawn_ms', 'is', null),
        ),
      ),
    );
  if (scope.kind === 'some') {
    agents = agents.where('agent.agency_id', 'in', scope.agencyIds);
    standing = standing.where('agent.agency_id', 'in', scope.agencyIds);
  }
  const byAgent = new Map((await standing.execute()).map((one) => [one.agentId, one]));
  return (await agents.execute()).map((agent) => ({ ...agent, approval: byAgent.get(agent.id) }));
}
