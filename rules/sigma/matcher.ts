/**
 * The rules that match one event after another. Each field's value is looked up once: what is known of the value (the
 * facts that hold, the rules at home there) is remembered for the next event that has it. Rules whose home was found
 * are decided over facts, and a fact is asked only when a rule needs it.
 * Invariant: a fact's answer depends on the field's value alone; an `always` rule is asked for every event.
 */
import { detached } from './detached.ts';
import { isAccessor, isOwn, readField, Slot } from './event.ts';
import { witnessValue } from './evaluate.ts';
import type { FieldIndex } from './field-index.ts';
import { KEYWORDS } from './program.ts';
import type { Fact, FieldPlan, PredicateExpr, PreparedPredicate, Program, RuleNode } from './program.ts';
import type { Route } from './routes.ts';
import { ACCEPT, PAIR, REJECT } from './rule-code.ts';
import type { RuleCode } from './rule-code.ts';
import { ShapedEvent } from './shaped-event.ts';
import type { EventInput, Match, MatchedField, RuleInfo } from './types.ts';
import { MemoBudget, ValueMemo } from './value-memo.ts';
import type { MemoKey } from './value-memo.ts';

const UNKNOWN = 0;
const NO = 1;
const YES = 2;
const NO_RULES: readonly number[] = [];
const NO_EVENT: EventInput = {};
/** Characters of a text that other values are looked for in. */
const LINE = 60;
/** Characters of a text that is not kept until the field's next value. */
const LARGE = 500;
/** What all remembered values of a matcher may take, bytes. */
const MEMO_BYTES_MAX = 24 * 1024 * 1024;

/** What is known of a value of a field. */
class Entry {
  /** The field's value; undefined = absent. */
  value: unknown;
  readonly #slot = new Slot();
  #isFilled = false;
  /** By the fact's number: UNKNOWN, NO, YES. */
  readonly truth: Uint8Array;
  /** Something is known of a fact. */
  isAsked = false;
  /** Even, another one for each filling of a slot: marks answers of predicates. */
  filled = 0;
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
  /** While its answers are at hand: the index that was searched with the value. */
  searched: FieldIndex | undefined;

  constructor(value: unknown, facts: number, passing: boolean) {
    this.value = value;
    this.truth = new Uint8Array(facts);
    this.passing = passing;
  }

  get slot(): Slot {
    if (!this.#isFilled) {
      this.#slot.fill(this.value);
      this.#isFilled = true;
    }
    return this.#slot;
  }

  /** Takes every value of the event for its own, as keywords do. */
  fillWithAll(event: EventInput): void {
    this.#slot.fillWithAll(event);
    this.#isFilled = true;
  }

  /** Makes an entry that is used again ready for another value. */
  renew(value: unknown, filled: number): void {
    this.value = value;
    this.filled = filled;
    if (this.#isFilled) {
      this.#slot.clear();
      this.#isFilled = false;
    }
    if (this.isAsked) {
      this.truth.fill(UNKNOWN);
      this.isAsked = false;
    }
    this.rules = NO_RULES;
    this.matched = undefined;
    this.searched = undefined;
  }
}

/** A field while events are matched. */
class FieldState {
  readonly plan: FieldPlan;
  readonly memo: ValueMemo<Entry>;
  readonly absent: Entry;
  /** For values that are not remembered; used again for the next event. */
  readonly passing: Entry;

  constructor(plan: FieldPlan, budget: MemoBudget) {
    this.plan = plan;
    this.memo = new ValueMemo(budget);
    this.absent = new Entry(undefined, plan.facts.length, false);
    this.passing = new Entry(undefined, plan.facts.length, true);
  }
}

