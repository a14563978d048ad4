/**
 * Messages without what the row says already: words that stand still are a pattern, which few rows have of their own;
 * what changes is a reference to a typed column or a field, or else stands in the row's text.
 * Invariants: a pattern is only used where it gives the message back, character by character; a run of letters and
 * digits never crosses from one part into the next (searches rely on it: event-query.ts); what is remembered is bounded.
 *
 * A pattern is written as pattern-parts.ts says. The row's texts stand in one text with NUL between them. Without a
 * pattern that text is the message.
 */

import {
  COLUMN,
  columnPart,
  FIELD,
  fieldPart,
  GAP,
  joinParts,
  MARKS,
  MESSAGE_CHARS_MAX,
  NUL,
  PARTS_MAX,
  WORDS_CHARS_MAX,
} from './pattern-parts.ts';

/** What a row offers its message. */
export interface MessageSource {
  /** Values of the typed columns by number; '' where there is none. */
  columns: readonly string[];
  /** Text of a field that stands in the map; undefined where there is none. */
  field: (name: string) => string | undefined;
  /** Names of the fields that stand in the map. */
  names: () => Iterable<string>;
}

export interface StoredMessage {
  pattern: string;
  text: string;
}

type Part =
  | { kind: 'words'; text: string }
  | { kind: 'field'; name: string }
  | { kind: 'column'; column: number }
  | { kind: 'gap' };

interface Pattern {
  parts: readonly Part[];
  text: string;
}

/** Fields that a new pattern is looked for with. */
const PLACES_MAX = 96;
/** Shorter values stand in too many places. */
const VALUE_CHARS_MIN = 2;
/** Patterns tried for one kind of event, kinds remembered, and patterns made for one batch. */
const PATTERNS_PER_KIND = 8;
const KINDS_MAX = 2_048;
const NEW_PER_BATCH_MAX = 1_000;

/** Letters, digits, the underscore and everything beyond ASCII. */
function isWord(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 48 && code <= 57) ||
    (code >= 65 && code <= 90) ||
    code === 95 ||
    code >= 128
  );
}

/** Whether a part may end and another begin before `at`. */
function isSeam(text: string, at: number): boolean {
  return at <= 0 || at >= text.length || !isWord(text.charCodeAt(at - 1)) || !isWord(text.charCodeAt(at));
}

export class PatternBook {
  readonly #kinds = new Map<string, Pattern[]>();
  #made = 0;

  /** A new batch begins: its rows may make new patterns. */
  begin(): void {
    this.#made = 0;
  }

