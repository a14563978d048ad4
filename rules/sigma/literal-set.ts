/**
 * Many literals looked for in one text at once, in any case: at its ends, or anywhere in it.
 * Invariant: exactly the literals that stand in the folded text are reported, at least once.
 */
import { EdgeTrie } from './edge-trie.ts';
import type { FoldedText } from './folded-text.ts';
import { GramSearch } from './gram-search.ts';
import { JUMP_LITERAL_MIN, JumpSearch } from './jump-search.ts';

export type Place = 'anywhere' | 'start' | 'end';

/** Literals to be found in texts, each with a payload: filled, built, then searched. */
export class LiteralSet {
  readonly #starts = new EdgeTrie('start');
  readonly #ends = new EdgeTrie('end');
  readonly #anywhere: { literal: string; payload: number }[] = [];
  #search: GramSearch | JumpSearch = new GramSearch();
  #lengthMin = Number.POSITIVE_INFINITY;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** There are literals that must begin or end a text. */
  get hasEdges(): boolean {
    return this.#starts.size + this.#ends.size > 0;
  }

  /** `literal` is folded and not empty; `payload` is handed to `scan`'s callback. */
  add(literal: string, place: Place, payload: number): void {
    this.#size += 1;
    this.#lengthMin = Math.min(this.#lengthMin, literal.length);
    if (place === 'start') this.#starts.add(literal, payload);
    else if (place === 'end') this.#ends.add(literal, payload);
    else this.#anywhere.push({ literal, payload });
  }

  /** Must be called after the last `add`. */
  build(): void {
    const literals = this.#anywhere.splice(0);
    if (literals.every(({ literal }) => literal.length >= JUMP_LITERAL_MIN)) this.#search = new JumpSearch();
    for (const { literal, payload } of literals) this.#search.add(literal, payload);
    this.#search.build();
  }

  /** Whether a text of that length may hold one of the literals. */
  fits(length: number): boolean {
    return length >= this.#lengthMin;
  }

  /** Calls `found` for every literal that stands in the text, as it is or in another case; may repeat. */
  scan(text: FoldedText, found: (payload: number) => void): void {
    if (text.length < this.#lengthMin) return;
    if (this.#starts.size > 0) this.#starts.scan(text, 0, found);
    if (this.#ends.size > 0) this.#ends.scan(text, text.length, found);
    if (this.#search.size > 0) this.#search.scan(text, found);
  }
}
