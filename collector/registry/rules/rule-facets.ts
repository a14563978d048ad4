/** How many rules a filter finds, by what they are: what a list of rules offers to narrow it by. */
import { z } from 'zod';
import type { RegistryDb } from '../database.ts';
import { whereRules, type RuleFilter } from './rule-rows.ts';

export const RULE_FACETS = ['state', 'level', 'product', 'origin'] as const;
export type RuleFacet = (typeof RULE_FACETS)[number];

export interface RuleFacets extends Record<RuleFacet, Record<string, number>> {
  total: number;
  /** By ATT&CK tactic, without `attack.`. */
  tactic: Record<string, number>;
}

const VALUES_MAX = 200;
const TACTIC = /^attack\.([a-z][a-z_-]+)$/;
const tagsSchema = z.array(z.string());

/** Each facet counts what all others of the filter leave, so that one can choose a second value of it. */
export async function ruleFacets(db: RegistryDb, filter: RuleFilter): Promise<RuleFacets> {
  const counted = await Promise.all(
    RULE_FACETS.map(async (name) => {
      const rows = await whereRules(db, { ...filter, [name]: undefined })
        .select([name, (eb) => eb.fn.countAll<number | string>().as('count')])
        .groupBy(name)
        .orderBy('count', 'desc')
        .limit(VALUES_MAX)
        .execute();
      const counts = rows.map((row) => [row[name] ?? '', Number(row.count)] as const);
      return [name, Object.fromEntries(counts)] as const;
    }),
  );
  const { count } = await whereRules(db, filter)
    .select((eb) => eb.fn.countAll<number | string>().as('count'))
    .executeTakeFirstOrThrow();
  const tactic: Record<string, number> = {};
  const tags = await whereRules(db, { ...filter, tag: undefined })
    .select(['tags', (eb) => eb.fn.countAll<number | string>().as('count')])
    .groupBy('tags')
    .execute();
  for (const row of tags) {
    const names = tagsSchema.parse(JSON.parse(row.tags)).flatMap((tag) => TACTIC.exec(tag)?.[1] ?? []);
    for (const name of new Set(names.map((one) => one.replaceAll('_', '-'))))
      tactic[name] = (tactic[name] ?? 0) + Number(row.count);
  }
  const of = Object.fromEntries(counted);
  const facet = (name: RuleFacet): Record<string, number> => of[name] ?? {};
  return {
    total: Number(count),
    state: facet('state'),
    level: facet('level'),
    product: facet('product'),
    origin: facet('origin'),
    tactic,
  };
}
