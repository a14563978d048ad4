/**
 * What a Windows event says in one line, for people and for word search: everything that its fields say, in its order.
 * Made of the fields when somebody reads it: the store, which keeps the fields anyway, keeps only how it is put together.
 */
import type { ShapedEvent } from '../../rules/sigma/index.ts';
import type { FieldValue } from './event.ts';

/** A field that the sentence names, and how it is introduced. */
export interface Saying {
  field: string;
  words: string;
}

/** UTF-16 units. */
const CHARS_MAX = 16_384;

export class Sentence {
  /** e.g. `Microsoft-Windows-Sysmon 1:` */
  readonly head: string;
  readonly sayings: readonly Saying[];
  /** By saying: its field's place among the event's fields. */
  readonly places: readonly number[];
  readonly #fields: ShapedEvent<FieldValue>;
  #text: string | undefined;

  constructor(
    head: string,
    sayings: readonly Saying[],
    places: readonly number[],
    fields: ShapedEvent<FieldValue>,
  ) {
    this.head = head;
    this.sayings = sayings;
    this.places = places;
    this.#fields = fields;
  }

  /** The value as it is said; undefined for what has no one text. */
  value(saying: number): string | undefined {
    const value = this.#fields.list[this.places[saying] ?? -1];
    return typeof value === 'string' ? value : undefined;
  }

  toString(): string {
    this.#text ??= this.#write();
    return this.#text;
  }

  #write(): string {
    let text = this.head;
    for (const [at, { words }] of this.sayings.entries()) {
      const value = this.#fields.list[this.places[at] ?? -1];
      text += words + (Array.isArray(value) ? value.join(', ') : String(value));
      if (text.length > CHARS_MAX) break;
    }
    return text.slice(0, CHARS_MAX).toWellFormed();
  }
}
