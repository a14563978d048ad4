/**
 * Rules that may match an event, found from the event's values instead of by trying every rule. Made for the rules
 * of one route. Invariant: every rule that matches is a candidate.
 */
import type { EventView, FieldTable, Slot } from './event.ts';
import { LiteralSet } from './literal-set.ts';
import type { Expr } from './predicate.ts';
import { clausesOf, CLAUSES_MAX } from './witness.ts';
import type { Atom } from './witness.ts';

/** The atoms of one field. Payloads are numbers of posting lists. */
class FieldIndex {
  readonly exact = new Map<string, number>();
  readonly literals = new LiteralSet();
  /** Posting list of rules that need the field at all; -1 for none. */
  present = -1;
  /** Posting lists by value: paths, users and channels repeat from event to event. */
  readonly seen = new Map<string, readonly number[]>();
}

const BITS = 2;

export class CandidateIndex {
  /** Rules without a witness. */
  readonly #always: number[] = [];
  readonly #table: FieldTable;
  /** By number of the field; most have none. */
  readonly #fields: (FieldIndex | undefined)[] = [];
  readonly #wanted: number[] = [];
  readonly #dotted: number[] = [];
  readonly #keywords = new FieldIndex();
  /** Lists of (rule position << 2 | clause). */
  readonly #postings: number[][] = [];
  readonly #rules: readonly number[];
  /** Per rule: clauses that must hold, as bits. */
  readonly #needed: Uint8Array;
  readonly #held: Uint8Array;
  readonly #touched: number[] = [];

  constructor(rules: readonly number[], exprOf: (rule: number) => Expr, table: FieldTable) {
    this.#table = table;
    this.#rules = rules;
    this.#needed = new Uint8Array(rules.length);
    this.#held = new Uint8Array(rules.length);
    const lists = new Map<string, number>();
    for (const [position, rule] of rules.entries()) {
      const clauses = clausesOf(exprOf(rule)).slice(0, CLAUSES_MAX);
      if (clauses.length === 0) this.#always.push(rule);
      this.#needed[position] = (1 << clauses.length) - 1;
      for (const [clause, { atoms }] of clauses.entries()) {
        for (const atom of atoms) this.#post(atom, (position << BITS) | clause, lists);
      }
    }
    for (const field of [...this.#wanted.map((number) => this.#fields[number]), this.#keywords])
      field?.literals.build();
  }

  /** Candidates in the order of loading. */
  find(view: EventView): number[] {
    const found: number[] = [...this.#always];
    const hit = (list: number): void => {
      const postings = this.#postings[list] ?? [];
      for (const posting of postings) {
        const position = posting >> BITS;
        const before = this.#held[position] ?? 0;
        const after = before | (1 << (posting & ((1 << BITS) - 1)));
        if (after === before) continue;
        if (before === 0) this.#touched.push(position);
        this.#held[position] = after;
        if (after === this.#needed[position]) found.push(this.#rules[position] ?? 0);
      }
    };
    view.eachPresent(this.#wanted, this.#dotted, (number) => {
      const field = this.#fields[number];
      if (field !== undefined) search(field, view.slot(number), hit);
    });
    if (this.#keywords.literals.size > 0) {
      for (const text of view.keywords().folded) this.#keywords.literals.scan(text, hit);
    }
    for (const position of this.#touched) this.#held[position] = 0;
    this.#touched.length = 0;
    return found.length < 2 ? found : found.sort((left, right) => left - right);
  }

  #post(atom: Atom, posting: number, lists: Map<string, number>): void {
    const key = JSON.stringify(atom);
    const known = lists.get(key);
    if (known !== undefined) {
      this.#postings[known]?.push(posting);
      return;
    }
    const list = this.#postings.push([posting]) - 1;
    lists.set(key, list);
    const field = atom.field === undefined ? this.#keywords : this.#field(atom.field);
    if (atom.kind === 'present') field.present = list;
    else if (atom.kind === 'exact') field.exact.set(atom.literal, list);
    else field.literals.add(atom.literal, atom.place, list);
  }

  #field(name: string): FieldIndex {
    const number = this.#table.numbers.get(name);
    if (number === undefined) throw new Error(`the field "${name}" is not in the table`);
    const known = this.#fields[number];
    if (known !== undefined) return known;
    const field = new FieldIndex();
    this.#fields[number] = field;
    this.#wanted.push(number);
    if (name.includes('.')) this.#dotted.push(number);
    return field;
  }
}

/** Values longer than this are seldom the same twice. */
const SEEN_LENGTH_MAX = 160;
const SEEN_MAX = 1000;

function search(field: FieldIndex, slot: Slot, hit: (list: number) => void): void {
  if (field.present !== -1) hit(field.present);
  if (field.exact.size === 0 && field.literals.size === 0) return;
  const { texts } = slot;
  for (let index = 0; index < texts.length; index += 1) {
    const text = texts[index] ?? '';
    const known = text.length > SEEN_LENGTH_MAX ? undefined : field.seen.get(text);
    if (known !== undefined) {
      for (const list of known) hit(list);
      continue;
    }
    const folded = slot.folded[index] ?? '';
    const found = listsOf(field, folded);
    for (const list of found) hit(list);
    if (text.length > SEEN_LENGTH_MAX) continue;
    if (field.seen.size >= SEEN_MAX) field.seen.clear();
    field.seen.set(text, found);
  }
}

function listsOf(field: FieldIndex, folded: string): number[] {
  const found = new Set<number>();
  const exact = field.exact.get(folded);
  if (exact !== undefined) found.add(exact);
  if (field.literals.size > 0) field.literals.scan(folded, (list) => found.add(list));
  return [...found];
}
