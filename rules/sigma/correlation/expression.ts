/** Conditions over rules (`a and not b`) of temporal correlations: names resolved to the correlation's inputs. */
import { parseCondition } from '../condition.ts';
import type { Condition } from '../condition.ts';

export type RuleExpression =
  | { kind: 'input'; input: number }
  | { kind: 'not'; of: RuleExpression }
  | { kind: 'and' | 'or'; of: readonly RuleExpression[] };

/** An expression over rules that cannot be read; rejects its correlation. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
  /** Index in the condition. */
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** References in the order in which the expression names them, each with its index in the text. */
export function referencesOf(text: string): { name: string; offset: number }[] {
  const names = new Map<string, number>();
  const visit = (condition: Condition): void => {
    switch (condition.kind) {
      case 'name':
        if (!names.has(condition.name)) names.set(condition.name, condition.offset);
        break;
      case 'not':
        visit(condition.of);
        break;
      case 'and':
      case 'or':
        condition.of.forEach(visit);
        break;
      case 'of':
        throw new ExpressionError(
          'a condition over rules names each rule: "1 of" and "all of" are not for it',
          condition.offset,
        );
    }
  };
  visit(parseCondition(text));
  return [...names].map(([name, offset]) => ({ name, offset }));
}

/**
 * @param references the correlation's rules, in order
 * @throws ExpressionError
 */
export function compileExpression(text: string, references: readonly string[]): RuleExpression {
  const build = (condition: Condition): RuleExpression => {
    switch (condition.kind) {
      case 'name': {
        const input = references.indexOf(condition.name);
        if (input === -1) {
          throw new ExpressionError(
            `the condition names "${condition.name}", which is not among the correlation's rules: add it to "rules"`,
            condition.offset,
          );
        }
        return { kind: 'input', input };
      }
      case 'not':
        return { kind: 'not', of: build(condition.of) };
      case 'and':
      case 'or':
        return { kind: condition.kind, of: condition.of.map(build) };
      case 'of':
        throw new ExpressionError(
          'a condition over rules names each rule: "1 of" and "all of" are not for it',
          condition.offset,
        );
    }
  };
  const expression = build(parseCondition(text));
  if (
    expressionHolds(
      expression,
      () => false,
      () => false,
    )
  ) {
    throw new ExpressionError(
      'the condition would hold where nothing happened: at least one rule must be required to occur',
      0,
    );
  }
  return expression;
}

/** Whether the absence of some rule matters, so that only the end of the window decides. */
export function needsAbsence(expression: RuleExpression): boolean {
  return inputsOf(expression, false).negative.size > 0;
}

/** Whether there is an alternative in it, which an order of rules cannot express. */
export function hasAlternative(expression: RuleExpression): boolean {
  if (expression.kind === 'input') return false;
  if (expression.kind === 'not') return hasAlternative(expression.of);
  return expression.kind === 'or' || expression.of.some(hasAlternative);
}

/** Inputs that must occur, and inputs that must not; an input may be both. */
export function inputsOf(
  expression: RuleExpression,
  negated = false,
): { positive: ReadonlySet<number>; negative: ReadonlySet<number> } {
  if (expression.kind === 'input') {
    const one = new Set([expression.input]);
    return negated ? { positive: new Set(), negative: one } : { positive: one, negative: new Set() };
  }
  if (expression.kind === 'not') return inputsOf(expression.of, !negated);
  const parts = expression.of.map((part) => inputsOf(part, negated));
  return {
    positive: new Set(parts.flatMap(({ positive }) => [...positive])),
    negative: new Set(parts.flatMap(({ negative }) => [...negative])),
  };
}

/** `occurs` answers for rules that are required, `disturbs` for those whose absence is. */
export function expressionHolds(
  expression: RuleExpression,
  occurs: (input: number) => boolean,
  disturbs: (input: number) => boolean,
  negated = false,
): boolean {
  switch (expression.kind) {
    case 'input':
      return negated ? disturbs(expression.input) : occurs(expression.input);
    case 'not':
      return !expressionHolds(expression.of, occurs, disturbs, !negated);
    case 'and':
      return expression.of.every((part) => expressionHolds(part, occurs, disturbs, negated));
    case 'or':
      return expression.of.some((part) => expressionHolds(part, occurs, disturbs, negated));
  }
}
