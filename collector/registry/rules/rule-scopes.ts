/** Where in the tree a rule is off or differently severe: decided by people, each on record; read for the judge. */
import { ruling, type RuleControl, type RuleDecision } from '../../alert/rule-control.ts';
import { severitySchema } from '../../api/contract-vocabulary.ts';
import type { Severity } from '../../api/contract.ts';
import { type AgencyScope, DEPTH_MAX, inScope } from '../agency-scope.ts';
import { writeAudit } from '../audit.ts';
import type { Registry, RegistryDb, RegistryTransaction } from '../database.ts';
import { RefusalError } from '../refusal.ts';
import { selectHosts } from '../select-hosts.ts';
import { formerOfAgencies, formerOfHosts } from '../left-behind.ts';
import type { RuleActor } from './rule-acts.ts';
import { readRule } from './rule-rows.ts';

export type ScopeTarget = { agencyId: number } | { group: string } | { agentId: string };

export interface RuleScope {
  id: number;
  ruleId: string;
  target: 'agency' | 'group' | 'host';
  /** Name of the agency or group, name of the host. */
  name: string;
  agencyId: number | null;
  agentId: string | null;
  isOn: boolean | null;
  severity: Severity | null;
  reason: string;
  madeBy: string;
  madeMs: number;
}

/** Decisions of one rule; further ones are refused. */
const SCOPES_MAX = 2_000;

function rows(db: RegistryDb) {
  return db
    .selectFrom('rule_scope as s')
    .leftJoin('agency', 'agency.id', 's.agency_id')
    .leftJoin('agent_group', 'agent_group.id', 's.group_id')
    .leftJoin('agent', 'agent.id', 's.agent_id')
    .select([
      's.id as id',
      's.rule_id as ruleId',
      's.agency_id as ofAgency',
      's.group_id as groupId',
      's.agent_id as agentId',
      's.is_on as isOn',
      's.severity as severity',
      's.reason as reason',
      's.made_by as madeBy',
      's.made_ms as madeMs',
      'agency.name as agencyName',
      'agent_group.name as groupName',
      'agent.hostname as hostname',
      'agent.agency_id as hostAgency',
    ]);
}

type Row = Awaited<ReturnType<ReturnType<typeof rows>['executeTakeFirstOrThrow']>>;

function toScope(row: Row): RuleScope {
  const { id, ruleId, reason, madeBy, madeMs, agentId } = row;
  return {
    id,
    ruleId,
    target: row.ofAgency !== null ? 'agency' : row.groupId !== null ? 'group' : 'host',
    name: row.agencyName ?? row.groupName ?? row.hostname ?? '',
    agencyId: row.ofAgency ?? row.hostAgency,
    agentId,
    isOn: row.isOn === null ? null : row.isOn === 1,
    severity: row.severity === null ? null : severitySchema.parse(row.severity),
    reason,
    madeBy,
    madeMs,
  };
}

/** Groups reach over agencies: only who sees the whole tree sees what was decided of them. */
const isSeen = (scope: AgencyScope, { agencyId }: RuleScope): boolean =>
  agencyId === null ? scope.kind === 'all' : inScope(scope, agencyId);

export async function listScopes(db: RegistryDb, ruleId: string, scope: AgencyScope): Promise<RuleScope[]> {
  const all = await rows(db).where('s.rule_id', '=', ruleId).orderBy('s.id').execute();
  return all.map(toScope).filter((one) => isSeen(scope, one));
}

interface Columns {
  agency_id: number | null;
  group_id: number | null;
  agent_id: string | null;
}

async function columnsOf(
  trx: RegistryTransaction,
  target: ScopeTarget,
  { scope }: RuleActor,
): Promise<Columns> {
  const none: Columns = { agency_id: null, group_id: null, agent_id: null };
  if ('agentId' in target) {
    const [host] = await selectHosts(trx, { agentIds: [target.agentId] }, scope);
    return { ...none, agent_id: host?.id ?? null };
  }
  if ('agencyId' in target) {
    const row = await trx
      .selectFrom('agency')
      .select('id')
      .where('id', '=', target.agencyId)
      .executeTakeFirst();
    if (row !== undefined && inScope(scope, row.id)) return { ...none, agency_id: row.id };
    throw new RefusalError('agency-unknown', String(target.agencyId), 'there is no such agency');
  }
  const group = await trx
    .selectFrom('agent_group')
    .select('id')
    .where('name', '=', target.group)
    .executeTakeFirst();
  if (group !== undefined && scope.kind === 'all') return { ...none, group_id: group.id };
  throw new RefusalError('group-unknown', target.group, `there is no group ${target.group}`);
}

