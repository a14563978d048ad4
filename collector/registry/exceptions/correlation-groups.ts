/** Correlation hits that are stored, by their time. */
import { z } from 'zod';
import type { RegistryDb } from '../database.ts';

const ROWS_MAX = 10_000;
const groupSchema = z.record(z.string(), z.string());

/** The newest of a time. `fromMs` included, `toMs` not. */
export async function groupingsBetween(
  db: RegistryDb,
  query: { fromMs: number; toMs: number; ruleIds: readonly string[] | undefined },
): Promise<{ id: string; ruleId: string; timeMs: number; matched: Record<string, string | number> }[]> {
  const { fromMs, toMs, ruleIds } = query;
  let select = db
    .selectFrom('correlation_hit')
    .select(['id', 'rule_id', 'grouping', 'time_ms', 'matches'])
    .where('time_ms', '>=', fromMs)
    .where('time_ms', '<', toMs)
    .orderBy('time_ms', 'desc')
    .limit(ROWS_MAX);
  if (ruleIds !== undefined) select = select.where('rule_id', 'in', ruleIds);
  return (await select.execute()).map((row) => ({
    id: row.id,
    ruleId: row.rule_id,
    timeMs: row.time_ms,
    matched: { ...groupSchema.parse(JSON.parse(row.grouping)), count: row.matches },
  }));
}
