/**
 * Events before matching: which log sources one belongs to, and its fields under the names that rules use.
 * An event gets the log sources of every route that fits it. Invariants: the event given is never changed; equal
 * routes give the same frozen list; all that is remembered is bounded.
 */
import { isAccessor, readSlot } from './event.ts';
import { asList, inOrder, within } from './pipeline.ts';
import type { Pipeline, Route } from './pipeline.ts';
import { ValueTable } from './pipeline-values.ts';
import { RouteTree } from './route-tree.ts';
import type { Ask } from './route-tree.ts';
import type { ShapedEvent } from './shaped-event.ts';
import type { EventAccessor, EventInput, LogSource } from './types.ts';
import { flattenWindows } from './windows-json.ts';

export interface PreparedEvent {
  /** The event as rules expect it; the very same object where nothing had to be done. */
  event: EventInput;
  /** Undefined where nothing says where the event is from: then every rule is to be tried. */
  logsources: readonly LogSource[] | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/** A field that events get: from the first of these that they have. */
interface Alias {
  name: string;
  from: readonly string[];
  values: ReadonlyMap<string, ValueTable>;
}

/** What a set of routes means. */
interface Place {
  logsources: readonly LogSource[];
  /** One table after the other: what one puts into the event, the next may ask. */
  tables: readonly (readonly Alias[])[];
}

interface Step {
  readonly next: Map<number, Step>;
  place: Place | undefined;
}

function newStep(): Step {
  return { next: new Map(), place: undefined };
}

/** Sets of routes, and log sources that events name themselves, remembered at a time. */
const PLACES_MAX = 4_096;
const OWN_PART_MAX = 256;

/** @throws RangeError for a route that cannot be (see `parsePipelines`, which refuses those with their place). */
export function createRouter(pipelines: readonly Pipeline[]): Router {
  return new Router(pipelines);
}

export class Router {
  readonly #tree: RouteTree;
  readonly #routes: readonly { route: Route; pipeline: number }[];
  /** By pipeline, the first to be applied first; empty where rules are mapped instead. */
  readonly #tables: readonly (readonly Alias[])[];
  /** Sets of routes met so far, as a tree of their numbers. */
  #root: Step = newStep();
  #steps = 0;
  readonly #own = new Map<string, Place>();
  readonly #lists = new Map<string, readonly LogSource[]>();

  constructor(pipelines: readonly Pipeline[]) {
    const ordered = inOrder(pipelines);
    this.#routes = ordered.flatMap(({ routes = [] }, pipeline) =>
      routes.map((route) => ({ route, pipeline })),
    );
    this.#tree = new RouteTree(this.#routes.map(({ route }) => route));
    this.#tables = ordered.map(aliasesOf);
  }

  /** Log sources of the event as it is; undefined where nothing says where it is from. */
  route(event: EventInput): readonly LogSource[] | undefined {
    return this.#place(flattenWindows(event))?.logsources;
  }

  /** The event flattened where it is raw Windows JSON, with the rules' names for its fields, and its log sources. */
  prepare(event: EventInput): PreparedEvent {
    const flat = flattenWindows(event);
    const place = this.#place(flat);
    if (place === undefined) return { event: flat, logsources: undefined };
    const { logsources, tables } = place;
    return { event: tables.length === 0 ? flat : rename(flat, tables), logsources };
  }

  /**
   * As `prepare`, for a flat event of the caller's own: missing names are put into it. Returns its log sources.
   * @param facts what to route by, where not every field of the event is to be trusted with that.
   */
  complete(own: ShapedEvent, facts: EventInput = own): readonly LogSource[] | undefined {
    const place = this.#place(facts);
    if (place === undefined) return undefined;
    for (const table of place.tables)
      for (const [name, value] of additions(table, (field) => own.get(field))) own.set(name, value);
    return place.logsources;
  }

  #place(event: EventInput): Place | undefined {
    const fields = isAccessor(event) ? undefined : event;
    const ask: Ask = fields === undefined ? asking(event) : (name) => read(fields, name);
    const found = this.#tree.find(ask, fields);
    if (found.length === 0) return this.#ownPlace(ask);
    let step = this.#root;
    for (const route of found) step = step.next.get(route) ?? this.#grow(step, route);
    return (step.place ??= this.#makePlace(found));
  }