/**
 * Decides for a part of the tree; it takes the place of what was decided for the same part before.
 * @throws RefusalError rule-unknown, agency-unknown, group-unknown, agent-unknown, rule-scopes-too-many
 */
export async function setScope(
  registry: Registry,
  wanted: {
    ruleId: string;
    target: ScopeTarget;
    isOn: boolean | null;
    severity: Severity | null;
    reason: string;
  },
  by: RuleActor,
): Promise<RuleScope> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const { ruleId, isOn, severity, reason } = wanted;
    await readRule(trx, ruleId);
    const columns = await columnsOf(trx, wanted.target, by);
    const all = await trx
      .selectFrom('rule_scope')
      .select(['id', 'agency_id', 'group_id', 'agent_id'])
      .where('rule_id', '=', ruleId)
      .execute();
    const twin = all.find(
      (one) =>
        one.agency_id === columns.agency_id &&
        one.group_id === columns.group_id &&
        one.agent_id === columns.agent_id,
    );
    if (twin !== undefined) await trx.deleteFrom('rule_scope').where('id', '=', twin.id).execute();
    else if (all.length >= SCOPES_MAX) {
      const said = `rule ${ruleId} has ${String(SCOPES_MAX)} decisions already: decide for whole agencies`;
      throw new RefusalError('rule-scopes-too-many', ruleId, said);
    }
    const { id } = await trx
      .insertInto('rule_scope')
      .values({
        rule_id: ruleId,
        ...columns,
        is_on: isOn === null ? null : isOn ? 1 : 0,
        severity,
        reason,
        made_by: by.actor,
        made_ms: nowMs,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    await writeAudit(trx, nowMs, {
      actor: by.actor,
      action: 'rule.scope',
      target: `rule:${ruleId}`,
      ...(columns.agency_id === null ? {} : { agencyId: columns.agency_id }),
      detail: { ...wanted.target, isOn, severity, reason },
    });
    return toScope(await rows(trx).where('s.id', '=', id).executeTakeFirstOrThrow());
  });
}

/** @throws RefusalError rule-scope-unknown, also outside the scope */
export async function removeScope(
  registry: Registry,
  { ruleId, id }: { ruleId: string; id: number },
  by: RuleActor,
): Promise<void> {
  const nowMs = registry.now();
  await registry.db.transaction().execute(async (trx) => {
    const row = await rows(trx).where('s.id', '=', id).where('s.rule_id', '=', ruleId).executeTakeFirst();
    const found = row && toScope(row);
    if (found === undefined || !isSeen(by.scope, found))
      throw new RefusalError('rule-scope-unknown', String(id), `rule ${ruleId} has no such decision`);
    await trx.deleteFrom('rule_scope').where('id', '=', id).execute();
    const { target, name, isOn, severity, agencyId } = found;
    await writeAudit(trx, nowMs, {
      actor: by.actor,
      action: 'rule.scope-remove',
      target: `rule:${ruleId}`,
      ...(agencyId === null ? {} : { agencyId }),
      detail: { target, name, isOn, severity },
    });
  });
}

const KEYS_MAX = 500;
const OFF: ReadonlySet<string> = new Set(['draft', 'off', 'retired']);

