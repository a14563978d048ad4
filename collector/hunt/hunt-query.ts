/**
 * What a hunt asks, as a tree: fields with values, words, and `and`, `or`, `not` over them. Made by parse-hunt.ts, read
 * by to-sigma.ts.
 */
export type HuntExpr =
  | { kind: 'and' | 'or'; of: readonly HuntExpr[] }
  | { kind: 'not'; of: HuntExpr }
  | { kind: 'test'; test: HuntTest };

export type HuntTest =
  /** Any of the values; text with `*` and `?` as wildcards unless it was quoted. */
  | { kind: 'value'; field: string; values: readonly HuntText[] }
  | { kind: 'exists'; field: string }
  | { kind: 'compare'; field: string; operator: 'lt' | 'lte' | 'gt' | 'gte'; value: string }
  | { kind: 'network'; field: string; networks: readonly string[] }
  | { kind: 'pattern'; field: string; pattern: string; ignoreCase: boolean }
  /** Stands in any value of the event. */
  | { kind: 'word'; text: HuntText };

export interface HuntText {
  text: string;
  /** As written: nothing in it is a wildcard. */
  isQuoted: boolean;
}

/** The query cannot be read; says where, in characters from 0. */
export class HuntQueryError extends Error {
  override readonly name = 'HuntQueryError';
  readonly code: HuntFault;
  readonly at: number;
  /** What stood there, or the limit that was passed. */
  readonly found: string;

  constructor(code: HuntFault, at: number, found: string) {
    super(`${MESSAGES[code]}, at character ${at + 1}${found === '' ? '' : `: ${found}`}`);
    this.code = code;
    this.at = at;
    this.found = found;
  }
}

export const HUNT_FAULTS = [
  'empty',
  'too-long',
  'too-deep',
  'too-many',
  'open-quote',
  'open-pattern',
  'open-parenthesis',
  'value-expected',
  'condition-expected',
  'end-expected',
  'field-expected',
  'number-expected',
  'network-wrong',
] as const;
export type HuntFault = (typeof HUNT_FAULTS)[number];

const MESSAGES: Readonly<Record<HuntFault, string>> = {
  empty: 'the query asks nothing',
  'too-long': 'the query is too long',
  'too-deep': 'there are too many parentheses within each other',
  'too-many': 'there are too many tests',
  'open-quote': 'a quote is not closed',
  'open-pattern': 'a regular expression is not closed by /',
  'open-parenthesis': 'a parenthesis is not closed',
  'value-expected': 'a value is expected',
  'condition-expected': 'a condition is expected',
  'end-expected': 'this does not belong here',
  'field-expected': 'the name of a field is expected before the operator',
  'number-expected': 'a number is expected',
  'network-wrong': 'this is no network',
};

export const QUERY_CHARS_MAX = 4_096;
export const DEPTH_MAX = 32;
export const TESTS_MAX = 200;
