/**
 * What a line of a selection is while its modifiers are applied, from left to right: a list of values, each an operand
 * of some kind. A modifier says which kinds it takes; none knows the other modifiers.
 */
import { latin1 } from '../encode.ts';
import type { Network } from '../network.ts';
import type { Affix } from '../predicate.ts';
import { ANY_RUN, parseTokens } from '../text.ts';
import type { Token, Tokens, Wild } from '../text.ts';
import type { TimePart } from '../time.ts';
import type { Comparison, Position, Scalar, Warning } from '../types.ts';

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
  /** Encoded text; wildcards between stay what they are. */
  | { kind: 'bytes'; parts: readonly (Uint8Array | Wild)[] }
  | { kind: 'regex'; pattern: string; flags: string }
  | { kind: 'cidr'; network: Network; text: string }
  | { kind: 'exists'; want: boolean }
  | { kind: 'compare'; op: Comparison; value: number; part: TimePart | undefined }
  | { kind: 'part'; part: TimePart; value: number }
  | { kind: 'fieldref'; other: string; affix: Affix };

/** Kinds of operand that are, or can stand as, text. */
export const TEXT_KINDS: readonly Operand['kind'][] = ['scalar', 'raw', 'text'];
/** Values as the rule wrote them. */
export const PLAIN_KINDS: readonly Operand['kind'][] = ['scalar', 'raw'];

/** What each kind is called in messages. */
export const KIND_NAMES: Readonly<Record<Operand['kind'], string>> = {
  scalar: 'a number',
  raw: 'text',
  text: 'text',
  bytes: 'bytes',
  regex: 'a regular expression',
  cidr: 'a network',
  exists: 'a presence',
  compare: 'a comparison',
  part: 'a part of a time',
  fieldref: 'a field',
};

export interface Value {
  operand: Operand;
  at: Position;
  /** Number of the rule's value it was made of; what one value expands to are alternatives, under "all" too. */
  from: number;
}

export interface State {
  field: string | undefined;
  values: Value[];
  all: boolean;
  negated: boolean;
  cased: boolean;
  /** Set by contains, startswith and endswith, for a fieldref that comes after them. */
  affix: Affix;
  warnings: Warning[];
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
  /** Kinds of operand it can be applied to; left out = all. */
  takes?: readonly Operand['kind'][];
  /** Applied again it does something more, as an encoding does. */
  repeats?: boolean;
  /** `at` is the place of the modifier. @throws ItemError */
  apply(state: State, context: ModifierContext, at: Position): void;
}

/** Texts that a line may expand to (placeholders, encodings), and their characters together. */
const TEXTS_MAX = 10_000;
const CHARACTERS_MAX = 1_000_000;

/** @throws ItemError where a value expands to more texts, or longer ones, than a line may */
export function checkExpansion(texts: number, characters: number, at: Position): void {
  if (texts > TEXTS_MAX || characters > CHARACTERS_MAX) {
    throw new ItemError(
      `the line expands to more than ${String(TEXTS_MAX)} texts or ${String(CHARACTERS_MAX)} characters: use fewer or shorter values`,
      at,
    );
  }
}

/** Turns every value into another. */
export function mapValues(state: State, map: (value: Value) => Operand): void {
  state.values = state.values.map((value) => ({ ...value, operand: map(value) }));
}

/** Turns every value into any number of others. @throws ItemError where they become too many or too long */
export function mapValuesToMany(state: State, map: (value: Value) => readonly Operand[]): void {
  const values: Value[] = [];
  let characters = 0;
  for (const value of state.values) {
    for (const operand of map(value)) {
      values.push({ ...value, operand });
      characters += lengthOf(operand);
    }
    checkExpansion(values.length, characters, value.at);
  }
  state.values = values;
}

function lengthOf(operand: Operand): number {
  const parts =
    operand.kind === 'text' ? operand.tokens : operand.kind === 'bytes' ? operand.parts : undefined;
  if (parts === undefined) return operand.kind === 'regex' ? operand.pattern.length : 1;
  return parts.reduce<number>((sum, part) => sum + (typeof part === 'number' ? 1 : part.length), 0);
}

/** The tokens of a value that is, or can stand as, text. @throws ItemError when it can not */
export function tokensOf({ operand, at }: Value, modifier: string): Tokens {
  switch (operand.kind) {
    case 'raw':
      return parseTokens(operand.text);
    case 'text':
      return operand.tokens;
    case 'bytes':
      return bytesAsText(operand.parts);
    case 'scalar':
      if (operand.value !== null) return [operand.raw];
      throw new ItemError(
        `null cannot be used with "${modifier}": leave the modifier out, null means "absent"`,
        at,
      );
    case 'regex':
    case 'cidr':
    case 'exists':
    case 'compare':
    case 'part':
    case 'fieldref':
      throw new ItemError(`"${modifier}" needs text, found ${KIND_NAMES[operand.kind]}`, at);
  }
}

/** Bytes as the characters U+0000..U+00FF. */
export function bytesAsText(parts: readonly (Uint8Array | Wild)[]): Tokens {
  return parts.map((part) => (typeof part === 'number' ? part : latin1(part)));
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