/** What was decided of the rules of these detections, as it is in this transaction. */
export async function readRuleControl(
  trx: RegistryTransaction,
  detections: readonly { rule: { ruleId: string }; agentId: string }[],
): Promise<RuleControl> {
  const ruleIds = [...new Set(detections.map(({ rule }) => rule.ruleId))];
  const off = new Set<string>();
  const decided = new Map<string, (Columns & { isOn: boolean | null; severity: Severity | null })[]>();
  for (let at = 0; at < ruleIds.length; at += KEYS_MAX) {
    const part = ruleIds.slice(at, at + KEYS_MAX);
    const states = await trx.selectFrom('rule').select(['id', 'state']).where('id', 'in', part).execute();
    for (const { id, state } of states) if (OFF.has(state)) off.add(id);
    const scopes = await trx
      .selectFrom('rule_scope')
      .select(['rule_id', 'agency_id', 'group_id', 'agent_id', 'is_on', 'severity'])
      .where('rule_id', 'in', part)
      .execute();
    for (const { rule_id, is_on, severity, ...columns } of scopes) {
      const list = decided.get(rule_id) ?? [];
      list.push({
        ...columns,
        isOn: is_on === null ? null : is_on === 1,
        severity: severity === null ? null : severitySchema.parse(severity),
      });
      decided.set(rule_id, list);
    }
  }
  if (decided.size === 0) return (ruleId) => (off.has(ruleId) ? { isOn: false, severity: null } : undefined);
  const agencies = await trx.selectFrom('agency').select(['id', 'parent_id', 'ended_on']).execute();
  const parents = new Map(agencies.map(({ id, parent_id }) => [id, parent_id]));
  const ended = new Set(agencies.filter(({ ended_on }) => ended_on !== null).map(({ id }) => id));
  const former = await formerOf(trx, detections, [...decided.values()].flat(), ended);
  const groups = await groupsOf(trx, detections);
  return (ruleId, agentId, agencyId) => {
    if (off.has(ruleId)) return { isOn: false, severity: null };
    const list = decided.get(ruleId);
    if (list === undefined) return undefined;
    const path = [...(former.hosts.get(agentId) ?? [])];
    let above: number | null = agencyId;
    for (let depth = 0; above !== null && depth < DEPTH_MAX; depth += 1) {
      path.push(above, ...(former.agencies.get(above) ?? []));
      above = parents.get(above) ?? null;
    }
    // From above, so that the nearest of several places counts.
    const distanceOfAgency = new Map(path.map((id, at): [number, number] => [id, at + 2]).toReversed());
    const distanceOf = ({ agent_id, group_id, agency_id }: Columns): number | undefined => {
      if (agent_id !== null) return agent_id === agentId ? 0 : undefined;
      if (group_id !== null) return groups.get(agentId) === group_id ? 1 : undefined;
      return agency_id === null ? undefined : distanceOfAgency.get(agency_id);
    };
    const decisions = list.flatMap((one): RuleDecision[] => {
      const distance = distanceOf(one);
      return distance === undefined ? [] : [{ distance, isOn: one.isOn, severity: one.severity }];
    });
    return decisions.length === 0 ? undefined : ruling(decisions);
  };
}

interface Former {
  hosts: ReadonlyMap<string, readonly number[]>;
  agencies: ReadonlyMap<number, readonly number[]>;
}
const NONE: Former = { hosts: new Map(), agencies: new Map() };

/** What was decided for an agency that ended holds for what it left: asked only where there is such a decision. */
async function formerOf(
  trx: RegistryTransaction,
  detections: readonly { agentId: string }[],
  decided: readonly Columns[],
  ended: ReadonlySet<number>,
): Promise<Former> {
  if (!decided.some(({ agency_id }) => agency_id !== null && ended.has(agency_id))) return NONE;
  const agentIds = [...new Set(detections.map(({ agentId }) => agentId))];
  return { hosts: await formerOfHosts(trx, agentIds), agencies: await formerOfAgencies(trx) };
}

async function groupsOf(
  trx: RegistryTransaction,
  detections: readonly { agentId: string }[],
): Promise<ReadonlyMap<string, number | null>> {
  const agentIds = [...new Set(detections.map(({ agentId }) => agentId))];
  const groups = new Map<string, number | null>();
  for (let at = 0; at < agentIds.length; at += KEYS_MAX) {
    const part = await trx
      .selectFrom('agent')
      .select(['id', 'group_id'])
      .where('id', 'in', agentIds.slice(at, at + KEYS_MAX))
      .execute();
    for (const { id, group_id } of part) groups.set(id, group_id);
  }
  return groups;
}
