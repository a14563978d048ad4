/**
 * Events whose names stand apart from their values: those of one kind share one list of names, so what is known of
 * names (which rules ask them, where they are stored) is looked up once a kind instead of once a value.
 * Invariants: a shape never changes; names come from peers, so the shapes that are kept for the next event are bounded.
 */
import { detached } from './detached.ts';
import type { EventAccessor } from './types.ts';

/** Shapes that events may still grow from; a long name counts as several. Above it all are made anew. */
const SHAPES_MAX = 20_000;
const NAME_CHARS = 64;
const LONG = 256;

let root: EventShape | undefined;
let made = 0;

/** Names of an event's fields in their order. */
export class EventShape {
  readonly length: number;
  /** The last of its names; '' where there is none. */
  readonly name: string;
  readonly before: EventShape | undefined;
  #names: readonly string[] | undefined;
  #places: Map<string, number> | undefined;
  /** What events grew into from here, the latest apart. */
  #latest: EventShape | undefined;
  #next: Map<string, EventShape> | undefined;

  constructor(before: EventShape | undefined, name: string) {
    this.before = before;
    this.name = name;
    this.length = before === undefined ? 0 : before.length + 1;
  }

  static get empty(): EventShape {
    if (root === undefined || made > SHAPES_MAX) {
      root = new EventShape(undefined, '');
      made = 0;
    }
    return root;
  }

  get names(): readonly string[] {
    this.#names ??= namesBackwards(this).toReversed();
    return this.#names;
  }

  /** Place of a name among the names; undefined where it is not one of them. */
  placeOf(name: string): number | undefined {
    this.#places ??= new Map(this.names.map((known, place) => [known, place]));
    return this.#places.get(name);
  }

  /** The shape with one more name; undefined where the name is there already. */
  after(name: string): EventShape | undefined {
    return this.#known(name) ?? (this.#has(name) ? undefined : this.#grow(detached(name)));
  }

  /** The same for a name that is known not to be there. */
  afterNew(name: string): EventShape {
    return this.#known(name) ?? this.#grow(detached(name));
  }

  #known(name: string): EventShape | undefined {
    const latest = this.#latest;
    if (latest?.name === name) return latest;
    const known = this.#next?.get(name);
    if (known !== undefined) this.#latest = known;
    return known;
  }

  #has(name: string): boolean {
    return this.#places?.has(name) ?? isNamed(this, name);
  }

  #grow(name: string): EventShape {
    const shape = new EventShape(this, name);
    made += 1 + Math.floor(name.length / NAME_CHARS);
    this.#next ??= new Map();
    this.#next.set(name, shape);
    this.#latest = shape;
    return shape;
  }
}

/** What follows from a shape alone, found out once; events of one kind come one after another. */
export class ByShape<Known> {
  readonly #find: (shape: EventShape) => Known;
  readonly #known = new WeakMap<EventShape, { known: Known }>();
  #latest: { shape: EventShape; known: Known } | undefined;

  constructor(find: (shape: EventShape) => Known) {
    this.#find = find;
  }

  of(shape: EventShape): Known {
    if (this.#latest?.shape === shape) return this.#latest.known;
    let entry = this.#known.get(shape);
    if (entry === undefined) {
      entry = { known: this.#find(shape) };
      this.#known.set(shape, entry);
    }
    this.#latest = { shape, known: entry.known };
    return entry.known;
  }
}

function namesBackwards(last: EventShape): string[] {
  const names: string[] = [];
  for (let shape: EventShape | undefined = last; shape?.before !== undefined; shape = shape.before)
    names.push(shape.name);
  return names;
}

/** Without a map: one for each step of a new shape would cost more than the look back. */
function isNamed(last: EventShape, name: string): boolean {
  for (let shape: EventShape | undefined = last; shape?.before !== undefined; shape = shape.before)
    if (shape.name === name) return true;
  return false;
}

/** An event's fields in the order in which they were added. */
export class ShapedEvent<Value = unknown> implements EventAccessor {
  /** Names of the fields; `add` alone changes it. */
  shape: EventShape;
  /** The values, in the order of the shape's names; `add` and `set` alone change them. */
  readonly list: Value[];
  /** Names of an event with very many: looking back at all of them for each would cost the square of their number. */
  #names: Set<string> | undefined;

  /** @param list - a value for each of the shape's names; it becomes the event's own */
  constructor(shape = EventShape.empty, list: Value[] = []) {
    this.shape = shape;
    this.list = list;
  }

  static from<Value>(fields: Readonly<Record<string, Value>>): ShapedEvent<Value> {
    const event = new ShapedEvent<Value>();
    for (const name of Object.keys(fields)) {
      const value = fields[name];
      if (value !== undefined) event.set(name, value);
    }
    return event;
  }

  get size(): number {
    return this.list.length;
  }

  has(name: string): boolean {
    return this.shape.placeOf(name) !== undefined;
  }

  get(name: string): Value | undefined {
    const place = this.shape.placeOf(name);
    return place === undefined ? undefined : this.list[place];
  }

  values(): Iterable<Value> {
    return this.list;
  }

  /** Adds a field. @returns false, with nothing done, where there is one of that name */
  add(name: string, value: Value): boolean {
    const shape = this.list.length < LONG ? this.shape.after(name) : this.#afterLong(name);
    if (shape === undefined) return false;
    this.shape = shape;
    this.list.push(value);
    return true;
  }

  #afterLong(name: string): EventShape | undefined {
    this.#names ??= new Set(this.shape.names);
    if (this.#names.has(name)) return undefined;
    this.#names.add(name);
    return this.shape.afterNew(name);
  }

  /** Adds a field, or gives the one of that name another value. */
  set(name: string, value: Value): void {
    if (this.add(name, value)) return;
    const place = this.shape.placeOf(name);
    if (place !== undefined) this.list[place] = value;
  }

  /** Runs `work` while the event has one more field; without it where there is one of that name already. */
  lend<Result>(name: string, value: Value, work: () => Result): Result {
    const shape = this.shape;
    if (!this.add(name, value)) return work();
    try {
      return work();
    } finally {
      this.shape = shape;
      this.list.pop();
      this.#names?.delete(name);
    }
  }

  /** A plain object without a prototype: a name may be `__proto__`. */
  toRecord(): Record<string, Value> {
    const record = Object.create(null) as Record<string, Value>;
    for (const [place, name] of this.shape.names.entries()) {
      const value = this.list[place];
      if (value !== undefined) record[name] = value;
    }
    return record;
  }
}
