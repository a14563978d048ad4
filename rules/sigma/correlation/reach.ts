/** What a correlation looks at: the rules it is made of, and how far back its hits depend on events. */
import type { CompiledCorrelation, CorrelationPlan } from './compile.ts';

export interface Reach {
  /** Ids of base rules, those of the correlations below included. */
  ruleIds: readonly string[];
  /** Milliseconds before a time from which events must be known, so that hits from that time on are the same. */
  backMs: number;
}

/** By the id of every correlation of the plan. */
export function reachesOf({ correlations }: CorrelationPlan): ReadonlyMap<string, Reach> {
  // A correlation stands behind those it refers to, so one pass knows them all.
  const reaches = new Map<string, Reach>();
  for (const correlation of correlations) {
    const below = correlation.inputs.map(
      ({ ruleId }) => reaches.get(ruleId) ?? { ruleIds: [ruleId], backMs: 0 },
    );
    reaches.set(correlation.info.id, {
      ruleIds: [...new Set(below.flatMap(({ ruleIds }) => ruleIds))],
      backMs:
        windowsOf(correlation) * correlation.timespanMs + Math.max(0, ...below.map(({ backMs }) => backMs)),
    });
  }
  return reaches;
}

/**
 * A window of its own, and one before it: whether an entry fires depends on whether the entry before held. An absence
 * is judged a timespan behind its entry, so that its hits come that much later.
 */
function windowsOf({ absence }: CompiledCorrelation): number {
  return absence ? 3 : 2;
}
