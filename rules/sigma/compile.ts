/** Parsed rules -> engine. A bad rule is an entry of `errors` and never a throw; filters are put onto their rules here. */
import { compileCorrelations } from './correlation/compile.ts';
import { Engine } from './engine.ts';
import type { CompiledRule } from './engine.ts';
import { rejection } from './format.ts';
import { ItemError } from './modifiers/item-state.ts';
import { join } from './predicate.ts';
import type { Expr } from './predicate.ts';
import { compileBlock, within } from './rule.ts';
import type { Pipeline, RuleContext } from './rule.ts';
import type { ParsedFilter, ParsedRule, ParsedRules, RuleInfo, Scalar, SigmaError } from './types.ts';

export interface CompileOptions {
  pipelines?: readonly Pipeline[] | undefined;
  /** Values for `expand`: placeholder name -> one value or several (any may match). */
  placeholders?: Readonly<Record<string, Scalar | readonly Scalar[]>> | undefined;
}

/** Compiles everything that can be compiled; what cannot is in `engine.errors`. Never throws for a bad rule. */
export function compile(parsed: readonly ParsedRules[], options: CompileOptions = {}): Engine {
  const errors: SigmaError[] = parsed.flatMap((file) => file.errors);
  const placeholders = new Map(
    Object.entries(options.placeholders ?? {}).map(([name, values]): [string, readonly Scalar[]] => [
      name,
      typeof values === 'object' && values !== null ? values : [values],
    ]),
  );
  const context: RuleContext = { placeholders, pipelines: options.pipelines ?? [] };
  const ids = new Map<string, RuleInfo>();
  const unique = (info: RuleInfo): boolean => {
    const first = ids.get(info.id);
    if (first === undefined) {
      ids.set(info.id, info);
      return true;
    }
    errors.push(
      rejection(
        info,
        info,
        `the id "${info.id}" is taken by ${first.source}:${String(first.line)}: give this rule its own`,
      ),
    );
    return false;
  };

  const rules = parsed.flatMap((file) => file.rules).filter(({ info }) => unique(info));
  const filters = parsed
    .flatMap((file) => file.filters)
    .filter(({ info }) => unique(info))
    .flatMap((filter) => compileFilter(filter, context, errors));
  const compiled = rules.flatMap((rule) => compileRule(rule, filters, context, errors));
  const correlations = parsed.flatMap((file) => file.correlations).filter(({ info }) => unique(info));
  const plan = compileCorrelations(
    correlations,
    compiled.map(({ info }) => info),
    errors,
  );
  return new Engine(
    compiled,
    filters.map(({ info }) => info),
    plan,
    errors,
  );
}

interface CompiledFilter {
  info: RuleInfo;
  rules: readonly string[] | 'any';
  expr: Expr;
}

function compileFilter(filter: ParsedFilter, context: RuleContext, errors: SigmaError[]): CompiledFilter[] {
  return attempt(filter.info, errors, () => {
    const warnings: string[] = [];
    const expr = compileBlock(filter.detection, contextFor(filter.info, context), warnings);
    return { info: withWarnings(filter.info, warnings), rules: filter.rules, expr };
  });
}

function compileRule(
  rule: ParsedRule,
  filters: readonly CompiledFilter[],
  context: RuleContext,
  errors: SigmaError[],
): CompiledRule[] {
  return attempt(rule.info, errors, () => {
    const warnings: string[] = [];
    const own = compileBlock(rule.detection, contextFor(rule.info, context), warnings);
    const applied = filters.filter((filter) => narrows(filter, rule.info));
    return {
      info: withWarnings(rule.info, warnings),
      expr: join('and', [own, ...applied.map(({ expr }) => expr)]),
    };
  });
}

/** Whether a filter is for this rule: by id, name or "any", within the filter's log source. */
export function narrows(
  filter: Pick<ParsedFilter, 'info' | 'rules'>,
  { id, name, logsource }: RuleInfo,
): boolean {
  return (
    within(logsource, filter.info.logsource) &&
    (filter.rules === 'any' ||
      filter.rules.includes(id) ||
      (name !== undefined && filter.rules.includes(name)))
  );
}

function contextFor(info: RuleInfo, context: RuleContext): RuleContext {
  return {
    ...context,
    pipelines: context.pipelines.filter(
      ({ logsource }) => logsource === undefined || within(info.logsource, logsource),
    ),
  };
}

function withWarnings(info: RuleInfo, warnings: readonly string[]): RuleInfo {
  return warnings.length === 0
    ? info
    : Object.freeze({ ...info, warnings: [...info.warnings, ...new Set(warnings)] });
}

function attempt<T>(info: RuleInfo, errors: SigmaError[], build: () => T): T[] {
  try {
    return [build()];
  } catch (error) {
    if (!(error instanceof ItemError)) throw error;
    errors.push(rejection(info, error.at, error.message));
    return [];
  }
}
