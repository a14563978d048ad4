/** What exceptions ask of the rules in force, and of those of the house that judge events. */
import type { Severity } from '../../api/contract.ts';
import { HINDSIGHT_RULE, INDICATOR_RULE, indicatorRule } from '../../alert/indicator-rules.ts';
import type { RuleBook } from '../../detect/rule-book.ts';
import type { RuleWords } from '../../exceptions/exception-index.ts';
import type { RuleInfo } from '../../../rules/sigma/index.ts';

export interface ExceptionRules {
  words: RuleWords;
  /** Undefined when there is no such rule. */
  severityOf: (ruleId: string) => Severity | undefined;
  /** Whether hits of the rule are alerts by themselves. */
  generates: (ruleId: string) => boolean;
  isCorrelation: (ruleId: string) => boolean;
}

/** @param book as it is at the moment: it changes */
export function exceptionRules(book: () => Pick<RuleBook, 'engine' | 'facts'>): ExceptionRules {
  let known: readonly RuleInfo[] | undefined;
  let byId = new Map<string, RuleInfo>();
  const find = (ruleId: string): RuleInfo | undefined => {
    const { rules } = book().engine;
    if (known !== rules) {
      known = rules;
      byId = new Map(rules.map((rule) => [rule.id, rule]));
    }
    return byId.get(ruleId);
  };
  const isHouse = (ruleId: string): boolean => ruleId === INDICATOR_RULE || ruleId === HINDSIGHT_RULE;
  return {
    words: {
      categories: (ruleId) => {
        const rule = find(ruleId);
        if (rule === undefined) return [];
        const { product, category, service } = rule.logsource;
        return [...rule.tags, ...[product, category, service].filter((word) => word !== undefined)];
      },
      logsource: (ruleId) => find(ruleId)?.logsource ?? {},
    },
    severityOf: (ruleId) =>
      isHouse(ruleId) ? indicatorRule(ruleId).severity : book().facts(ruleId)?.severity,
    generates: (ruleId) => isHouse(ruleId) || book().engine.generates(ruleId),
    isCorrelation: (ruleId) => find(ruleId)?.kind === 'correlation',
  };
}
