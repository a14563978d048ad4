/**
 * Reads a hunt's query:
 *   field: value            any case; `*` and `?` are wildcards, "in quotes" they are not
 *   field: (a or b)         any of them
 *   field: *                the event has the field
 *   field > 100             numbers; also >= < <=
 *   field: 10.0.0.0/8       addresses of a network
 *   field: /re/i            a regular expression
 *   word, "two words"       anywhere in the event
 * with `and`, `or`, `not` and parentheses; what only stands side by side is joined by `and`.
 */
import {
  DEPTH_MAX,
  type HuntExpr,
  HuntQueryError,
  type HuntText,
  QUERY_CHARS_MAX,
  TESTS_MAX,
} from './hunt-query.ts';
import { huntTokens, type HuntToken } from './hunt-tokens.ts';

const FIELD = /^[\p{L}\p{N}_@$][\p{L}\p{N}_@$.\- ]{0,255}$/u;
const NUMBER = /^-?\d{1,15}(\.\d{1,15})?$/;
const NETWORK = /^[0-9a-fA-F.:]{2,45}\/\d{1,3}$/;

/** @throws HuntQueryError */
export function parseHunt(text: string): HuntExpr {
  if (text.length > QUERY_CHARS_MAX) {
    throw new HuntQueryError('too-long', QUERY_CHARS_MAX, `at most ${QUERY_CHARS_MAX} characters`);
  }
  const parser = new Parser([...huntTokens(text)]);
  return parser.whole();
}

class Parser {
  readonly #tokens: readonly HuntToken[];
  #next = 0;
  #tests = 0;

  constructor(tokens: readonly HuntToken[]) {
    this.#tokens = tokens;
  }

