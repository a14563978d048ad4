/**
 * Expressions that cannot hold: one field that would have to be two things at once. Sound for events in which the field
 * holds one value; a list of values could be both, which is hardly what the rule's author meant.
 */
import type { Expr, Predicate } from './predicate.ts';
import { shapeOf, textTest } from './text.ts';
import type { TextShape } from './text.ts';
import { fold } from './fold.ts';

interface Demand {
  field: string;
  /** Any of these texts. */
  shapes: readonly { shape: TextShape; cased: boolean }[];
  negated: boolean;
}

export interface Contradiction {
  /** The whole rule cannot match, not only a part of it. */
  whole: boolean;
  field: string;
  /** What the field would have to be. */
  values: string;
}

const SHOWN_VALUES_MAX = 3;
/** A part of a rule that compares more pairs of values is left alone. */
const PAIRS_MAX = 250_000;

/** The first contradiction of each `and` in the expression. */
export function contradictionsOf(expr: Expr): readonly Contradiction[] {
  const found: Contradiction[] = [];
  const visit = (part: Expr, whole: boolean): void => {
    if (part.kind === 'and') {
      const clash = contradiction(part.of);
      if (clash !== undefined) found.push({ whole, ...clash });
    }
    if (part.kind === 'and' || part.kind === 'or')
      for (const inner of part.of) visit(inner, whole && part.kind === 'and');
    else if (part.kind === 'not') visit(part.of, false);
  };
  visit(expr, true);
  return found;
}

type Clash = Pick<Contradiction, 'field' | 'values'>;

function contradiction(parts: readonly Expr[]): Clash | undefined {
  const byField = new Map<string, Demand[]>();
  const presence = new Map<string, boolean>();
  for (const part of parts) {
    const exists = existsOf(part);
    if (exists !== undefined) {
      const { field, want } = exists;
      if (presence.get(field) === !want) return { field, values: 'present + absent' };
      presence.set(field, want);
    }
    const demand = demandOf(part);
    if (demand === undefined) continue;
    const demands = byField.get(demand.field) ?? [];
    demands.push(demand);
    byField.set(demand.field, demands);
  }
  for (const [field, demands] of byField) {
    const values = excluded(demands);
    if (values !== undefined) return { field, values };
    const isWanted = demands.some(({ negated }) => !negated);
    if (isWanted && presence.get(field) === false) return { field, values: 'present + absent' };
  }
  return undefined;
}

function existsOf(expr: Expr): { field: string; want: boolean } | undefined {
  if (expr.kind === 'not') {
    const inner = existsOf(expr.of);
    return inner && { field: inner.field, want: !inner.want };
  }
  return expr.kind === 'leaf' && expr.leaf.kind === 'exists' ? expr.leaf : undefined;
}

/** The exact texts that one demand allows and the others exclude, as shown; undefined where any is left. */
function excluded(demands: readonly Demand[]): string | undefined {
  const exact = demands.find(
    ({ shapes, negated }) => !negated && shapes.every(({ shape }) => shape.kind === 'exact'),
  );
  if (exact === undefined) return undefined;
  let values = exact.shapes.flatMap(({ shape, cased }) =>
    shape.kind === 'exact' ? [{ text: shape.literal, cased }] : [],
  );
  for (const demand of demands) {
    if (demand === exact) continue;
    if (values.length * demand.shapes.length > PAIRS_MAX) return undefined;
    const tests = demand.shapes.map(({ shape, cased }) => ({ test: textTest(shape), cased }));
    const before = values;
    values = values.filter(({ text, cased }) => {
      // A value known in any case may or may not pass a test that minds the case.
      const sure = tests.filter((one) => cased || !one.cased);
      const isHeld = sure.some((one) => one.test(one.cased ? text : fold(text)));
      return demand.negated ? !isHeld : isHeld || sure.length < tests.length;
    });
    if (values.length > 0) continue;
    const shown = before.slice(0, SHOWN_VALUES_MAX).map(({ text }) => `"${text}"`);
    const more = before.length > shown.length ? ', ...' : '';
    return `${shown.join(' | ')}${more}`;
  }
  return undefined;
}

/** A demand on one field by texts alone; undefined for everything else. */
function demandOf(expr: Expr): Demand | undefined {
  if (expr.kind === 'not') {
    const inner = demandOf(expr.of);
    return inner === undefined || inner.negated ? undefined : { ...inner, negated: true };
  }
  if (expr.kind === 'and') return undefined;
  const leaves = expr.kind === 'leaf' ? [expr.leaf] : expr.of.map(leafOf);
  let field: string | undefined;
  const shapes: Demand['shapes'][number][] = [];
  for (const leaf of leaves) {
    if (leaf?.kind !== 'text' || leaf.field === undefined) return undefined;
    field ??= leaf.field;
    if (leaf.field !== field) return undefined;
    shapes.push({ shape: shapeOf(leaf.tokens, leaf.cased), cased: leaf.cased });
  }
  return field === undefined ? undefined : { field, shapes, negated: false };
}

function leafOf(expr: Expr): Predicate | undefined {
  return expr.kind === 'leaf' ? expr.leaf : undefined;
}
