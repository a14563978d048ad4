/** How all systems of a scope stood together, day by day, by the assessments that were kept. */
import type { AgencyScope } from '../agencies.ts';
import type { RegistryDb } from '../database.ts';
import { seenBy, summaries } from './snapshots.ts';

export interface ScoreOfDay {
  day: string;
  systems: number;
  /** Means of those to which something applies; null: to none. */
  percent: number | null;
  coveragePercent: number | null;
}

/** All systems of a scope together, day by day, oldest first. */
export async function scopeTrend(
  db: RegistryDb,
  scope: AgencyScope,
  { from, limit }: { from: string; limit: number },
): Promise<ScoreOfDay[]> {
  const rows = await db
    .selectFrom(seenBy(summaries(db), scope).where('day', '>=', from).as('kept'))
    .select(['kept.day as day', (eb) => eb.fn.countAll<number>().as('systems')])
    .select((eb) => [
      eb.fn.sum<number | null>('kept.score_permille').as('score'),
      eb.fn.count<number>('kept.score_permille').as('scored'),
      eb.fn.sum<number | null>('kept.coverage_permille').as('coverage'),
      eb.fn.count<number>('kept.coverage_permille').as('covered'),
    ])
    .groupBy('kept.day')
    .orderBy('kept.day', 'desc')
    .limit(limit)
    .execute();
  const mean = (sum: number | null, count: number): number | null =>
    sum === null || count === 0 ? null : Math.round(sum / count) / 10;
  return rows
    .map(({ day, systems, score, scored, coverage, covered }) => ({
      day,
      systems,
      percent: mean(score, scored),
      coveragePercent: mean(coverage, covered),
    }))
    .toReversed();
}
