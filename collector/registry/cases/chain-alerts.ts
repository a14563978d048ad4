/** Alerts as chains are made of them: what they are about, and which events prove them. */
import { sql } from 'kysely';
import { z } from 'zod';
import type { AgencyScope } from '../agencies.ts';
import type { RegistryDb } from '../database.ts';
import { ruleFactsSchema } from '../rule-facts.ts';
import { slices } from './case-alerts.ts';

export interface Proof {
  eventId: string;
  timeMs: number;
  hostname: string;
  matched: Readonly<Record<string, unknown>>;
}

export interface AlertWithProofs {
  id: string;
  ruleId: string;
  rank: number;
  agentId: string | null;
  hostname: string | null;
  firstMs: number;
  lastMs: number;
  tags: readonly string[];
  entity: Readonly<Record<string, unknown>>;
  /** The first and the newest of those that are kept. */
  proofs: readonly Proof[];
}

/** Of each end. */
const PROOFS_EACH = 2;
const wordsSchema = z.record(z.string(), z.unknown());

/**
 * Open alerts of single rules that are in no case, the newest first; what is folded into a host's row or the digest is
 * among them, since it may be a step of something.
 */
export async function openChainIds(db: RegistryDb, scope: AgencyScope, limit: number): Promise<string[]> {
  let query = db
    .selectFrom('alert')
    .select('id')
    .where('closed', '=', 0)
    .where('kind', '=', 'detection')
    .where((eb) =>
      eb.not(eb.exists(eb.selectFrom('case_alert').select('alert_id').whereRef('alert_id', '=', 'alert.id'))),
    )
    .orderBy('last_seen_ms', 'desc')
    .orderBy('id')
    .limit(limit);
  if (scope.kind === 'some') query = query.where('agency_id', 'in', scope.agencyIds);
  return (await query.execute()).map(({ id }) => id);
}

/** Rows that say only what others say of these hosts: they go where their host's alerts go. */
export async function hostRowIds(
  db: RegistryDb,
  agentIds: readonly string[],
  scope: AgencyScope,
): Promise<string[]> {
  if (agentIds.length === 0) return [];
  let query = db
    .selectFrom('alert')
    .select('id')
    .where('closed', '=', 0)
    .where('kind', '=', 'risk')
    .where('agent_id', 'in', agentIds)
    .where((eb) =>
      eb.not(eb.exists(eb.selectFrom('case_alert').select('alert_id').whereRef('alert_id', '=', 'alert.id'))),
    )
    .orderBy('id');
  if (scope.kind === 'some') query = query.where('agency_id', 'in', scope.agencyIds);
  return (await query.execute()).map(({ id }) => id);
}

/** Those of single rules; in no order. */
export async function readChainAlerts(db: RegistryDb, ids: readonly string[]): Promise<AlertWithProofs[]> {
  const found: AlertWithProofs[] = [];
  for (const some of slices(ids)) {
    const proofs = await proofsOf(db, some);
    const rows = await db
      .selectFrom('alert')
      .select(['id', 'rule_id', 'rule', 'severity_rank', 'agent_id', 'hostname', 'entity'])
      .select(['first_seen_ms', 'last_seen_ms'])
      .where('id', 'in', some)
      .where('kind', '=', 'detection')
      .execute();
    for (const row of rows) {
      found.push({
        id: row.id,
        ruleId: row.rule_id,
        rank: row.severity_rank,
        agentId: row.agent_id,
        hostname: row.hostname,
        firstMs: row.first_seen_ms,
        lastMs: row.last_seen_ms,
        tags: ruleFactsSchema.parse(JSON.parse(row.rule)).tags,
        entity: wordsSchema.parse(JSON.parse(row.entity)),
        proofs: proofs.get(row.id) ?? [],
      });
    }
  }
  return found;
}

async function proofsOf(db: RegistryDb, alertIds: readonly string[]): Promise<Map<string, Proof[]>> {
  const ranked = db
    .selectFrom('alert_detection')
    .select(['alert_id', 'event_id', 'time_ms', 'hostname', 'matched'])
    .select([
      sql<number>`row_number() over (partition by alert_id order by time_ms, detection_id)`.as('place'),
      sql<number>`row_number() over (partition by alert_id order by time_ms desc, detection_id desc)`.as(
        'back',
      ),
    ])
    .where('alert_id', 'in', alertIds)
    .as('ranked');
  const rows = await db
    .selectFrom(ranked)
    .select(['alert_id', 'event_id', 'time_ms', 'hostname', 'matched'])
    .where((eb) => eb.or([eb('place', '<=', PROOFS_EACH), eb('back', '<=', PROOFS_EACH)]))
    .execute();
  const found = new Map<string, Proof[]>();
  for (const row of rows) {
    const own = found.get(row.alert_id) ?? [];
    found.set(row.alert_id, own);
    const matched = wordsSchema.parse(JSON.parse(row.matched));
    own.push({ eventId: row.event_id, timeMs: row.time_ms, hostname: row.hostname, matched });
  }
  return found;
}