export class Matcher {
  readonly #program: Program;
  readonly #code: RuleCode;
  readonly #infos: readonly RuleInfo[];
  readonly #fields: readonly FieldState[];
  readonly #keywords: FieldState;
  /** By the field's number: its value in the event for which it was read last. */
  readonly #entries: Entry[];
  readonly #truths: Uint8Array[];
  readonly #readFor: Float64Array;
  readonly #budget = new MemoBudget(MEMO_BYTES_MAX);
  /** Per predicate: an entry's `filled` = false, `filled + 1` = true, anything else = not asked. */
  readonly #answers: { readonly marks: Float64Array; mark: number };
  /** Per rule: the event for which it was decided. */
  readonly #decidedFor: Float64Array;
  #event: EventInput = {};
  /** Which rules the event calls for; undefined = all. */
  #rules: Route['rules'];
  #turn = 0;
  #fills = 0;
  /** Which numbering of routes the remembered lists follow. */
  #numbering = 0;
  /** Entries of the event at which rules may be at home. */
  readonly #open: Entry[] = [];
  /** By the field's number: the event among whose keys it was last. */
  readonly #seenFor: Float64Array;
  /** The event's keys were walked over, so those that were not seen are not there. */
  #walked = false;
  /** Passing entries with much in them: let go of when the event is done. */
  readonly #large: Entry[] = [];
  /** The event holds lists or objects. */
  #nested = false;
  /** A keyword of the route stands in a value. */
  #touched = false;

