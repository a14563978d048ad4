/**
 * What people decided about a rule goes on to hold for the one of the pack that takes its place (`related` of type
 * obsolete, merged or renamed): where it is off, how severe it is, and that it is off or in test everywhere. Exceptions do
 * not go over: they were approved for what the old rule finds.
 */
import type { RuleDocument } from '../../content/rule-document.ts';
import type { RegistryTransaction } from '../database.ts';
import type { RuleState } from '../tables/rule.ts';

const SUCCEEDS: ReadonlySet<string> = new Set(['obsolete', 'merged', 'renamed']);

export interface Predecessor {
  id: string;
  state: RuleState;
  /** Nobody but the house touched it last. */
  isUntouched: boolean;
}

export const isDeprecated = ({ info }: RuleDocument): boolean => info.status === 'deprecated';

/** Rules that are here and that the document says it takes the place of. */
export function predecessorsOf<T extends Predecessor>(
  { info }: RuleDocument,
  known: ReadonlyMap<string, T>,
): T[] {
  return info.related.flatMap(({ id, type }) => (SUCCEEDS.has(type) ? (known.get(id) ?? []) : []));
}

/** Off where people put all of them off, in test where they put one in test; else undefined. */
export function inheritedState(predecessors: readonly Predecessor[]): RuleState | undefined {
  const decided = predecessors.filter(({ isUntouched }) => !isUntouched).map(({ state }) => state);
  if (decided.includes('test')) return 'test';
  const isOff = decided.length > 0 && decided.length === predecessors.length && !decided.includes('on');
  return isOff ? 'off' : undefined;
}

/** Decisions for parts of the tree; where two predecessors were decided about for one target, the first counts. */
export async function inheritScopes(
  trx: RegistryTransaction,
  ruleId: string,
  predecessors: readonly Predecessor[],
): Promise<void> {
  const taken = new Set<string>();
  for (const { id } of predecessors) {
    const rows = await trx
      .selectFrom('rule_scope')
      .select(['agency_id', 'group_id', 'agent_id', 'is_on', 'severity', 'reason', 'made_by', 'made_ms'])
      .where('rule_id', '=', id)
      .orderBy('id')
      .execute();
    for (const row of rows) {
      const target = JSON.stringify([row.agency_id, row.group_id, row.agent_id]);
      if (taken.has(target)) continue;
      taken.add(target);
      await trx
        .insertInto('rule_scope')
        .values({ ...row, rule_id: ruleId })
        .execute();
    }
  }
}
