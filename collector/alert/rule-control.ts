/**
 * What people decided of rules for parts of the tree: on or off, and how severe. Invariant: the narrowest decision counts,
 * for each of the two by itself: host, then group, then the nearest agency above, then the rule.
 */
import type { Severity } from '../api/contract.ts';

export interface RuleDecision {
  /** 0 is the host itself, 1 its group, 2 its agency, 3 the one above, and so on. */
  distance: number;
  isOn: boolean | null;
  severity: Severity | null;
}

export interface RuleRuling {
  isOn: boolean;
  severity: Severity | null;
}

/** Undefined where nobody decided anything. */
export type RuleControl = (ruleId: string, agentId: string, agencyId: number) => RuleRuling | undefined;

export function ruling(decisions: readonly RuleDecision[]): RuleRuling {
  const nearest = decisions.toSorted((a, b) => a.distance - b.distance);
  return {
    isOn: nearest.find(({ isOn }) => isOn !== null)?.isOn ?? true,
    severity: nearest.find(({ severity }) => severity !== null)?.severity ?? null,
  };
}
