/** What the control plane knows of the centre itself, as evidence: who may read, what was done, what is kept, how alerts were taken. */
import { isLiveAccount } from '../account-end.ts';
import { GRANTS, API_DEFAULT } from '../../api/role-grants.ts';
import { severitySchema } from '../../api/contract-vocabulary.ts';
import { severityRank } from '../../alert/severity-score.ts';
import type {
  ActsFact,
  CentreEvidence,
  HandledAlert,
  HoleFact,
  ProgressFact,
  ReadersFact,
  ReportFact,
  RetentionFact,
  RulesFact,
} from '../../compliance/evidence/centre-evidence.ts';
import type { AssessedSystem } from '../../compliance/evidence/evidence-kind.ts';
import { openControls, snapshotProgressSchema } from '../../compliance/snapshot.ts';
import { dayOf, dayStartMs } from '../../retention/day.ts';
import { legalDayAt } from '../../agency/legal-day.ts';
import { REPORT_KINDS } from '../../report/report-words.ts';
import { rootAgencyId } from '../agencies.ts';
import type { RegistryDb } from '../database.ts';
import type { SentProof } from '../reports/report-rows.ts';
import { readProofs } from '../proof-book.ts';
import { hostWeaknesses, importedFeeds, snapshotDays } from './follow-facts.ts';
import { readIncidentFacts } from './incident-facts.ts';
import { readSnapshotAs } from './snapshots.ts';

type Facts = Omit<CentreEvidence, 'trail' | 'room' | 'logStore' | 'exchange'>;

const EVERYWHERE = { kind: 'all' } as const;
/** A proof is looked for on the day itself and on the days before it. */
const PROOF_DAYS = 4;
const DAY_MS = 86_400_000;

/** @param now milliseconds since 1970 */
export function centreFacts(db: RegistryDb, now: () => number): Facts {
  return {
    readers: (sinceMs) => readReaders(db, sinceMs, now()),
    acts: (names, fromMs, atMs) => countActs(db, names, fromMs, atMs),
    rules: (sinceMs) => countRules(db, sinceMs),
    alerts: (fromMs, atMs, severityMin, limit) => readAlerts(db, { fromMs, atMs, severityMin, limit }),
    retention: (systems, atMs) => readRetention(db, systems, atMs),
    holes: (fromMs, atMs) => readHoles(db, fromMs, atMs),
    incidents: (fromMs, atMs) => readIncidentFacts(db, fromMs, atMs),
    reports: (kind, atMs) => readReports(db, kind, atMs),
    progress: (systems, atMs) => readProgress(db, systems, atMs),
    snapshots: (fromDay, toDay) => snapshotDays(db, fromDay, toDay),
    feeds: (atMs) => importedFeeds(db, atMs),
    weaknesses: () => hostWeaknesses(db, now()),
  };
}

async function readReaders(db: RegistryDb, sinceMs: number, nowMs: number): Promise<ReadersFact> {
  const people = await db
    .selectFrom('user_account')
    .select(['role', (eb) => eb.fn.countAll<number>().as('count')])
    .where(isLiveAccount(nowMs))
    .groupBy('role')
    .execute();
  const tokens = await db
    .selectFrom('api_token')
    .select('permissions')
    .where('revoked_ms', 'is', null)
    .where('expires_ms', '>', nowMs)
    .execute();
  const byRole: Record<string, number> = {};
  for (const { role, count } of people)
    if (GRANTS[role].has('event:read')) byRole[role] = count + (byRole[role] ?? 0);
  const mayRead = (permissions: string | null): boolean =>
    permissions === null ? API_DEFAULT.has('event:read') : permissions.includes('"event:read"');
  const machines = tokens.filter(({ permissions }) => mayRead(permissions)).length;
  if (machines > 0) byRole['api'] = machines;
  const acts = await db
    .selectFrom('audit_log')
    .select([(eb) => eb.fn.countAll<number>().as('count'), (eb) => eb.fn.max('at_ms').as('lastMs')])
    .where('at_ms', '>=', sinceMs)
    .executeTakeFirstOrThrow();
  return { byRole, acts: acts.count, lastActMs: acts.lastMs ?? undefined };
}

async function countActs(
  db: RegistryDb,
  names: readonly string[],
  fromMs: number,
  atMs: number,
): Promise<ActsFact> {
  const found = await db
    .selectFrom('audit_log')
    .select([(eb) => eb.fn.countAll<number>().as('count'), (eb) => eb.fn.max('at_ms').as('lastMs')])
    .where('at_ms', '>=', fromMs)
    .where('at_ms', '<=', atMs)
    .where((eb) =>
      // A range instead of LIKE: nothing in it is a wildcard.
      eb.or(names.map((name) => eb.and([eb('action', '>=', name), eb('action', '<', `${name}\uffff`)]))),
    )
    .executeTakeFirstOrThrow();
  return { count: found.count, lastMs: found.lastMs ?? undefined };
}

