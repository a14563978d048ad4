/**
 * Patterns of sentences that are made of the row's own fields (`normalize/sentence.ts`): nothing has to be looked for,
 * since a sentence says which fields it is made of.
 * Invariants: as for every pattern (message-pattern.ts), it gives the sentence back; what is remembered is bounded.
 */
import type { Saying, Sentence } from '../normalize/sentence.ts';
import {
  columnPart,
  fieldPart,
  isWords,
  joinParts,
  MESSAGE_CHARS_MAX,
  PARTS_MAX,
  WORDS_CHARS_MAX,
} from './pattern-parts.ts';
import { IN_MAP, type StoredFields } from './stored-fields.ts';

interface Known {
  sayings: readonly Saying[];
  /** Which fields stand in columns. */
  low: number;
  high: number;
  /** Undefined where such sentences are not stored by a pattern. */
  pattern: string | undefined;
}

/** Heads remembered, and patterns of each. */
const HEADS_MAX = 2_048;
const PATTERNS_PER_HEAD = 16;
/** Each is two parts: its words and its value. */
const SAYINGS_MAX = PARTS_MAX / 2;

export class SentencePatterns {
  readonly #heads = new Map<string, Known[]>();

  /** @returns undefined where the sentence is to be stored like any message */
  patternOf(sentence: Sentence, row: StoredFields): string | undefined {
    const { sayings, places } = sentence;
    // The projector reads rows with hits without their map.
    if (row.isHit || sayings.length === 0 || sayings.length > SAYINGS_MAX) return undefined;
    let chars = sentence.head.length;
    for (let at = 0; at < sayings.length; at += 1) {
      const value = sentence.value(at);
      if (value === undefined) return undefined;
      chars += value.length + (sayings[at]?.words.length ?? 0);
    }
    if (chars > MESSAGE_CHARS_MAX) return undefined;
    let known = this.#heads.get(sentence.head);
    const { low, high } = row.set;
    const found = known?.find((one) => one.low === low && one.high === high && same(one.sayings, sayings));
    if (found !== undefined) return found.pattern;
    if (known === undefined) {
      if (this.#heads.size >= HEADS_MAX) this.#heads.clear();
      known = [];
      this.#heads.set(sentence.head, known);
    }
    const pattern = makePattern(sentence.head, sayings, places, row);
    known.unshift({ sayings, low, high, pattern });
    if (known.length > PATTERNS_PER_HEAD) known.pop();
    return pattern;
  }
}

function same(left: readonly Saying[], right: readonly Saying[]): boolean {
  if (left.length !== right.length) return false;
  for (let at = 0; at < left.length; at += 1) {
    const [one, other] = [left[at], right[at]];
    if (one !== other && (one?.field !== other?.field || one?.words !== other?.words)) return false;
  }
  return true;
}

function makePattern(
  head: string,
  sayings: readonly Saying[],
  places: readonly number[],
  row: StoredFields,
): string | undefined {
  const parts: string[] = [];
  let words = head;
  let chars = 0;
  for (const [at, saying] of sayings.entries()) {
    words += saying.words;
    if (!isWords(words) || !isWords(saying.field)) return undefined;
    chars += words.length;
    const home = row.homes[places[at] ?? IN_MAP] ?? IN_MAP;
    parts.push(words, home === IN_MAP ? fieldPart(saying.field) : columnPart(home));
    words = '';
  }
  return chars > WORDS_CHARS_MAX ? undefined : joinParts(parts);
}