  whole(): HuntExpr {
    if (this.#tokens.length <= 1) throw new HuntQueryError('empty', 0, '');
    const expr = this.#or(0);
    if (this.#here.kind !== 'end') throw this.#wrong('end-expected');
    return expr;
  }

  #or(depth: number): HuntExpr {
    const of = [this.#and(depth)];
    while (this.#isWord('or')) {
      this.#next += 1;
      of.push(this.#and(depth));
    }
    return joined('or', of);
  }

  #and(depth: number): HuntExpr {
    const of = [this.#not(depth)];
    for (;;) {
      if (this.#isWord('and')) this.#next += 1;
      else if (this.#isWord('or') || !this.#begins()) return joined('and', of);
      of.push(this.#not(depth));
    }
  }

  #not(depth: number): HuntExpr {
    if (depth > DEPTH_MAX) throw this.#wrong('too-deep');
    if (!this.#isWord('not')) return this.#primary(depth);
    this.#next += 1;
    return { kind: 'not', of: this.#not(depth + 1) };
  }

  #primary(depth: number): HuntExpr {
    const token = this.#here;
    if (token.kind === 'open') {
      this.#next += 1;
      const expr = this.#or(depth + 1);
      this.#close(token.at);
      return expr;
    }
    if (token.kind === 'operator') throw this.#wrong('field-expected');
    if (token.kind !== 'text' || this.#isWord('and') || this.#isWord('or')) {
      throw this.#wrong('condition-expected');
    }
    this.#count(token.at);
    this.#next += 1;
    const operator = this.#here;
    if (operator.kind !== 'operator') {
      return { kind: 'test', test: { kind: 'word', text: { text: token.text, isQuoted: token.isQuoted } } };
    }
    if (!FIELD.test(token.text)) throw new HuntQueryError('field-expected', token.at, token.text);
    this.#next += 1;
    return operator.operator === ':'
      ? this.#values(token.text, depth)
      : this.#compare(token.text, operator.operator);
  }

  #compare(field: string, operator: '<' | '<=' | '>' | '>='): HuntExpr {
    const value = this.#here;
    if (value.kind !== 'text' || !NUMBER.test(value.text)) throw this.#wrong('number-expected');
    this.#next += 1;
    const names = { '<': 'lt', '<=': 'lte', '>': 'gt', '>=': 'gte' } as const;
    return { kind: 'test', test: { kind: 'compare', field, operator: names[operator], value: value.text } };
  }

  #values(field: string, depth: number): HuntExpr {
    const token = this.#here;
    if (token.kind === 'open') {
      this.#next += 1;
      const expr = this.#valueOr(field, depth + 1);
      this.#close(token.at);
      return expr;
    }
    return this.#value(field);
  }

  /** `(a or b)`, `(a and not b)`: the same field for each. */
  #valueOr(field: string, depth: number): HuntExpr {
    const of = [this.#valueAnd(field, depth)];
    while (this.#isWord('or') || this.#here.kind === 'comma') {
      this.#next += 1;
      of.push(this.#valueAnd(field, depth));
    }
    return joined('or', of);
  }

  #valueAnd(field: string, depth: number): HuntExpr {
    const of = [this.#valueNot(field, depth)];
    while (this.#isWord('and')) {
      this.#next += 1;
      of.push(this.#valueNot(field, depth));
    }
    return joined('and', of);
  }

  #valueNot(field: string, depth: number): HuntExpr {
    if (depth > DEPTH_MAX) throw this.#wrong('too-deep');
    if (this.#isWord('not')) {
      this.#next += 1;
      return { kind: 'not', of: this.#valueNot(field, depth + 1) };
    }
    return this.#values(field, depth);
  }

  #value(field: string): HuntExpr {
    const token = this.#here;
    this.#count(token.at);
    if (token.kind === 'pattern') {
      this.#next += 1;
      const { pattern, flags } = token;
      return { kind: 'test', test: { kind: 'pattern', field, pattern, ignoreCase: flags === 'i' } };
    }
    if (token.kind !== 'text') throw this.#wrong('value-expected');
    this.#next += 1;
    const { text, isQuoted, at } = token;
    if (isQuoted) return { kind: 'test', test: { kind: 'value', field, values: [{ text, isQuoted }] } };
    if (text === '*') return { kind: 'test', test: { kind: 'exists', field } };
    if (!NETWORK.test(text)) {
      return { kind: 'test', test: { kind: 'value', field, values: [{ text, isQuoted }] } };
    }
    if (!isNetwork(text)) throw new HuntQueryError('network-wrong', at, text);
    return { kind: 'test', test: { kind: 'network', field, networks: [text] } };
  }

  #close(openedAt: number): void {
    if (this.#here.kind === 'end') throw new HuntQueryError('open-parenthesis', openedAt, '');
    if (this.#here.kind !== 'close') throw this.#wrong('end-expected');
    this.#next += 1;
  }

  get #here(): HuntToken {
    return this.#tokens[this.#next] ?? { kind: 'end', at: 0 };
  }

  #isWord(word: 'and' | 'or' | 'not'): boolean {
    const token = this.#here;
    if (token.kind !== 'text' || token.isQuoted || token.text.toLowerCase() !== word) return false;
    // `not: x` is a field of that name.
    return this.#tokens[this.#next + 1]?.kind !== 'operator';
  }

  /** A further condition begins here. */
  #begins(): boolean {
    return this.#here.kind === 'text' || this.#here.kind === 'open';
  }

  #count(at: number): void {
    this.#tests += 1;
    if (this.#tests > TESTS_MAX) throw new HuntQueryError('too-many', at, `at most ${TESTS_MAX}`);
  }

  #wrong(code: HuntQueryError['code']): HuntQueryError {
    const token = this.#here;
    return new HuntQueryError(code, token.at, textOf(token));
  }
}

function textOf(token: HuntToken): string {
  switch (token.kind) {
    case 'text':
      return token.text.slice(0, 40);
    case 'operator':
      return token.operator;
    case 'pattern':
      return `/${token.pattern.slice(0, 40)}/`;
    case 'open':
      return '(';
    case 'close':
      return ')';
    case 'comma':
      return ',';
    case 'end':
      return '';
  }
}

/** Values of one field that any of is wanted become one test: SQL and matcher look them up together. */
function joined(kind: 'and' | 'or', of: readonly HuntExpr[]): HuntExpr {
  const [only] = of;
  if (of.length === 1 && only !== undefined) return only;
  if (kind === 'and') return { kind, of };
  const merged: HuntExpr[] = [];
  for (const expr of of) {
    const last = merged.at(-1);
    const both = last === undefined ? undefined : mergedTests(last, expr);
    if (both === undefined) merged.push(expr);
    else merged[merged.length - 1] = both;
  }
  const [single] = merged;
  return merged.length === 1 && single !== undefined ? single : { kind, of: merged };
}

function mergedTests(left: HuntExpr, right: HuntExpr): HuntExpr | undefined {
  if (left.kind !== 'test' || right.kind !== 'test') return undefined;
  const [a, b] = [left.test, right.test];
  if (a.kind === 'value' && b.kind === 'value' && a.field === b.field) {
    const values: readonly HuntText[] = [...a.values, ...b.values];
    return { kind: 'test', test: { ...a, values } };
  }
  if (a.kind === 'network' && b.kind === 'network' && a.field === b.field) {
    return { kind: 'test', test: { ...a, networks: [...a.networks, ...b.networks] } };
  }
  return undefined;
}

/** Bits behind the prefix are zero, as Sigma asks it of networks. */
function isNetwork(text: string): boolean {
  const [address = '', prefixText = ''] = text.split('/');
  const prefix = Number(prefixText);
  const bytes = bytesOf(address);
  if (bytes === undefined || prefix > bytes.length * 8) return false;
  return bytes.every((byte, at) => {
    const kept = Math.min(8, Math.max(0, prefix - at * 8));
    return (byte & (0xff >> kept)) === 0;
  });
}

/** 4 or 16 bytes; undefined for what is no address. */
function bytesOf(address: string): number[] | undefined {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(address)) {
    const bytes = address.split('.').map(Number);
    return bytes.every((byte) => byte <= 255) ? bytes : undefined;
  }
  if (!URL.canParse(`http://[${address}]`)) return undefined;
  const [left = '', right] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const words = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((word) => parseInt(word, 16));
  const [head, tail] = [words(left), right === undefined ? [] : words(right)];
  const gap = Array.from({ length: 8 - head.length - tail.length }, () => 0);
  return [...head, ...gap, ...tail].flatMap((word) => [word >> 8, word & 0xff]);
}
