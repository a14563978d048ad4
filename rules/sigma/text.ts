/**
 * Sigma strings: escaping, wildcards, and their matching. A pattern is a list of tokens: literal text, `*` (any
 * run), `?` (one character) and a dash of any kind (from `windash`).
 * Invariant: matching costs at most (value length x small constant); nothing backtracks.
 */
import { fold } from './fold.ts';
import { linearRegex } from './regex.ts';

export const ANY_RUN = 0;
export const ANY_ONE = 1;
export const ANY_DASH = 2;
export type Wild = typeof ANY_RUN | typeof ANY_ONE | typeof ANY_DASH;
export type Token = string | Wild;
export type Tokens = readonly Token[];

export const DASHES = '-/\u2013\u2014\u2015';

/**
 * Escaping: a backslash makes `*`, `?` and `\` plain; before anything else it is itself. So `\x` and `\\x` are
 * one backslash and x, `\\*` is a backslash and a wildcard, `\\\*` is a backslash and a star.
 */
export function parseTokens(text: string): Token[] {
  if (text === '') return [];
  if (!/[\\*?]/.test(text)) return [text];
  const tokens: Token[] = [];
  let literal = '';
  // A star or question mark that nothing escapes, an escaped sign, or a run of what stands for itself.
  for (const [part] of text.matchAll(/[*?]|\\[*?\\]|\\|[^\\*?]+/g)) {
    if (part === '*' || part === '?') {
      if (literal !== '') tokens.push(literal);
      literal = '';
      tokens.push(part === '*' ? ANY_RUN : ANY_ONE);
    } else literal += part.length === 2 && part.startsWith('\\') ? part.slice(1) : part;
  }
  if (literal !== '') tokens.push(literal);
  return tokens;
}

/** Whether anything in the pattern stands for more than one text. */
export function hasWildcard(tokens: Tokens): boolean {
  return tokens.some((token) => typeof token === 'number');
}

/** The text of a pattern without wildcards. */
export function literalOf(tokens: Tokens): string | undefined {
  return hasWildcard(tokens) ? undefined : tokens.join('');
}

/** For messages and keys: wildcards as they would be written. */
export function showTokens(tokens: Tokens): string {
  return tokens
    .map((token) =>
      typeof token === 'string'
        ? token.replace(/[*?\\]/g, '\\$&')
        : token === ANY_RUN
          ? '*'
          : token === ANY_ONE
            ? '?'
            : '[-/]',
    )
    .join('');
}

export type TextTest = (text: string) => boolean;

export type TextShape =
  | { kind: 'exact' | 'prefix' | 'suffix' | 'contains'; literal: string }
  | { kind: 'present' }
  | { kind: 'glob'; tokens: Tokens };

/** Joins neighbouring literals and runs, folds literals unless `cased`, and names the shape. */
export function shapeOf(tokens: Tokens, cased: boolean): TextShape {
  return plainShapeOf(tokens, cased) ?? joinedShapeOf(tokens, cased);
}

/** The common forms, where nothing needs joining. */
function plainShapeOf([a, b, c, d]: Tokens, cased: boolean): TextShape | undefined {
  if (d !== undefined) return undefined;
  const literal = typeof a === 'string' ? a : b;
  if (typeof literal !== 'string' || literal === '') return undefined;
  const kind =
    literal === a
      ? b === undefined
        ? 'exact'
        : b === ANY_RUN && c === undefined
          ? 'prefix'
          : undefined
      : a !== ANY_RUN
        ? undefined
        : c === undefined
          ? 'suffix'
          : c === ANY_RUN
            ? 'contains'
            : undefined;
  return kind === undefined ? undefined : { kind, literal: cased ? literal : fold(literal) };
}

function joinedShapeOf(tokens: Tokens, cased: boolean): TextShape {
  const joined: Token[] = [];
  for (const token of tokens) {
    const last = joined.at(-1);
    if (token === '' || (token === ANY_RUN && last === ANY_RUN)) continue;
    if (typeof token === 'string' && typeof last === 'string') joined[joined.length - 1] = last + token;
    else joined.push(token);
  }
  const folded = cased ? joined : joined.map((token) => (typeof token === 'string' ? fold(token) : token));
  const [a, b, c] = folded;
  if (folded.length === 0) return { kind: 'exact', literal: '' };
  if (folded.length === 1 && typeof a === 'string') return { kind: 'exact', literal: a };
  if (folded.length === 1 && a === ANY_RUN) return { kind: 'present' };
  if (folded.length === 2 && typeof a === 'string' && b === ANY_RUN) return { kind: 'prefix', literal: a };
  if (folded.length === 2 && a === ANY_RUN && typeof b === 'string') return { kind: 'suffix', literal: b };
  if (folded.length === 3 && a === ANY_RUN && typeof b === 'string' && c === ANY_RUN)
    return { kind: 'contains', literal: b };
  return { kind: 'glob', tokens: folded };
}

