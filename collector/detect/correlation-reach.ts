/** What the host needs to know of the loaded correlations: which rules feed them, and how far back they look. */
import type { ParsedCorrelation, RuleInfo } from '../../rules/sigma/index.ts';

export interface CorrelationReach {
  /** Ids of base rules whose matches some correlation reads. */
  ruleIds: readonly string[];
  /** Longest stretch of event time that it can depend on whether there is a hit, chains of correlations included. */
  spanMs: number;
  /** Group-by fields of each correlation, by its id. */
  groupBy: ReadonlyMap<string, readonly string[]>;
}

export function correlationReach(
  rules: readonly RuleInfo[],
  parsed: readonly ParsedCorrelation[],
): CorrelationReach {
  // A correlation the engine rejected reads nothing.
  const loaded = new Set(rules.map((rule) => rule.id));
  const correlations = parsed.filter(({ info }) => loaded.has(info.id));
  const byReference = new Map<string, ParsedCorrelation>();
  for (const correlation of correlations) {
    byReference.set(correlation.info.id, correlation);
    if (correlation.info.name !== undefined) byReference.set(correlation.info.name, correlation);
  }
  const span = (correlation: ParsedCorrelation, above: ReadonlySet<ParsedCorrelation>): number => {
    if (above.has(correlation)) return 0;
    const path = new Set(above).add(correlation);
    const below = correlation.rules.map((reference) => {
      const inner = byReference.get(reference);
      return inner === undefined ? 0 : span(inner, path);
    });
    // A hit is due where the event before it, up to a window back, was none: that is known from the window before it.
    // An absence (`a and not b`) is looked for before and after the event.
    const windows = correlation.expression === undefined ? 2 : 3;
    return windows * (correlation.timespanMs ?? 0) + Math.max(0, ...below);
  };
  const references = new Set(correlations.flatMap((correlation) => correlation.rules));
  return {
    ruleIds: rules
      .filter((rule) => rule.kind === 'rule' && (references.has(rule.id) || references.has(rule.name ?? '')))
      .map((rule) => rule.id),
    spanMs: Math.max(0, ...correlations.map((correlation) => span(correlation, new Set()))),
    groupBy: new Map(correlations.map((correlation) => [correlation.info.id, correlation.groupBy])),
  };
}
