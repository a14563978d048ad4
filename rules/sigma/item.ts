/** One line of a selection -> an expression over predicates: the modifiers applied to its values, then what they mean. */
import { latin1 } from './encode.ts';
import { ItemError, withRuns } from './modifiers/item-state.ts';
import type { ModifierContext, Operand, State, Value } from './modifiers/item-state.ts';
import { MODIFIERS } from './modifiers/table.ts';
import { join } from './predicate.ts';
import type { Expr, Predicate } from './predicate.ts';
import { ANY_RUN, parseTokens, patternProblem } from './text.ts';
import type { ItemAst, Position, Scalar } from './types.ts';

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
      throw new ItemError(
        `unknown modifier "${name}"; known are: ${[...MODIFIERS.keys()].join(', ')}`,
        item.at,
      );
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
