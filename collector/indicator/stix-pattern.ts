/**
 * The simple form of STIX 2.1 patterns: `[ipv4-addr:value = '...' OR domain-name:value IN ('...', '...')] OR [...]`. What
 * needs several things together, or in time, is not taken apart: one of them alone would accuse too many.
 */
import type { IndicatorKind } from './indicator.ts';

const CHARS_MAX = 65_536;
const VALUES_MAX = 1_024;

const PATHS: ReadonlyMap<string, IndicatorKind> = new Map<string, IndicatorKind>([
  ['ipv4-addr:value', 'ip'],
  ['ipv6-addr:value', 'ip'],
  ['network-traffic:src_ref.value', 'ip'],
  ['network-traffic:dst_ref.value', 'ip'],
  ['domain-name:value', 'domain'],
  ['url:value', 'url'],
  ['email-addr:value', 'email'],
  ['email-message:from_ref.value', 'email'],
  ['email-message:sender_ref.value', 'email'],
  ['file:hashes.md5', 'hash'],
  ['file:hashes.sha-1', 'hash'],
  ['file:hashes.sha1', 'hash'],
  ['file:hashes.sha-256', 'hash'],
  ['file:hashes.sha256', 'hash'],
]);

export interface PatternValue {
  kind: IndicatorKind;
  value: string;
}

/** Its values, or why it is none of the simple form. */
export type ReadPattern = { values: readonly PatternValue[] } | { why: string };

const TOKEN =
  /\s*(?:([[\](),=])|(?:'((?:[^'\\]|\\['\\])*)')|([A-Za-z][\w-]*:[\w.-]+(?:'[\w-]{1,32}')?[\w.-]*)|([A-Z]+(?=[\s('[])|[!<>]=?))/y;

interface Token {
  sort: 'sign' | 'text' | 'path' | 'word' | 'end' | 'unknown';
  text: string;
}

function* tokens(source: string): Generator<Token, Token> {
  const pattern = source.trim();
  const read = new RegExp(TOKEN.source, TOKEN.flags);
  while (read.lastIndex < pattern.length) {
    const from = read.lastIndex;
    const found = read.exec(pattern);
    if (found === null) return { sort: 'unknown', text: pattern.slice(from, from + 24).trim() };
    const [, sign, text, path, word] = found;
    if (sign !== undefined) yield { sort: 'sign', text: sign };
    else if (text !== undefined) yield { sort: 'text', text: text.replaceAll(/\\(['\\])/g, '$1') };
    else if (path !== undefined) yield { sort: 'path', text: path };
    else yield { sort: 'word', text: word ?? '' };
  }
  return { sort: 'end', text: '' };
}

/** Never throws, whatever it is given. */
export function readPattern(pattern: string): ReadPattern {
  if (pattern.length > CHARS_MAX) return { why: 'pattern is too long' };
  const stream = tokens(pattern);
  const take = (): Token => stream.next().value;
  const values: PatternValue[] = [];
  let token = take();
  for (;;) {
    if (!isOne(token, 'sign', '[')) return { why: whyNot(token) };
    do {
      const path = take();
      if (path.sort !== 'path') return { why: whyNot(path) };
      const kind = PATHS.get(path.text.replaceAll("'", '').toLowerCase());
      if (kind === undefined) return { why: `object path ${path.text.slice(0, 48)}` };
      const texts = readTexts(take);
      if ('why' in texts) return texts;
      for (const value of texts.texts) values.push({ kind, value });
      if (values.length > VALUES_MAX) return { why: 'pattern has too many values' };
      token = take();
    } while (isOne(token, 'word', 'OR'));
    if (!isOne(token, 'sign', ']')) return { why: whyNot(token) };
    token = take();
    if (token.sort === 'end') return { values };
    if (!isOne(token, 'word', 'OR')) return { why: whyNot(token) };
    token = take();
  }
}

function readTexts(take: () => Token): { texts: readonly string[] } | { why: string } {
  const operator = take();
  if (isOne(operator, 'sign', '=')) {
    const text = take();
    return text.sort === 'text' ? { texts: [text.text] } : { why: whyNot(text) };
  }
  if (!isOne(operator, 'word', 'IN')) return { why: whyNot(operator) };
  if (!isOne(take(), 'sign', '(')) return { why: 'pattern is malformed' };
  const texts: string[] = [];
  for (;;) {
    const text = take();
    if (text.sort !== 'text' || texts.length > VALUES_MAX) return { why: whyNot(text) };
    texts.push(text.text);
    const sign = take();
    if (sign.sort !== 'sign') return { why: whyNot(sign) };
    if (sign.text === ')') return { texts };
    if (sign.text !== ',') return { why: 'pattern is malformed' };
  }
}

const KNOWN_WORDS: ReadonlySet<string> = new Set([
  'AND',
  'FOLLOWEDBY',
  'LIKE',
  'MATCHES',
  'ISSUBSET',
  'ISSUPERSET',
  'NOT',
  'WITHIN',
  'REPEATS',
  'START',
  'EXISTS',
  '!=',
  '<',
  '>',
  '<=',
  '>=',
]);

function isOne(token: Token, sort: Token['sort'], text: string): boolean {
  return token.sort === sort && token.text === text;
}

function whyNot(token: Token): string {
  if (token.sort === 'word' && KNOWN_WORDS.has(token.text)) return `pattern operator ${token.text}`;
  return 'pattern is malformed';
}
