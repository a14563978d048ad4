/** What the queue holds, as its arrangement needs it (collector/alert/arrange-queue.ts). */
import type { QueueFacts, QueueRow } from '../../alert/arrange-queue.ts';
import { riskSubject } from '../../alert/alert-keys.ts';
import type { RiskPart } from '../../alert/risk.ts';
import type { SeverityWhy } from '../../alert/severity-score.ts';
import { rootAgencyId } from '../agencies.ts';
import type { RegistryTransaction } from '../database.ts';

/** Rows that are looked at in one go, the newest: the next go sees others when these are folded. */
const ROWS_MAX = 500;
const KEYS_MAX = 200;
/** What a rule found in this time before the newest row says how usual it is. */
const USUAL_MS = 7 * 86_400_000;

export interface StandingRow extends QueueRow {
  hostname: string | null;
  systemId: number | null;
  systemLevel: number | null;
  detections: number;
  firstMs: number;
  lastMs: number;
}

export interface Queue extends QueueFacts {
  rows: readonly StandingRow[];
  /** Subject of the risk of each host, by agent. */
  subjects: ReadonlyMap<string, string>;
}

export function* inParts<T>(keys: Iterable<T>): Generator<T[]> {
  const all = [...new Set(keys)];
  for (let at = 0; at < all.length; at += KEYS_MAX) yield all.slice(at, at + KEYS_MAX);
}

export async function readQueue(trx: RegistryTransaction): Promise<Queue> {
  const { total } = await trx
    .selectFrom('alert')
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .where('closed', '=', 0)
    .where('fold', '=', 0)
    .executeTakeFirstOrThrow();
  const rows = await readRows(trx);
  const subjects = new Map<string, string>();
  for (const { agentId, agencyId } of rows) {
    if (agentId !== null) subjects.set(agentId, riskSubject('host', agentId, agencyId, {}).key);
  }
  const parts = await readParts(trx, subjects);
  const lastMs = rows.reduce((latest, row) => Math.max(latest, row.lastMs), 0);
  const ruleIds = [
    ...rows.map(({ ruleId }) => ruleId),
    ...[...parts.values()].flat().map(({ ruleId }) => ruleId),
  ];
  return {
    rows,
    total,
    subjects,
    parts,
    hostsWith: await readHostsWith(trx, ruleIds, lastMs - USUAL_MS),
    worstFolded: await readWorstFolded(trx, rows),
    rootAgencyId: await rootAgencyId(trx),
  };
}

async function readRows(trx: RegistryTransaction): Promise<StandingRow[]> {
  const rows = await trx
    .selectFrom('alert')
    .select([
      'id',
      'kind',
      'rule_id',
      'rule',
      'agent_id',
      'hostname',
      'agency_id',
      'system_id',
      'system_level',
      'risk',
      'severity_why',
      'state',
      'assignee',
      'detections',
      'hosts',
      'first_seen_ms',
      'last_seen_ms',
    ])
    .where('closed', '=', 0)
    .where('fold', '=', 0)
    .orderBy('last_seen_ms', 'desc')
    .orderBy('id', 'desc')
    .limit(ROWS_MAX)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    ruleId: row.rule_id,
    title: (JSON.parse(row.rule) as { title: string }).title, // written by us
    agentId: row.agent_id,
    hostname: row.hostname,
    agencyId: row.agency_id,
    systemId: row.system_id,
    systemLevel: row.system_level,
    risk: row.risk,
    why: JSON.parse(row.severity_why) as SeverityWhy, // written by us
    untouched: row.state === 'new' && row.assignee === null,
    detections: row.detections,
    hosts: row.hosts,
    firstMs: row.first_seen_ms,
    lastMs: row.last_seen_ms,
  }));
}

async function readParts(
  trx: RegistryTransaction,
  subjects: ReadonlyMap<string, string>,
): Promise<Map<string, RiskPart[]>> {
  const agentOf = new Map([...subjects].map(([agentId, subject]) => [subject, agentId]));
  const parts = new Map<string, RiskPart[]>();
  for (const part of inParts(agentOf.keys())) {
    const rows = await trx
      .selectFrom('risk_part')
      .select(['subject', 'rule_id', 'title', 'points_milli', 'at_ms', 'weight_milli'])
      .where('subject', 'in', part)
      .orderBy('subject')
      .orderBy('rule_id')
      .execute();
    for (const row of rows) {
      const agentId = agentOf.get(row.subject) ?? '';
      const known = parts.get(agentId) ?? [];
      known.push({
        ruleId: row.rule_id,
        title: row.title,
        points: row.points_milli / 1_000,
        atMs: row.at_ms,
        weight: row.weight_milli / 1_000,
      });
      parts.set(agentId, known);
    }
  }
  return parts;
}

async function readHostsWith(
  trx: RegistryTransaction,
  ruleIds: readonly string[],
  sinceMs: number,
): Promise<Map<string, number>> {
  const hosts = new Map<string, number>();
  for (const part of inParts(ruleIds)) {
    const rows = await trx
      .selectFrom('alert')
      .select(['rule_id', (eb) => eb.fn.count<number>('agent_id').distinct().as('hosts')])
      .where('rule_id', 'in', part)
      .where('last_seen_ms', '>=', sinceMs)
      .groupBy('rule_id')
      .execute();
    for (const row of rows) hosts.set(row.rule_id, row.hosts);
  }
  return hosts;
}

async function readWorstFolded(
  trx: RegistryTransaction,
  rows: readonly StandingRow[],
): Promise<Map<string, Pick<QueueRow, 'ruleId' | 'risk' | 'why'>>> {
  const agentOf = new Map(
    rows.flatMap(({ id, kind, agentId }) =>
      kind === 'risk' && agentId !== null ? [[id, agentId] as const] : [],
    ),
  );
  const worst = new Map<string, Pick<QueueRow, 'ruleId' | 'risk' | 'why'>>();
  for (const part of inParts(agentOf.keys())) {
    const found = await trx
      .selectFrom('alert')
      .select(['fleet_id', 'rule_id', 'risk', 'severity_why'])
      .where('fleet_id', 'in', part)
      .where('closed', '=', 0)
      .where('kind', '=', 'detection')
      .orderBy('risk', 'desc')
      .orderBy('id')
      .execute();
    for (const { fleet_id, rule_id: ruleId, risk, severity_why } of found) {
      const agentId = agentOf.get(fleet_id ?? '') ?? '';
      if (worst.has(agentId)) continue;
      worst.set(agentId, { ruleId, risk, why: JSON.parse(severity_why) as SeverityWhy }); // written by us
    }
  }
  return worst;
}