  #grow(step: Step, route: number): Step {
    if (this.#steps >= PLACES_MAX) {
      // What is walked now goes on, out of reach of what comes later.
      this.#root = newStep();
      this.#steps = 0;
    }
    this.#steps += 1;
    const made = newStep();
    step.next.set(route, made);
    return made;
  }

  #makePlace(found: readonly number[]): Place {
    const routes = found.flatMap((index) => this.#routes[index] ?? []);
    const used = [...new Set(routes.map(({ pipeline }) => pipeline))];
    return {
      logsources: this.#list(routes.flatMap(({ route }) => asList(route.logsource))),
      // Mapped twice, a rule's name leads to the last pipeline's: events go the way back.
      tables: used
        .toSorted((left, right) => right - left)
        .map((index) => this.#tables[index] ?? [])
        .filter((table) => table.length > 0),
    };
  }

  /** What the event says of itself in `product`, `category` and `service`. */
  #ownPlace(ask: Ask): Place | undefined {
    const part = (name: string): string | undefined => {
      const value = ask(name);
      return typeof value === 'string' && value !== '' && value.length <= OWN_PART_MAX ? value : undefined;
    };
    const product = part('product');
    const category = part('category');
    const service = part('service');
    if (product === undefined && category === undefined && service === undefined) return undefined;
    // With lengths, so that no value can pass for another log source.
    const key = `${String(product?.length)}:${String(product)}${String(category?.length)}:${String(category)}${String(service)}${String(service?.length)}`;
    const known = this.#own.get(key);
    if (known !== undefined) return known;
    const made = { logsources: this.#list([{ product, category, service }]), tables: [] };
    if (this.#own.size >= PLACES_MAX) this.#own.clear();
    this.#own.set(key, made);
    return made;
  }

  /** The same list for the same log sources; those that a narrower one implies are left out. */
  #list(sources: readonly LogSource[]): readonly LogSource[] {
    const unique = [...new Map(sources.map((source) => [keyOf(source), source])).values()];
    const narrow = unique.filter(
      (wide) => !unique.some((other) => other !== wide && within(other, wide) && !within(wide, other)),
    );
    const key = narrow.map(keyOf).join();
    const known = this.#lists.get(key);
    if (known !== undefined) return known;
    const made = Object.freeze(narrow.map((source) => Object.freeze({ ...source })));
    if (this.#lists.size >= PLACES_MAX) this.#lists.clear();
    this.#lists.set(key, made);
    return made;
  }
}

/** Values may come from events: JSON keeps them apart. */
function keyOf({ product, category, service }: LogSource): string {
  return JSON.stringify([product, category, service].map((part) => part?.toLowerCase() ?? null));
}

function aliasesOf({ side, fields = {}, values = {} }: Pipeline): readonly Alias[] {
  if (side !== 'events') return [];
  const tables = new Map(Object.entries(values).map(([name, table]) => [name, new ValueTable(table)]));
  const aliases = Object.entries(fields).map(([name, from]) => ({
    name,
    from: asList(from),
    values: tables,
  }));
  const mapped = new Set(aliases.flatMap(({ from }) => from));
  const own = [...tables.keys()].filter((name) => !mapped.has(name));
  return [...aliases, ...own.map((name) => ({ name, from: [name], values: tables }))];
}

function asking(event: EventInput): Ask {
  if (isAccessor(event)) return (name) => (event.has(name) ? event.get(name) : undefined);
  return (name) => read(event, name);
}

/** Own fields; those with a dot also by their path. */
function read(event: Fields, name: string): unknown {
  const value = event[name];
  if (value !== undefined) return Object.hasOwn(event, name) ? value : undefined;
  const dot = name.indexOf('.');
  if (dot === -1) return undefined;
  const head = name.slice(0, dot);
  if (typeof event[head] !== 'object' || !Object.hasOwn(event, head)) return undefined;
  const { present, values } = readSlot(event, name);
  return present ? (values.length === 1 ? values[0] : values) : undefined;
}

/** What a table puts into an event: the first of the names that has a value, else null where one is there. */
function additions(table: readonly Alias[], ask: Ask): [name: string, value: unknown][] {
  return table.flatMap(({ name, from, values }): [string, unknown][] => {
    const present = ask(name);
    if (present !== undefined && !from.includes(name)) return [];
    let value: unknown;
    for (const field of from) {
      const candidate = ask(field);
      if (candidate === undefined || (candidate === null && value === null)) continue;
      value = values.get(field)?.translate(candidate) ?? candidate;
      if (value !== null) break;
    }
    return value === undefined || value === present ? [] : [[name, value]];
  });
}

function rename(event: EventInput, tables: readonly (readonly Alias[])[]): EventInput {
  if (isAccessor(event)) return new RenamedEvent(event, tables);
  let copy: Record<string, unknown> | undefined;
  for (const table of tables) {
    const added = additions(table, asking(copy ?? event));
    if (added.length === 0) continue;
    // Without prototype, so that no name can reach one.
    copy ??= Object.assign(Object.create(null) as Record<string, unknown>, event);
    for (const [name, value] of added) copy[name] = value;
  }
  return copy ?? event;
}

/** An accessor with the names that rules use in front of its own. */
class RenamedEvent implements EventAccessor {
  readonly #event: EventAccessor;
  readonly #added = new Map<string, unknown>();

  constructor(event: EventAccessor, tables: readonly (readonly Alias[])[]) {
    this.#event = event;
    for (const table of tables)
      for (const [name, value] of additions(table, asking(this))) this.#added.set(name, value);
  }

  get(field: string): unknown {
    return this.#added.has(field) ? this.#added.get(field) : this.#event.get(field);
  }

  has(field: string): boolean {
    return this.#added.has(field) || this.#event.has(field);
  }

  values(): Iterable<unknown> {
    return this.#event.values();
  }
}
