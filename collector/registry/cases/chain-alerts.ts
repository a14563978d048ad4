/** Alerts as chains are made of them: what they are about, and which events prove them. */
import { setImmediate as yieldToLoop } from 'node:timers/promises';
import { sql } from 'kysely';
import { z } from 'zod';
import type { AgencyScope } from '../agencies.ts';
import type { RegistryDb } from '../database.ts';
import { ruleFactsSchema } from '../rule-facts.ts';

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

/** Alerts in one statement, which nothing else runs beside: some have hundreds of proofs. */
const READ_AT_ONCE = 50;
/** Of each end. */
const PROOFS_EACH = 2;
const wordsSchema = z.record(z.string(), z.unknown());

/** Of what is alike only the newest count, so that nobody can push out the rest of the queue by doing one thing often. */
export const CHAIN_SHARES = {
  /** Alerts of one rule on one host. */
  alike: 4,
  /** Of one rule over several hosts, which has no host. */
  alikeOverHosts: 20,
  /** Of one host. */
  host: 60,
} as const;
/** From here on severe alerts come before slight ones. */
const SEVERE_RANK = 2;

export interface OpenChainIds {
  ids: string[];
  /** Open ones of single rules that are in no case, alike ones too. */
  open: number;
}

/**
 * Open alerts of single rules that are in no case: the shares of rules and hosts, medium and above first, then the newest.
 * What is folded into a host's row or the digest is among them, since it may be a step of something.
 */
export async function openChainIds(db: RegistryDb, scope: AgencyScope, limit: number): Promise<OpenChainIds> {
  let open = db
    .selectFrom('alert')
    .select(['id', 'agent_id', 'last_seen_ms', 'severity_rank'])
    .select(
      sql<number>`row_number() over (partition by agent_id, rule_id order by last_seen_ms desc, id)`.as(
        'alike',
      ),
    )
    .where('closed', '=', 0)
    .where('kind', '=', 'detection')
    .where((eb) =>
      eb.not(eb.exists(eb.selectFrom('case_alert').select('alert_id').whereRef('alert_id', '=', 'alert.id'))),
    );
  if (scope.kind === 'some') open = open.where('agency_id', 'in', scope.agencyIds);
  const isSevere = sql<number>`case when severity_rank >= ${SEVERE_RANK} then 1 else 0 end`;
  const placed = db
    .selectFrom(open.as('open'))
    .select(['id', 'agent_id', 'last_seen_ms', 'severity_rank', 'alike'])
    .select(
      sql<number>`row_number() over (partition by agent_id order by ${isSevere} desc, alike, last_seen_ms desc, id)`.as(
        'place',
      ),
    )
    .select(sql<number | string>`count(*) over ()`.as('open_count'))
    .as('placed');
  const { alike, alikeOverHosts, host } = CHAIN_SHARES;
  const rows = await db
    .selectFrom(placed)
    .select(['id', 'open_count'])
    .where((eb) =>
      eb.or([
        eb.and([eb('agent_id', 'is', null), eb('alike', '<=', alikeOverHosts)]),
        eb.and([eb('agent_id', 'is not', null), eb('alike', '<=', alike), eb('place', '<=', host)]),
      ]),
    )
    .orderBy(isSevere, 'desc')
    .orderBy('last_seen_ms', 'desc')
    .orderBy('id')
    .limit(limit)
    .execute();
  return { ids: rows.map(({ id }) => id), open: Number(rows[0]?.open_count ?? 0) };
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
  for (let at = 0; at < ids.length; at += READ_AT_ONCE) {
    const some = ids.slice(at, at + READ_AT_ONCE);
    if (at > 0) await yieldToLoop();
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
