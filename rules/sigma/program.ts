/**
 * Rules prepared for matching. A rule's expression is cut into facts: its largest parts that ask one field only, shared
 * by all rules that have the same part. Whether a fact holds depends on the value of its field alone, so it can be
 * remembered by value. Each rule is at home at facts of which at least one holds whenever the rule matches.
 * Invariant: a rule without such facts is in `always`; every other rule can only match where a home fact holds.
 */
import { addTo } from './add-to.ts';
import { slotTest } from './evaluate.ts';
import type { SlotTest } from './evaluate.ts';
import { FieldIndex } from './field-index.ts';
import { join, predicateKey } from './predicate.ts';
import type { Expr, Predicate } from './predicate.ts';
import { makeRuleCode } from './rule-code.ts';
import type { RuleCode } from './rule-code.ts';
import { clausesOf, decidingAtom } from './witness.ts';
import type { Atom, Clause } from './witness.ts';
import { finish, type Steps } from './steps.ts';

/** The pseudo-field of keywords: every value of the event. */
export const KEYWORDS = 0;

export interface PreparedPredicate {
  predicate: Predicate;
  test: SlotTest;
  field: FieldPlan;
  /** The field that a fieldref names. */
  other: FieldPlan | undefined;
}

/** Expression over prepared predicates. */
export type PredicateExpr = Expr<PreparedPredicate & { number: number }>;

/** A part of rules that asks one field only. */
export interface Fact {
  readonly field: FieldPlan;
  /** Number among the facts of its field. */
  readonly local: number;
  readonly expr: PredicateExpr;
  /** When it holds, a value of the field is why: no negation, no absence. */
  readonly positive: boolean;
  /** What must be in the field's values for it to hold; none where nothing announces it. */
  readonly clauses: readonly Clause[];
  /** Guess of how often it holds; 1 = always. */
  readonly cost: number;
  /** Rules that can only match where this or another home of theirs holds; ascending. */
  readonly rules: number[];
}

/** A field that rules ask for. */
export interface FieldPlan {
  readonly number: number;
  readonly name: string;
  /** The name may be a path into nested values. */
  readonly isPath: boolean;
  readonly facts: Fact[];
  /** Finds the facts that are homes; empty for keywords, which each route indexes for itself. */
  readonly index: FieldIndex;
}

/** A rule over facts; a pair asks two fields at once. */
export type RuleNode =
  | { kind: 'fact'; fact: Fact }
  | { kind: 'pair'; pair: PreparedPredicate }
  | { kind: 'not'; of: RuleNode }
  | { kind: 'and' | 'or'; of: readonly RuleNode[]; inOrder: readonly RuleNode[] };

export interface Program {
  readonly fields: readonly FieldPlan[];
  /** Field by name; keywords have none. */
  readonly byName: ReadonlyMap<string, FieldPlan>;
  readonly predicates: number;
  /** For showing why a rule matched. */
  readonly nodes: readonly RuleNode[];
  /** By rule: facts that must all hold. */
  readonly required: readonly (readonly Fact[])[];
  /** For deciding whether it does. */
  readonly code: RuleCode;
  /** By rule: facts at which it is at home. */
  readonly homes: readonly (readonly Fact[])[];
  /** Rules without a home: tried for every event of their log source; ascending. */
  readonly always: readonly number[];
}

/** @param exprs one for each rule, in the order of loading */
export function makeProgram(exprs: readonly Expr[]): Program {
  return finish(makeProgramInSteps(exprs));
}

/** The same, a rule or a field a step. */
export function* makeProgramInSteps(exprs: readonly Expr[]): Steps<Program> {
  const builder = new Builder();
  const always: number[] = [];
  const nodes: RuleNode[] = [];
  for (const expr of exprs) {
    nodes.push(builder.node(expr));
    yield undefined;
  }
  // Once all rules are known: what many of them name is common in events, too.
  const homes: Fact[][] = [];
  for (const [rule, node] of nodes.entries()) {
    const found = builder.homesOf(node);
    if (found === undefined) always.push(rule);
    const facts = [...new Set(found?.facts)];
    for (const fact of facts) builder.settle(fact, rule);
    homes.push(facts);
    yield undefined;
  }
  for (const field of builder.fields) {
    const { index } = field;
    for (const fact of field.facts) if (fact.rules.length > 0) decideLeaves(index, fact.expr);
    index.build();
    yield undefined;
  }
  return {
    fields: builder.fields,
    byName: builder.byName,
    predicates: builder.predicates.size,
    nodes,
    homes,
    required: nodes.map(requiredBy),
    code: makeRuleCode(nodes),
    always,
  };
}

