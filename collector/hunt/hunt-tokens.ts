/** Cuts a hunt's query into tokens, each with its place. One pass, no look back: linear in the text. */
import { HuntQueryError } from './hunt-query.ts';

export type HuntToken = { at: number } & (
  | { kind: 'open' | 'close' | 'comma' | 'end' }
  | { kind: 'operator'; operator: ':' | '<' | '<=' | '>' | '>=' }
  | { kind: 'text'; text: string; isQuoted: boolean }
  | { kind: 'pattern'; pattern: string; flags: string }
);

const SPACE = /\s/u;
/** Ends a bare text. A colon ends one too, but for what a value holds of them (an IPv6 address, a Windows path). */
const ENDS = /[\s()",]/u;
const OPERATORS = /[:=<>]/;

/**
 * @param text a whole query
 * @throws HuntQueryError open-quote, open-pattern
 */
export function* huntTokens(text: string): Generator<HuntToken, undefined> {
  let at = 0;
  /** An operator was the last token: what comes is a value, in which colons and the like are text. */
  let isValue = false;
  /** Parentheses that are open, and how many were when a list of values began. */
  let depth = 0;
  let valuesFrom = Number.POSITIVE_INFINITY;
  while (at < text.length) {
    const character = text.charAt(at);
    if (SPACE.test(character)) {
      at += 1;
      continue;
    }
    const token = readToken(text, at, isValue || depth > valuesFrom);
    const { kind } = token.value;
    if (kind === 'open') {
      if (isValue) valuesFrom = Math.min(valuesFrom, depth);
      depth += 1;
    } else if (kind === 'close') {
      depth = Math.max(0, depth - 1);
      if (depth <= valuesFrom) valuesFrom = Number.POSITIVE_INFINITY;
    }
    isValue = kind === 'operator';
    at = token.end;
    yield token.value;
  }
  yield { kind: 'end', at };
  return undefined;
}

function readToken(text: string, at: number, isValue: boolean): { value: HuntToken; end: number } {
  const character = text.charAt(at);
  const one = (kind: 'open' | 'close' | 'comma'): { value: HuntToken; end: number } => ({
    value: { kind, at },
    end: at + 1,
  });
  if (character === '(') return one('open');
  if (character === ')') return one('close');
  if (character === ',') return one('comma');
  if (character === '"') return readQuoted(text, at);
  if (character === '/' && isValue) return readPattern(text, at);
  if (!isValue && OPERATORS.test(character)) return readOperator(text, at);
  return readBare(text, at, isValue);
}

function readOperator(text: string, at: number): { value: HuntToken; end: number } {
  const character = text.charAt(at);
  const isWide = text.charAt(at + 1) === '=' && character !== '=' && character !== ':';
  const operator =
    character === '<' ? (isWide ? '<=' : '<') : character === '>' ? (isWide ? '>=' : '>') : ':';
  return { value: { kind: 'operator', operator, at }, end: at + (isWide ? 2 : 1) };
}

/** `\"` and `\\` stand for themselves; before anything else a backslash is one, since paths are full of them. */
function readQuoted(text: string, at: number): { value: HuntToken; end: number } {
  let value = '';
  for (let next = at + 1; next < text.length; next += 1) {
    const character = text.charAt(next);
    if (character === '"') return { value: { kind: 'text', text: value, isQuoted: true, at }, end: next + 1 };
    const following = text.charAt(next + 1);
    if (character === '\\' && (following === '"' || following === '\\')) next += 1;
    value += character === '\\' && (following === '"' || following === '\\') ? following : character;
  }
  throw new HuntQueryError('open-quote', at, text.slice(at, at + 40));
}

/** `/pattern/` or `/pattern/i`; `\/` is a slash, everything else is the pattern's own. */
function readPattern(text: string, at: number): { value: HuntToken; end: number } {
  let pattern = '';
  for (let next = at + 1; next < text.length; next += 1) {
    const character = text.charAt(next);
    if (character === '/') {
      const flags = /^i?/.exec(text.slice(next + 1))?.[0] ?? '';
      return { value: { kind: 'pattern', pattern, flags, at }, end: next + 1 + flags.length };
    }
    const following = text.charAt(next + 1);
    if (character === '\\' && following !== '') {
      pattern += following === '/' ? '/' : character + following;
      next += 1;
    } else pattern += character;
  }
  throw new HuntQueryError('open-pattern', at, text.slice(at, at + 40));
}

function readBare(text: string, at: number, isValue: boolean): { value: HuntToken; end: number } {
  let end = at;
  while (end < text.length && !ENDS.test(text.charAt(end))) {
    if (!isValue && OPERATORS.test(text.charAt(end))) break;
    end += 1;
  }
  return { value: { kind: 'text', text: text.slice(at, end), isQuoted: false, at }, end };
}
