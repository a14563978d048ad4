/**
 * What all Windows events of one template have in common: the names of their fields and where each value goes, so that
 * an event's fields are filled in one step. Invariant: a kind gives the very fields, and the sentence, that putting its
 * values one by one gives; kinds with a name that comes twice have none.
 */
import type { EventShape } from '../../rules/sigma/index.ts';
import type { FieldPlace, SystemValues } from './event-fields.ts';
import type { FieldValue } from './event.ts';
import type { Saying } from './sentence.ts';
import type { Learnt } from './template-learner.ts';

/** Which fields the sentence of an event names. */
export interface Said {
  sayings: readonly Saying[];
  /** By saying: its field's place among the event's fields. */
  places: readonly number[];
}

/** A value of the template. */
export interface KindValue {
  /** Its place among the fields. */
  at: number;
  place: FieldPlace;
  /** Number among the values that the sentence may name; -1 for others. */
  saying: number;
}

/** Values that a sentence may name: as many as a number has bits for. */
const SAYINGS_MAX = 52;
/** Bits of a small integer. */
export const LOW_BITS = 26;
const LOW = 2 ** LOW_BITS;
/** Ways in which the values of one kind are there or not that are remembered. */
const SAID_MAX = 64;

export class EventKind {
  readonly shape: EventShape;
  /** Fields of an event whose values all are empty. */
  readonly blank: readonly FieldValue[];
  readonly values: readonly KindValue[];
  /** By name: number of the value that counts. */
  readonly system: Readonly<Partial<Record<keyof SystemValues, number>>>;
  readonly #said = new Map<number, Said>();

  constructor(shape: EventShape, values: readonly KindValue[]) {
    this.shape = shape;
    this.blank = Array.from({ length: shape.length }, () => '');
    this.values = values;
    const system: Partial<Record<keyof SystemValues, number>> = {};
    for (const [number, { place }] of values.entries()) {
      if (place.kept !== undefined) system[place.kept] ??= number;
    }
    this.system = system;
  }

  /**
   * The same object for the same values.
   * @param low - bits of the sayings below LOW_BITS whose value says something; the other: of those above
   */
  said(low: number, high: number): Said {
    const key = low + high * LOW;
    let said = this.#said.get(key);
    if (said === undefined) {
      const named = this.values.filter(
        ({ saying }) => ((saying < LOW_BITS ? low >> saying : high >> (saying - LOW_BITS)) & 1) === 1,
      );
      const spoken = named.filter(({ saying }) => saying !== -1);
      said = { sayings: spoken.map(({ place }) => place), places: spoken.map(({ at }) => at) };
      if (this.#said.size >= SAID_MAX) this.#said.clear();
      this.#said.set(key, said);
    }
    return said;
  }
}

/**
 * @param learnt the template
 * @param shape of an event that was read by it, one value after the other
 */
export function kindOf(learnt: readonly Learnt[], shape: EventShape): EventKind | undefined {
  const names: string[] = [];
  const values: KindValue[] = [];
  let sayings = 0;
  for (const { says, place } of learnt) {
    names.push(...says.map(({ field }) => field));
    if (place === undefined) continue;
    values.push({ at: names.length, place, saying: place.section === 'data' ? sayings++ : -1 });
    names.push(place.field);
  }
  const isPlain = names.length === shape.length && names.every((name, at) => name === shape.names[at]);
  return isPlain && sayings <= SAYINGS_MAX ? new EventKind(shape, values) : undefined;
}
