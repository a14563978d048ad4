/** Which rules correlations are made of: neither may go, nor come, without the other in silence. */
import { parseDocument } from '../../content/rule-document.ts';
import type { RegistryDb } from '../database.ts';
import type { RuleState } from '../tables/rule.ts';
import { fromPlace } from './rule-facts-of.ts';

export const IN_FORCE = ['on', 'test'] as const satisfies readonly RuleState[];
export const inForce = (state: RuleState): boolean => state === 'on' || state === 'test';

export interface CorrelationUses {
  id: string;
  title: string;
  /** Ids or names of what it is made of. */
  uses: readonly string[];
}

export async function readCorrelations(
  db: RegistryDb,
  states: readonly RuleState[],
): Promise<CorrelationUses[]> {
  const rows = await db
    .selectFrom('rule')
    .innerJoin('rule_version as v', (join) =>
      join.onRef('v.rule_id', '=', 'rule.id').onRef('v.number', '=', 'rule.active'),
    )
    .select(['rule.id', 'rule.title', 'v.text', 'v.place'])
    .where('rule.kind', '=', 'correlation')
    .where('rule.state', 'in', states)
    .execute();
  return rows.map((row) => {
    const [correlation] = parseDocument({ text: row.text, ...fromPlace(row.place) }).correlations;
    return { id: row.id, title: row.title, uses: correlation?.rules ?? [] };
  });
}

/** What ids or names of a correlation mean. */
export async function readBases(db: RegistryDb, names: readonly string[]) {
  if (names.length === 0) return [];
  return db
    .selectFrom('rule')
    .select(['id', 'name', 'title', 'state'])
    .where((eb) => eb.or([eb('id', 'in', names), eb('name', 'in', names)]))
    .execute();
}
