/**
 * Compiled rules and their matching; made by `compile` and immutable.
 * Invariant: whatever speeds the search up only leaves out rules that cannot match; the expression decides.
 */
import type { CorrelationPlan } from './correlation/compile.ts';
import { Correlator } from './correlation/correlator.ts';
import type { CorrelatorOptions } from './correlation/correlator.ts';
import { reachOf } from './correlation/reach.ts';
import type { Reach } from './correlation/reach.ts';
import { EventView, Slot } from './event.ts';
import type { FieldTable } from './event.ts';
import { slotTest, witnessValue } from './evaluate.ts';
import type { SlotTest } from './evaluate.ts';
import { CandidateIndex } from './index-candidates.ts';
import { predicateKey } from './predicate.ts';
import type { Expr, Predicate } from './predicate.ts';
import { isList, within } from './pipeline.ts';
import type { UnmappedField } from './pipeline.ts';
import type { EventInput, LogSource, Match, MatchedField, RuleInfo, SigmaError } from './types.ts';

/** A rule as the engine holds it; `expr` serves the naive matcher and the SQL writer. */
export interface CompiledRule {
  info: RuleInfo;
  expr: Expr;
}

interface Prepared {
  predicate: Predicate;
  test: SlotTest;
  /** Number of the field; -1 for keywords. */
  field: number;
  other: number;
}

/** Expression whose leaves are numbers of prepared predicates. */
type Node = Expr<number>;

