/**
 * Which rules an event's log sources call for. Equal sets of rules share one route.
 * Invariant: log sources come from events, so what is kept of them is bounded.
 */
import { detached } from './detached.ts';
import { FieldIndex } from './field-index.ts';
import { decideLeaves, KEYWORDS } from './program.ts';
import type { Fact, FieldPlan, Program } from './program.ts';
import { isList, within } from './pipeline.ts';
import { ByShape, type EventShape } from './shaped-event.ts';
import type { LogSource, RuleInfo } from './types.ts';

export interface Route {
  /** Counts from 0; below ROUTES_MAX. */
  readonly id: number;
  /** Ids are unique among routes of one numbering. */
  readonly numbering: number;
  /** 1 for each rule of the route; undefined = all rules. */
  readonly rules: Uint8Array | undefined;
  /** Rules to try for every event; ascending. */
  readonly always: readonly number[];
  /** Fields at which a rule of the route is at home. */
  readonly fields: ReadonlyMap<string, FieldPlan>;
  /** 1 for each of them, by its number. */
  readonly isHome: Uint8Array;
  /** Those of them that may be paths into nested values. */
  readonly paths: readonly FieldPlan[];
  /** The keys of the route's latest event. */
  readonly keys: LatestKeys;
  /** What is known of the shapes of its events. */
  readonly shapes: ByShape<ShapePlan>;
  /** Facts over keywords at which rules of the route are at home; undefined = none. */
  readonly keywords: FieldIndex | undefined;
}

/** Events of one kind have the same keys in the same order: comparing with the latest ones is faster than looking up. */
export class LatestKeys {
  readonly #byName: ReadonlyMap<string, FieldPlan>;
  readonly #names: string[] = [];
  readonly #fields: (FieldPlan | undefined)[] = [];

  constructor(byName: ReadonlyMap<string, FieldPlan>) {
    this.#byName = byName;
  }

  /** The field of the name that stands at this place of an event. */
  field(place: number, name: string): FieldPlan | undefined {
    if (this.#names[place] === name) return this.#fields[place];
    const field = this.#byName.get(name);
    if (place < PLACES_MAX && name.length <= NAME_LENGTH_MAX) {
      this.#names[place] = name;
      this.#fields[place] = field;
    }
    return field;
  }
}

/** The fields of a shape's names, by place. */
export interface ShapePlan {
  readonly fields: readonly (FieldPlan | undefined)[];
  /** Places of the fields at which a rule of the route is at home. */
  readonly homes: readonly number[];
  /** Values without a keyword, by place. */
  readonly quiet: QuietValues;
}

/** Of most fields the next event has the same value, or else nearly every event has another. */
export class QuietValues {
  readonly #values: unknown[] = [];
  /** By place: how often the value was another one than the one kept. */
  readonly #changes: number[] = [];

  has(place: number, value: unknown): boolean {
    return value === this.#values[place];
  }

  /** The value was looked through. */
  note(place: number, value: unknown): void {
    const changes = (this.#changes[place] ?? 0) + 1;
    this.#changes[place] = changes;
    if (changes > CHANGES_MAX || typeof value !== 'string' || value.length > NAME_LENGTH_MAX) return;
    this.#values[place] = detached(value);
  }
}

const CHANGES_MAX = 32;

/** Of events that keep their names apart. */
function shapePlan(
  { names }: EventShape,
  byName: ReadonlyMap<string, FieldPlan>,
  isHome: Uint8Array,
): ShapePlan {
  const fields = names.map((name) => byName.get(name));
  const homes: number[] = [];
  for (const [place, field] of fields.entries())
    if (field !== undefined && isHome[field.number] === 1) homes.push(place);
  return { fields, homes, quiet: new QuietValues() };
}

const PLACES_MAX = 200;
/** Different sets of rules kept at a time. */
const ROUTES_MAX = 256;
const KEYS_MAX = 10_000;
/** Longer names of log sources are not remembered: no rule has them. */
const NAME_LENGTH_MAX = 200;

export class Routes {
  #all: Route;
  readonly #program: Program;
  /** Rules by the log source that they are for: there are few of these. */
  readonly #groups: readonly { logsource: LogSource; rules: number[] }[];
  #byObject = new WeakMap<object, Route>();
  readonly #byKey = new Map<string, Route>();
  readonly #byParts: Parts = new Map();
  #parts = 0;
  /** Events of one log source come one after another. */
  #latest: { product: string; category: string; service: string; route: Route } | undefined;
  readonly #byRules = new Map<string, Route>();
  /** Changes when numbers of routes are used again. */
  #numbering = 0;

  constructor(program: Program, infos: readonly RuleInfo[]) {
    this.#program = program;
    const groups = new Map<string, { logsource: LogSource; rules: number[] }>();
    for (const [rule, { logsource }] of infos.entries()) {
      const key = sourceKey(logsource);
      const known = groups.get(key);
      if (known === undefined) groups.set(key, { logsource, rules: [rule] });
      else known.rules.push(rule);
    }
    this.#groups = [...groups.values()];
    this.#all = makeRoute(0, 0, program, undefined);
  }

