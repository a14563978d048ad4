/**
 * Which fields of a row stand in typed columns instead of in the map, as one text per row: `,CommandLine,User,`.
 * Invariant: a set of fields has one text, so the column of these texts has few values.
 */
import { TYPED_FIELDS } from './event-columns.ts';

const NAMES: readonly string[] = [...TYPED_FIELDS.keys()];
/** Bits of a small integer. */
const BITS = 30;

/** Numbers of typed fields, up to twice `BITS` of them. */
export class FieldSet {
  low = 0;
  high = 0;

  clear(): void {
    this.low = 0;
    this.high = 0;
  }

  add(bit: number): void {
    if (bit < BITS) this.low |= 1 << bit;
    else this.high |= 1 << (bit - BITS);
  }

  has(bit: number): boolean {
    return ((bit < BITS ? this.low >> bit : this.high >> (bit - BITS)) & 1) === 1;
  }
}

/** Texts by the set's high part, then its low part. */
const texts = new Map<number, Map<number, string>>();
/** Sets that are remembered of each high part, and high parts. */
const TEXTS_MAX = 1_024;

export function fieldSetText(set: FieldSet): string {
  let byLow = texts.get(set.high);
  if (byLow === undefined) {
    if (texts.size >= TEXTS_MAX) texts.clear();
    byLow = new Map();
    texts.set(set.high, byLow);
  }
  const known = byLow.get(set.low);
  if (known !== undefined) return known;
  const names = NAMES.filter((_, bit) => set.has(bit));
  const text = names.length === 0 ? '' : `,${names.join(',')},`;
  if (byLow.size >= TEXTS_MAX) byLow.clear();
  byLow.set(set.low, text);
  return text;
}

/** The fields that the text names, with the number of each one's column. */
export function typedFieldsOf(text: string): { name: string; column: number }[] {
  return text.split(',').flatMap((name) => TYPED_FIELDS.get(name) ?? []);
}
