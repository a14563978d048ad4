/** Parsed rule -> one expression over predicates. Filters are compiled in their own scope, so no name can capture another. */
import { parseCondition } from './condition.ts';
import type { Condition } from './condition.ts';
import { compileItem } from './item.ts';
import { ItemError } from './modifiers/item-state.ts';
import type { ModifierContext } from './modifiers/item-state.ts';
import { join } from './predicate.ts';
import type { Expr } from './predicate.ts';
import type { Scope } from './pipeline-rules.ts';
import type { ConditionText, DetectionAst, DetectionBlock, ItemAst } from './types.ts';

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
export function compileBlock(block: DetectionBlock, context: RuleContext, warnings: string[]): Expr {
  const compiled = new Map<string, { expr: Expr; weight: number }>();
  let weight = 0;
  // A condition may name one selection many times: what counts is what it grows to.
  const use = (known: { expr: Expr; weight: number }, at: ConditionText): Expr => {
    weight += known.weight;
    if (weight > WEIGHT_MAX) {
      throw new ItemError(
        `the condition grows to more than ${String(WEIGHT_MAX)} comparisons: split the rule`,
        at.at,
      );
    }
    return known.expr;
  };
  const selection = (name: string, at: ConditionText): Expr => {
    const known = compiled.get(name);
    if (known !== undefined) return use(known, at);
    const ast = block.selections.get(name);
    if (ast === undefined) {
      const names = [...block.selections.keys()].slice(0, 20).join(', ');
      throw new ItemError(`the condition names "${name}", which is no selection; there are: ${names}`, at.at);
    }
    const expr = compileDetection(ast, context, warnings);
    const made = { expr, weight: weigh(expr) };
    compiled.set(name, made);
    return use(made, at);
  };
  // Unused selections are checked too: a typo in one must not wait until a condition names it.
  for (const name of block.selections.keys()) selection(name, { text: name, at: { line: 1, column: 1 } });
  const alternatives = block.conditions.map((text) =>
    build(parseCondition(text.text), text, block, selection),
  );
  return join('or', alternatives);
}

const WEIGHT_MAX = 200_000;
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

function build(
  condition: Condition,
  text: ConditionText,
  block: DetectionBlock,
  selection: (name: string, at: ConditionText) => Expr,
): Expr {
  switch (condition.kind) {
    case 'name':
      return selection(condition.name, text);
    case 'not':
      return { kind: 'not', of: build(condition.of, text, block, selection) };
    case 'and':
    case 'or':
      return join(
        condition.kind,
        condition.of.map((part) => build(part, text, block, selection)),
      );
    case 'of': {
      const names = [...block.selections.keys()].filter(
        (name) => !name.startsWith('_') && fits(condition.pattern, name),
      );
      if (names.length === 0) {
        const wanted =
          condition.pattern === 'them'
            ? 'a selection without "_" in front'
            : `a selection that fits "${condition.pattern}"`;
        throw new ItemError(`the condition needs ${wanted}, and there is none`, text.at);
      }
      return join(
        condition.quantifier === 'all' ? 'and' : 'or',
        names.map((name) => selection(name, text)),
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

function compileDetection(ast: DetectionAst, context: RuleContext, warnings: string[]): Expr {
  switch (ast.kind) {
    case 'item':
      return compileMapped(ast.item, context, warnings);
    case 'all':
      return join(
        'and',
        ast.items.map((item) => compileMapped(item, context, warnings)),
      );
    case 'any':
      return join(
        'or',
        ast.of.map((part) => compileDetection(part, context, warnings)),
      );
  }
}

function compileMapped(item: ItemAst, context: RuleContext, warnings: string[]): Expr {
  const compile = (field: string | undefined): Expr => {
    const compiled = compileItem({ ...item, field }, context);
    warnings.push(...compiled.warnings);
    return compiled.expr;
  };
  if (item.field === undefined) return compile(undefined);
  context.asked.add(item.field);
  return context.scope.map(item.field, item.at, compile, context.asked);
}
