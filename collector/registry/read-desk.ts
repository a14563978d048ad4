/** Lays on the judge's desk what the detections of one transaction have to do with. */
import { z } from 'zod';
import { AlertDesk, type FleetMember } from '../alert/alert-desk.ts';
import type { AlertDraft, AssetFacts } from '../alert/alert-draft.ts';
import { budgetKey, keysOf, type DetectionKeys } from '../alert/alert-keys.ts';
import type { Detection } from '../alert/detection.ts';
import type { DistinctValues } from '../alert/distinct-values.ts';
import type { SeverityWhy } from '../alert/severity-score.ts';
import { severitySchema } from '../api/contract-vocabulary.ts';
import { rootAgencyId } from './agencies.ts';
import { ruleFactsSchema } from './rule-facts.ts';
import type { RegistryTransaction } from './database.ts';

/** Keys in one statement. */
const KEYS_MAX = 200;
/** Members of a fleet that is not one yet: fewer than its threshold, unless most were taken up by people. */
const MEMBERS_MAX = 10_000;

const stringsSchema = z.record(z.string(), z.string());

async function inParts<T>(keys: Iterable<T>, read: (part: T[]) => Promise<void>): Promise<void> {
  const all = [...new Set(keys)];
  for (let at = 0; at < all.length; at += KEYS_MAX) await read(all.slice(at, at + KEYS_MAX));
}

/** @param breathe called between statements: many in a row would hold up everything else */
export async function readDesk(
  trx: RegistryTransaction,
  detections: readonly Detection[],
  windowMs: number,
  breathe: () => Promise<void>,
): Promise<AlertDesk> {
  const desk = new AlertDesk(await rootAgencyId(trx));
  if (detections.length === 0) return desk;
  const keys = detections.map((detection) => ({
    ...keysOf(detection),
    timeMs: detection.timeMs,
    windowMs: detection.policy?.windowMs ?? windowMs,
  }));
  await readAssets(trx, desk, detections, breathe);
  const groups = new Set<string>();
  for (const { group, agencyFleet, rootFleet, budgetGroup, risks } of keys) {
    for (const key of [group, agencyFleet, rootFleet, budgetGroup]) groups.add(key);
    for (const risk of risks) groups.add(risk.groupKey).add(risk.budgetGroup);
  }
  await inParts(groups, async (part) => {
    await breathe();
    await readGroups(trx, desk, part);
  });
  await readMembers(trx, desk, keys, breathe);
  await readBudgets(trx, desk, keys, breathe);
  await inParts(
    keys.flatMap(({ risks }) => risks.map(({ key }) => key)),
    async (part) => {
      await breathe();
      const rows = await trx
        .selectFrom('risk_part')
        .select(['subject', 'rule_id', 'title', 'points_milli', 'at_ms', 'weight_milli'])
        .where('subject', 'in', part)
        .execute();
      for (const { subject, rule_id: ruleId, title, points_milli, at_ms: atMs, weight_milli } of rows) {
        const [points, weight] = [points_milli / 1_000, weight_milli / 1_000];
        desk.partsOf(subject).set(ruleId, { ruleId, title, points, atMs, weight });
      }
    },
  );
  return desk;
}

async function readAssets(
  trx: RegistryTransaction,
  desk: AlertDesk,
  detections: readonly Detection[],
  breathe: () => Promise<void>,
): Promise<void> {
  await inParts(
    detections.map(({ agentId }) => agentId),
    async (part) => {
      await breathe();
      for (const [agentId, asset] of await readAssetFacts(trx, part)) desk.assets.set(agentId, asset);
    },
  );
}

/** Role and highest system of each host that is known. */
export async function readAssetFacts(
  trx: RegistryTransaction,
  agentIds: readonly string[],
): Promise<Map<string, AssetFacts>> {
  const agents = await trx
    .selectFrom('agent')
    .leftJoin('asset_role', 'asset_role.agent_id', 'agent.id')
    .select(['agent.id', 'agent.platform', 'agent.os_name', 'asset_role.role'])
    .where('agent.id', 'in', agentIds)
    .execute();
  const systems = await trx
    .selectFrom('host_system')
    .innerJoin('information_system', 'information_system.id', 'host_system.system_id')
    .select([
      'host_system.agent_id',
      'information_system.id',
      'information_system.name',
      'information_system.level',
    ])
    .where('host_system.agent_id', 'in', agentIds)
    .where('host_system.valid_to_ms', 'is', null)
    .orderBy('information_system.id')
    .execute();
  const assets = new Map<string, AssetFacts>();
  for (const { id, platform, os_name, role } of agents) {
    const own = systems.filter(({ agent_id }) => agent_id === id);
    const [first] = own;
    const top = own.reduce((best, one) => ((one.level ?? 0) > (best?.level ?? 0) ? one : best), first);
    const standard = platform === 'linux' || /server/i.test(os_name) ? 'server' : 'workstation';
    assets.set(id, {
      role: role ?? standard,
      systemId: top?.id ?? null,
      system: top?.name ?? null,
      systemLevel: top?.level ?? null,
    });
  }
  return assets;
}

