/** Shapes of rules for modules that know no window: what reports say of them (rule-reports.ts of the API). */
import type { z } from 'zod';
import type { ruleStateSchema } from '../../../../collector/api/contract-rules.ts';

export type RuleState = z.infer<typeof ruleStateSchema>;
export type RuleStat = {
  readonly id: string;
  readonly title: string;
  readonly titleVi: string | null;
  readonly state: RuleState;
  readonly level: string | null;
  readonly product: string | null;
  readonly matches: number;
  readonly lastMatchAt: string | null;
  readonly alerts: number;
  readonly alertsPerDay: number;
  readonly closed: number;
  readonly falseShare: number | null;
  readonly throttled: number;
  readonly hasData: boolean;
};
export type Technique = {
  readonly technique: string;
  readonly tactics: readonly string[];
  readonly withData: number;
  readonly withoutData: number;
  readonly matches: number;
};
