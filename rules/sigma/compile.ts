/** Parsed rules -> engine. A bad rule is an entry of `errors` and never a throw; filters are put onto their rules here. */
import { compileCorrelations } from './correlation/compile.ts';
import { Engine } from './engine.ts';
import type { CompiledRule } from './engine.ts';
import { rejection, withWarnings } from './format.ts';
import { ItemError } from './modifiers/item-state.ts';
import { join } from './predicate.ts';
import type { Expr } from './predicate.ts';
import { compileBlock, within } from './rule.ts';
import type { Pipeline, RuleContext } from './rule.ts';
import type {
  ParsedCorrelation,
  ParsedFilter,
  ParsedRule,
  ParsedRules,
  RuleInfo,
  Scalar,
  SigmaError,
  Warning,
} from './types.ts';

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

  const uses = parsed.flatMap((file) => file.correlations);
  const rules = withLevels(
    parsed.flatMap((file) => file.rules).filter(({ info }) => unique(info)),
    uses,
  );
  const filters = parsed
    .flatMap((file) => file.filters)
    .filter(({ info }) => unique(info))
    .flatMap((filter) => compileFilter(filter, context, errors));
  const compiled = rules.flatMap((rule) => compileRule(rule, filters, context, errors));
  const correlations = withLevels(
    uses.filter(({ info }) => unique(info)),
    uses,
  );
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

/** A rule whose hits are alerts by themselves should say how severe they are. */
function withLevels<Rule extends { info: RuleInfo }>(
  rules: readonly Rule[],
  correlations: readonly ParsedCorrelation[],
): readonly Rule[] {
  const used = new Set(correlations.flatMap((one) => one.rules));
  const generated = new Set(correlations.flatMap((one) => (one.generate ? one.rules : [])));
  const isIn = ({ id, name }: RuleInfo, names: ReadonlySet<string>): boolean =>
    names.has(id) || (name !== undefined && names.has(name));
  const message = 'the rule has no "level": say informational, low, medium, high or critical';
  return rules.map((rule) => {
    const { info } = rule;
    const alerts = !isIn(info, used) || isIn(info, generated);
    return info.level === undefined && alerts
      ? { ...rule, info: withWarnings(info, [{ at: info, message }]) }
      : rule;
  });
}

interface CompiledFilter {
  info: RuleInfo;
  rules: readonly string[] | 'any';
  expr: Expr;
}

function compileFilter(filter: ParsedFilter, context: RuleContext, errors: SigmaError[]): CompiledFilter[] {
  return attempt(filter.info, errors, () => {
    const warnings: Warning[] = [];
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
    const warnings: Warning[] = [];
    const own = compileBlock(rule.detection, contextFor(rule.info, context), warnings);
    const { id, name, logsource } = rule.info;
    const applied = filters.filter(
      (filter) =>
        within(logsource, filter.info.logsource) &&
        (filter.rules === 'any' ||
          filter.rules.includes(id) ||
          (name !== undefined && filter.rules.includes(name))),
    );
    return {
      info: withWarnings(rule.info, warnings),
      expr: join('and', [own, ...applied.map(({ expr }) => expr)]),
    };
  });
}

function contextFor(info: RuleInfo, context: RuleContext): RuleContext {
  return {
    ...context,
    pipelines: context.pipelines.filter(
      ({ logsource }) => logsource === undefined || within(info.logsource, logsource),
    ),
  };
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
