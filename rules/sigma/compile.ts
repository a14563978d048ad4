/** Parsed rules -> engine. A bad rule is an entry of `errors` and never a throw; filters are put onto their rules here. */
import { compileCorrelations } from './correlation/compile.ts';
import { Engine } from './engine.ts';
import type { CompiledRule } from './engine.ts';
import { rejection, withWarnings } from './format.ts';
import { ItemError } from './modifiers/item-state.ts';
import { join } from './predicate.ts';
import type { Expr } from './predicate.ts';
import { within } from './pipeline.ts';
import type { Pipeline, UnmappedField } from './pipeline.ts';
import { Scopes } from './pipeline-rules.ts';
import type { Scope } from './pipeline-rules.ts';
import { compileBlock } from './rule.ts';
import { finish, type Steps } from './steps.ts';
import type {
  DetectionBlock,
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
  /** Rules are compiled to ask the fields that these call them; see `Pipeline`. */
  pipelines?: readonly Pipeline[] | undefined;
  /** Values for `expand`: placeholder name -> one value or several (any may match). */
  placeholders?: Readonly<Record<string, Scalar | readonly Scalar[]>> | undefined;
}

/** Compiles everything that can be compiled; what cannot is in `engine.errors`. Never throws for a bad rule. */
export function compile(parsed: readonly ParsedRules[], options: CompileOptions = {}): Engine {
  return finish(compileInSteps(parsed, options));
}

/** The same, a rule a step: between two of them whoever asks may see to something else. */
export function* compileInSteps(parsed: readonly ParsedRules[], options: CompileOptions = {}): Steps<Engine> {
  const errors: SigmaError[] = parsed.flatMap((file) => file.errors);
  const placeholders = new Map(
    Object.entries(options.placeholders ?? {}).map(([name, values]): [string, readonly Scalar[]] => [
      name,
      typeof values === 'object' && values !== null ? values : [values],
    ]),
  );
  const scopes = new Scopes(options.pipelines ?? [], placeholders);
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
    .flatMap((filter) => compileFilter(filter, scopes, errors));
  const compiled: (CompiledRule & Block)[] = [];
  for (const rule of rules) {
    compiled.push(...compileRule(rule, filters, scopes, errors));
    yield undefined;
  }
  const correlations = withLevels(
    uses.filter(({ info }) => unique(info)),
    uses,
  );
  const plan = compileCorrelations(
    correlations,
    compiled.map(({ info }) => info),
    errors,
    ({ logsource }, field) => scopes.of(logsource).names(field),
  );
  return new Engine(
    compiled,
    filters.map(({ info }) => info),
    plan,
    errors,
    [...filters, ...compiled].flatMap(({ unmapped }) => unmapped),
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

interface Block {
  info: RuleInfo;
  expr: Expr;
  unmapped: readonly UnmappedField[];
}

interface CompiledFilter extends Block {
  rules: readonly string[] | 'any';
  /** The filter as it reads for rules that other pipelines are for than for its own log source. */
  within: (scope: Scope) => Expr;
}

function compileFilter(filter: ParsedFilter, scopes: Scopes, errors: SigmaError[]): CompiledFilter[] {
  return attempt(filter.info, errors, () => {
    const block = compileScoped(filter.info, filter.detection, scopes.of(filter.info.logsource));
    const byScope = new Map<Scope, Expr>([[scopes.of(filter.info.logsource), block.expr]]);
    return {
      ...block,
      rules: filter.rules,
      within: (scope) => {
        const expr = byScope.get(scope) ?? compileScoped(filter.info, filter.detection, scope).expr;
        byScope.set(scope, expr);
        return expr;
      },
    };
  });
}

function compileRule(
  rule: ParsedRule,
  filters: readonly CompiledFilter[],
  scopes: Scopes,
  errors: SigmaError[],
): (CompiledRule & Block)[] {
  return attempt(rule.info, errors, () => {
    const scope = scopes.of(rule.info.logsource);
    const block = compileScoped(rule.info, rule.detection, scope);
    const applied = filters.filter((filter) => narrows(filter, rule.info));
    return { ...block, expr: join('and', [block.expr, ...applied.map((filter) => filter.within(scope))]) };
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

/** @throws ItemError */
function compileScoped(info: RuleInfo, detection: DetectionBlock, scope: Scope): Block {
  const warnings: Warning[] = [];
  const asked = new Set<string>();
  const expr = compileBlock(detection, { placeholders: scope.placeholders, scope, asked }, warnings);
  const unmapped = [...asked]
    .filter((field) => !scope.knows(field))
    .map((field): UnmappedField => ({ ruleId: info.id, field, pipelines: scope.declaredBy }));
  warnings.push(...unmapped.map((field) => ({ at: info, message: unmappedWarning(field) })));
  return { info: withWarnings(info, warnings), expr, unmapped };
}

export function unmappedWarning({ field, pipelines }: UnmappedField): string {
  const names = pipelines.map((name) => `"${name}"`).join(', ');
  return `the field "${field}" is unknown to the pipelines of this log source (${names}): map it under "fields", or list it under "known" where events have it`;
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
