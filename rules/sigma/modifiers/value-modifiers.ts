/** Modifiers after which a value is no text any more: regular expression, network, number, part of a time, field. */
import { parseNumber } from '../fold.ts';
import { parseNetwork } from '../network.ts';
import { hasWildcard, literalOf, showTokens } from '../text.ts';
import type { TimePart } from '../time.ts';
import type { Comparison, Position } from '../types.ts';
import { checkedRegex } from './checked-regex.ts';
import { ItemError, mapValues, PLAIN_KINDS, rawText, TEXT_KINDS, tokensOf } from './item-state.ts';
import type { Modifier, Operand, State, Value } from './item-state.ts';

/** Regular expressions of one line. */
const REGEXES_MAX = 1000;

export const re: Modifier = {
  firstOnly: true,
  apply(state) {
    const excess = state.values[REGEXES_MAX];
    if (excess !== undefined) {
      const message = `more than ${String(REGEXES_MAX)} regular expressions in one line: join them with "|"`;
      throw new ItemError(message, excess.at);
    }
    mapValues(state, toRegex);
  },
};

function toRegex({ operand, at }: Value): Operand {
  const pattern = rawText(operand);
  if (pattern === undefined) throw new ItemError('"re" needs a regular expression as text', at);
  return checkedRegex(pattern, '', at);
}

/** Flags of `re`, by their short and long names. */
export function regexFlags(): [string, Modifier][] {
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
      apply: (state, _, place) =>
        mapValues(state, ({ operand }) => {
          if (operand.kind !== 'regex')
            throw new ItemError(`the modifier "${name}" is a flag of "re" and must follow it`, place);
          return operand.flags.includes(flag) ? operand : { ...operand, flags: operand.flags + flag };
        }),
    },
  ]);
}

export const cidr: Modifier = {
  firstOnly: true,
  needsField: true,
  apply: (state) => mapValues(state, toCidr),
};

function toCidr({ operand, at }: Value): Operand {
  const text = rawText(operand);
  if (text === undefined) throw new ItemError('"cidr" needs a network such as 10.0.0.0/8', at);
  try {
    return { kind: 'cidr', network: parseNetwork(text), text };
  } catch (error) {
    throw new ItemError(error instanceof Error ? error.message : String(error), at, { cause: error });
  }
}

export const exists: Modifier = { firstOnly: true, needsField: true, apply: applyExists };

function applyExists(state: State): void {
  const [first, second] = state.values;
  if (second !== undefined) throw new ItemError('"exists" takes one value: true or false', second.at);
  if (first === undefined) return;
  const want = WANTED.get(rawText(first.operand)?.toLowerCase() ?? '');
  if (want === undefined) throw new ItemError('"exists" takes true or false', first.at);
  state.values = [{ ...first, operand: { kind: 'exists', want } }];
}

/** YAML 1.1 wrote booleans as `yes` and `no` too. */
const WANTED: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['yes', true],
  ['false', false],
  ['no', false],
]);

/** `lt`, `lte`, `gt`, `gte`; behind a part of a time they compare that part. */
export function comparison(op: Comparison): Modifier {
  return {
    needsField: true,
    takes: [...PLAIN_KINDS, 'part'],
    apply: (state) =>
      mapValues(state, ({ operand, at }) =>
        operand.kind === 'part'
          ? { kind: 'compare', op, value: operand.value, part: operand.part }
          : { kind: 'compare', op, value: numberOf(operand, op, at), part: undefined },
      ),
  };
}

/** A part of a time (`hour`, `day`, ...), compared with a number; `gte|hour` is the same as `hour|gte`. */
export function timePartModifier(part: TimePart): Modifier {
  return {
    needsField: true,
    takes: [...PLAIN_KINDS, 'compare'],
    apply: (state) =>
      mapValues(state, ({ operand, at }) => {
        if (operand.kind !== 'compare') return { kind: 'part', part, value: numberOf(operand, part, at) };
        if (operand.part === undefined) return { ...operand, part };
        throw new ItemError(`"${part}" cannot be used together with "${operand.part}": write two lines`, at);
      }),
  };
}

function numberOf(operand: Operand, modifier: string, at: Position): number {
  const number = operand.kind === 'scalar' ? operand.value : parseNumber(rawText(operand));
  if (typeof number === 'number') return number;
  throw new ItemError(`"${modifier}" needs a number`, at);
}

export const fieldref: Modifier = {
  needsField: true,
  takes: TEXT_KINDS,
  apply: (state) => mapValues(state, (value) => toFieldref(state, value)),
};

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