  of(logsource: LogSource | readonly LogSource[] | undefined): Route {
    if (logsource === undefined) return this.#all;
    return isList(logsource) ? this.#ofList(logsource) : this.#ofOne(logsource);
  }

  /** A frozen list is known again without reading it. */
  #ofList(logsources: readonly LogSource[]): Route {
    const remembered = this.#byObject.get(logsources);
    if (remembered !== undefined) return remembered;
    const key = logsources.map(sourceKey).join('');
    let route = this.#byKey.get(key);
    if (route === undefined) {
      route = this.#find(logsources);
      if (this.#byKey.size >= KEYS_MAX) this.#byKey.clear();
      if (key.length <= NAME_LENGTH_MAX * 10) this.#byKey.set(key, route);
    }
    if (isFrozenDeep(logsources)) this.#byObject.set(logsources, route);
    return route;
  }

  #ofOne(logsource: LogSource): Route {
    const { product = '', category = '', service = '' } = logsource;
    const latest = this.#latest;
    if (latest?.product === product && latest.category === category && latest.service === service)
      return latest.route;
    const known = this.#byParts.get(product)?.get(category)?.get(service);
    if (known !== undefined) {
      this.#latest = { product, category, service, route: known };
      return known;
    }
    const route = this.#find([logsource]);
    if (product.length + category.length + service.length > NAME_LENGTH_MAX) return route;
    if (this.#parts >= KEYS_MAX) {
      this.#byParts.clear();
      this.#parts = 0;
    }
    this.#parts += 1;
    const categories = inner(this.#byParts, product);
    inner(categories, category).set(service, route);
    return route;
  }

  #find(sources: readonly LogSource[]): Route {
    const rules = new Uint8Array(this.#program.nodes.length);
    for (const { logsource, rules: own } of this.#groups) {
      if (sources.some((source) => within(source, logsource))) for (const rule of own) rules[rule] = 1;
    }
    const key = Buffer.from(rules.buffer).toString('latin1');
    const known = this.#byRules.get(key);
    if (known !== undefined) return known;
    if (this.#byRules.size >= ROUTES_MAX - 1) this.#reset();
    const route = makeRoute(this.#byRules.size + 1, this.#numbering, this.#program, rules);
    this.#byRules.set(key, route);
    return route;
  }

  #reset(): void {
    this.#byRules.clear();
    this.#byKey.clear();
    this.#byParts.clear();
    this.#parts = 0;
    this.#latest = undefined;
    this.#byObject = new WeakMap();
    this.#numbering += 1;
    this.#all = { ...this.#all, numbering: this.#numbering };
  }
}

type Parts = Map<string, Map<string, Map<string, Route>>>;

function inner<K, V>(outer: Map<K, Map<string, V>>, key: K): Map<string, V> {
  let found = outer.get(key);
  if (found === undefined) {
    found = new Map();
    outer.set(key, found);
  }
  return found;
}

function makeRoute(id: number, numbering: number, program: Program, rules: Uint8Array | undefined): Route {
  const has = (rule: number): boolean => rules === undefined || rules[rule] === 1;
  const homes = new Set(program.homes.flatMap((facts, rule) => (has(rule) ? facts : [])));
  const fields = new Set([...homes].map(({ field }) => field).filter(({ name }) => name !== ''));
  const named = [...fields];
  const keywords = [...homes].filter(({ field }) => field.number === KEYWORDS);
  const isHome = Uint8Array.from(program.fields, (field) => (fields.has(field) ? 1 : 0));
  return {
    id,
    numbering,
    rules,
    always: program.always.filter(has),
    fields: new Map(named.map((field) => [field.name, field])),
    isHome,
    keys: new LatestKeys(program.byName),
    shapes: new ByShape((shape) => shapePlan(shape, program.byName, isHome)),
    paths: named.filter(({ isPath }) => isPath),
    keywords: keywords.length > 0 ? keywordIndex(keywords) : undefined,
  };
}

/** Few rules of a route ask for keywords, and these are looked for in every value: hence an index of their own. */
function keywordIndex(facts: readonly Fact[]): FieldIndex {
  const index = new FieldIndex();
  for (const { local, clauses } of facts) index.add(local, clauses);
  for (const { expr } of facts) decideLeaves(index, expr);
  index.build();
  return index;
}

function isFrozenDeep(logsources: readonly LogSource[]): boolean {
  return Object.isFrozen(logsources) && logsources.every((source) => Object.isFrozen(source));
}

/** With lengths, so that no value of an event can pass for another log source. */
function sourceKey({ product = '', category = '', service = '' }: LogSource): string {
  return `${String(product.length)}:${product}${String(category.length)}:${category}${String(service.length)}:${service};`;
}
