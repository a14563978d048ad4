/** What the host needs to know of the loaded correlations: which rules feed them, and how far back they look. */
import type { Engine, ParsedCorrelation } from '../../rules/sigma/index.ts';

export interface CorrelationReach {
  /** Ids of base rules whose matches some correlation reads. */
  ruleIds: readonly string[];
  /** Longest stretch of event time that it can depend on whether there is a hit, chains of correlations included. */
  spanMs: number;
  /** Group-by fields of each correlation, by its id. */
  groupBy: ReadonlyMap<string, readonly string[]>;
}

export function correlationReach(engine: Engine, parsed: readonly ParsedCorrelation[]): CorrelationReach {
  const reaches = engine.rules.flatMap(({ id, kind }) =>
    kind === 'correlation' ? (engine.reach(id) ?? []) : [],
  );
  const read = new Set(reaches.flatMap(({ ruleIds }) => ruleIds));
  const loaded = new Set(engine.rules.map(({ id }) => id));
  return {
    ruleIds: engine.rules.filter(({ id }) => read.has(id)).map(({ id }) => id),
    spanMs: Math.max(0, ...reaches.map(({ backMs }) => backMs)),
    groupBy: new Map(
      parsed.filter(({ info }) => loaded.has(info.id)).map(({ info, groupBy }) => [info.id, groupBy]),
    ),
  };
}
