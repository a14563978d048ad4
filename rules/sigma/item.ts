/** One line of a selection -> an expression over predicates: the modifiers applied to its values, then what they mean. */
import { bytesAsText, ItemError, KIND_NAMES, withRuns } from './modifiers/item-state.ts';
import type { Modifier, ModifierContext, Operand, State, Value } from './modifiers/item-state.ts';
import { MODIFIERS } from './modifiers/table.ts';
import { join } from './predicate.ts';
import type { Expr, Predicate } from './predicate.ts';
import { didYouMean } from './suggest.ts';
import { parseTokens, patternProblem } from './text.ts';
import type { Tokens } from './text.ts';
import type { ItemAst, Position, Scalar, Warning } from './types.ts';

/**
 * One line of a selection as an expression over predicates.
 * @throws ItemError
 */
export function compileItem(
  item: ItemAst,
  context: ModifierContext,
): { expr: Expr; warnings: readonly Warning[] } {
  const state: State = {
    field: item.field,
    values: item.values.map(({ value, raw, at }, from) => ({ operand: startOperand(value, raw), at, from })),
    all: false,
    negated: false,
    cased: false,
    affix: 'equals',
    warnings: [],
  };
  if (item.modifiers.length > MODIFIERS_MAX)
    throw new ItemError(`more than ${String(MODIFIERS_MAX)} modifiers: leave some out`, item.at);
  for (const [index, name] of item.modifiers.entries())
    applyModifier(state, item, { index, name, at: item.modifiersAt?.[index] ?? item.at }, context);
  const [first] = state.values;
  if (first === undefined) {
    throw new ItemError(
      'an empty list of values can never match: give a value, or null for "absent"',
      item.at,
    );
  }
  const linked = join(state.all ? 'and' : 'or', alternatives(state));
  return { expr: state.negated ? { kind: 'not', of: linked } : linked, warnings: state.warnings };
}

/** One expression for each value of the rule. */
function alternatives(state: State): Expr[] {
  const byValue = new Map<number, Expr[]>();
  for (const value of state.values) {
    const known = byValue.get(value.from);
    if (known === undefined) byValue.set(value.from, [toExpr(state, value)]);
    else known.push(toExpr(state, value));
  }
  return [...byValue.values()].map((parts) => join('or', parts));
}

function applyModifier(
  state: State,
  { field, modifiers }: ItemAst,
  { index, name, at }: { index: number; name: string; at: Position },
  context: ModifierContext,
): void {
  const modifier = MODIFIERS.get(name);
  if (modifier === undefined) {
    const known = [...MODIFIERS.keys()];
    throw new ItemError(
      `unknown modifier "${name}"${didYouMean(name, known)}; known are: ${known.join(', ')}`,
      at,
    );
  }
  if (modifier.firstOnly === true && index > 0)
    throw new ItemError(`the modifier "${name}" must stand first: ${field ?? ''}|${name}`, at);
  if (modifier.needsField === true && field === undefined)
    throw new ItemError(`the modifier "${name}" needs a field in front of it`, at);
  const wrong = state.values.find(({ operand }) => modifier.takes?.includes(operand.kind) === false);
  if (wrong !== undefined) {
    const given = KIND_NAMES[wrong.operand.kind];
    const before = modifiers[index - 1];
    throw new ItemError(
      before === undefined
        ? `the modifier "${name}" must follow one that makes ${wanted(modifier)}, found ${given}`
        : `the modifier "${name}" cannot follow "${before}": it takes ${wanted(modifier)}, found ${given}`,
      at,
    );
  }
  if (modifier.repeats !== true && modifiers.indexOf(name) < index)
    state.warnings.push({ at, message: `"${name}" stands twice and changes nothing the second time` });
  modifier.apply(state, context, at);
}

function wanted({ takes = [] }: Modifier): string {
  return [...new Set(takes.map((kind) => KIND_NAMES[kind]))].join(', ');
}

const MODIFIERS_MAX = 32;

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
  if (field === undefined) return leaf(toKeyword(state, value));
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
      return leaf({ kind: 'text', field, tokens: bytesAsText(operand.parts), cased });
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

/** Keywords are searched inside any value; with `startswith` or `endswith`, at that end of any value. */
function toKeyword({ cased, affix }: State, { operand, at }: Value): Predicate {
  const text = (tokens: Tokens): Predicate => ({
    kind: 'text',
    field: undefined,
    tokens: affix === 'equals' ? withRuns(tokens, 'contains') : tokens,
    cased,
  });
  switch (operand.kind) {
    case 'regex':
      return { kind: 'regex', field: undefined, pattern: operand.pattern, flags: operand.flags };
    case 'scalar':
      if (operand.value === null) break;
      return text([operand.raw]);
    case 'raw':
      return text(parseTokens(operand.text));
    case 'text':
      return text(operand.tokens);
    case 'bytes':
      return text(bytesAsText(operand.parts));
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