/** Lets a search answer the predicates of a fact, so that they need not be asked of the value. */
export function decideLeaves(index: FieldIndex, expr: PredicateExpr): void {
  if (expr.kind === 'leaf') {
    const atom = decidingAtom(expr.leaf.predicate);
    if (atom !== undefined) index.decide(expr.leaf.number, atom);
  } else if (expr.kind === 'not') decideLeaves(index, expr.of);
  else for (const part of expr.of) decideLeaves(index, part);
}

function requiredBy(node: RuleNode): readonly Fact[] {
  if (node.kind === 'fact') return [node.fact];
  return node.kind === 'and' ? node.of.flatMap((part) => (part.kind === 'fact' ? [part.fact] : [])) : [];
}

interface Homes {
  facts: readonly Fact[];
  cost: number;
}

class Builder {
  readonly fields: FieldPlan[] = [];
  readonly byName = new Map<string, FieldPlan>();
  readonly predicates = new Map<string, PreparedPredicate & { number: number }>();
  readonly #facts = new Map<string, Fact>();
  /** Text of a field -> how many parts of rules it announces. */
  readonly #asked = new Map<string, number>();

  constructor() {
    this.#newField('');
  }

  /** Children that ask the same field become one fact; cheap and rare ones are asked first. */
  node(expr: Expr): RuleNode {
    const field = fieldOf(expr);
    if (field !== MIXED) return { kind: 'fact', fact: this.#fact(expr, field) };
    if (expr.kind === 'leaf') return { kind: 'pair', pair: this.#predicate(expr.leaf) };
    if (expr.kind === 'not') return { kind: 'not', of: this.node(expr.of) };
    const groups = new Map<string | undefined | symbol, Expr[]>();
    for (const part of expr.of) {
      const asked = fieldOf(part);
      const key = asked === MIXED ? Symbol('apart') : asked;
      addTo(groups, key, part);
    }
    const inOrder = [...groups.values()].map((group) => this.node(join(expr.kind, group)));
    const of = inOrder.toSorted((left, right) => rank(left, expr.kind) - rank(right, expr.kind));
    return { kind: expr.kind, of, inOrder };
  }

  /** Facts of which one holds whenever the node does, the rarest choice; undefined where there are none. */
  homesOf(node: RuleNode): Homes | undefined {
    switch (node.kind) {
      case 'fact':
        return node.fact.cost < NEVER_HOME
          ? { facts: [node.fact], cost: node.fact.cost * this.#popularity(node.fact) }
          : undefined;
      case 'pair': {
        const { field } = node.pair;
        const present: Expr = { kind: 'leaf', leaf: { kind: 'exists', field: field.name, want: true } };
        const fact = this.#fact(present, field.name);
        return { facts: [fact], cost: 1 };
      }
      case 'not':
        return undefined;
      case 'and': {
        const [best] = node.of
          .flatMap((part) => this.homesOf(part) ?? [])
          .toSorted((left, right) => left.cost - right.cost);
        return best;
      }
      case 'or': {
        const parts = node.of.map((part) => this.homesOf(part));
        if (!parts.every((part) => part !== undefined)) return undefined;
        return {
          facts: parts.flatMap(({ facts }) => facts),
          cost: parts.reduce((sum, { cost }) => sum + cost, 0),
        };
      }
    }
  }

  settle(fact: Fact, rule: number): void {
    if (fact.rules.length === 0 && fact.field.number !== KEYWORDS)
      fact.field.index.add(fact.local, fact.clauses);
    fact.rules.push(rule);
  }

  /** How many parts of rules ask what announces the fact, at most over its texts. */
  #popularity({ field, clauses }: Fact): number {
    const [first] = clauses;
    return Math.max(
      1,
      ...(first?.atoms ?? [])
        .slice(0, ATOMS_ASKED_MAX)
        .map((atom) => this.#asked.get(atomKey(field, atom)) ?? 0),
    );
  }

  #fact(expr: Expr, name: string | undefined): Fact {
    const fact = this.#sharedFact(expr, name);
    for (const atom of (fact.clauses[0]?.atoms ?? []).slice(0, ATOMS_ASKED_MAX)) {
      const key = atomKey(fact.field, atom);
      this.#asked.set(key, (this.#asked.get(key) ?? 0) + 1);
    }
    return fact;
  }

  #sharedFact(expr: Expr, name: string | undefined): Fact {
    const prepared = this.#prepare(expr);
    const field = name === undefined ? this.#field('') : this.#field(name);
    const key = `${String(field.number)}:${keyOf(prepared)}`;
    const known = this.#facts.get(key);
    if (known !== undefined) return known;
    const clauses = clausesOf(expr);
    const fact: Fact = {
      field,
      local: field.facts.length,
      expr: prepared,
      positive: isPositive(prepared),
      clauses,
      cost: clauses[0]?.cost ?? NEVER_HOME,
      rules: [],
    };
    field.facts.push(fact);
    this.#facts.set(key, fact);
    return fact;
  }

  #prepare(expr: Expr): PredicateExpr {
    if (expr.kind === 'leaf') return { kind: 'leaf', leaf: this.#predicate(expr.leaf) };
    if (expr.kind === 'not') return { kind: 'not', of: this.#prepare(expr.of) };
    return { kind: expr.kind, of: expr.of.map((part) => this.#prepare(part)) };
  }

  #predicate(predicate: Predicate): PreparedPredicate & { number: number } {
    const key = predicateKey(predicate);
    const known = this.predicates.get(key);
    if (known !== undefined) return known;
    const prepared = {
      number: this.predicates.size,
      predicate,
      test: slotTest(predicate),
      field: this.#field(predicate.field ?? ''),
      other: predicate.kind === 'fieldref' ? this.#field(predicate.other) : undefined,
    };
    this.predicates.set(key, prepared);
    return prepared;
  }

  /** An empty name is that of the keywords. */
  #field(name: string): FieldPlan {
    const keywords = this.fields[KEYWORDS];
    if (name === '' && keywords !== undefined) return keywords;
    return this.byName.get(name) ?? this.#newField(name);
  }

  #newField(name: string): FieldPlan {
    const field: FieldPlan = {
      number: this.fields.length,
      name,
      isPath: name.includes('.'),
      facts: [],
      index: new FieldIndex(),
    };
    this.fields.push(field);
    if (name !== '') this.byName.set(name, field);
    return field;
  }
}

/** Cost of a fact that nothing in an event announces. */
const NEVER_HOME = Number.POSITIVE_INFINITY;
/** Of a fact with very many texts only the first ones are counted. */
const ATOMS_ASKED_MAX = 100;

function atomKey({ number }: FieldPlan, atom: Atom): string {
  return `${String(number)} ${atom.kind === 'present' ? '' : atom.literal}`;
}

const MIXED = Symbol('more than one field');

/** The one field an expression asks; undefined = keywords. */
function fieldOf(expr: Expr): string | undefined | typeof MIXED {
  switch (expr.kind) {
    case 'leaf':
      return expr.leaf.kind === 'fieldref' ? MIXED : expr.leaf.field;
    case 'not':
      return fieldOf(expr.of);
    case 'and':
    case 'or': {
      const [first, ...rest] = expr.of;
      if (first === undefined) return MIXED;
      const field = fieldOf(first);
      return rest.every((part) => fieldOf(part) === field) ? field : MIXED;
    }
  }
}

/** An `and` is over with its first false part, an `or` with its first true one. */
function rank(node: RuleNode, kind: 'and' | 'or'): number {
  if (node.kind === 'pair') return 3;
  if (node.kind !== 'fact') return 2;
  return kind === 'and' ? node.fact.cost : -node.fact.cost;
}

function keyOf(expr: PredicateExpr): string {
  if (expr.kind === 'leaf') return String(expr.leaf.number);
  if (expr.kind === 'not') return `!${keyOf(expr.of)}`;
  return `(${expr.kind}${expr.of.map(keyOf).join(',')})`;
}

function isPositive(expr: PredicateExpr): boolean {
  switch (expr.kind) {
    case 'leaf': {
      const { predicate } = expr.leaf;
      return predicate.kind !== 'null' && !(predicate.kind === 'exists' && !predicate.want);
    }
    case 'not':
      return false;
    case 'and':
    case 'or':
      return expr.of.every(isPositive);
  }
}
