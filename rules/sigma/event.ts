/**
 * How rules see an event: each field is looked up once, its values flattened, turned to text and folded once.
 * Invariants: only own keys count (`constructor` and `__proto__` are names like others); depth and number of values
 * are bounded; what the bound cuts is counted.
 */
import { fold } from './fold.ts';
import type { EventAccessor, EventInput } from './types.ts';

const DEPTH_MAX = 32;
const VALUES_MAX = 100_000;

/** What a predicate may ask about one field. */
export class Slot {
  /** The key exists, whatever its value. */
  present = false;
  /** Absent, null, or a list with a null in it. */
  nullish = true;
  /** Scalars, lists flattened; nested objects have no value of their own. */
  values: (string | number | boolean | bigint)[] = [];
  #texts: string[] | undefined;
  #folded: string[] | undefined;

  get texts(): readonly string[] {
    if (this.#texts === undefined) {
      const [only] = this.values;
      // Nearly every field holds one text.
      this.#texts = this.values.length === 1 && typeof only === 'string' ? [only] : this.values.map(String);
    }
    return this.#texts;
  }

  get folded(): readonly string[] {
    if (this.#folded === undefined) {
      const [only] = this.texts;
      this.#folded = this.texts.length === 1 && only !== undefined ? [fold(only)] : this.texts.map(fold);
    }
    return this.#folded;
  }

  clear(): void {
    this.present = false;
    this.nullish = true;
    if (this.values.length > 0) this.values = [];
    this.#texts = undefined;
    this.#folded = undefined;
  }
}

/** The fields that an engine's rules name; a field's number is its place in `names`. */
export interface FieldTable {
  readonly names: readonly string[];
  readonly numbers: ReadonlyMap<string, number>;
}

/** One event at a time; slots are reused from event to event. */
export class EventView {
  readonly #table: FieldTable;
  readonly #slots: Slot[];
  /** The event for which a slot was read last. */
  readonly #readFor: Uint32Array;
  #turn = 0;
  #event: EventInput = {};
  #accessor: EventAccessor | undefined;
  readonly #keywords = new Slot();
  #keywordsFor = 0;

  constructor(table: FieldTable) {
    this.#table = table;
    this.#slots = table.names.map(() => new Slot());
    this.#readFor = new Uint32Array(table.names.length);
  }

  open(event: EventInput): void {
    this.#event = event;
    this.#accessor = isAccessor(event) ? event : undefined;
    if (this.#turn === 0xffffffff) {
      this.#readFor.fill(0);
      this.#turn = 0;
    }
    this.#turn += 1;
  }

  /** Lets go of the event. */
  close(): void {
    this.#event = {};
    this.#accessor = undefined;
  }