/** Open alerts of groups, and each group's newest. */
export async function readGroups(
  trx: RegistryTransaction,
  desk: AlertDesk,
  groupKeys: string[],
): Promise<void> {
  const open = await trx
    .selectFrom('alert')
    .select([
      'id',
      'kind',
      'group_key',
      'sequence',
      'predecessor_id',
      'rule',
      'entity',
      'agency_id',
      'fleet_key',
      'fleet_id',
      'fold',
      'state',
      'assignee',
      'severity',
      'risk',
      'severity_why',
      'agent_id',
      'hostname',
      'user_name',
      'system_id',
      'system_level',
      'detections',
      'hosts',
      'first_seen_ms',
      'last_seen_ms',
      'message',
      'distinct_values',
    ])
    .where('group_key', 'in', groupKeys)
    .where('state', '!=', 'closed')
    .execute();
  for (const key of groupKeys) desk.groups.set(key, { open: [], last: undefined });
  for (const row of open) {
    const draft: AlertDraft = {
      id: row.id,
      kind: row.kind,
      groupKey: row.group_key,
      sequence: row.sequence,
      predecessorId: row.predecessor_id,
      rule: ruleFactsSchema.parse(JSON.parse(row.rule)),
      entity: stringsSchema.parse(JSON.parse(row.entity)),
      agencyId: row.agency_id,
      fleetKey: row.fleet_key,
      fleetId: row.fleet_id,
      fold: row.fold,
      untouched: row.state === 'new' && row.assignee === null,
      severity: severitySchema.parse(row.severity),
      risk: row.risk,
      why: JSON.parse(row.severity_why) as SeverityWhy, // written by us
      agentId: row.agent_id,
      hostname: row.hostname,
      userName: row.user_name,
      systemId: row.system_id,
      systemLevel: row.system_level,
      detections: row.detections,
      hosts: row.hosts,
      firstMs: row.first_seen_ms,
      lastMs: row.last_seen_ms,
      message: row.message,
      values: JSON.parse(row.distinct_values) as DistinctValues, // written by us
      isNew: false,
      changed: false,
      raised: false,
      proofs: [],
    };
    desk.groups.get(row.group_key)?.open.push(draft);
  }
  const newest = await trx
    .selectFrom('alert')
    .select(['id', 'group_key', 'sequence'])
    .where('group_key', 'in', groupKeys)
    .where('sequence', '=', (eb) =>
      eb
        .selectFrom('alert as other')
        .select((one) => one.fn.max<number>('other.sequence').as('newest'))
        .whereRef('other.group_key', '=', 'alert.group_key'),
    )
    .execute();
  for (const { id, group_key, sequence } of newest) {
    const group = desk.groups.get(group_key);
    if (group !== undefined) group.last = { id, sequence };
  }
}

/** Of fleets that are not there yet, in the agencies concerned or in all. */
async function readMembers(
  trx: RegistryTransaction,
  desk: AlertDesk,
  keys: readonly (DetectionKeys & { timeMs: number; windowMs: number })[],
  breathe: () => Promise<void>,
): Promise<void> {
  let fromMs = Number.MAX_SAFE_INTEGER;
  const everywhere = new Set<string>();
  const inAgencies = new Map<number, Set<string>>();
  for (const { fleet, rootFleet, agencyFleet, budget, timeMs, windowMs } of keys) {
    fromMs = Math.min(fromMs, timeMs - windowMs);
    const isOpen = (groupKey: string): boolean => desk.openAlert(groupKey, timeMs, windowMs) !== undefined;
    if (!isOpen(rootFleet)) everywhere.add(fleet);
    else if (!isOpen(agencyFleet)) {
      const fleets = inAgencies.get(budget.agencyId) ?? new Set();
      inAgencies.set(budget.agencyId, fleets.add(fleet));
    }
  }
  const read = async (fleets: string[], agencyId?: number): Promise<void> => {
    await breathe();
    let query = trx
      .selectFrom('alert')
      .select([
        'id',
        'fleet_key',
        'agency_id',
        'hosts',
        'hostname',
        'detections',
        'first_seen_ms',
        'last_seen_ms',
        'risk',
        'severity_why',
        'state',
        'assignee',
        'fleet_id',
        'fold',
      ])
      .where('fleet_key', 'in', fleets)
      .where('closed', '=', 0)
      .where('kind', '=', 'detection')
      .where('last_seen_ms', '>=', fromMs)
      .orderBy('id')
      .limit(MEMBERS_MAX);
    if (agencyId !== undefined) query = query.where('agency_id', '=', agencyId);
    for (const row of await query.execute()) {
      const member: FleetMember = {
        id: row.id,
        agencyId: row.agency_id,
        hosts: row.hosts,
        hostname: row.hostname,
        detections: row.detections,
        firstMs: row.first_seen_ms,
        lastMs: row.last_seen_ms,
        risk: row.risk,
        why: JSON.parse(row.severity_why) as SeverityWhy, // written by us
        untouched: row.state === 'new' && row.assignee === null,
        fleetId: row.fleet_id,
        fold: row.fold,
      };
      desk.membersOf(row.fleet_key ?? '').set(row.id, member);
    }
  };
  await inParts(everywhere, (part) => read(part));
  for (const [agencyId, fleets] of inAgencies) await inParts(fleets, (part) => read(part, agencyId));
}

async function readBudgets(
  trx: RegistryTransaction,
  desk: AlertDesk,
  keys: readonly DetectionKeys[],
  breathe: () => Promise<void>,
): Promise<void> {
  const hours = new Set(keys.map(({ budget }) => budget.hour));
  const rules = keys.flatMap(({ budget }) => [budget.ruleId, 'house-risk-host', 'house-risk-user']);
  for (const hour of hours) {
    await inParts(rules, async (part) => {
      await breathe();
      const rows = await trx
        .selectFrom('rule_budget')
        .select(['rule_id', 'agency_id', 'opened'])
        .where('hour', '=', hour)
        .where('rule_id', 'in', part)
        .execute();
      for (const { rule_id: ruleId, agency_id: agencyId, opened } of rows) {
        desk.opened.set(budgetKey({ ruleId, agencyId, hour }), opened);
      }
    });
  }
}
