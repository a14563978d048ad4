/** What was kept of assessments, as it is shown: how a system stood day by day, and whether a day is as it was written. */
import { addDays, legalDayAt } from '../agency/legal-day.ts';
import type { AgencyScope } from '../registry/agencies.ts';
import { proveDay, systemTrend, type SnapshotSummary } from '../registry/compliance/snapshots.ts';
import type { Registry } from '../registry/database.ts';
import { isoTime } from '../registry/iso-time.ts';
import { RefusalError } from '../registry/refusal.ts';
import { findSystem } from '../registry/system-book.ts';
import { showHosts, showScore } from './compliance-words.ts';
import type { DayProofView, TrendView } from './contract-compliance-assessment.ts';

const TREND_DAYS = 183;
const TREND_DAYS_MAX = 1_100;

export function showStanding({ day, atMs, hosts, score, ...rest }: SnapshotSummary) {
  const { profile, level, hostsReporting, hostsExpected, digest } = rest;
  return {
    day,
    at: isoTime(atMs),
    profile,
    level,
    ...showHosts({ hosts, hostsReporting, hostsExpected }),
    score: showScore(score),
    digest,
  };
}

/** @throws RefusalError system-unknown */
export async function showTrend(
  { registry }: { registry: Registry },
  systemId: number,
  scope: AgencyScope,
  asked: { from?: string | undefined; to?: string | undefined },
): Promise<TrendView> {
  await findSystem(registry.db, systemId, scope);
  const to = asked.to ?? legalDayAt(registry.now());
  const from = asked.from ?? addDays(to, -TREND_DAYS);
  const days = await systemTrend(registry.db, systemId, { from, to, limit: TREND_DAYS_MAX });
  return { systemId, days: days.map(showStanding) };
}

/** @throws RefusalError compliance-snapshot-unknown */
export async function showDayProof({ registry }: { registry: Registry }, day: string): Promise<DayProofView> {
  const proof = await proveDay(registry.db, day);
  if (proof === undefined)
    throw new RefusalError('compliance-snapshot-unknown', day, `nothing was kept on ${day}`);
  const { run, changed, isWhole, auditSeq } = proof;
  const { atMs, ...rest } = run;
  const proved = isWhole && changed.length === 0 && auditSeq !== undefined;
  return { ...rest, at: isoTime(atMs), proved, changed: [...changed], auditSeq: auditSeq ?? null };
}
