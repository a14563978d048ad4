/** The ledger in four numbers, for the first page and `vonggac status`. */
import type { AgencyScope } from './agencies.ts';
import type { RegistryDb } from './database.ts';
import { unsettledCells } from './ledger-unsettled.ts';

export interface LedgerSummary {
  /** Hours of a channel of an agent that do not balance. */
  unbalancedHours: number;
  /** Runs of sequences that are neither stored nor declared lost. */
  sequenceGaps: number;
  /** Records that agents declared lost in the last 24 hours. */
  declaredLosses: number;
  silentAgents: number;
  silentSites: number;
}

const DAY_MS = 86_400_000;
/** Every open page of the console asks, each few seconds; to look through all cells takes a while. */
const FRESH_MS = 5_000;
/** Scopes remembered at once. */
const SCOPES_MAX = 100;

const remembered = new WeakMap<RegistryDb, Map<string, { atMs: number; summary: Promise<LedgerSummary> }>>();

/** As `ledgerSummary`, at most five seconds old; those who ask at once share the answer. */
export function recentLedgerSummary(
  db: RegistryDb,
  scope: AgencyScope,
  nowMs: number,
): Promise<LedgerSummary> {
  const scopes = remembered.get(db) ?? new Map<string, { atMs: number; summary: Promise<LedgerSummary> }>();
  remembered.set(db, scopes);
  const name = scope.kind === 'all' ? 'all' : scope.agencyIds.toSorted((a, b) => a - b).join();
  const known = scopes.get(name);
  // A clock that was set back must not keep an answer for long.
  if (known !== undefined && Math.abs(nowMs - known.atMs) < FRESH_MS) return known.summary;
  const summary = ledgerSummary(db, scope, nowMs);
  scopes.delete(name);
  scopes.set(name, { atMs: nowMs, summary });
  summary.catch(() => scopes.delete(name)); // whoever asked is told
  for (const oldest of scopes.keys()) {
    if (scopes.size <= SCOPES_MAX) break;
    scopes.delete(oldest);
  }
  return summary;
}

export async function ledgerSummary(
  db: RegistryDb,
  scope: AgencyScope,
  nowMs: number,
): Promise<LedgerSummary> {
  const agents = scope.kind === 'all' ? undefined : await agentsOf(db, scope.agencyIds);
  const sees = (agentId: string): boolean => agents === undefined || agents.has(agentId);
  let unbalancedHours = 0;
  for await (const cells of unsettledCells(db)) {
    unbalancedHours += cells.filter(({ agentId, missing }) => missing !== 0 && sees(agentId)).length;
  }
  const gaps = await db.selectFrom('ledger_gap').select('agent_id').execute();
  const losses = await db
    .selectFrom('loss')
    .select(['agent_id', 'from_seq', 'to_seq'])
    .where('recorded_ms', '>=', nowMs - DAY_MS)
    .execute();
  return {
    unbalancedHours,
    sequenceGaps: gaps.filter(({ agent_id }) => sees(agent_id)).length,
    declaredLosses: losses
      .filter(({ agent_id }) => sees(agent_id))
      .reduce((sum, { from_seq, to_seq }) => sum + to_seq - from_seq + 1, 0),
    ...(await silent(db, scope)),
  };
}

async function agentsOf(db: RegistryDb, agencyIds: readonly number[]): Promise<Set<string>> {
  const rows = await db.selectFrom('agent').select('id').where('agency_id', 'in', agencyIds).execute();
  return new Set(rows.map(({ id }) => id));
}

async function silent(
  db: RegistryDb,
  scope: AgencyScope,
): Promise<Pick<LedgerSummary, 'silentAgents' | 'silentSites'>> {
  let select = db
    .selectFrom('silence')
    .select((eb) => ['kind', eb.fn.countAll<number>().as('count')])
    .where('ended_ms', 'is', null)
    .groupBy('kind');
  if (scope.kind === 'some') select = select.where('agency_id', 'in', scope.agencyIds);
  const rows = new Map((await select.execute()).map(({ kind, count }) => [kind, count]));
  return { silentAgents: rows.get('agent') ?? 0, silentSites: rows.get('site') ?? 0 };
}
