/** Modifiers that make text of text: where it may stand, what a dash may be, what a placeholder stands for. */
import type { Affix } from '../predicate.ts';
import { ANY_DASH, parseTokens } from '../text.ts';
import type { Token } from '../text.ts';
import type { Position } from '../types.ts';
import { EXPANSION_MAX, ItemError, mapValues, mapValuesToMany, tokensOf, withRuns } from './item-state.ts';
import type { Modifier, ModifierContext, Operand, Value } from './item-state.ts';

/** `contains`, `startswith`, `endswith`. */
export function affix(kind: Affix): Modifier {
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

/** A dash that begins a flag stands for a dash of any kind. */
export const windash: Modifier = {
  apply(state) {
    mapValues(state, (value) => ({
      kind: 'text',
      tokens: tokensOf(value, 'windash').flatMap((token) =>
        typeof token === 'string' ? splitDashes(token) : [token],
      ),
    }));
  },
};

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

/** `%name%` becomes each of the values that the placeholder has. */
export const expand: Modifier = {
  apply: (state, context) => mapValuesToMany(state, (value) => expandValue(value, context)),
};

function expandValue(value: Value, context: ModifierContext): Operand[] {
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