/** What `compile` makes. Matching keeps nothing from one event to the next but candidate indexes. */
export class Engine {
  /** Metadata of everything accepted: rules, correlations, filters. */
  readonly rules: readonly RuleInfo[];
  /** Everything rejected, by the parser or here. */
  readonly errors: readonly SigmaError[];
  /** Fields that rules ask and that the pipelines for their log source do not know; such rules have a warning too. */
  readonly unmapped: readonly UnmappedField[];
  readonly compiled: readonly CompiledRule[];
  readonly #nodes: readonly Node[];
  readonly #prepared: readonly Prepared[];
  readonly #fields: FieldTable;
  readonly #byId: ReadonlyMap<string, number>;
  readonly #plan: CorrelationPlan;
  /** Candidate indexes by the log sources asked for; equal sets of rules share one. */
  readonly #routes = new Map<string, CandidateIndex>();
  readonly #indexes = new Map<string, CandidateIndex>();
  #everyRule: CandidateIndex | undefined;
  /** Reused from event to event; taken out while in use, since an accessor may ask the engine again. */
  #scratch: Scratch | undefined;

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
    this.rules = Object.freeze([
      ...compiled.map(({ info }) => info),
      ...plan.correlations.map(({ info }) => info),
      ...filters,
    ]);
    this.#byId = new Map(compiled.map(({ info }, index) => [info.id, index]));
    const table = new PredicateTable();
    this.#nodes = compiled.map(({ expr }) => table.number(expr));
    this.#prepared = table.prepared;
    this.#fields = table.fields;
  }

  /** Rules that match the event, in the order they were loaded. Without `logsource` every rule is tried. */
  match(event: EventInput, logsource?: LogSource | readonly LogSource[]): Match[] {
    const scratch = this.#scratch ?? new Scratch(this.#fields, this.#prepared.length);
    this.#scratch = undefined;
    scratch.open(event);
    try {
      const index = logsource === undefined ? this.#allRules() : this.#route(logsource);
      const matches: Match[] = [];
      for (const candidate of index.find(scratch.view)) {
        const node = this.#nodes[candidate];
        const rule = this.compiled[candidate];
        if (node === undefined || rule === undefined || !this.#holds(node, scratch)) continue;
        matches.push({ rule: rule.info, fields: this.#details(node, scratch) });
      }
      return matches;
    } finally {
      scratch.view.close();
      this.#scratch = scratch;
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
    return this.#byId.has(ruleId) ? { ruleIds: [ruleId], backMs: 0 } : reachOf(this.#plan, ruleId);
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

  #allRules(): CandidateIndex {
    this.#everyRule ??= this.#indexOf(this.compiled.map((_, rule) => rule));
    return this.#everyRule;
  }

  #indexOf(rules: readonly number[]): CandidateIndex {
    return new CandidateIndex(rules, (rule) => this.compiled[rule]?.expr ?? NEVER, this.#fields);
  }

  #route(logsource: LogSource | readonly LogSource[]): CandidateIndex {
    const key = isList(logsource) ? logsource.map(sourceKey).join('') : sourceKey(logsource);
    const known = this.#routes.get(key);
    if (known !== undefined) return known;
    const sources: readonly LogSource[] = isList(logsource) ? logsource : [logsource];
    const rules = this.compiled.flatMap(({ info }, rule) =>
      sources.some((source) => within(source, info.logsource)) ? [rule] : [],
    );
    // Log sources come from events: an unbounded number of them must not fill the memory.
    if (this.#routes.size >= ROUTES_MAX) this.#routes.clear();
    if (this.#indexes.size >= INDEXES_MAX) this.#indexes.clear();
    const ruleKey = rules.join();
    const index = this.#indexes.get(ruleKey) ?? this.#indexOf(rules);
    this.#indexes.set(ruleKey, index);
    this.#routes.set(key, index);
    return index;
  }

  #holds(node: Node, scratch: Scratch): boolean {
    switch (node.kind) {
      case 'leaf':
        return this.#ask(node.leaf, scratch);
      case 'not':
        return !this.#holds(node.of, scratch);
      case 'and':
        for (const part of node.of) if (!this.#holds(part, scratch)) return false;
        return true;
      case 'or':
        for (const part of node.of) if (this.#holds(part, scratch)) return true;
        return false;
    }
  }

  #ask(index: number, scratch: Scratch): boolean {
    const { answers, turn, view } = scratch;
    const answer = answers[index];
    if (answer === turn + YES) return true;
    if (answer === turn) return false;
    const prepared = this.#prepared[index];
    if (prepared === undefined) return false;
    const { test, field, other } = prepared;
    const held = test(
      field === -1 ? view.keywords() : view.slot(field),
      other === -1 ? undefined : view.slot(other),
    );
    answers[index] = held ? turn + YES : turn;
    return held;
  }

  #details(node: Node, scratch: Scratch): MatchedField[] {
    const fields: MatchedField[] = [];
    const seen = new Set<string>();
    const collect = (part: Node): void => {
      if (part.kind === 'leaf') {
        const prepared = this.#prepared[part.leaf];
        if (prepared === undefined || !this.#ask(part.leaf, scratch)) return;
        const { predicate, test, field, other } = prepared;
        const slot = field === -1 ? scratch.view.keywords() : scratch.view.slot(field);
        const otherSlot = other === -1 ? undefined : scratch.view.slot(other);
        const value = witnessValue(predicate, test, slot, otherSlot, () => new Slot());
        const key = JSON.stringify([predicate.field, value]);
        if (seen.has(key)) return;
        seen.add(key);
        fields.push({ field: predicate.field, value });
      } else if (part.kind !== 'not' && this.#holds(part, scratch)) part.of.forEach(collect);
    };
    collect(node);
    return fields;
  }
}

const YES = 1;
const ROUTES_MAX = 10_000;
const INDEXES_MAX = 200;
const NEVER: Expr = { kind: 'or', of: [] };

/** What one event needs while it is matched. */
class Scratch {
  readonly view: EventView;
  /** Per predicate: `turn` = false, `turn + YES` = true, anything else = not asked for this event. */
  readonly answers: Uint32Array;
  /** Even, and another one for each event. */
  turn = 0;

  constructor(fields: FieldTable, predicates: number) {
    this.view = new EventView(fields);
    this.answers = new Uint32Array(predicates);
  }

  open(event: EventInput): void {
    this.view.open(event);
    if (this.turn >= 0xfffffff0) {
      this.answers.fill(0);
      this.turn = 0;
    }
    this.turn += 2;
  }
}

/** With lengths, so that no value of an event can pass for another log source. */
function sourceKey({ product = '', category = '', service = '' }: LogSource): string {
  return `${String(product.length)}:${product}${String(category.length)}:${category}${String(service.length)}:${service};`;
}

/** Gives equal predicates one number, and fields theirs. */
class PredicateTable {
  readonly prepared: Prepared[] = [];
  readonly fields = { names: [] as string[], numbers: new Map<string, number>() };
  readonly #numbers = new Map<string, number>();

  number(expr: Expr): Node {
    if (expr.kind === 'leaf') return { kind: 'leaf', leaf: this.#predicate(expr.leaf) };
    if (expr.kind === 'not') return { kind: 'not', of: this.number(expr.of) };
    return { kind: expr.kind, of: expr.of.map((part) => this.number(part)) };
  }

  #predicate(predicate: Predicate): number {
    const key = predicateKey(predicate);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const index = this.prepared.length;
    this.#numbers.set(key, index);
    this.prepared.push({
      predicate,
      test: slotTest(predicate),
      field: predicate.field === undefined ? -1 : this.#field(predicate.field),
      other: predicate.kind === 'fieldref' ? this.#field(predicate.other) : -1,
    });
    return index;
  }

  #field(name: string): number {
    const known = this.fields.numbers.get(name);
    if (known !== undefined) return known;
    const number = this.fields.names.push(name) - 1;
    this.fields.numbers.set(name, number);
    return number;
  }
}