  /** @param infos of the program's rules */
  constructor(program: Program, infos: readonly RuleInfo[]) {
    this.#program = program;
    this.#code = program.code;
    this.#infos = infos;
    this.#fields = program.fields.map((plan) => new FieldState(plan, this.#budget));
    this.#keywords = must(this.#fields[KEYWORDS]);
    this.#entries = this.#fields.map(({ absent }) => absent);
    this.#truths = this.#fields.map(({ absent }) => absent.truth);
    this.#readFor = new Float64Array(this.#fields.length);
    this.#seenFor = new Float64Array(this.#fields.length);
    this.#answers = { marks: new Float64Array(program.predicates).fill(-1), mark: 0 };
    this.#decidedFor = new Float64Array(program.nodes.length);
    for (const { absent } of this.#fields) absent.filled = this.#nextFill();
  }

  /** Rules of the route that match, in the order of loading. */
  match(event: EventInput, route: Route): Match[] {
    if (route.numbering !== this.#numbering) this.#forget(route.numbering);
    this.#event = event;
    this.#rules = route.rules;
    this.#turn += 1;
    this.#open.length = 0;
    try {
      this.#read(event, route);
      const found: number[] = [];
      for (const rule of route.always) if (this.#holds(rule)) found.push(rule);
      for (const entry of this.#open) this.#decide(entry, route, found);
      return found.length === 0 ? [] : this.#matches(found);
    } finally {
      this.#event = NO_EVENT;
      for (const entry of this.#large) entry.renew(undefined, this.#nextFill());
      this.#large.length = 0;
    }
  }

  #matches(found: number[]): Match[] {
    ascend(found);
    const matches: Match[] = [];
    for (const number of found) {
      const rule = this.#infos[number];
      if (rule !== undefined) matches.push({ rule, fields: this.#details(number) });
    }
    return matches;
  }

  /** What was found out by route is no longer true. */
  #forget(numbering: number): void {
    this.#numbering = numbering;
    for (const { memo } of this.#fields) memo.clear();
  }

  /** Looks up the fields at which rules of the route are at home. */
  #read(event: EventInput, route: Route): void {
    const { fields, keywords } = route;
    this.#walked = false;
    if (event instanceof ShapedEvent) {
      this.#readShaped(event, route);
      return;
    }
    if (isAccessor(event)) {
      for (const [name, plan] of fields) if (event.has(name)) this.#take(plan, event.get(name));
      if (keywords !== undefined) this.#takeKeywords(keywords);
      return;
    }
    this.#nested = false;
    this.#touched = false;
    const { keys } = route;
    let place = 0;
    if (hasOwnKeysOnly(event)) {
      for (const name in event) {
        this.#readKey(keys.field(place, name), event[name], route);
        place += 1;
      }
    } else {
      for (const name of Object.keys(event))
        this.#readKey(this.#program.byName.get(name), event[name], route);
    }
    this.#walked = true;
    if (this.#nested) {
      for (const plan of route.paths)
        if (!isOwn(event, plan.name)) this.#take(plan, readField(event, plan.name));
    }
    if (keywords !== undefined && (this.#touched || this.#nested)) this.#takeKeywords(keywords);
  }

  #readKey(plan: FieldPlan | undefined, value: unknown, route: Route): void {
    let entry: Entry | undefined;
    if (plan !== undefined) {
      this.#seenFor[plan.number] = this.#turn;
      if (route.isHome[plan.number] === 1) entry = this.#take(plan, value);
    }
    this.#lookForKeywords(value, entry, route);
  }

  #lookForKeywords(value: unknown, entry: Entry | undefined, { keywords, id }: Route): void {
    if (typeof value === 'object' && value !== null) this.#nested = true;
    else if (keywords !== undefined && !this.#touched) this.#touched = touches(keywords, value, entry, id);
  }

  /** Its names are known as soon as its shape is. */
  #readShaped({ shape, list }: ShapedEvent, route: Route): void {
    const { fields, homes, quiet } = route.shapes.of(shape);
    for (const place of homes) {
      const plan = fields[place];
      if (plan !== undefined) this.#take(plan, list[place]);
    }
    if (route.keywords === undefined) return;
    this.#nested = false;
    this.#touched = false;
    // A raw line comes last and holds most of the others: those need no look of their own.
    const last = list.at(-1);
    const line = route.keywords.findsAnywhere && typeof last === 'string' && last.length > LINE ? last : '';
    for (let place = list.length - 1; place >= 0 && !this.#touched; place -= 1) {
      const value = list[place];
      if (quiet.has(place, value)) continue;
      const plan = fields[place];
      const isRead = plan !== undefined && this.#readFor[plan.number] === this.#turn;
      const isIn = line !== '' && value !== line && typeof value === 'string' && line.includes(value);
      if (!isIn) this.#lookForKeywords(value, isRead ? this.#entries[plan.number] : undefined, route);
      if (!this.#touched) quiet.note(place, value);
    }
    if (this.#touched || this.#nested) this.#takeKeywords(route.keywords);
  }

  #decide(entry: Entry, route: Route, found: number[]): void {
    if (entry.passing) {
      for (const rule of entry.rules) if (has(route, rule)) this.#try(rule, found);
      return;
    }
    const list = entry.byRoute[route.id] ?? this.#listFor(entry, route);
    for (const rule of list) this.#try(rule, found);
  }

  /** Rules of the route that this value does not rule out, whatever the other fields hold. */
  #listFor(entry: Entry, route: Route): readonly number[] {
    const open = entry.rules.filter(
      (rule) =>
        has(route, rule) && (this.#program.required[rule] ?? []).every((fact) => this.#allows(fact, entry)),
    );
    const list = open.length === 0 ? NO_RULES : [...new Set(open)];
    entry.byRoute[route.id] = list;
    return list;
  }

  #allows(fact: Fact, entry: Entry): boolean {
    return this.#entries[fact.field.number] !== entry || this.#factHolds(fact);
  }

  #try(rule: number, found: number[]): void {
    if (this.#decidedFor[rule] === this.#turn) return;
    this.#decidedFor[rule] = this.#turn;
    if (this.#holds(rule)) found.push(rule);
  }

  #holds(rule: number): boolean {
    const { tests, starts } = this.#code;
    const readFor = this.#readFor;
    const truths = this.#truths;
    const turn = this.#turn;
    let at = starts[rule] ?? REJECT;
    while (at >= 0) {
      const field = tests[at] ?? PAIR;
      const asked = tests[at + 1] ?? 0;
      const known = readFor[field] === turn ? truths[field]?.[asked] : UNKNOWN;
      const holds = known === YES || (known !== NO && this.#ask(field, asked));
      at = tests[holds ? at + 2 : at + 3] ?? REJECT;
    }
    return at === ACCEPT;
  }

  /** What is not known yet. */
  #ask(field: number, asked: number): boolean {
    if (field === PAIR) {
      const pair = this.#code.pairs[asked];
      return pair !== undefined && this.#pairHolds(pair);
    }
    const fact = this.#program.fields[field]?.facts[asked];
    return fact !== undefined && this.#factHolds(fact);
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
    const entry = this.#entryOf(fact.field);
    const known = entry.truth[fact.local];
    if (known !== UNKNOWN) return known === YES;
    const holds = this.#exprHolds(fact.expr, entry);
    entry.truth[fact.local] = holds ? YES : NO;
    entry.isAsked = true;
    return holds;
  }

  #exprHolds(expr: PredicateExpr, entry: Entry): boolean {
    switch (expr.kind) {
      case 'leaf': {
        const { number, test } = expr.leaf;
        const answer = this.#answers.marks[number];
        if (answer === entry.filled) return false;
        if (answer === entry.filled + 1) return true;
        if (entry.searched?.decides(number) === true) return false;
        const holds = test(entry.slot, undefined);
        this.#answers.marks[number] = holds ? entry.filled + 1 : entry.filled;
        return holds;
      }
      case 'not':
        return !this.#exprHolds(expr.of, entry);
      case 'and':
        for (const part of expr.of) if (!this.#exprHolds(part, entry)) return false;
        return true;
      case 'or':
        for (const part of expr.of) if (this.#exprHolds(part, entry)) return true;
        return false;
    }
  }

  #pairHolds({ test, field, other }: PreparedPredicate): boolean {
    return test(this.#entryOf(field).slot, other === undefined ? undefined : this.#entryOf(other).slot);
  }

  #nextFill(): number {
    this.#fills += 2;
    return this.#fills;
  }

  /** The entry of the field's value in this event. */
  #entryOf(plan: FieldPlan): Entry {
    if (this.#readFor[plan.number] === this.#turn) return must(this.#entries[plan.number]);
    if (plan.number === KEYWORDS) return this.#takeKeywords(undefined);
    // All keys were walked over, and this one was not among them.
    if (this.#walked && !plan.isPath && this.#seenFor[plan.number] !== this.#turn)
      return this.#take(plan, undefined);
    const event = this.#event;
    return this.#take(
      plan,
      event instanceof ShapedEvent ? event.get(plan.name) : readField(event, plan.name),
    );
  }

  #take(plan: FieldPlan, value: unknown): Entry {
    const { number } = plan;
    const field = must(this.#fields[number]);
    const entry = value === undefined ? field.absent : this.#lookUp(field, value);
    this.#readFor[number] = this.#turn;
    this.#entries[number] = entry;
    this.#truths[number] = entry.truth;
    if (entry.rules.length > 0) this.#open.push(entry);
    return entry;
  }

  #lookUp(field: FieldState, value: unknown): Entry {
    const { memo, plan, passing } = field;
    if (memo.takes(value)) {
      const known = memo.get(value);
      if (known !== undefined) return known;
      if (memo.isKnown(value)) return this.#remember(field, value);
    }
    passing.renew(value, this.#nextFill());
    if (typeof value !== 'string' || value.length > LARGE) this.#large.push(passing);
    this.#findHomes(plan, passing, plan.index);
    return passing;
  }

  #remember({ memo, plan }: FieldState, value: MemoKey): Entry {
    const kept = typeof value === 'string' ? detached(value) : value;
    const entry = new Entry(kept, plan.facts.length, false);
    memo.set(kept, entry, plan.facts.length + (typeof kept === 'string' ? kept.length * 2 : 0));
    entry.filled = this.#nextFill();
    this.#findHomes(plan, entry, plan.index);
    return entry;
  }

  #takeKeywords(index: FieldIndex | undefined): Entry {
    const field = this.#keywords;
    const { passing } = field;
    if (this.#readFor[KEYWORDS] === this.#turn) return passing;
    this.#readFor[KEYWORDS] = this.#turn;
    this.#entries[KEYWORDS] = passing;
    this.#truths[KEYWORDS] = passing.truth;
    passing.renew(undefined, this.#nextFill());
    passing.fillWithAll(this.#event);
    this.#large.push(passing);
    if (index !== undefined) this.#findHomes(field.plan, passing, index);
    if (passing.rules.length > 0) this.#open.push(passing);
    return passing;
  }

  /** Decides the facts at which rules are at home. */
  #findHomes({ facts }: FieldPlan, entry: Entry, index: FieldIndex): void {
    if (index.empty) return;
    const answers = this.#answers;
    answers.mark = entry.filled + 1;
    const { value } = entry;
    const found =
      typeof value === 'string' ? index.searchText(value, answers) : index.search(entry.slot, answers);
    entry.searched = index;
    for (const local of found) {
      const fact = facts[local];
      // Of a value that is not kept nothing is asked that only rules for other log sources want to know.
      if (fact === undefined || (entry.passing && !this.#isWanted(fact))) continue;
      const holds = this.#exprHolds(fact.expr, entry);
      entry.truth[local] = holds ? YES : NO;
      entry.isAsked = true;
      if (holds) entry.rules = entry.rules.length === 0 ? fact.rules : [...entry.rules, ...fact.rules];
    }
    // Answers about a value that is kept are overwritten by those about others.
    if (!entry.passing) entry.searched = undefined;
  }

  #isWanted(fact: Fact): boolean {
    const rules = this.#rules;
    if (rules === undefined) return true;
    for (const rule of fact.rules) if (rules[rule] === 1) return true;
    return false;
  }

  #details(rule: number): MatchedField[] {
    const fields: MatchedField[] = [];
    const node = this.#program.nodes[rule];
    if (node !== undefined) this.#show(node, fields);
    return fields;
  }

  /** What a node that holds has found. */
  #show(node: RuleNode, fields: MatchedField[]): void {
    switch (node.kind) {
      case 'fact':
        this.#showFact(node.fact, fields);
        return;
      case 'pair': {
        const { field, other } = node.pair;
        showPredicate(node.pair, this.#entryOf(field).slot, other && this.#entryOf(other).slot, fields);
        return;
      }
      case 'not':
        return;
      case 'and':
        for (const part of node.inOrder) this.#show(part, fields);
        return;
      case 'or':
        for (const part of node.inOrder) if (this.#nodeHolds(part)) this.#show(part, fields);
    }
  }

  /** A positive fact about one scalar needs no look at its predicates. */
  #showFact(fact: Fact, fields: MatchedField[]): void {
    const entry = this.#entryOf(fact.field);
    if (!fact.positive || !isScalar(entry.value)) {
      this.#showExpr(fact.expr, entry, fields);
      return;
    }
    entry.matched ??= Object.freeze({ field: fact.field.name, value: String(entry.value) });
    add(fields, entry.matched);
  }

  #showExpr(expr: PredicateExpr, entry: Entry, fields: MatchedField[]): void {
    if (expr.kind === 'not' || !this.#exprHolds(expr, entry)) return;
    if (expr.kind === 'leaf') showPredicate(expr.leaf, entry.slot, undefined, fields);
    else for (const part of expr.of) this.#showExpr(part, entry, fields);
  }
}

function showPredicate(
  { predicate, test }: PreparedPredicate,
  slot: Slot,
  other: Slot | undefined,
  fields: MatchedField[],
): void {
  add(fields, {
    field: predicate.field,
    value: witnessValue(predicate, test, slot, other, () => new Slot()),
  });
}

/** Whether a keyword stands in the value; known of values that are remembered. */
function touches(keywords: FieldIndex, value: unknown, entry: Entry | undefined, route: number): boolean {
  if (typeof value === 'bigint') return keywords.touches(value);
  if (!isScalar(value)) return false;
  if (entry === undefined || entry.passing) return keywords.touches(value);
  const known = entry.touched[route];
  if (known !== undefined) return known;
  const touched = keywords.touches(value);
  entry.touched[route] = touched;
  return touched;
}

const FEW = 30;

/** Sorts in place; of the few rules that match an event the plainest way is the fastest. */
function ascend(numbers: number[]): void {
  if (numbers.length > FEW) {
    numbers.sort((left, right) => left - right);
    return;
  }
  for (let at = 1; at < numbers.length; at += 1) {
    const moved = numbers[at] ?? 0;
    let place = at;
    for (; place > 0 && (numbers[place - 1] ?? 0) > moved; place -= 1)
      numbers[place] = numbers[place - 1] ?? 0;
    numbers[place] = moved;
  }
}

function has({ rules }: Route, rule: number): boolean {
  return rules === undefined || rules[rule] === 1;
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new RangeError('the program has no such field');
  return value;
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
