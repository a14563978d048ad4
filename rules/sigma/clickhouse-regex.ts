/**
 * Patterns for ClickHouse's `match`, which is RE2, whose algorithm and syntax the matcher's re2js shares.
 * Invariant: a pattern comes back only where both are known to agree on every text; flags are always spelt out,
 * since ClickHouse lets `.` cross line ends by default and re2js does not.
 */
import { ANY_DASH, ANY_ONE, ANY_RUN, DASHES } from './text.ts';
import type { Tokens } from './text.ts';

/** Above this a pattern costs ClickHouse more than it saves. */
const LENGTH_MAX = 4000;

/** A whole-value pattern of wildcards; undefined where it is too long. */
export function globPattern(tokens: Tokens): string | undefined {
  const pattern = `(?s)\\A${tokens.map(globPart).join('')}\\z`;
  return pattern.length > LENGTH_MAX ? undefined : pattern;
}

function globPart(token: Tokens[number]): string {
  if (token === ANY_RUN) return '.*';
  if (token === ANY_ONE) return '.';
  if (token === ANY_DASH) return `[${DASHES.replace('-', '\\-')}]`;
  return escapePattern(token);
}

/** The text as a pattern that matches it alone. */
function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&').replaceAll('\0', '\\x00');
}

const QUANTIFIER = /(?:[*+?]|\{[0-9]{1,4}(?:,[0-9]{0,4})?\})\??/y;
const GROUP = /\((?:\?(?:[ims]{0,3}(?:-[ims]{1,3})?:|P?<[A-Za-z][A-Za-z0-9]*>))?/y;
const FLAGS = /\(\?[ims]{0,3}(?:-[ims]{1,3})?\)/y;
/** Signs by themselves, ASCII classes, white space and codes of ASCII; `\B`, `\p`, `\Q` and others stay out. */
const ESCAPE = /\\(?:[!-/:-@[-`{-~ ]|[dDsSwWtnrfbAz]|x[0-7][0-9A-Fa-f])/y;
const CLASS_ESCAPE = /\\(?:[!-/:-@[-`{-~ ]|[dDsSwWtnrf]|x[0-7][0-9A-Fa-f])/y;
const RANGE_END = /-(?!\])/y;
/** Stands for no character, so nothing may repeat it. */
const NOTHING: ReadonlySet<string> = new Set(['^', '$', '|', '\\b', '\\A', '\\z']);

/** A regular expression of a rule with its flags in it; undefined where ClickHouse might read it otherwise. */
export function matchPattern(pattern: string, flags: string): string | undefined {
  if (pattern.length > LENGTH_MAX || !pattern.isWellFormed() || pattern.includes('\0')) return undefined;
  const anyCase = flags.includes('i') || /\(\?[ims]*i/.test(pattern);
  // Which letters are one in any case depends on the version of Unicode.
  if (anyCase && /[^\0-\u007f]/.test(pattern)) return undefined;
  if (!isShared(pattern)) return undefined;
  const on = ['i', 'm', 's'].filter((flag) => flags.includes(flag)).join('');
  const off = ['i', 'm', 's'].filter((flag) => !flags.includes(flag)).join('');
  return `(?${on}${off === '' ? '' : `-${off}`})${pattern}`;
}

/** Reads the pattern as both engines do; false at the first thing that is not plainly the same. */
function isShared(pattern: string): boolean {
  let depth = 0;
  /** Something that a quantifier may follow. */
  let atom = false;
  for (let at = 0; at < pattern.length;) {
    const character = pattern.charAt(at);
    const quantifier = read(QUANTIFIER, pattern, at);
    if (quantifier !== undefined) {
      if (!atom) return false;
      atom = false;
      at += quantifier.length;
      continue;
    }
    const flags = read(FLAGS, pattern, at);
    const piece =
      flags ??
      (character === '('
        ? read(GROUP, pattern, at)
        : character === '['
          ? readClass(pattern, at)
          : character === '\\'
            ? read(ESCAPE, pattern, at)
            : '{}]'.includes(character)
              ? undefined
              : character);
    if (piece === undefined) return false;
    // A group with flags only stands for nothing.
    if (character === '(' && flags === undefined) depth += 1;
    if (character === ')') depth -= 1;
    if (depth < 0) return false;
    atom = character === ')' ? !isEmptyGroup(pattern, at) : !NOTHING.has(piece) && character !== '(';
    at += piece.length;
  }
  return depth === 0;
}

/** `()`, `(a|)`, `(^)`, `(?:)`. */
function isEmptyGroup(pattern: string, end: number): boolean {
  return '(|:>^$'.includes(pattern.charAt(end - 1)) && pattern.charAt(end - 2) !== '\\';
}

/** A class of single characters, ranges and escapes; undefined for anything else, such as `[[:alpha:]]`. */
function readClass(pattern: string, start: number): string | undefined {
  let at = start + 1;
  if (pattern.charAt(at) === '^') at += 1;
  const member = (): string | undefined => {
    const character = String.fromCodePoint(pattern.codePointAt(at) ?? 0);
    if (character === '\\') return read(CLASS_ESCAPE, pattern, at);
    return at >= pattern.length || character === '[' ? undefined : character;
  };
  for (let first = true; first || pattern.charAt(at) !== ']'; first = false) {
    const piece = member();
    // Brackets in first place and dashes between others are read differently here and there.
    const isDoubtful = piece === ']' || (piece === '-' && !first && pattern.charAt(at + 1) !== ']');
    if (piece === undefined || isDoubtful) return undefined;
    at += piece.length;
    if (read(RANGE_END, pattern, at) === undefined) continue;
    at += 1;
    const last = member();
    if (last === undefined || isSet(piece) || isSet(last)) return undefined;
    at += last.length;
  }
  return pattern.slice(start, at + 1);
}

function isSet(piece: string): boolean {
  return /^\\[dDsSwW]/.test(piece);
}

function read(expression: RegExp, text: string, at: number): string | undefined {
  expression.lastIndex = at;
  return expression.exec(text)?.[0];
}
