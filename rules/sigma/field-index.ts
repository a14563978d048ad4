/**
 * Which facts of one field may hold, found from its value instead of by asking each fact.
 * Invariant: every fact that was added and holds is found.
 */
import type { Slot } from './event.ts';
import { LiteralSet } from './literal-set.ts';
import { CLAUSES_MAX } from './witness.ts';
import type { Atom, Clause } from './witness.ts';

const BITS = 2;
/** Texts that can be part of a number or a boolean written as text. */
const IN_SCALARS = /^(?:[-+0-9.e]*|t?r?u?e?|f?a?l?s?e?|n?a?n?|i?n?f?i?n?i?t?y?)$/;

/** Of so many questions whether nothing holds, half must be answered by yes for it to be asked on. */
const TRIAL = 256;
const PAUSE = 8_192;

/** Facts by the clauses of which each must hold; filled, built, then searched. */
export class FieldIndex {
  readonly #exact = new Map<string, number>();
  /** Lengths of the exact texts: most values have another one. */
  readonly #exactLengths = new Set<number>();
  readonly #literals = new LiteralSet();
  /** Posting list of facts that need the field at all; -1 for none. */
  #present = -1;
  /** Lists of (place of the fact << 2 | clause). */
  readonly #postings: number[][] = [];
  /** Numbers of the facts by their place. */
  readonly #facts: number[] = [];
  /** Per place: clauses that must hold, as bits. */
  readonly #needed: number[] = [];
  readonly #lists = new Map<string, number>();
  /** Whether a literal could stand in a number or a boolean as text. */
  #inScalars = false;
  /** How often `excludes` was asked, and was true, since it was judged last; and when it is to be asked again. */
  #asked = 0;
  #excluded = 0;
  #pause = 0;
  #held = new Uint8Array(0);
  readonly #touched: number[] = [];

  /** Whether nothing was added. */
  get empty(): boolean {
    return this.#facts.length === 0;
  }

  /** `clauses` must not be empty. */
  add(fact: number, clauses: readonly Clause[]): void {
    const used = clauses.slice(0, CLAUSES_MAX);
    const place = this.#facts.push(fact) - 1;
    this.#needed.push((1 << used.length) - 1);
    for (const [clause, { atoms }] of used.entries()) {
      for (const atom of atoms) this.#post(atom, (place << BITS) | clause);
    }
  }

  /** Must be called after the last `add`. */
  build(): void {
    this.#literals.build();
    this.#held = new Uint8Array(this.#facts.length);
    this.#lists.clear();
  }

  /** Whether any literal stands in the value: without one no fact that asks for literals alone can hold. */
  touches(value: string | number | boolean | bigint): boolean {
    if (typeof value === 'string') return this.#literals.occursIn(value);
    return this.#inScalars && this.#literals.occursIn(String(value));
  }

  /** A literal that stands in a part of a text stands in the text. */
  get findsAnywhere(): boolean {
    return !this.#literals.hasEdges;
  }

  /**
   * Whether no fact can hold for a value: told of texts only, without remembering anything. Not asked for a while where
   * it is seldom so: the search that follows looks through the same text.
   */
  excludes(value: unknown): boolean {
    if (typeof value !== 'string' || this.#present !== -1) return false;
    if (this.#pause > 0) {
      this.#pause -= 1;
      return false;
    }
    const excluded = !this.#exactLengths.has(value.length) && !this.#literals.occursIn(value);
    this.#asked += 1;
    if (excluded) this.#excluded += 1;
    if (this.#asked === TRIAL) {
      if (this.#excluded * 2 < TRIAL) this.#pause = PAUSE;
      this.#asked = 0;
      this.#excluded = 0;
    }
    return excluded;
  }

  /** Facts that may hold for the values of the slot; each once, in no order. */
  search(slot: Slot): number[] {
    const found: number[] = [];
    if (!slot.present) return found;
    if (this.#present !== -1) this.#hit(this.#present, found);
    if (this.#exact.size > 0 || this.#literals.size > 0) {
      const visit = (list: number): void => this.#hit(list, found);
      for (const subject of slot.subjects) {
        if (this.#exactLengths.has(subject.text.length)) {
          const exact = this.#exact.get(subject.folded);
          if (exact !== undefined) this.#hit(exact, found);
        }
        this.#literals.scan(subject, visit);
      }
    }
    for (const place of this.#touched) this.#held[place] = 0;
    this.#touched.length = 0;
    return found;
  }

  #hit(list: number, found: number[]): void {
    for (const posting of this.#postings[list] ?? []) {
      const place = posting >> BITS;
      const before = this.#held[place] ?? 0;
      const after = before | (1 << (posting & ((1 << BITS) - 1)));
      if (after === before) continue;
      if (before === 0) this.#touched.push(place);
      this.#held[place] = after;
      if (after === this.#needed[place]) found.push(this.#facts[place] ?? 0);
    }
  }

  #post(atom: Atom, posting: number): void {
    const key =
      atom.kind === 'present' ? '' : `${atom.kind}${atom.kind === 'exact' ? '' : atom.place} ${atom.literal}`;
    const known = this.#lists.get(key);
    if (known !== undefined) {
      this.#postings[known]?.push(posting);
      return;
    }
    const list = this.#postings.push([posting]) - 1;
    this.#lists.set(key, list);
    if (atom.kind === 'present') this.#present = list;
    else if (atom.kind === 'exact') {
      this.#exact.set(atom.literal, list);
      this.#exactLengths.add(atom.literal.length);
    } else {
      this.#literals.add(atom.literal, atom.place, list);
      this.#inScalars ||= IN_SCALARS.test(atom.literal);
    }
  }
}
