/**
 * Which facts of one field may hold, found from its value instead of by asking each fact.
 * Invariants: every fact that was added and holds is found; of a predicate that the index decides, a search tells whether
 * it holds.
 */
import type { Slot } from './event.ts';
import { FoldedText } from './folded-text.ts';
import { LiteralSet } from './literal-set.ts';
import { CLAUSES_MAX } from './witness.ts';
import type { Atom, Clause } from './witness.ts';

const BITS = 2;
/** Texts that can be part of a number or a boolean written as text. */
const IN_SCALARS = /^(?:[-+0-9.e]*|t?r?u?e?|f?a?l?s?e?|n?a?n?|i?n?f?i?n?i?t?y?)$/;
const NONE = -1;

/** What a search finds beside facts: of each predicate that it decides and that holds, the mark. */
export interface Answers {
  readonly marks: Float64Array;
  readonly mark: number;
}

/** Length of a text and its last byte as one number. */
const endOf = (length: number, last: number): number => length * 256 + last;

/** Facts by the clauses of which each must hold; filled, built, then searched. */
export class FieldIndex {
  readonly #exact = new Map<string, number>();
  /** Lengths and last characters of the exact texts: most values have others. */
  readonly #exactEnds = new Set<number>();
  readonly #literals = new LiteralSet();
  /** Posting list of facts that need the field at all. */
  #present = NONE;
  /** Lists of (place of the fact << 2 | clause). */
  readonly #postings: number[][] = [];
  /** By list: predicates that hold exactly where its atom does. */
  readonly #decided: (number[] | undefined)[] = [];
  readonly #decides = new Set<number>();
  /** Numbers of the facts by their place. */
  readonly #facts: number[] = [];
  /** Per place: clauses that must hold, as bits. */
  readonly #needed: number[] = [];
  readonly #lists = new Map<string, number>();
  /** Whether a literal could stand in a number or a boolean as text. */
  #inScalars = false;
  #held = new Uint8Array(0);
  readonly #touched: number[] = [];
  readonly #text = new FoldedText();
  /** Of the search under way. */
  #found: number[] = [];
  #answers: Answers | undefined;
  readonly #visit = (list: number): void => this.#hit(list);
  #occurred = false;
  readonly #occur = (): void => {
    this.#occurred = true;
  };

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

  /**
   * Decides the predicate where its atom is looked for anyway.
   * @param atom - holds exactly when the predicate does
   */
  decide(predicate: number, atom: Atom): void {
    const list = this.#lists.get(keyOf(atom));
    if (list === undefined || this.#decides.has(predicate)) return;
    this.#decides.add(predicate);
    (this.#decided[list] ??= []).push(predicate);
  }

  /** Whether a search tells if the predicate holds. */
  decides(predicate: number): boolean {
    return this.#decides.has(predicate);
  }

  /** Must be called after the last `add` and `decide`. */
  build(): void {
    this.#literals.build();
    this.#held = new Uint8Array(this.#facts.length);
    this.#lists.clear();
  }

  /** Whether any literal stands in the value: without one no fact that asks for literals alone can hold. */
  touches(value: string | number | boolean | bigint): boolean {
    if (typeof value !== 'string' && !this.#inScalars) return false;
    const text = String(value);
    if (!this.#literals.fits(text.length)) return false;
    this.#occurred = false;
    this.#text.set(text);
    this.#literals.scan(this.#text, this.#occur);
    return this.#occurred;
  }

  /** A literal that stands in a part of a text stands in the text. */
  get findsAnywhere(): boolean {
    return !this.#literals.hasEdges;
  }

  /**
   * Facts that may hold for the values of the slot; each once, in no order, until the next search.
   * @param answers - told of predicates that the index decides
   */
  search(slot: Slot, answers: Answers): readonly number[] {
    this.#begin(answers);
    if (!slot.present) return this.#found;
    if (this.#present !== NONE) this.#hit(this.#present);
    if (this.#exact.size > 0 || this.#literals.size > 0) {
      for (const { text } of slot.subjects) this.#searchIn(text);
    }
    return this.#end();
  }

  /** The same for a text, of which no slot is needed. */
  searchText(text: string, answers: Answers): readonly number[] {
    this.#begin(answers);
    if (this.#present !== NONE) this.#hit(this.#present);
    this.#searchIn(text);
    return this.#end();
  }

  #begin(answers: Answers): void {
    this.#answers = answers;
    this.#found.length = 0;
  }

  #end(): readonly number[] {
    for (const place of this.#touched) this.#held[place] = 0;
    this.#touched.length = 0;
    return this.#found;
  }

  #searchIn(value: string): void {
    const text = this.#text;
    text.set(value);
    const { bytes, length } = text;
    if (this.#exactEnds.has(endOf(length, length === 0 ? 0 : (bytes[length - 1] ?? 0)))) {
      const exact = this.#exact.get(text.folded);
      if (exact !== undefined) this.#hit(exact);
    }
    if (this.#literals.size > 0) this.#literals.scan(text, this.#visit);
  }

  #hit(list: number): void {
    const decided = this.#decided[list];
    const answers = this.#answers;
    if (decided !== undefined && answers !== undefined)
      for (const predicate of decided) answers.marks[predicate] = answers.mark;
    for (const posting of this.#postings[list] ?? []) {
      const place = posting >> BITS;
      const before = this.#held[place] ?? 0;
      const after = before | (1 << (posting & ((1 << BITS) - 1)));
      if (after === before) continue;
      if (before === 0) this.#touched.push(place);
      this.#held[place] = after;
      if (after === this.#needed[place]) this.#found.push(this.#facts[place] ?? 0);
    }
  }

  #post(atom: Atom, posting: number): void {
    const key = keyOf(atom);
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
      const { bytes, length } = new FoldedText(atom.literal);
      this.#exactEnds.add(endOf(length, length === 0 ? 0 : (bytes[length - 1] ?? 0)));
    } else {
      this.#literals.add(atom.literal, atom.place, list);
      this.#inScalars ||= IN_SCALARS.test(atom.literal);
    }
  }
}

function keyOf(atom: Atom): string {
  if (atom.kind === 'present') return '';
  return `${atom.kind}${atom.kind === 'exact' ? '' : atom.place} ${atom.literal}`;
}