async function countRules(db: RegistryDb, sinceMs: number): Promise<RulesFact> {
  const rules = await db
    .selectFrom('rule')
    .select(['kind', (eb) => eb.fn.countAll<number>().as('count')])
    .where('state', '=', 'on')
    .where('kind', '!=', 'filter')
    .groupBy('kind')
    .execute();
  const alerts = await db
    .selectFrom('alert')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('created_ms', '>=', sinceMs)
    .executeTakeFirstOrThrow();
  return {
    on: rules.reduce((sum, { count }) => sum + count, 0),
    correlations: rules.find(({ kind }) => kind === 'correlation')?.count ?? 0,
    alerts: alerts.count,
  };
}

async function readAlerts(
  db: RegistryDb,
  asked: { fromMs: number; atMs: number; severityMin: string; limit: number },
): Promise<HandledAlert[]> {
  const rows = await db
    .selectFrom('alert')
    .select(['created_ms', 'acknowledged_ms', 'closed_ms'])
    .where('created_ms', '>', asked.fromMs)
    .where('created_ms', '<=', asked.atMs)
    .where('severity_rank', '>=', severityRank(severitySchema.parse(asked.severityMin)))
    .orderBy('created_ms', 'desc')
    .limit(asked.limit)
    .execute();
  return rows.map(({ created_ms: createdMs, acknowledged_ms, closed_ms }) => {
    const takenMs = acknowledged_ms ?? closed_ms;
    return { createdMs, takenMs: takenMs === null || takenMs > asked.atMs ? undefined : takenMs };
  });
}

async function readRetention(
  db: RegistryDb,
  systems: readonly AssessedSystem[],
  atMs: number,
): Promise<Map<number, RetentionFact>> {
  const facts = new Map<number, RetentionFact>();
  for (let days = 0; days < PROOF_DAYS && facts.size < systems.length; days += 1) {
    const day = dayOf(atMs - days * DAY_MS);
    for (const { systemId, writtenMs, proof } of await readProofs(db, { day, scope: EVERYWHERE })) {
      if (facts.has(systemId) || writtenMs > atMs) continue;
      facts.set(systemId, {
        provedMs: writtenMs,
        monthsInForce: proof.monthsInForce,
        reason: proof.reason,
        met: proof.met,
        oldestMs: proof.oldestDay === null ? undefined : dayStartMs(proof.oldestDay),
        hostsSinceMs: proof.hostsSince === null ? undefined : dayStartMs(proof.hostsSince),
        missingRows: proof.missing?.rows ?? 0,
      });
    }
  }
  return facts;
}

async function readHoles(db: RegistryDb, fromMs: number, atMs: number): Promise<HoleFact[]> {
  const rows = await db
    .selectFrom('ledger_gap')
    .select(['agent_id as agentId', (eb) => eb.fn.sum<number>('missing').as('missing')])
    .select((eb) => eb.fn.max('found_ms').as('lastMs'))
    .where('missing', '>', 0)
    .where('found_ms', '>=', fromMs)
    .where('found_ms', '<=', atMs)
    .groupBy('agent_id')
    .execute();
  return rows;
}

/** A corrected version stands for the one that was sent before it, until it is sent itself. */
async function readReports(db: RegistryDb, wanted: string, atMs: number): Promise<ReportFact[]> {
  const kind = REPORT_KINDS.find((one) => one === wanted);
  if (kind === undefined) return [];
  const rows = await db
    .selectFrom('report')
    .select(['period', 'locked_ms as lockedMs', 'sent'])
    .where('agency_id', '=', await rootAgencyId(db))
    .where('system_id', 'is', null)
    .where('kind', '=', kind)
    .where('created_ms', '<=', atMs)
    .orderBy('revision')
    .execute();
  const facts = new Map<string, ReportFact>();
  for (const { period, lockedMs, sent } of rows) {
    const before = facts.get(period);
    facts.set(period, {
      period,
      lockedMs: before?.lockedMs ?? lockedMs ?? undefined,
      sent: before?.sent ?? (sent === null ? undefined : (JSON.parse(sent) as SentProof)),
    });
  }
  return [...facts.values()];
}

async function readProgress(
  db: RegistryDb,
  systems: readonly AssessedSystem[],
  atMs: number,
): Promise<Map<number, ProgressFact>> {
  const planned = Map.groupBy(
    await db
      .selectFrom('compliance_gap')
      .select(['system_id', 'control', 'owner', 'due_on'])
      .where('state', 'in', ['planned', 'in-progress'])
      .where('owner', '!=', '')
      .execute(),
    ({ system_id }) => system_id,
  );
  const facts = new Map<number, ProgressFact>();
  for (const { id } of systems) {
    const found = await readSnapshotAs(db, snapshotProgressSchema, id, legalDayAt(atMs));
    if (found === undefined || found.body.level === null) continue;
    const { body, day } = found;
    facts.set(id, {
      day,
      atMs: body.atMs,
      percent: body.score.percent,
      // Of itself it says nothing: it would never be done.
      open: openControls(body)
        .filter(({ evidence }) => evidence.every(({ kind }) => kind !== 'roadmap'))
        .map((control) => control.id),
      planned: (planned.get(id) ?? []).map(({ control, due_on }) => ({ control, dueOn: due_on })),
    });
  }
  return facts;
}
