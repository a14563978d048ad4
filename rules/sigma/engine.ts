/**
 * Compiled rules and their matching; made by `compile` and immutable.
 * Invariant: whatever speeds the search up only leaves out rules that cannot match; the expression decides.
 */
import type { CorrelationPlan } from './correlation/compile.ts';
import { Correlator } from './correlation/correlator.ts';
import type { CorrelatorOptions } from './correlation/correlator.ts';
import { reachesOf } from './correlation/reach.ts';
import type { Reach } from './correlation/reach.ts';
import { Matcher } from './matcher.ts';
import type { UnmappedField } from './pipeline.ts';
import type { Expr } from './predicate.ts';
import { makeProgramInSteps } from './program.ts';
import type { Program } from './program.ts';
import { Routes } from './routes.ts';
import { finish, type Steps } from './steps.ts';
import type { EventInput, LogSource, Match, RuleInfo, SigmaError } from './types.ts';

/** A rule as the engine holds it; `expr` serves the naive matcher and the SQL writer. */
export interface CompiledRule {
  info: RuleInfo;
  expr: Expr;
}

interface Ways {
  program: Program;
  routes: Routes;
}

/** What `compile` makes. Matching keeps nothing from one event to the next but what is known of values. */
export class Engine {
  /** Metadata of everything accepted: rules, correlations, filters. */
  readonly rules: readonly RuleInfo[];
  /** Everything rejected, by the parser or here. */
  readonly errors: readonly SigmaError[];
  /** Fields that rules ask and that the pipelines for their log source do not know; such rules have a warning too. */
  readonly unmapped: readonly UnmappedField[];
  readonly compiled: readonly CompiledRule[];
  readonly #infos: readonly RuleInfo[];
  /** What matching needs, made when it is first asked for: who only correlates never pays for it. */
  #ways: Ways | undefined;
  readonly #byId: ReadonlyMap<string, number>;
  readonly #plan: CorrelationPlan;
  #reaches: ReadonlyMap<string, Reach> | undefined;
  /** Taken out while in use, since an accessor may ask the engine again. */
  #matcher: Matcher | undefined;

  constructor(
    compiled: readonly CompiledRule[],
    filters: readonly RuleInfo[],
    plan: CorrelationPlan,
    errors: readonly SigmaError[],
    unmapped: readonly UnmappedField[],
  ) {
    this.compiled = compiled;
    this.errors = errors;
    this.unmapped = unmapped;
    this.#plan = plan;
    const infos = compiled.map(({ info }) => info);
    this.rules = Object.freeze([...infos, ...plan.correlations.map(({ info }) => info), ...filters]);
    this.#byId = new Map(infos.map(({ id }, index) => [id, index]));
    this.#infos = infos;
  }

  /** Makes what matching needs, so that the first event need not wait for it. */
  *prepare(): Steps<Ways> {
    if (this.#ways !== undefined) return this.#ways;
    const program = yield* makeProgramInSteps(this.compiled.map(({ expr }) => expr));
    this.#ways = { program, routes: new Routes(program, this.#infos) };
    return this.#ways;
  }

  /** Rules that match the event, in the order they were loaded. Without `logsource` every rule is tried. */
  match(event: EventInput, logsource?: LogSource | readonly LogSource[]): Match[] {
    const { program, routes } = (this.#ways ??= finish(this.prepare()));
    const route = routes.of(logsource);
    const matcher = this.#matcher ?? new Matcher(program, this.#infos);
    this.#matcher = undefined;
    try {
      return matcher.match(event, route);
    } finally {
      this.#matcher = matcher;
    }
  }

  /** Whether hits of this rule (or correlation) are alerts by themselves: false while a correlation uses it up. */
  generates(ruleId: string): boolean {
    return this.#plan.generates(ruleId);
  }

  /** Fields that correlations over this rule read: what to keep with a hit so that it can be pushed later. */
  correlationFields(ruleId: string): readonly string[] {
    return this.#plan.fieldsOf(ruleId);
  }

  /** The base rules that a rule or correlation is made of and how far back it looks; undefined for unknown ids. */
  reach(ruleId: string): Reach | undefined {
    if (this.#byId.has(ruleId)) return { ruleIds: [ruleId], backMs: 0 };
    this.#reaches ??= reachesOf(this.#plan);
    return this.#reaches.get(ruleId);
  }

  /** A new, empty correlator over the engine's correlations. */
  correlator(options: CorrelatorOptions = {}): Correlator {
    return new Correlator(this.#plan, options);
  }

  /** The compiled rule; undefined for correlations and unknown ids. */
  find(ruleId: string): CompiledRule | undefined {
    const index = this.#byId.get(ruleId);
    return index === undefined ? undefined : this.compiled[index];
  }
}
