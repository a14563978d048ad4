/**
 * The table of modifiers. Each declares its own compile step on the state of an item; none knows the others, the
 * few ordering rules are in the state (`operand` kinds) and in `firstOnly`. Values pass from left to right.
 */
import { base64, base64Offsets, latin1, utf16Bytes, utf8Bytes } from './encode.ts';
import type { Utf16Form } from './encode.ts';
import { parseNumber } from './fold.ts';
import { parseNetwork } from './network.ts';
import type { Network } from './network.ts';
import type { Affix, Expr, Predicate } from './predicate.ts';
import { join } from './predicate.ts';
import { linearRegex } from './regex.ts';
import {
  ANY_DASH,
  ANY_ONE,
  ANY_RUN,
  DASHES,
  hasWildcard,
  literalOf,
  patternProblem,
  parseTokens,
  showTokens,
} from './text.ts';
import type { Token, Tokens } from './text.ts';
import type { TimePart } from './time.ts';
import { TIME_PARTS } from './time.ts';
import type { Comparison, ItemAst, Position, Scalar } from './types.ts';

/** A value that cannot be compiled; rejects its rule. */
export class ItemError extends Error {
  override readonly name = 'ItemError';
  readonly at: Position;
  constructor(message: string, at: Position, options?: ErrorOptions) {
    super(message, options);
    this.at = at;
  }
}

type Operand =
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

interface Value {
  operand: Operand;
  at: Position;
}

