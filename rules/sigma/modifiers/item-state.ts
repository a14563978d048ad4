/**
 * What a line of a selection is while its modifiers are applied, from left to right: a list of values, each an operand
 * of some kind. A modifier says which kinds it takes; none knows the other modifiers.
 */
import { latin1 } from '../encode.ts';
import type { Network } from '../network.ts';
import type { Affix } from '../predicate.ts';
import { ANY_RUN, parseTokens } from '../text.ts';
import type { Token, Tokens } from '../text.ts';
import type { TimePart } from '../time.ts';
import type { Comparison, Position, Scalar } from '../types.ts';

/** A value that cannot be compiled; rejects its rule. */
export class ItemError extends Error {
  override readonly name = 'ItemError';
  readonly at: Position;
  constructor(message: string, at: Position, options?: ErrorOptions) {
    super(message, options);
    this.at = at;
  }
}

export type Operand =
  | { kind: 'scalar'; value: number | boolean | null; raw: string }
  /** Text as the rule wrote it, escapes not yet read. */
  | { kind: 'raw'; text: string }
  | { kind: 'text'; tokens: Tokens }
  | { kind: 'bytes'; bytes: Uint8Array }
  | { kind: 'regex'; pattern: string; flags: string }
  | { kind: 'cidr'; network: Network; text: string }
  | { kind: 'exists'; want: boolean }
  | { kind: 'compare'; op: Comparison; value: number; part: TimePart | undefined }
  | { kind: 'part'; part: TimePart; value: number }
  | { kind: 'fieldref'; other: string; affix: Affix };

export interface Value {
  operand: Operand;
  at: Position;
}

export interface State {
  field: string | undefined;
  values: Value[];
  all: boolean;
  negated: boolean;
  cased: boolean;
  /** Set by contains, startswith and endswith, for a fieldref that comes after them. */
  affix: Affix;
  warnings: string[];
}

export interface ModifierContext {
  /** Placeholder name -> values, for `expand`. */
  placeholders: ReadonlyMap<string, readonly Scalar[]>;
}

export interface Modifier {
  /** Allowed only directly behind the field. */
  firstOnly?: boolean;
  /** Allowed only with a field in front of it. */
  needsField?: boolean;
  apply(state: State, context: ModifierContext): void;
}

/** Texts one value may turn into (placeholders, windash before an encoding). */
export const EXPANSION_MAX = 10_000;

/** Turns every value into another. */
export function mapValues(state: State, map: (value: Value) => Operand): void {
  state.values = state.values.map((value) => ({ operand: map(value), at: value.at }));
}

/** Turns every value into any number of others. @throws ItemError above EXPANSION_MAX */
export function mapValuesToMany(state: State, map: (value: Value) => readonly Operand[]): void {
  state.values = state.values.flatMap((value) => map(value).map((operand) => ({ operand, at: value.at })));
  const [first] = state.values;
  if (first !== undefined && state.values.length > EXPANSION_MAX) {
    throw new ItemError(`the modifiers expand to more than ${String(EXPANSION_MAX)} values`, first.at);
  }
}

/** The tokens of a value that is, or can stand as, text. @throws ItemError when it can not */
export function tokensOf({ operand, at }: Value, modifier: string): Tokens {
  switch (operand.kind) {
    case 'raw':
      return parseTokens(operand.text);
    case 'text':
      return operand.tokens;
    case 'bytes':
      return [latin1(operand.bytes)];
    case 'scalar':
      if (operand.value === null) throw new ItemError(`null cannot be used with "${modifier}"`, at);
      return [operand.raw];
    case 'regex':
    case 'cidr':
    case 'exists':
    case 'compare':
    case 'part':
    case 'fieldref':
      throw new ItemError(
        `"${modifier}" cannot follow "${operand.kind === 'regex' ? 're' : operand.kind}"`,
        at,
      );
  }
}

/** The text of a value as the rule wrote it: backslashes as they are. */
export function rawText(operand: Operand): string | undefined {
  if (operand.kind === 'scalar') return operand.value === null ? undefined : operand.raw;
  return operand.kind === 'raw' ? operand.text : undefined;
}

/** The tokens with "anything" on the sides that `kind` leaves open. */
export function withRuns(tokens: Tokens, kind: Affix): Token[] {
  const result = [...tokens];
  if ((kind === 'contains' || kind === 'endswith') && result[0] !== ANY_RUN) result.unshift(ANY_RUN);
  if ((kind === 'contains' || kind === 'startswith') && (result.length === 0 || result.at(-1) !== ANY_RUN))
    result.push(ANY_RUN);
  return result;
}