  slot(field: number): Slot {
    const slot = this.#slots[field] ?? new Slot();
    if (this.#readFor[field] === this.#turn) return slot;
    this.#readFor[field] = this.#turn;
    slot.clear();
    readField(this.#event, this.#accessor, this.#table.names[field] ?? '', slot);
    return slot;
  }

  /** Every value of the event, for keywords. */
  keywords(): Slot {
    const slot = this.#keywords;
    if (this.#keywordsFor === this.#turn) return slot;
    this.#keywordsFor = this.#turn;
    slot.clear();
    slot.present = true;
    const state = { left: VALUES_MAX };
    if (this.#accessor === undefined) collect(slot, this.#event, 0, true, state);
    else for (const value of this.#accessor.values()) collect(slot, value, 0, true, state);
    return slot;
  }

  /**
   * Calls `visit` for each present field, at least for those in `wanted`; `dotted` are the ones of them that may be
   * paths into nested values.
   */
  eachPresent(wanted: readonly number[], dotted: readonly number[], visit: (field: number) => void): void {
    if (this.#accessor !== undefined) {
      for (const field of wanted) if (this.slot(field).present) visit(field);
      return;
    }
    let nested = false;
    const event = this.#event as Readonly<Record<string, unknown>>;
    for (const name of Object.keys(event)) {
      const value = event[name];
      if (typeof value === 'object') nested = true;
      const field = this.#table.numbers.get(name);
      const slot = field === undefined ? undefined : this.#slots[field];
      if (field === undefined || slot === undefined || value === undefined) continue;
      slot.clear();
      fill(slot, value);
      this.#readFor[field] = this.#turn;
      visit(field);
    }
    if (!nested) return;
    for (const field of dotted) {
      if (!isOwn(event, this.#table.names[field] ?? '') && this.slot(field).present) visit(field);
    }
  }
}

/** One field of an event by name, outside of a view. */
export function readSlot(event: EventInput, name: string): Slot {
  const slot = new Slot();
  readField(event, isAccessor(event) ? event : undefined, name, slot);
  return slot;
}

/** Every value of an event, outside of a view. */
export function readKeywords(event: EventInput): Slot {
  const view = new EventView({ names: [], numbers: new Map() });
  view.open(event);
  return view.keywords();
}

function readField(event: EventInput, accessor: EventAccessor | undefined, name: string, slot: Slot): void {
  if (accessor === undefined) {
    const found = lookUp(event as Readonly<Record<string, unknown>>, name);
    if (found.present) fill(slot, found.value);
  } else if (accessor.has(name)) fill(slot, accessor.get(name));
}

/** Whether the event is read through its own accessors. */
export function isAccessor(event: EventInput): event is EventAccessor {
  return (
    typeof event.get === 'function' && typeof event.has === 'function' && typeof event.values === 'function'
  );
}

function fill(slot: Slot, value: unknown): void {
  if (value === undefined) return;
  slot.present = true;
  slot.nullish = false;
  if (typeof value === 'string') {
    slot.values.push(value);
    return;
  }
  collect(slot, value, 0, false, { left: VALUES_MAX });
}

function collect(
  slot: Slot,
  value: unknown,
  depth: number,
  intoObjects: boolean,
  state: { left: number },
): void {
  if (state.left <= 0 || depth > DEPTH_MAX) return;
  state.left -= 1;
  if (
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'boolean' ||
    typeof value === 'bigint'
  ) {
    slot.values.push(value);
  } else if (value === null || value === undefined) slot.nullish = true;
  else if (Array.isArray(value)) {
    for (const item of value as readonly unknown[]) collect(slot, item, depth + 1, intoObjects, state);
  } else if (intoObjects && typeof value === 'object') {
    for (const item of Object.values(value)) collect(slot, item, depth + 1, intoObjects, state);
  }
}

/** Own and enumerable, as in JSON: the `length` of a list is no field. */
function isOwn(object: object, name: string): boolean {
  return Object.prototype.propertyIsEnumerable.call(object, name);
}

const ABSENT = { present: false, value: undefined } as const;

/** The literal key first; then, for a name with dots, a path through objects and lists. */
function lookUp(
  object: Readonly<Record<string, unknown>>,
  name: string,
): { present: boolean; value: unknown } {
  if (isOwn(object, name)) {
    const value = object[name];
    return value === undefined ? ABSENT : { present: true, value };
  }
  if (!name.includes('.')) return ABSENT;
  const found = walk(object, name, 0, { left: 10_000 });
  if (found.length === 0) return ABSENT;
  return { present: true, value: found.length === 1 ? found[0] : found };
}

/** Every way to read `a.b.c`: keys may themselves hold dots; a list is entered by each of its members. */
function walk(value: unknown, rest: string, depth: number, state: { left: number }): unknown[] {
  if (typeof value !== 'object' || value === null || depth > DEPTH_MAX || state.left <= 0) return [];
  state.left -= 1;
  if (Array.isArray(value))
    return (value as readonly unknown[]).flatMap((item) => walk(item, rest, depth + 1, state));
  const record = value as Readonly<Record<string, unknown>>;
  if (isOwn(record, rest)) return record[rest] === undefined ? [] : [record[rest]];
  for (let dot = rest.indexOf('.'); dot !== -1; dot = rest.indexOf('.', dot + 1)) {
    const head = rest.slice(0, dot);
    if (!isOwn(record, head)) continue;
    const found = walk(record[head], rest.slice(dot + 1), depth + 1, state);
    if (found.length > 0) return found;
  }
  return [];
}
