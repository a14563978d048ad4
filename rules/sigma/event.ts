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
  readonly values: (string | number | boolean | bigint)[] = [];
  #texts: string[] | undefined;
  #folded: string[] | undefined;

  get texts(): readonly string[] {
    this.#texts ??= this.values.map(String);
    return this.#texts;
  }

  get folded(): readonly string[] {
    this.#folded ??= this.texts.map(fold);
    return this.#folded;
  }
}

export class EventView {
  readonly #event: EventAccessor | undefined;
  readonly #object: Readonly<Record<string, unknown>>;
  readonly #slots: (Slot | undefined)[];
  #keywords: Slot | undefined;

  /** `fieldCount`: fields are numbered from 0 by the engine. */
  constructor(event: EventInput, fieldCount: number) {
    this.#event = isAccessor(event) ? event : undefined;
    this.#object = isAccessor(event) ? {} : event;
    this.#slots = Array.from({ length: fieldCount });
  }

  slot(field: number, name: string): Slot {
    const known = this.#slots[field];
    if (known !== undefined) return known;
    const slot = this.read(name);
    this.#slots[field] = slot;
    return slot;
  }

  /** The field by name, without the cache. */
  read(name: string): Slot {
    const slot = new Slot();
    if (this.#event === undefined) {
      const found = lookUp(this.#object, name);
      if (found.present) fill(slot, found.value);
    } else if (this.#event.has(name)) fill(slot, this.#event.get(name));
    return slot;
  }

  /** Every value of the event, for keywords. */
  keywords(): Slot {
    if (this.#keywords === undefined) {
      const slot = new Slot();
      slot.present = true;
      const state = { left: VALUES_MAX };
      if (this.#event === undefined) collect(slot, this.#object, 0, true, state);
      else for (const value of this.#event.values()) collect(slot, value, 0, true, state);
      this.#keywords = slot;
    }
    return this.#keywords;
  }
}

export function isAccessor(event: EventInput): event is EventAccessor {
  return (
    typeof event.get === 'function' && typeof event.has === 'function' && typeof event.values === 'function'
  );
}

function fill(slot: Slot, value: unknown): void {
  if (value === undefined) return;
  slot.present = true;
  slot.nullish = false;
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

const ABSENT = { present: false, value: undefined } as const;

/** The literal key first; then, for a name with dots, a path through objects and lists. */
export function lookUp(
  object: Readonly<Record<string, unknown>>,
  name: string,
): { present: boolean; value: unknown } {
  if (Object.hasOwn(object, name)) {
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
  if (Object.hasOwn(record, rest)) return record[rest] === undefined ? [] : [record[rest]];
  for (let dot = rest.indexOf('.'); dot !== -1; dot = rest.indexOf('.', dot + 1)) {
    const head = rest.slice(0, dot);
    if (!Object.hasOwn(record, head)) continue;
    const found = walk(record[head], rest.slice(dot + 1), depth + 1, state);
    if (found.length > 0) return found;
  }
  return [];
}