/** The test expects folded text unless the shape was made with `cased`. */
export function textTest(shape: TextShape): TextTest {
  switch (shape.kind) {
    case 'exact':
      return (text) => text === shape.literal;
    case 'prefix':
      return (text) => text.startsWith(shape.literal);
    case 'suffix':
      return (text) => text.endsWith(shape.literal);
    case 'contains':
      return (text) => text.includes(shape.literal);
    case 'present':
      return () => true;
    case 'glob':
      return globTest(shape.tokens);
  }
}

/** Length of a pattern that needs the linear engine. */
const LINEAR_LENGTH_MAX = 2000;

/** Why a pattern cannot be searched in bounded time; undefined where it can. */
export function patternProblem(tokens: Tokens): string | undefined {
  let length = 0;
  let wild = 0;
  let wildMost = 0;
  for (const token of tokens) {
    length += typeof token === 'string' ? token.length : 1;
    wild = token === ANY_RUN ? 0 : wild + (typeof token === 'number' ? 1 : 0);
    wildMost = Math.max(wildMost, wild);
  }
  if (wildMost <= WILD_IN_PIECE_MAX || length <= LINEAR_LENGTH_MAX) return undefined;
  return `a pattern with more than ${String(WILD_IN_PIECE_MAX)} "?" may have at most ${String(LINEAR_LENGTH_MAX)} characters`;
}

type Piece = readonly (string | typeof ANY_ONE | typeof ANY_DASH)[];
/** Above this many `?` in a row of literals the search would cost value x pattern: use the linear engine. */
const WILD_IN_PIECE_MAX = 12;

function globTest(tokens: Tokens): TextTest {
  const pieces: (string | typeof ANY_ONE | typeof ANY_DASH)[][] = [[]];
  for (const token of tokens) {
    if (token === ANY_RUN) pieces.push([]);
    else pieces.at(-1)?.push(token);
  }
  if (pieces.some((piece) => piece.filter((part) => typeof part === 'number').length > WILD_IN_PIECE_MAX)) {
    const regex = linearRegex(`^${tokens.map(tokenToRegex).join('')}$`, 's');
    return (text) => regex.test(text);
  }
  const first = pieces[0] ?? [];
  const last = pieces.at(-1) ?? [];
  if (pieces.length === 1) return (text) => matchAt(text, 0, first) === text.length;
  const middle = pieces.slice(1, -1).filter((piece) => piece.length > 0);
  return (text) => {
    let at = matchAt(text, 0, first);
    if (at === -1) return false;
    const end = matchBack(text, text.length, last);
    if (end < at) return false;
    for (const piece of middle) {
      at = findPiece(text, at, piece);
      if (at === -1 || at > end) return false;
    }
    return true;
  };
}

export function tokenToRegex(token: Token): string {
  if (token === ANY_RUN) return '.*';
  if (token === ANY_ONE) return '.';
  if (token === ANY_DASH) return `[${DASHES.replace('-', '\\-')}]`;
  return token.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** Index after the piece when it stands at `at`, else -1. */
function matchAt(text: string, start: number, piece: Piece): number {
  let at = start;
  for (const part of piece) {
    if (typeof part === 'string') {
      if (!text.startsWith(part, at)) return -1;
      at += part.length;
    } else if (at >= text.length) return -1;
    else if (part === ANY_ONE) at += isPair(text, at) ? 2 : 1;
    else if (DASHES.includes(text.charAt(at))) at += 1;
    else return -1;
  }
  return at;
}

/** Index where the piece begins when it ends at `end`, else -1. */
function matchBack(text: string, end: number, piece: Piece): number {
  let at = end;
  for (let index = piece.length - 1; index >= 0; index -= 1) {
    const part = piece[index];
    if (typeof part === 'string') {
      if (!text.endsWith(part, at)) return -1;
      at -= part.length;
    } else if (at <= 0) return -1;
    else if (part === ANY_ONE) at -= at > 1 && isPair(text, at - 2) ? 2 : 1;
    else if (DASHES.includes(text.charAt(at - 1))) at -= 1;
    else return -1;
  }
  return at;
}

/** Index after the leftmost place of the piece at or after `from`, else -1. */
function findPiece(text: string, from: number, piece: Piece): number {
  const [head] = piece;
  if (typeof head === 'string') {
    for (let at = text.indexOf(head, from); at !== -1; at = text.indexOf(head, at + 1)) {
      const end = matchAt(text, at, piece);
      if (end !== -1) return end;
    }
    return -1;
  }
  for (let at = from; at <= text.length; at += 1) {
    if (at > from && isPair(text, at - 1)) continue;
    const end = matchAt(text, at, piece);
    if (end !== -1) return end;
  }
  return -1;
}

function isPair(text: string, at: number): boolean {
  const high = text.charCodeAt(at);
  if (high < 0xd800 || high > 0xdbff) return false;
  const low = text.charCodeAt(at + 1);
  return low >= 0xdc00 && low <= 0xdfff;
}
