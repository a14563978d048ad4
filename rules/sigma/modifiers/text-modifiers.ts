/** Modifiers that make text of text: where it may stand, what a dash may be, what a placeholder stands for. */
import type { Affix } from '../predicate.ts';
import { checkedRegex } from './checked-regex.ts';
import { ANY_DASH, parseTokens, tokenToRegex } from '../text.ts';
import type { Token, Tokens } from '../text.ts';
import type { Position } from '../types.ts';
import {
  checkExpansion,
  ItemError,
  mapValues,
  mapValuesToMany,
  TEXT_KINDS,
  tokensOf,
  withRuns,
} from './item-state.ts';
import type { Modifier, ModifierContext } from './item-state.ts';

/** `contains`, `startswith`, `endswith`. */
export function affix(kind: Affix): Modifier {
  return {
    // A regular expression is searched anywhere: "contains" behind it changes nothing, the others would contradict it.
    takes: [...TEXT_KINDS, 'bytes', 'fieldref', ...(kind === 'contains' ? ['regex' as const] : [])],
    apply(state, _, at) {
      state.affix = kind;
      if (state.values.some(({ operand }) => operand.kind === 'regex'))
        state.warnings.push({ at, message: `"${kind}" behind "re" changes nothing` });
      mapValues(state, (value) => {
        if (value.operand.kind === 'regex') return value.operand;
        return value.operand.kind === 'fieldref'
          ? { ...value.operand, affix: kind }
          : { kind: 'text', tokens: withRuns(tokensOf(value, kind), kind) };
      });
    },
  };
}

/** A dash that begins a flag stands for a dash of any kind. */
export const windash: Modifier = {
  takes: TEXT_KINDS,
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
  takes: [...TEXT_KINDS, 'regex'],
  apply: (state, context, at) =>
    mapValuesToMany(state, (value) => {
      const { operand } = value;
      const before = operand.kind === 'regex' ? [operand.pattern] : tokensOf(value, 'expand');
      const { found, variants } = expandTokens(before, operand.kind === 'regex', value.at, context);
      if (!found)
        state.warnings.push({ at, message: '"expand" changes nothing: the value has no %placeholder%' });
      if (operand.kind !== 'regex') return variants.map((tokens) => ({ kind: 'text', tokens }));
      return variants.map((tokens) => checkedRegex(tokens.join(''), operand.flags, value.at));
    }),
};

function expandTokens(
  before: Tokens,
  inRegex: boolean,
  at: Position,
  context: ModifierContext,
): { found: boolean; variants: Token[][] } {
  let variants: Token[][] = [[]];
  let found = false;
  let length = 0;
  const extend = (choices: readonly (readonly Token[])[]): void => {
    length += choices.reduce((most, choice) => Math.max(most, lengthOfTokens(choice)), 0);
    checkExpansion(variants.length * choices.length, variants.length * choices.length * length, at);
    const [only, second] = choices;
    if (second === undefined)
      for (const variant of variants) for (const token of only ?? []) variant.push(token);
    else variants = variants.flatMap((variant) => choices.map((choice) => [...variant, ...choice]));
  };
  for (const token of before) {
    if (typeof token === 'number') extend([[token]]);
    else {
      for (const [part, name] of token.matchAll(PLACEHOLDER)) {
        if (name === undefined) extend([[part === String.raw`\%` ? '%' : part]]);
        else extend(placeholder(name, inRegex, at, context));
        found ||= name !== undefined;
      }
    }
  }
  return { found, variants };
}

function lengthOfTokens(tokens: readonly Token[]): number {
  return tokens.reduce<number>((sum, token) => sum + (typeof token === 'string' ? token.length : 1), 0);
}

/** `%name%` is replaced, `\%` is a percent sign. A name may hold blanks, but not at its ends. */
const PLACEHOLDER = /\\%|%([^%\s\\](?:[^%\\\r\n]*[^%\s\\])?)%|[^%\\]+|[%\\]/g;

/** In a regular expression the text of a value stands for itself, and its wildcards for any characters. */
function placeholder(name: string, inRegex: boolean, at: Position, context: ModifierContext): Token[][] {
  const values = context.placeholders.get(name);
  if (values === undefined || values.length === 0) {
    throw new ItemError(`the placeholder %${name}% has no values: define it in the placeholder table`, at);
  }
  const texts = values.map((value) => (typeof value === 'string' ? parseTokens(value) : [String(value)]));
  return inRegex ? texts.map((tokens) => [`(?s:${tokens.map(tokenToRegex).join('')})`]) : texts;
}