  /** @param kind - messages of one kind are worded alike */
  store(kind: string, message: string, source: MessageSource): StoredMessage {
    if (message.length === 0 || message.length > MESSAGE_CHARS_MAX) return { pattern: '', text: message };
    let patterns = this.#kinds.get(kind);
    if (patterns !== undefined) {
      for (let at = 0; at < patterns.length; at += 1) {
        const pattern = patterns[at];
        const text = pattern === undefined ? undefined : fit(pattern, message, source);
        if (pattern === undefined || text === undefined) continue;
        if (at > 0) {
          patterns.splice(at, 1);
          patterns.unshift(pattern);
        }
        return { pattern: pattern.text, text };
      }
    }
    if (this.#made >= NEW_PER_BATCH_MAX || MARKS.test(message)) return { pattern: '', text: message };
    this.#made += 1;
    const made = makePattern(message, source);
    const text = made === undefined ? undefined : fit(made, message, source);
    if (made === undefined || text === undefined) return { pattern: '', text: message };
    if (patterns === undefined) {
      if (this.#kinds.size >= KINDS_MAX) this.#kinds.clear();
      patterns = [];
      this.#kinds.set(kind, patterns);
    }
    patterns.unshift(made);
    if (patterns.length > PATTERNS_PER_KIND) patterns.pop();
    return { pattern: made.text, text };
  }
}

function valueOf(part: Part, source: MessageSource): string | undefined {
  switch (part.kind) {
    case 'words':
      return part.text;
    case 'column':
      return source.columns[part.column];
    case 'field':
      return source.field(part.name);
    case 'gap':
      return undefined;
  }
}

/** From here on a text is compared faster cut out than by `startsWith`, which goes letter by letter. */
const CUT_CHARS_MIN = 16;

function isAt(text: string, value: string, at: number): boolean {
  return value.length < CUT_CHARS_MIN
    ? text.startsWith(value, at)
    : text.slice(at, at + value.length) === value;
}

/** The row's texts, where the pattern gives exactly this message. */
function fit({ parts }: Pattern, message: string, source: MessageSource): string | undefined {
  let at = 0;
  let texts: string | undefined;
  for (let index = 0; index < parts.length; index += 1) {
    const part = parts[index];
    if (part === undefined) return undefined;
    let end: number;
    if (part.kind === 'gap') {
      const next = parts[index + 1];
      if (next === undefined) end = message.length;
      else {
        const following = valueOf(next, source);
        if (following === undefined || following === '') return undefined;
        end = message.indexOf(following, at);
        if (end === -1) return undefined;
      }
      const text = message.slice(at, end);
      if (MARKS.test(text)) return undefined;
      texts = texts === undefined ? text : texts + NUL + text;
    } else {
      const value = valueOf(part, source);
      if (value === undefined || value === '') return undefined;
      end = at + value.length;
      if (!isAt(message, value, at)) return undefined;
    }
    if (!isSeam(message, end)) return undefined;
    at = end;
  }
  return at === message.length ? (texts ?? '') : undefined;
}

interface Place {
  part: Part;
  name: string;
  value: string;
}

function placesOf(source: MessageSource): Place[] {
  const places: Place[] = [];
  for (const [column, value] of source.columns.entries()) {
    if (value.length >= VALUE_CHARS_MIN) places.push({ part: { kind: 'column', column }, name: '', value });
  }
  for (const name of source.names()) {
    if (places.length >= PLACES_MAX) break;
    const value = source.field(name);
    if (value === undefined || value.length < VALUE_CHARS_MIN || MARKS.test(name)) continue;
    places.push({ part: { kind: 'field', name }, name, value });
  }
  // The longest first: what lies within another value is then not torn out of it.
  return places.sort((a, b) => b.value.length - a.value.length);
}

interface Span {
  from: number;
  to: number;
  part: Part;
}

/** Where a value stands between seams and outside of what is taken. */
function findFree(message: string, value: string, taken: readonly Span[], from: number): number {
  for (let at = message.indexOf(value, from); at !== -1; at = message.indexOf(value, at + 1)) {
    const to = at + value.length;
    if (!isSeam(message, at) || !isSeam(message, to)) continue;
    if (!taken.some((span) => at < span.to && span.from < to)) return at;
  }
  return -1;
}

function makePattern(message: string, source: MessageSource): Pattern | undefined {
  const taken: Span[] = [];
  for (const { part, name, value } of placesOf(source)) {
    if (taken.length * 2 >= PARTS_MAX) break;
    // `name=value` is how facts are put into words; a short number elsewhere is as likely another's.
    const named = name === '' ? -1 : message.indexOf(`${name}=${value}`);
    let from = named === -1 ? -1 : findFree(message, value, taken, named + name.length + 1);
    if (from === -1) from = findFree(message, value, taken, 0);
    if (from !== -1) taken.push({ from, to: from + value.length, part });
  }
  taken.sort((a, b) => a.from - b.from);
  const parts: Part[] = [];
  let at = 0;
  for (const span of taken) {
    addWords(parts, message.slice(at, span.from));
    parts.push(span.part);
    at = span.to;
  }
  addWords(parts, message.slice(at));
  const words = parts.reduce((sum, part) => sum + (part.kind === 'words' ? part.text.length : 0), 0);
  const still = parts.length === 1 && parts[0]?.kind === 'words';
  if (parts.length > PARTS_MAX || words > WORDS_CHARS_MAX || still) return undefined;
  return { parts, text: writeParts(parts) };
}

/** A run without blanks and brackets that holds a digit: it will be another the next time. */
const CHANGING = /[^\s"'()[\]{}<>,;=|]*[0-9][^\s"'()[\]{}<>,;=|]*/g;

function addWords(parts: Part[], text: string): void {
  let at = 0;
  for (const match of text.matchAll(CHANGING)) {
    if (match.index > at) parts.push({ kind: 'words', text: text.slice(at, match.index) });
    parts.push({ kind: 'gap' });
    at = match.index + match[0].length;
  }
  if (at < text.length) parts.push({ kind: 'words', text: text.slice(at) });
}

function writeParts(parts: readonly Part[]): string {
  let gaps = 0;
  const texts = parts.map((part) => {
    switch (part.kind) {
      case 'words':
        return part.text;
      case 'field':
        return fieldPart(part.name);
      case 'column':
        return columnPart(part.column);
      case 'gap':
        return GAP + String((gaps += 1));
    }
  });
  return joinParts(texts);
}

/**
 * The message again.
 * @param fields - texts of the fields that stand in the map
 */
export function readMessage(
  { pattern, text }: StoredMessage,
  columns: readonly string[],
  fields: Readonly<Record<string, unknown>>,
): string {
  if (pattern === '') return text;
  const texts = text.split(NUL);
  return pattern
    .split(NUL)
    .map((part) => {
      switch (part.charAt(0)) {
        case FIELD: {
          const value = fields[part.slice(1)];
          return typeof value === 'string' ? value : '';
        }
        case GAP:
          return texts[Number(part.slice(1)) - 1] ?? '';
        case COLUMN:
          return columns[Number(part.slice(1)) - 1] ?? '';
        default:
          return part;
      }
    })
    .join('');
}
