/** Words and tones for what a rule is. */
import type { Severity } from '../api/types.ts';
import type { LabelOf } from '../i18n/messages.ts';
import type { Tone } from '../ui/badge.tsx';
import type { messages } from './messages.ts';
import type { RuleState } from './rule-shapes.ts';
import type { Rule } from './rules-api.ts';

type Label = LabelOf<typeof messages>;

export const stateWords: Readonly<Record<RuleState, Label>> = {
  on: 'rules.state.on',
  test: 'rules.state.test',
  draft: 'rules.state.draft',
  off: 'rules.state.off',
  retired: 'rules.state.retired',
};
export const stateTones: Readonly<Record<RuleState, Tone>> = {
  on: 'good',
  test: 'info',
  draft: 'warn',
  off: 'quiet',
  retired: 'quiet',
};
export const originWords: Readonly<Record<Rule['origin'], Label>> = {
  shipped: 'rules.origin.shipped',
  folder: 'rules.origin.folder',
  import: 'rules.origin.import',
  here: 'rules.origin.here',
};
export const kindWords: Readonly<Record<Rule['kind'], Label>> = {
  rule: 'rules.kind.rule',
  correlation: 'rules.kind.correlation',
  filter: 'rules.kind.filter',
};

/** States that a rule may go to from here, as the server has it (collector/registry/rules/rule-acts.ts). */
export const nextStates: Readonly<Record<RuleState, readonly RuleState[]>> = {
  draft: ['test', 'off', 'retired'],
  test: ['on', 'off', 'draft', 'retired'],
  on: ['test', 'off', 'retired'],
  off: ['on', 'test', 'draft', 'retired'],
  retired: ['draft'],
};

const severities: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'informational'];
/** A rule's level as a severity; a rule that names none is of medium severity. */
export const severityOf = (level: string | null): Severity =>
  severities.find((severity) => severity === level) ?? 'medium';

/** `windows / process_creation`; empty where the rule names none. */
export const logsourceOf = (rule: {
  readonly product: string | null;
  readonly category: string | null;
  readonly service: string | null;
}): string =>
  [rule.product, rule.category, rule.service].filter((part) => part !== null && part !== '').join(' / ');
