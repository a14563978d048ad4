/** What only shows among many rules: doubles, and correlations that count what cannot happen. */
import type { Report } from './lint-metadata.ts';
import { logSourceKey } from './lint-source.ts';
import { predicateKey } from './predicate.ts';
import type { Expr } from './predicate.ts';
import type { ParsedCorrelation, RuleInfo } from './types.ts';

/** Remembers what it was shown; a later double names the first. */
export class Doubles {
  readonly #titles = new Map<string, RuleInfo>();
  readonly #detections = new Map<string, RuleInfo>();

  title(info: RuleInfo, report: Report): void {
    if (info.title === '') return;
    const first = remember(this.#titles, info.title.trim().toLowerCase(), info);
    if (first !== undefined) report('title-duplicate', 'title', placeOf(first));
  }

  detection(info: RuleInfo, expr: Expr, report: Report): void {
    const first = remember(this.#detections, `${logSourceKey(info.logsource)} ${exprKey(expr)}`, info);
    if (first !== undefined) report('detection-duplicate', 'detection', placeOf(first));
  }
}

function remember(known: Map<string, RuleInfo>, key: string, info: RuleInfo): RuleInfo | undefined {
  const first = known.get(key);
  if (first === undefined) known.set(key, info);
  return first;
}

function placeOf({ source, line }: RuleInfo): string {
  return `${source}:${String(line)}`;
}

/** Equal for expressions that differ in order only. */
function exprKey(expr: Expr): string {
  switch (expr.kind) {
    case 'leaf':
      return predicateKey(expr.leaf);
    case 'not':
      return `!${exprKey(expr.of)}`;
    case 'and':
    case 'or':
      return `${expr.kind}(${[...new Set(expr.of.map(exprKey))].toSorted().join()})`;
  }
}

/** @param dead ids and names of rules that can never match */
export function checkCorrelation(
  { rules, groupBy }: ParsedCorrelation,
  dead: ReadonlySet<string>,
  report: Report,
): void {
  if (groupBy.length === 0) report('correlation-group', 'correlation');
  for (const reference of rules) {
    if (dead.has(reference)) report('correlation-dead', 'correlation', reference);
  }
}
