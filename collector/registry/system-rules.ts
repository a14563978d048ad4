/**
 * Systems that have hosts by what they are. Rules are looked at again whenever hosts may have changed: who matches comes
 * in, who no longer does leaves, and both stay on record. What a person assigned or took out, rules leave alone.
 * A rule reaches the hosts that its maker saw, not further.
 */
import { z } from 'zod';
import { type ConditionFound, HostMatcher, type HostRule, hostRuleSchema } from '../agency/host-rule.ts';
import { type AgencyScope, inScope } from './agencies.ts';
import { writeAudit } from './audit.ts';
import type { Registry, RegistryDb } from './database.ts';
import { RefusalError } from './refusal.ts';
import { readIsBelow, readRuledHosts } from './ruled-hosts.ts';
import { auditHosts } from './system-members.ts';
import { readSystem } from './systems.ts';

const RULES_PER_SYSTEM_MAX = 50;
/** Between so many memberships the process does its other work. */
const CHANGES_AT_ONCE = 500;
const MATCHED_AT_ONCE = 2_000;
const SAMPLE_MAX = 20;

const storedSchema = z.strictObject({
  /** Agency whose hosts, with those below, the rule may reach; null: all. */
  within: z.int().nullable(),
  rule: hostRuleSchema,
});

export interface SystemRule {
  id: number;
  systemId: number;
  rule: HostRule;
  within: number | null;
  note: string;
  createdMs: number;
  createdBy: string;
}

export interface RuleAct {
  actor: string;
  scope: AgencyScope;
  /** Agency of the person, whose hosts the rule may reach; left out: all. */
  agencyId?: number | undefined;
}

async function ruleRows(db: RegistryDb, systemId?: number): Promise<SystemRule[]> {
  let select = db
    .selectFrom('system_rule')
    .select(['id', 'system_id as systemId', 'rule', 'note'])
    .select(['created_ms as createdMs', 'created_by as createdBy'])
    .orderBy('id');
  if (systemId !== undefined) select = select.where('system_id', '=', systemId);
  return (await select.execute()).map((row) => ({ ...row, ...storedSchema.parse(JSON.parse(row.rule)) }));
}

/** @throws RefusalError system-unknown */
export async function listSystemRules(
  db: RegistryDb,
  systemId: number,
  scope: AgencyScope,
): Promise<SystemRule[]> {
  await readSystem(db, systemId, scope);
  return ruleRows(db, systemId);
}

function matcherOf(
  { rule, within }: Pick<SystemRule, 'rule' | 'within'>,
  isBelow: (agencyId: number, ancestorId: number) => boolean,
): (host: Parameters<HostMatcher['matches']>[0]) => boolean {
  const matcher = new HostMatcher(rule, isBelow);
  return (host) => (within === null || isBelow(host.agencyId, within)) && matcher.matches(host);
}

/** Which hosts of the scope a rule means now. */
export async function previewRule(
  db: RegistryDb,
  rule: HostRule,
  scope: AgencyScope,
): Promise<{ count: number; sample: { agentId: string; hostname: string }[] }> {
  const matcher = new HostMatcher(rule, await readIsBelow(db));
  const found = (await readRuledHosts(db)).filter(
    (host) => inScope(scope, host.agencyId) && matcher.matches(host),
  );
  const sample = found.slice(0, SAMPLE_MAX).map(({ id, hostname }) => ({ agentId: id, hostname }));
  return { count: found.length, sample };
}

/** @throws RefusalError system-unknown, agency-unknown, change-conflict (too many rules) */
export async function addSystemRule(
  registry: Registry,
  systemId: number,
  wanted: { rule: HostRule; note: string },
  { actor, scope, agencyId }: RuleAct,
): Promise<SystemRule> {
  const nowMs = registry.now();
  const added = await registry.db.transaction().execute(async (trx) => {
    await readSystem(trx, systemId, scope);
    for (const id of wanted.rule.agencyIds ?? []) {
      if (!inScope(scope, id))
        throw new RefusalError('agency-unknown', String(id), `there is no agency ${id}`);
    }
    if ((await ruleRows(trx, systemId)).length >= RULES_PER_SYSTEM_MAX) {
      const said = `system ${systemId} has ${RULES_PER_SYSTEM_MAX} rules already: one rule may list many values`;
      throw new RefusalError('change-conflict', String(systemId), said);
    }
    const within = scope.kind === 'all' ? null : (agencyId ?? null);
    const stored = JSON.stringify({ within, rule: wanted.rule });
    const { id } = await trx
      .insertInto('system_rule')
      .values({ system_id: systemId, rule: stored, note: wanted.note, created_ms: nowMs, created_by: actor })
      .returning('id')
      .executeTakeFirstOrThrow();
    const detail = { ruleId: id, rule: wanted.rule, within };
    await writeAudit(trx, nowMs, { actor, action: 'system-rule.add', target: `system:${systemId}`, detail });
    return { id, systemId, rule: wanted.rule, within, note: wanted.note, createdMs: nowMs, createdBy: actor };
  });
  await applySystemRules(registry);
  return added;
}

