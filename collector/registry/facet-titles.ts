/**
 * Titles of the rules that alerts name, in both languages. What the house finds has no rule of its own kept: its newest
 * alert within the scope tells the title, less what that one is about in particular ("Title: particulars").
 */
import { sql } from 'kysely';
import type { AgencyScope } from './agencies.ts';
import { whereAlerts } from './alert-filter.ts';
import type { RegistryDb } from './database.ts';
import { ruleFactsSchema } from './rule-facts.ts';

export interface RuleTitle {
  title: string;
  titleVi: string | null;
}

const common = (title: string): string => title.split(': ', 1)[0] ?? title;

/** @param ids of rules; those that nobody knows are left out. */
export async function readRuleTitles(
  db: RegistryDb,
  ids: readonly string[],
  scope: AgencyScope,
): Promise<ReadonlyMap<string, RuleTitle>> {
  if (ids.length === 0) return new Map();
  const kept = await db
    .selectFrom('rule')
    .select(['id', 'title', 'title_vi'])
    .where('id', 'in', [...ids])
    .execute();
  const found = new Map<string, RuleTitle>(
    kept.map(({ id, title, title_vi: titleVi }) => [id, { title, titleVi }]),
  );
  for (const id of ids) {
    if (found.has(id)) continue;
    const newest = await db
      .selectFrom('alert')
      .select('alert.rule')
      .where((eb) => whereAlerts(eb, { ruleId: id }, scope))
      .orderBy(sql`alert.last_seen_ms`, 'desc')
      .limit(1)
      .executeTakeFirst();
    if (newest === undefined) continue;
    const { title, titleVi } = ruleFactsSchema.parse(JSON.parse(newest.rule));
    found.set(id, { title: common(title), titleVi: titleVi === null ? null : common(titleVi) });
  }
  return found;
}
