/**
 * The rules that match one event after another. Each field's value is looked up once: what is known of the value (the
 * facts that hold, the rules at home there) is remembered for the next event that has it. Rules whose home was found
 * are decided over facts, and a fact is asked only when a rule needs it.
 * Invariant: a fact's answer depends on the field's value alone; an `always` rule is asked for every event.
 */
import { isAccessor, isOwn, readField, Slot } from './event.ts';
import { witnessValue } from './evaluate.ts';
import type { FieldIndex } from './field-index.ts';
import { KEYWORDS } from './program.ts';
import type { Fact, FieldPlan, PredicateExpr, PreparedPredicate, Program, RuleNode } from './program.ts';
import type { Route } from './routes.ts';
import type { EventInput, MatchedField } from './types.ts';
import { detached, MemoBudget, ValueMemo } from './value-memo.ts';

const UNKNOWN = 0;
const NO = 1;
const YES = 2;
const NO_RULES: readonly number[] = [];
/** What all remembered values of a matcher may take, bytes. */
const MEMO_BYTES_MAX = 24 * 1024 * 1024;

/** What is known of a value of a field. */
class Entry {
  /** The field's value; undefined = absent. */
  value: unknown;
  /** By the fact's number: UNKNOWN, NO, YES. */
  readonly truth: Uint8Array;
  /** Rules at home at facts that hold; may repeat. */
  rules: readonly number[] = NO_RULES;
  /** The same by route. */
  readonly byRoute: (readonly number[] | undefined)[] = [];
  /** By route: whether one of its keywords stands in the value. */
  readonly touched: (boolean | undefined)[] = [];
  /** Not kept beyond the event. */
  readonly passing: boolean;
  /** What a match says of this value when it is one scalar. */
  matched: MatchedField | undefined;

  constructor(value: unknown, facts: number, passing: boolean) {
    this.value = value;
    this.truth = new Uint8Array(facts);
    this.passing = passing;
  }
}

/** A field while events are matched. */
class FieldState {
  readonly plan: FieldPlan;
  readonly memo: ValueMemo<Entry>;
  readonly absent: Entry;
  readonly slot = new Slot();
  /** Whose value the slot holds. */
  owner: Entry | undefined;
  /** Even, another one whenever the slot is filled: marks answers of predicates. */
  filled = 0;
  current: Entry;
  /** The event for which `current` was read. */
  readFor = 0;
  passing: Entry | undefined;

  constructor(plan: FieldPlan, budget: MemoBudget) {
    this.plan = plan;
    this.memo = new ValueMemo(budget);
    this.absent = new Entry(undefined, plan.facts.length, false);
    this.current = this.absent;
  }
}

/** A rule that matches, by its number, with the fields that show why. */
export interface FoundRule {
  rule: number;
  fields: readonly MatchedField[];
}

export class Matcher {
  readonly #program: Program;
  readonly #fields: readonly FieldState[];
  readonly #budget = new MemoBudget(MEMO_BYTES_MAX);
  /** Per predicate: the slot's `filled` = false, `filled + 1` = true, anything else = not asked. */
  readonly #answers: Float64Array;
  /** Per rule: the event for which it was decided. */
  readonly #decidedFor: Float64Array;
  #event: EventInput = {};
  #turn = 0;
  #fills = 0;
  /** Entries of the event at which rules may be at home. */
  readonly #open: Entry[] = [];

  constructor(program: Program) {
    this.#program = program;
    this.#fields = program.fields.map((plan) => new FieldState(plan, this.#budget));
    this.#answers = new Float64Array(program.predicates).fill(-1);
    this.#decidedFor = new Float64Array(program.rules.length);
  }