/** Hosts that only this rule put there leave. @throws RefusalError system-unknown, rule-unknown */
export async function removeSystemRule(
  registry: Registry,
  systemId: number,
  ruleId: number,
  { actor, scope }: RuleAct,
): Promise<void> {
  await registry.db.transaction().execute(async (trx) => {
    await readSystem(trx, systemId, scope);
    const row = await trx
      .deleteFrom('system_rule')
      .where('id', '=', ruleId)
      .where('system_id', '=', systemId)
      .returning('rule')
      .executeTakeFirst();
    if (row === undefined) {
      throw new RefusalError('rule-unknown', String(ruleId), `system ${systemId} has no rule ${ruleId}`);
    }
    const detail = { ruleId, rule: storedSchema.parse(JSON.parse(row.rule)).rule };
    await writeAudit(trx, registry.now(), {
      actor,
      action: 'system-rule.remove',
      target: `system:${systemId}`,
      detail,
    });
  });
  await applySystemRules(registry);
}

interface Difference {
  systemId: number;
  agentId: string;
  /** The rule that wants it there; null: none does. */
  ruleId: number | null;
  open: { id: number; fromMs: number } | undefined;
}

async function differences(db: RegistryDb): Promise<Difference[]> {
  const rules = await ruleRows(db);
  const open = await db
    .selectFrom('host_system')
    .select(['id', 'agent_id', 'system_id', 'rule_id', 'valid_from_ms'])
    .where('valid_to_ms', 'is', null)
    .execute();
  if (rules.length === 0 && open.every(({ rule_id }) => rule_id === null)) return [];
  const isBelow = await readIsBelow(db);
  const hosts = rules.length === 0 ? [] : await readRuledHosts(db);
  const excluded = new Set(
    (await db.selectFrom('system_exclusion').select(['system_id', 'agent_id']).execute()).map(
      ({ system_id, agent_id }) => `${system_id} ${agent_id}`,
    ),
  );
  const matchers = rules.map((rule) => ({ ...rule, matches: matcherOf(rule, isBelow) }));
  const wanted = new Map<string, number>();
  for (const [place, host] of hosts.entries()) {
    if (place % MATCHED_AT_ONCE === MATCHED_AT_ONCE - 1) await new Promise(setImmediate);
    for (const { id, systemId, matches } of matchers) {
      const key = `${systemId} ${host.id}`;
      if (!wanted.has(key) && !excluded.has(key) && matches(host)) wanted.set(key, id);
    }
  }
  const found: Difference[] = [];
  const there = new Set<string>();
  for (const row of open) {
    const key = `${row.system_id} ${row.agent_id}`;
    there.add(key);
    const ruleId = wanted.get(key) ?? null;
    if (row.rule_id === null || row.rule_id === ruleId) continue;
    const place = { id: row.id, fromMs: row.valid_from_ms };
    found.push({ systemId: row.system_id, agentId: row.agent_id, ruleId, open: place });
  }
  for (const [key, ruleId] of wanted) {
    if (there.has(key)) continue;
    const [systemId = '', agentId = ''] = key.split(' ');
    found.push({ systemId: Number(systemId), agentId, ruleId, open: undefined });
  }
  return found;
}

