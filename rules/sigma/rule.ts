/** Parsed rule -> one expression over predicates. Filters are compiled in their own scope, so no name can capture another. */
import { parseCondition } from './condition.ts';
import type { Condition } from './condition.ts';
import { compileItem } from './item.ts';
import { ItemError } from './modifiers/item-state.ts';
import type { ModifierContext } from './modifiers/item-state.ts';
import { placeIn } from './place.ts';
import { join } from './predicate.ts';
import type { Expr } from './predicate.ts';
import type { Scope } from './pipeline-rules.ts';
import { didYouMean } from './suggest.ts';
import type { ConditionText, DetectionAst, DetectionBlock, ItemAst, Position, Warning } from './types.ts';

export interface RuleContext extends ModifierContext {
  /** What the pipelines say of the rule's log source. */
  scope: Scope;
  /** Every field that the rule asks is added. */
  asked: Set<string>;
}

/**
 * The whole block as one expression; several conditions are alternatives.
 * @throws ItemError
 */
export function compileBlock(block: DetectionBlock, context: RuleContext, warnings: Warning[]): Expr {
  const compiled = new Map<string, { expr: Expr; weight: number }>();
  let weight = 0;
  // Unused selections are compiled too: a typo in one must not wait until a condition names it.
  const work: Work = { context, warnings, weight: 0 };
  for (const [name, ast] of block.selections) {
    const expr = compileDetection(ast, work);
    compiled.set(name, { expr, weight: weigh(expr) });
  }
  // A condition may name one selection many times: what counts is what it grows to.
  const selection: Selection = (name, at) => {
    const known = compiled.get(name);
    if (known === undefined) {
      const names = [...block.selections.keys()];
      throw new ItemError(
        `the condition names "${name}", which is no selection${didYouMean(name, names.slice(0, 1000))}; there are: ${names.slice(0, 20).join(', ')}`,
        at,
      );
    }
    weight += known.weight;
    if (weight > WEIGHT_MAX) {
      throw new ItemError(
        `the condition grows to more than ${String(WEIGHT_MAX)} comparisons: split the rule`,
        at,
      );
    }
    return known.expr;
  };
  let patterns = 0;
  const fitting: Fitting = (pattern, at) => {
    patterns += 1;
    if (patterns * block.selections.size > PATTERN_WORK_MAX) {
      throw new ItemError(
        `the patterns of the condition are compared with selections more than ${String(PATTERN_WORK_MAX)} times: split the rule`,
        at,
      );
    }
    return [...block.selections.keys()].filter(
      (name) => (!name.startsWith('_') || pattern.startsWith('_')) && fits(pattern, name),
    );
  };
  const alternatives = block.conditions.map((text) =>
    build(parseCondition(text.text), text, selection, fitting),
  );
  return join('or', alternatives);
}

/** The expression of a selection; `at` is where the condition names it. */
type Selection = (name: string, at: Position) => Expr;
/** Names that a pattern stands for: those with "_" in front only where the pattern has it too. */
type Fitting = (pattern: string, at: Position) => readonly string[];

const WEIGHT_MAX = 200_000;
const PATTERN_WORK_MAX = 2_000_000;
/** A regular expression costs as much as this many other comparisons. */
const REGEX_WEIGHT = 20;

function weigh(expr: Expr): number {
  switch (expr.kind) {
    case 'leaf':
      return expr.leaf.kind === 'regex' ? REGEX_WEIGHT : 1;
    case 'not':
      return weigh(expr.of);
    case 'and':
    case 'or':
      return expr.of.reduce((sum, part) => sum + weigh(part), 0);
  }
}

function build(condition: Condition, text: ConditionText, selection: Selection, fitting: Fitting): Expr {
  switch (condition.kind) {
    case 'name':
      return selection(condition.name, placeIn(text, condition.offset));
    case 'not':
      return { kind: 'not', of: build(condition.of, text, selection, fitting) };
    case 'and':
    case 'or':
      return join(
        condition.kind,
        condition.of.map((part) => build(part, text, selection, fitting)),
      );
    case 'of': {
      const at = placeIn(text, condition.offset);
      const names = fitting(condition.pattern, at);
      if (names.length === 0) {
        const wanted =
          condition.pattern === 'them'
            ? 'a selection without "_" in front'
            : `a selection that fits "${condition.pattern}"`;
        throw new ItemError(`the condition needs ${wanted}, and there is none`, at);
      }
      return join(
        condition.quantifier === 'all' ? 'and' : 'or',
        names.map((name) => selection(name, at)),
      );
    }
  }
}

/** `*` anywhere in the pattern; linear, since pieces are searched from left to right. */
export function fits(pattern: string, name: string): boolean {
  if (pattern === 'them') return true;
  const pieces = pattern.split('*');
  const [first = '', ...rest] = pieces;
  const last = rest.pop();
  if (last === undefined) return name === pattern;
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length)
    return false;
  let at = first.length;
  const end = name.length - last.length;
  for (const piece of rest) {
    const found = name.indexOf(piece, at);
    if (found === -1 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return true;
}

/** What compiling a block has come to. */
interface Work {
  context: RuleContext;
  warnings: Warning[];
  weight: number;
}

function compileDetection(ast: DetectionAst, work: Work): Expr {
  switch (ast.kind) {
    case 'item':
      return compileMapped(ast.item, work);
    case 'all':
      return join(
        'and',
        ast.items.map((item) => compileMapped(item, work)),
      );
    case 'any':
      return join(
        'or',
        ast.of.map((part) => compileDetection(part, work)),
      );
  }
}

function compileMapped(item: ItemAst, work: Work): Expr {
  const { context, warnings } = work;
  const compile = (field: string | undefined): Expr => {
    const compiled = compileItem({ ...item, field }, context);
    warnings.push(...compiled.warnings);
    return compiled.expr;
  };
  if (item.field !== undefined) context.asked.add(item.field);
  const expr =
    item.field === undefined
      ? compile(undefined)
      : context.scope.map(item.field, item.at, compile, context.asked);
  work.weight += weigh(expr);
  if (work.weight > WEIGHT_MAX) {
    throw new ItemError(
      `the selections hold more than ${String(WEIGHT_MAX)} comparisons: split the rule`,
      item.at,
    );
  }
  return expr;
}