interface State {
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

interface Modifier {
  /** Allowed only directly behind the field. */
  firstOnly?: boolean;
  /** Allowed only with a field in front of it. */
  needsField?: boolean;
  apply(state: State, context: ModifierContext): void;
}

/** Texts one value may turn into (placeholders, windash before an encoding). */
const EXPANSION_MAX = 10_000;

const MODIFIERS: ReadonlyMap<string, Modifier> = new Map<string, Modifier>([
  ['contains', affix('contains')],
  ['startswith', affix('startswith')],
  ['endswith', affix('endswith')],
  [
    'all',
    {
      apply(state) {
        if (state.values.length < 2) state.warnings.push('"all" on a single value changes nothing');
        state.all = true;
      },
    },
  ],
  [
    'cased',
    {
      apply(state) {
        state.cased = true;
      },
    },
  ],
  [
    'neq',
    {
      needsField: true,
      apply(state) {
        state.negated = true;
      },
    },
  ],
  [
    'windash',
    eachText((tokens) => [
      tokens.flatMap((token) => (typeof token === 'string' ? splitDashes(token) : [token])),
    ]),
  ],
  ['re', { firstOnly: true, apply: (state) => mapValues(state, toRegex) }],
  ...regexFlags(),
  ['cidr', { firstOnly: true, needsField: true, apply: (state) => mapValues(state, toCidr) }],
  ['exists', { firstOnly: true, needsField: true, apply: applyExists }],
  ['base64', eachBytes((bytes) => [base64(bytes)])],
  ['base64offset', eachBytes(base64Offsets)],
  ['wide', utf16('le')],
  ['utf16le', utf16('le')],
  ['utf16be', utf16('be')],
  ['utf16', utf16('bom')],
  ...(['lt', 'lte', 'gt', 'gte'] as const).map((op): [string, Modifier] => [op, comparison(op)]),
  ...TIME_PARTS.map((part): [string, Modifier] => [part, timePartModifier(part)]),
  ['fieldref', { needsField: true, apply: (state) => mapValues(state, (value) => toFieldref(state, value)) }],
  ['expand', { apply: (state, context) => mapValuesToMany(state, (value) => expand(value, context)) }],
]);

export const MODIFIER_NAMES: readonly string[] = [...MODIFIERS.keys()];

/**
 * One line of a selection as an expression over predicates.
 * @throws ItemError
 */
export function compileItem(
  item: ItemAst,
  context: ModifierContext,
): { expr: Expr; warnings: readonly string[] } {
  const state: State = {
    field: item.field,
    values: item.values.map(({ value, raw, at }) => ({ operand: startOperand(value, raw), at })),
    all: false,
    negated: false,
    cased: false,
    affix: 'equals',
    warnings: [],
  };
  for (const [index, name] of item.modifiers.entries()) {
    const modifier = MODIFIERS.get(name);
    if (modifier === undefined) {
      throw new ItemError(`unknown modifier "${name}"; known are: ${MODIFIER_NAMES.join(', ')}`, item.at);
    }
    if (modifier.firstOnly === true && index > 0) {
      throw new ItemError(`the modifier "${name}" must stand first: ${item.field ?? ''}|${name}`, item.at);
    }
    if (modifier.needsField === true && item.field === undefined) {
      throw new ItemError(`the modifier "${name}" needs a field in front of it`, item.at);
    }
    modifier.apply(state, context);
  }
  const [first] = state.values;
  if (first === undefined) {
    throw new ItemError(
      'an empty list of values can never match: give a value, or null for "absent"',
      item.at,
    );
  }
  const leaves = state.values.map((value): Expr => toExpr(state, value));
  const linked = join(state.all ? 'and' : 'or', leaves);
  return { expr: state.negated ? { kind: 'not', of: linked } : linked, warnings: state.warnings };
}

function startOperand(value: Scalar, raw: string): Operand {
  return typeof value === 'string' ? { kind: 'raw', text: value } : { kind: 'scalar', value, raw };
}

function toExpr(state: State, value: Value): Expr {
  const { field, cased } = state;
  const { operand } = value;
  const leaf = (predicate: Predicate): Expr => {
    const problem = predicate.kind === 'text' ? patternProblem(predicate.tokens) : undefined;
    if (problem !== undefined) throw new ItemError(problem, value.at);
    return { kind: 'leaf', leaf: predicate };
  };
  if (field === undefined) return leaf(toKeyword(operand, cased, value.at));
  switch (operand.kind) {
    case 'scalar':
      if (operand.value === null) return leaf({ kind: 'null', field });
      return join(
        'or',
        scalarTexts(operand.value, operand.raw).map((text) =>
          leaf({ kind: 'text', field, tokens: [text], cased }),
        ),
      );
    case 'raw':
      return leaf({ kind: 'text', field, tokens: parseTokens(operand.text), cased });
    case 'text':
      return leaf({ kind: 'text', field, tokens: operand.tokens, cased });
    case 'bytes':
      return leaf({ kind: 'text', field, tokens: [latin1(operand.bytes)], cased });
    case 'regex':
      return leaf({ kind: 'regex', field, pattern: operand.pattern, flags: operand.flags });
    case 'cidr':
      return leaf({ kind: 'cidr', field, network: operand.network, text: operand.text });
    case 'exists':
      return leaf({ kind: 'exists', field, want: operand.want });
    case 'compare':
      return leaf({ kind: 'compare', field, op: operand.op, value: operand.value, part: operand.part });
    case 'part':
      return leaf({ kind: 'compare', field, op: 'eq', value: operand.value, part: operand.part });
    case 'fieldref':
      return leaf({ kind: 'fieldref', field, other: operand.other, affix: operand.affix, cased });
  }
}

/** Keywords are searched anywhere inside any value. */
function toKeyword(operand: Operand, cased: boolean, at: Position): Predicate {
  switch (operand.kind) {
    case 'regex':
      return { kind: 'regex', field: undefined, pattern: operand.pattern, flags: operand.flags };
    case 'scalar':
      if (operand.value === null) break;
      return { kind: 'text', field: undefined, tokens: [ANY_RUN, operand.raw, ANY_RUN], cased };
    case 'raw':
      return {
        kind: 'text',
        field: undefined,
        tokens: withRuns(parseTokens(operand.text), 'contains'),
        cased,
      };
    case 'text':
      return { kind: 'text', field: undefined, tokens: withRuns(operand.tokens, 'contains'), cased };
    case 'bytes':
      return { kind: 'text', field: undefined, tokens: [ANY_RUN, latin1(operand.bytes), ANY_RUN], cased };
    case 'cidr':
    case 'exists':
    case 'compare':
    case 'part':
    case 'fieldref':
      break;
  }
  throw new ItemError('a keyword must be text, a number or a regular expression', at);
}

/** A number equals the text as written and its usual form: `1.50` and `1.5`. */
function scalarTexts(value: number | boolean, raw: string): string[] {
  return [...new Set([String(value), raw])];
}

function mapValues(state: State, map: (value: Value) => Operand): void {
  state.values = state.values.map((value) => ({ operand: map(value), at: value.at }));
}

function mapValuesToMany(state: State, map: (value: Value) => readonly Operand[]): void {
  state.values = state.values.flatMap((value) => map(value).map((operand) => ({ operand, at: value.at })));
  const [first] = state.values;
  if (first !== undefined && state.values.length > EXPANSION_MAX) {
    throw new ItemError(`the modifiers expand to more than ${String(EXPANSION_MAX)} values`, first.at);
  }
}

/** The tokens of a value that is, or can stand as, text. */
function tokensOf({ operand, at }: Value, modifier: string): Tokens {
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

function withRuns(tokens: Tokens, kind: Affix): Token[] {
  const result = [...tokens];
  if ((kind === 'contains' || kind === 'endswith') && result[0] !== ANY_RUN) result.unshift(ANY_RUN);
  if ((kind === 'contains' || kind === 'startswith') && (result.length === 0 || result.at(-1) !== ANY_RUN))
    result.push(ANY_RUN);
  return result;
}

function affix(kind: Affix): Modifier {
  return {
    apply(state) {
      state.affix = kind;
      mapValues(state, (value) =>
        value.operand.kind === 'fieldref'
          ? { ...value.operand, affix: kind }
          : { kind: 'text', tokens: withRuns(tokensOf(value, kind), kind) },
      );
    },
  };
}

function eachText(map: (tokens: Tokens) => readonly Tokens[]): Modifier {
  return {
    apply(state) {
      mapValuesToMany(state, (value) =>
        map(tokensOf(value, 'windash')).map((tokens) => ({ kind: 'text', tokens })),
      );
    },
  };
}

const WORD = /[\p{L}\p{N}_]/u;

/** `\B[-/]\b`: a dash with no word character before it and one behind it becomes "any dash". */
function splitDashes(text: string): Token[] {
  const tokens: Token[] = [];
  let literal = '';
  const characters = Array.from(text);
  for (const [index, character] of characters.entries()) {
    const before = characters[index - 1];
    const after = characters[index + 1];
    const isFlag =
      (character === '-' || character === '/') &&
      after !== undefined &&
      WORD.test(after) &&
      (before === undefined || !WORD.test(before));
    if (isFlag) {
      if (literal !== '') tokens.push(literal);
      tokens.push(ANY_DASH);
      literal = '';
    } else literal += character;
  }
  if (literal !== '') tokens.push(literal);
  return tokens;
}

function toRegex({ operand, at }: Value): Operand {
  const pattern = rawText(operand);
  if (pattern === undefined) throw new ItemError('"re" needs a regular expression as text', at);
  return checkedRegex(pattern, '', at);
}

function checkedRegex(pattern: string, flags: string, at: Position): Operand {
  try {
    linearRegex(pattern, flags);
  } catch (error) {
    throw new ItemError(error instanceof Error ? error.message : String(error), at, { cause: error });
  }
  return { kind: 'regex', pattern, flags };
}

function regexFlags(): [string, Modifier][] {
  const names: readonly [string, string][] = [
    ['i', 'i'],
    ['ignorecase', 'i'],
    ['m', 'm'],
    ['multiline', 'm'],
    ['s', 's'],
    ['dotall', 's'],
  ];
  return names.map(([name, flag]) => [
    name,
    {
      apply: (state) =>
        mapValues(state, ({ operand, at }) => {
          if (operand.kind !== 'regex')
            throw new ItemError(`the modifier "${name}" is a flag of "re" and must follow it`, at);
          return operand.flags.includes(flag) ? operand : { ...operand, flags: operand.flags + flag };
        }),
    },
  ]);
}

function toCidr({ operand, at }: Value): Operand {
  const text = rawText(operand);
  if (text === undefined) throw new ItemError('"cidr" needs a network such as 10.0.0.0/8', at);
  try {
    return { kind: 'cidr', network: parseNetwork(text), text };
  } catch (error) {
    throw new ItemError(error instanceof Error ? error.message : String(error), at, { cause: error });
  }
}

function applyExists(state: State): void {
  const [first, second] = state.values;
  if (second !== undefined) throw new ItemError('"exists" takes one value: true or false', second.at);
  if (first === undefined) return;
  const text = rawText(first.operand)?.toLowerCase();
  if (text !== 'true' && text !== 'false' && text !== 'yes' && text !== 'no') {
    throw new ItemError('"exists" takes true or false', first.at);
  }
  state.values = [{ operand: { kind: 'exists', want: text === 'true' || text === 'yes' }, at: first.at }];
}

/** The text of a value as the rule wrote it: backslashes as they are. */
function rawText(operand: Operand): string | undefined {
  if (operand.kind === 'scalar') return operand.value === null ? undefined : operand.raw;
  return operand.kind === 'raw' ? operand.text : undefined;
}

function bytesOf(value: Value, modifier: string): Uint8Array[] {
  if (value.operand.kind === 'bytes') return [value.operand.bytes];
  const tokens = tokensOf(value, modifier);
  return dashVariants(tokens, modifier, value.at).map(utf8Bytes);
}

/** Texts of a value that may hold dashes of any kind but no wildcards. */
function dashVariants(tokens: Tokens, modifier: string, at: Position): string[] {
  let variants = [''];
  for (const token of tokens) {
    if (token === ANY_RUN || token === ANY_ONE) {
      throw new ItemError(
        `wildcards cannot be used with "${modifier}": escape them with a backslash, or put "contains" behind it`,
        at,
      );
    }
    const choices = token === ANY_DASH ? Array.from(DASHES) : [token];
    variants = variants.flatMap((start) => choices.map((choice) => start + choice));
    if (variants.length > EXPANSION_MAX)
      throw new ItemError(`"windash" expands to more than ${String(EXPANSION_MAX)} texts here`, at);
  }
  return variants;
}

function eachBytes(encode: (bytes: Uint8Array) => readonly string[]): Modifier {
  return {
    apply: (state) =>
      mapValuesToMany(state, (value) =>
        bytesOf(value, 'base64')
          .flatMap(encode)
          .map((text) => ({ kind: 'text', tokens: [text] })),
      ),
  };
}

function utf16(form: Utf16Form): Modifier {
  return {
    apply: (state) =>
      mapValuesToMany(state, (value) =>
        dashVariants(tokensOf(value, 'utf16'), 'utf16', value.at).map((text) => ({
          kind: 'bytes',
          bytes: utf16Bytes(text, form),
        })),
      ),
  };
}

function numberOf({ operand, at }: Value, modifier: string): number {
  const number = operand.kind === 'part' ? operand.value : parseNumber(rawText(operand));
  if (number === undefined) throw new ItemError(`"${modifier}" needs a number`, at);
  return number;
}

function comparison(op: Comparison): Modifier {
  return {
    needsField: true,
    apply: (state) =>
      mapValues(state, (value) => ({
        kind: 'compare',
        op,
        value: numberOf(value, op),
        part: value.operand.kind === 'part' ? value.operand.part : undefined,
      })),
  };
}

function timePartModifier(part: TimePart): Modifier {
  return {
    needsField: true,
    apply: (state) =>
      mapValues(state, (value) =>
        value.operand.kind === 'compare'
          ? { ...value.operand, part }
          : { kind: 'part', part, value: numberOf(value, part) },
      ),
  };
}

function toFieldref(state: State, value: Value): Operand {
  let tokens = tokensOf(value, 'fieldref');
  if (state.affix === 'contains' || state.affix === 'endswith') tokens = tokens.slice(1);
  if (state.affix === 'contains' || state.affix === 'startswith') tokens = tokens.slice(0, -1);
  const other = literalOf(tokens);
  if (other === undefined || other === '' || hasWildcard(tokens)) {
    throw new ItemError(`"fieldref" needs the name of a field, found "${showTokens(tokens)}"`, value.at);
  }
  return { kind: 'fieldref', other, affix: state.affix };
}

function expand(value: Value, context: ModifierContext): Operand[] {
  let variants: Token[][] = [[]];
  for (const token of tokensOf(value, 'expand')) {
    if (typeof token === 'number') for (const variant of variants) variant.push(token);
    else variants = expandLiteral(token, variants, value.at, context);
  }
  return variants.map((tokens) => ({ kind: 'text', tokens }));
}

/** `%name%` is replaced, `\%` is a percent sign. */
function expandLiteral(text: string, start: Token[][], at: Position, context: ModifierContext): Token[][] {
  let variants = start;
  for (const [part, name] of text.matchAll(/\\%|%([^%\s\\]+)%|[^%\\]+|[%\\]/g)) {
    const choices = name === undefined ? [[part === '\\%' ? '%' : part]] : placeholder(name, at, context);
    variants = variants.flatMap((variant) => choices.map((choice) => [...variant, ...choice]));
    if (variants.length > EXPANSION_MAX)
      throw new ItemError(`the placeholders expand to more than ${String(EXPANSION_MAX)} texts`, at);
  }
  return variants;
}

function placeholder(name: string, at: Position, context: ModifierContext): Token[][] {
  const values = context.placeholders.get(name);
  if (values === undefined || values.length === 0) {
    throw new ItemError(`the placeholder %${name}% has no values: define it in the placeholder table`, at);
  }
  return values.map((value) => (typeof value === 'string' ? parseTokens(value) : [String(value)]));
}