async function applyDifference(trx: RegistryDb, one: Difference, nowMs: number): Promise<boolean> {
  const { systemId, agentId, ruleId, open } = one;
  if (open !== undefined) {
    const change = ruleId === null ? { valid_to_ms: Math.max(nowMs, open.fromMs + 1) } : { rule_id: ruleId };
    const { numUpdatedRows } = await trx
      .updateTable('host_system')
      .set(change)
      .where('id', '=', open.id)
      .where('rule_id', 'is not', null)
      .where('valid_to_ms', 'is', null)
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }
  const rows = await trx
    .selectFrom('host_system')
    .select(['system_id', 'valid_to_ms'])
    .where('agent_id', '=', agentId)
    .execute();
  const own = rows.filter(({ system_id }) => system_id === systemId);
  if (own.some(({ valid_to_ms }) => valid_to_ms === null)) return false;
  const agent = await trx
    .selectFrom('agent')
    .select('enrolled_ms')
    .where('id', '=', agentId)
    .executeTakeFirstOrThrow();
  const lastMs = Math.max(...own.map(({ valid_to_ms }) => valid_to_ms ?? 0), 0);
  // As by hand: the past of a host that was in no system belongs nowhere else.
  const fromMs = rows.length === 0 ? agent.enrolled_ms : Math.max(nowMs, lastMs);
  await trx
    .insertInto('host_system')
    .values({
      agent_id: agentId,
      system_id: systemId,
      valid_from_ms: fromMs,
      valid_to_ms: null,
      rule_id: ruleId,
    })
    .execute();
  return true;
}

/** Brings memberships up to date with rules and hosts. @returns how many changed */
export async function applySystemRules(registry: Registry): Promise<{ joined: number; left: number }> {
  const found = await differences(registry.db);
  const total = { joined: 0, left: 0 };
  for (let from = 0; from < found.length; from += CHANGES_AT_ONCE) {
    const part = found.slice(from, from + CHANGES_AT_ONCE);
    const nowMs = registry.now();
    const done = await registry.db.transaction().execute(async (trx) => {
      const changed: Difference[] = [];
      for (const one of part) if (await applyDifference(trx, one, nowMs)) changed.push(one);
      for (const [id, list] of Map.groupBy(changed, ({ systemId }) => systemId)) {
        const joined = list.filter(({ open }) => open === undefined).map(({ agentId }) => agentId);
        const left = list.filter(({ ruleId }) => ruleId === null).map(({ agentId }) => agentId);
        const entry = { actor: 'system', id };
        await auditHosts(trx, nowMs, { ...entry, action: 'system.assign' }, joined, { by: 'rule' });
        await auditHosts(trx, nowMs, { ...entry, action: 'system.unassign' }, left, { by: 'rule' });
      }
      return changed;
    });
    total.joined += done.filter(({ open }) => open === undefined).length;
    total.left += done.filter(({ ruleId }) => ruleId === null).length;
  }
  return total;
}

export interface Explanation {
  member: boolean;
  /** Why: a person, a rule, or a person took it out. */
  because: 'assigned' | 'rule' | 'excluded' | 'no-rule-matches';
  ruleId: number | null;
  rules: { ruleId: number; matches: boolean; conditions: ConditionFound[] }[];
}

/** Why a host belongs to a system, or does not. @throws RefusalError system-unknown, agent-unknown */
export async function explainMembership(
  db: RegistryDb,
  systemId: number,
  agentId: string,
  scope: AgencyScope,
): Promise<Explanation> {
  await readSystem(db, systemId, scope);
  const [host] = await readRuledHosts(db, { agentId });
  if (host === undefined || !inScope(scope, host.agencyId)) {
    throw new RefusalError(
      'agent-unknown',
      agentId,
      `there is no host "${agentId}"; "vonggac agent list" shows them`,
    );
  }
  const isBelow = await readIsBelow(db);
  const rules = (await ruleRows(db, systemId)).map((rule) => ({
    ruleId: rule.id,
    matches: matcherOf(rule, isBelow)(host),
    conditions: new HostMatcher(rule.rule, isBelow).explain(host),
  }));
  const open = await db
    .selectFrom('host_system')
    .select('rule_id')
    .where('system_id', '=', systemId)
    .where('agent_id', '=', agentId)
    .where('valid_to_ms', 'is', null)
    .executeTakeFirst();
  if (open !== undefined) {
    const because = open.rule_id === null ? 'assigned' : 'rule';
    return { member: true, because, ruleId: open.rule_id, rules };
  }
  const excluded = await db
    .selectFrom('system_exclusion')
    .select('since_ms')
    .where('system_id', '=', systemId)
    .where('agent_id', '=', agentId)
    .executeTakeFirst();
  return {
    member: false,
    because: excluded === undefined ? 'no-rule-matches' : 'excluded',
    ruleId: null,
    rules,
  };
}