  /** Rules of the route that match, ascending. */
  match(event: EventInput, route: Route): FoundRule[] {
    this.#event = event;
    this.#turn += 1;
    try {
      this.#read(event, route);
      const found: number[] = [];
      for (const rule of route.always) if (this.#holds(rule)) found.push(rule);
      for (const entry of this.#open) this.#decide(entry, route, found);
      if (found.length === 0) return [];
      if (found.length > 1) found.sort((left, right) => left - right);
      return found.map((rule) => ({ rule, fields: this.#details(rule) }));
    } finally {
      this.#event = {};
      this.#open.length = 0;
    }
  }

  /** Forgets what was found out by route. */
  forget(): void {
    for (const { memo } of this.#fields) memo.clear();
  }

  /** Looks up the fields at which rules of the route are at home. */
  #read(event: EventInput, route: Route): void {
    const { fields, keywords } = route;
    if (isAccessor(event)) {
      for (const [name, plan] of fields) if (event.has(name)) this.#take(plan, event.get(name));
      if (keywords !== undefined) this.#takeKeywords(keywords);
      return;
    }
    let nested = false;
    let touched = false;
    const read = (name: string): void => {
      const value = event[name];
      const plan = fields.get(name);
      const entry = plan === undefined ? undefined : this.#take(plan, value);
      if (typeof value === 'object' && value !== null) nested = true;
      else if (keywords !== undefined && !touched) touched = touches(keywords, value, entry, route);
    };
    if (hasOwnKeysOnly(event)) for (const name in event) read(name);
    else for (const name of Object.keys(event)) read(name);
    if (nested) {
      for (const plan of route.paths)
        if (!isOwn(event, plan.name)) this.#take(plan, readField(event, plan.name));
    }
    if (keywords !== undefined && (touched || nested)) this.#takeKeywords(keywords);
  }

  #decide(entry: Entry, route: Route, found: number[]): void {
    const { rules } = route;
    if (rules === undefined || entry.passing) {
      for (const rule of entry.rules) if (rules === undefined || rules[rule] === 1) this.#try(rule, found);
      return;
    }
    let list = entry.byRoute[route.id];
    if (list === undefined) {
      const called = entry.rules.filter((rule) => rules[rule] === 1);
      list = called.length === 0 ? NO_RULES : called;
      entry.byRoute[route.id] = list;
    }
    for (const rule of list) this.#try(rule, found);
  }

  #try(rule: number, found: number[]): void {
    if (this.#decidedFor[rule] === this.#turn) return;
    this.#decidedFor[rule] = this.#turn;
    if (this.#holds(rule)) found.push(rule);
  }

  #holds(rule: number): boolean {
    const node = this.#program.rules[rule];
    return node !== undefined && this.#nodeHolds(node);
  }

  #nodeHolds(node: RuleNode): boolean {
    switch (node.kind) {
      case 'fact':
        return this.#factHolds(node.fact);
      case 'pair':
        return this.#pairHolds(node.pair);
      case 'not':
        return !this.#nodeHolds(node.of);
      case 'and':
        for (const part of node.of) if (!this.#nodeHolds(part)) return false;
        return true;
      case 'or':
        for (const part of node.of) if (this.#nodeHolds(part)) return true;
        return false;
    }
  }

  #factHolds(fact: Fact): boolean {
    const field = this.#fields[fact.field.number];
    if (field === undefined) return false;
    const { truth } = this.#entryOf(field);
    const known = truth[fact.local];
    if (known !== UNKNOWN) return known === YES;
    const holds = this.#exprHolds(fact.expr, field);
    truth[fact.local] = holds ? YES : NO;
    return holds;
  }

  #exprHolds(expr: PredicateExpr, field: FieldState): boolean {
    switch (expr.kind) {
      case 'leaf': {
        const slot = slotOf(field, field.current, this);
        const { number, test } = expr.leaf;
        const answer = this.#answers[number];
        if (answer === field.filled) return false;
        if (answer === field.filled + 1) return true;
        const holds = test(slot, undefined);
        this.#answers[number] = holds ? field.filled + 1 : field.filled;
        return holds;
      }
      case 'not':
        return !this.#exprHolds(expr.of, field);
      case 'and':
        for (const part of expr.of) if (!this.#exprHolds(part, field)) return false;
        return true;
      case 'or':
        for (const part of expr.of) if (this.#exprHolds(part, field)) return true;
        return false;
    }
  }

  #pairHolds({ test, field, other }: PreparedPredicate): boolean {
    return test(this.#slot(field), other === undefined ? undefined : this.#slot(other));
  }

  #slot(plan: FieldPlan): Slot {
    const field = this.#fields[plan.number];
    if (field === undefined) return new Slot();
    return slotOf(field, this.#entryOf(field), this);
  }

  /** Another number for each filling of a slot; even. */
  nextFill(): number {
    this.#fills += 2;
    return this.#fills;
  }

  /** The entry of the field's value in this event. */
  #entryOf(field: FieldState): Entry {
    if (field.readFor === this.#turn) return field.current;
    if (field.plan.number === KEYWORDS) return this.#takeKeywords(undefined);
    return this.#take(field.plan, readField(this.#event, field.plan.name));
  }

  #take(plan: FieldPlan, value: unknown): Entry {
    const field = this.#fields[plan.number];
    if (field === undefined) throw new RangeError(`no field of the number ${String(plan.number)}`);
    field.readFor = this.#turn;
    const { memo } = field;
    if (value === undefined) {
      field.current = field.absent;
      return field.absent;
    }
    let entry: Entry | undefined;
    if (memo.takes(value)) {
      entry = memo.get(value);
      if (entry === undefined) {
        const kept = detached(value);
        entry = new Entry(kept, plan.facts.length, false);
        memo.set(kept, entry, plan.facts.length + (typeof kept === 'string' ? kept.length : 0));
        this.#findHomes(field, entry, plan.index);
      }
    } else {
      entry = passingEntry(field, value);
      this.#findHomes(field, entry, plan.index);
    }
    field.current = entry;
    if (entry.rules.length > 0) this.#open.push(entry);
    return entry;
  }

  #takeKeywords(index: FieldIndex | undefined): Entry {
    const field = this.#fields[KEYWORDS];
    if (field === undefined) throw new RangeError('no keywords');
    if (field.readFor === this.#turn) return field.current;
    field.readFor = this.#turn;
    const entry = passingEntry(field, this.#event);
    field.current = entry;
    if (index !== undefined) this.#findHomes(field, entry, index);
    if (entry.rules.length > 0) this.#open.push(entry);
    return entry;
  }

  /** Decides the facts at which rules are at home. */
  #findHomes(field: FieldState, entry: Entry, index: FieldIndex): void {
    const { facts } = field.plan;
    if (index.empty) return;
    field.current = entry;
    const found = index.search(slotOf(field, entry, this));
    let first = true;
    for (const local of found) {
      const fact = facts[local];
      if (fact === undefined) continue;
      const holds = this.#exprHolds(fact.expr, field);
      entry.truth[local] = holds ? YES : NO;
      if (!holds) continue;
      entry.rules = first ? fact.rules : [...entry.rules, ...fact.rules];
      first = false;
    }
  }

  #details(rule: number): MatchedField[] {
    const fields: MatchedField[] = [];
    const node = this.#program.rules[rule];
    if (node !== undefined) this.#show(node, fields);
    return fields;
  }

  #show(node: RuleNode, fields: MatchedField[]): void {
    switch (node.kind) {
      case 'fact': {
        if (this.#factHolds(node.fact)) this.#showFact(node.fact, fields);
        return;
      }
      case 'pair': {
        if (!this.#pairHolds(node.pair)) return;
        const { other } = node.pair;
        this.#showPredicate(node.pair, other === undefined ? undefined : this.#slot(other), fields);
        return;
      }
      case 'not':
        return;
      case 'and':
      case 'or':
        if (!this.#nodeHolds(node)) return;
        for (const part of node.inOrder) this.#show(part, fields);
    }
  }

  /** A positive fact about one scalar needs no look at its predicates. */
  #showFact(fact: Fact, fields: MatchedField[]): void {
    const field = this.#fields[fact.field.number];
    if (field === undefined) return;
    const entry = this.#entryOf(field);
    if (!fact.positive || !isScalar(entry.value) || fact.field.number === KEYWORDS) {
      this.#showExpr(fact.expr, field, fields);
      return;
    }
    entry.matched ??= Object.freeze({ field: fact.field.name, value: String(entry.value) });
    add(fields, entry.matched);
  }

  #showExpr(expr: PredicateExpr, field: FieldState, fields: MatchedField[]): void {
    if (expr.kind === 'leaf') {
      if (this.#exprHolds(expr, field)) this.#showPredicate(expr.leaf, undefined, fields);
    } else if (expr.kind !== 'not' && this.#exprHolds(expr, field)) {
      for (const part of expr.of) this.#showExpr(part, field, fields);
    }
  }

  #showPredicate(
    { predicate, test, field }: PreparedPredicate,
    other: Slot | undefined,
    fields: MatchedField[],
  ): void {
    const value = witnessValue(predicate, test, this.#slot(field), other, () => new Slot());
    add(fields, { field: predicate.field, value });
  }
}

/** Whether a keyword stands in the value; known of values that are remembered. */
function touches(keywords: FieldIndex, value: unknown, entry: Entry | undefined, { id }: Route): boolean {
  if (!isScalar(value)) return false;
  if (entry === undefined || entry.passing) return keywords.touches(value);
  entry.touched[id] ??= keywords.touches(value);
  return entry.touched[id];
}

/** An entry for a value that is not remembered; one per field, used again for the next event. */
function passingEntry(field: FieldState, value: unknown): Entry {
  field.passing ??= new Entry(undefined, field.plan.facts.length, true);
  const entry = field.passing;
  entry.value = value;
  entry.truth.fill(UNKNOWN);
  entry.rules = NO_RULES;
  entry.matched = undefined;
  field.owner = undefined;
  return entry;
}

/** The slot with the entry's value in it. */
function slotOf(field: FieldState, entry: Entry, matcher: Matcher): Slot {
  const { slot } = field;
  if (field.owner === entry) return slot;
  field.owner = entry;
  field.filled = matcher.nextFill();
  slot.clear();
  if (field.plan.number === KEYWORDS && entry.passing) slot.fillWithAll(entry.value as EventInput);
  else slot.fill(entry.value);
  return slot;
}

/** Whether `for in` walks the object's own keys and nothing else. */
function hasOwnKeysOnly(event: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(event);
  if (prototype === null) return true;
  if (prototype !== Object.prototype) return false;
  for (const _inherited in Object.prototype) return false;
  return true;
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function add(fields: MatchedField[], matched: MatchedField): void {
  for (const known of fields) if (known.field === matched.field && known.value === matched.value) return;
  fields.push(matched);
}
