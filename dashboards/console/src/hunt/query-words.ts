/**
 * What could come at a place of a query: the name of a field, a value of it, or a word that joins. Reads the text up to the
 * cursor as the server's parser does (collector/hunt/hunt-tokens.ts). Pure.
 */
import { fold } from '../text/fold.ts';
import { fieldText, quoted } from './hunt-terms.ts';

export type WordContext = {
  /** `value`: of `field`. */
  readonly kind: 'word' | 'value';
  readonly field: string;
  /** The word under the cursor, as it stands in the text. */
  readonly from: number;
  readonly to: number;
  readonly typed: string;
  /** A condition stands before it, so that `and` or `or` may come. */
  readonly afterTerm: boolean;
};

export type Suggestion = {
  readonly kind: 'field' | 'value' | 'joint';
  readonly label: string;
  /** Put in place of the word. */
  readonly insert: string;
};

const operator = /[:=<>]/u;
const ends = /[\s()",]/u;
const joints = ['and', 'or', 'not'] as const;
const suggestionsMax = 12;

function wordEnd(text: string, at: number, isValue: boolean): number {
  let end = at;
  while (end < text.length && !ends.test(text.charAt(end))) {
    if (!isValue && operator.test(text.charAt(end))) break;
    end += 1;
  }
  return end;
}

function quoteEnd(text: string, at: number): number {
  for (let next = at + 1; next < text.length; next += 1) {
    if (text.charAt(next) === '\\') next += 1;
    else if (text.charAt(next) === '"') return next + 1;
  }
  return text.length;
}

export function wordAt(text: string, cursor: number): WordContext {
  let at = 0;
  let last = '';
  let field = '';
  let isValue = false;
  let depth = 0;
  let listFrom = Number.POSITIVE_INFINITY;
  let afterTerm = false;
  const inValue = () => isValue || depth > listFrom;
  while (at < cursor) {
    const character = text.charAt(at);
    if (/\s/u.test(character) || character === ',') {
      at += 1;
    } else if (character === '(') {
      if (isValue) listFrom = Math.min(listFrom, depth);
      depth += 1;
      isValue = false;
      afterTerm = false;
      at += 1;
    } else if (character === ')') {
      depth = Math.max(0, depth - 1);
      if (depth <= listFrom) listFrom = Number.POSITIVE_INFINITY;
      afterTerm = true;
      at += 1;
    } else if (!inValue() && operator.test(character)) {
      field = last;
      isValue = true;
      at += text.charAt(at + 1) === '=' ? 2 : 1;
    } else {
      const isQuote = character === '"';
      const end = isQuote ? quoteEnd(text, at) : wordEnd(text, at, inValue());
      const isOpen = isQuote && (end > cursor || !text.slice(at + 1, end).endsWith('"'));
      if (end >= cursor && (!isQuote || isOpen)) {
        const typed = text.slice(isQuote ? at + 1 : at, cursor);
        return { kind: inValue() ? 'value' : 'word', field, from: at, to: end, typed, afterTerm };
      }
      last = isQuote ? text.slice(at + 1, end - 1) : text.slice(at, end);
      afterTerm = !(joints as readonly string[]).includes(last.toLowerCase());
      isValue = false;
      at = end;
    }
  }
  return { kind: inValue() ? 'value' : 'word', field, from: cursor, to: cursor, typed: '', afterTerm };
}

export type Vocabulary = {
  readonly fields: readonly string[];
  /** Values that are known of a field, the most frequent first. */
  readonly valuesOf: (field: string) => readonly string[];
};

/** Those that begin with what is typed come before those that hold it. */
function ranked(names: readonly string[], typed: string): readonly string[] {
  const wanted = fold(typed);
  const matches = names.filter((name) => fold(name).includes(wanted));
  return [
    ...matches.filter((name) => fold(name).startsWith(wanted)),
    ...matches.filter((name) => !fold(name).startsWith(wanted)),
  ];
}

export function suggestionsAt(context: WordContext, { fields, valuesOf }: Vocabulary): readonly Suggestion[] {
  const { kind, typed, field, afterTerm } = context;
  if (kind === 'value') {
    return ranked(valuesOf(field), typed)
      .filter((value) => value !== typed)
      .slice(0, suggestionsMax)
      .map((value) => ({ kind: 'value', label: value, insert: `${quoted(value)} ` }));
  }
  const joining = (afterTerm ? joints : (['not'] as const)).filter((joint) =>
    typed !== '' || afterTerm ? joint.startsWith(typed.toLowerCase()) : false,
  );
  const joined = joining
    .filter((joint) => joint !== typed.toLowerCase())
    .map((joint): Suggestion => ({ kind: 'joint', label: joint, insert: `${joint} ` }));
  const named = ranked(fields, typed)
    .slice(0, suggestionsMax)
    .map((name): Suggestion => ({ kind: 'field', label: name, insert: `${fieldText(name)}: ` }));
  return (typed === '' ? [...joined, ...named] : [...named, ...joined]).slice(0, suggestionsMax);
}

/** The text with the suggestion in place of the word, and where the cursor then stands. */
export function completed(
  text: string,
  { from, to }: WordContext,
  { insert }: Suggestion,
): { readonly text: string; readonly cursor: number } {
  const rest = text.slice(to);
  const spaced = insert.endsWith(' ') && rest.startsWith(' ') ? insert.slice(0, -1) : insert;
  return { text: `${text.slice(0, from)}${spaced}${rest}`, cursor: from + spaced.length };
}
