/**
 * How rules see an event: a field's values flattened, turned to text and folded once.
 * Invariants: only own keys count (`constructor` and `__proto__` are names like others); depth and number of values
 * are bounded.
 */
import { fold } from './fold.ts';
import type { EventAccessor, EventInput } from './types.ts';

const DEPTH_MAX = 32;
const VALUES_MAX = 100_000;

/** A value that a predicate can look at. */
type SlotValue = string | number | boolean | bigint;

/** A value as text, folded when that is needed. */
export class SlotText {
  readonly text: string;
  #folded: string | undefined;

  constructor(text: string) {
    this.text = text;
  }

  get folded(): string {
    this.#folded ??= fold(this.text);
    return this.#folded;
  }
}

/** What a predicate may ask about one field. */
export class Slot {
  /** The key exists, whatever its value. */
  present = false;
  /** Absent, null, or a list with a null in it. */
  nullish = true;
  /** Scalars, lists flattened; nested objects have no value of their own. */
  values: SlotValue[] = [];
  #subjects: SlotText[] | undefined;
  #texts: string[] | undefined;
  #folded: string[] | undefined;

  /** The values as texts, each folded when that is needed. */
  get subjects(): readonly SlotText[] {
    this.#subjects ??= this.values.map((value) => new SlotText(String(value)));
    return this.#subjects;
  }

  get texts(): readonly string[] {
    this.#texts ??= this.subjects.map(({ text }) => text);
    return this.#texts;
  }

  get folded(): readonly string[] {
    this.#folded ??= this.subjects.map(({ folded }) => folded);
    return this.#folded;
  }

  clear(): void {
    this.present = false;
    this.nullish = true;
    if (this.values.length > 0) this.values = [];
    this.#subjects = undefined;
    this.#texts = undefined;
    this.#folded = undefined;
  }

  /** Takes a cleared slot to the value of a key that exists; undefined leaves it absent. */
  fill(value: unknown): void {
    if (value === undefined) return;
    this.present = true;
    this.nullish = false;
    if (typeof value === 'string') this.values.push(value);
    else collect(this, value, 0, false, { left: VALUES_MAX });
  }

  /** Takes a cleared slot to every value of the event, for keywords. */
  fillWithAll(event: EventInput): void {
    this.present = true;
    const state = { left: VALUES_MAX };
    if (!isAccessor(event)) collect(this, event, 0, true, state);
    else for (const value of event.values()) collect(this, value, 0, true, state);
  }
}

/** One field of an event by name. */
export function readSlot(event: EventInput, name: string): Slot {
  const slot = new Slot();
  slot.fill(readField(event, name));
  return slot;
}

/** Every value of an event. */
export function readKeywords(event: EventInput): Slot {
  const slot = new Slot();
  slot.fillWithAll(event);
  return slot;
}

/** The value under a name, or what lies on a path of that name; undefined where the event has neither. */
export function readField(event: EventInput, name: string): unknown {
  if (isAccessor(event)) return event.has(name) ? event.get(name) : undefined;
  return lookUp(event, name);
}

/** Whether the event reads through its own accessors. */
export function isAccessor(event: EventInput): event is EventAccessor {
  return (
    typeof event.get === 'function' && typeof event.has === 'function' && typeof event.values === 'function'
  );
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
export function isOwn(object: object, name: string): boolean {
  return Object.prototype.propertyIsEnumerable.call(object, name);
}

/** The literal key first; then, for a name with dots, a path through objects and lists. */
function lookUp(object: Readonly<Record<string, unknown>>, name: string): unknown {
  if (isOwn(object, name)) return object[name];
  if (!name.includes('.')) return undefined;
  const found = walk(object, name, 0, { left: 10_000 });
  return found.length > 1 ? found : found[0];
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
