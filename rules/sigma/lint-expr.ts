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
  reason: string;
}

const SHOWN_VALUES_MAX = 3;
/** A part of a rule that compares more pairs of values is left alone. */
const PAIRS_MAX = 250_000;

/** The first contradiction of each `and` in the expression. */
export function contradictionsOf(expr: Expr): readonly Contradiction[] {
  const found: Contradiction[] = [];
  const visit = (part: Expr, whole: boolean): void => {
    if (part.kind === 'and') {
      const reason = contradiction(part.of);
      if (reason !== undefined) found.push({ whole, reason });
    }
    if (part.kind === 'and' || part.kind === 'or')
      for (const inner of part.of) visit(inner, whole && part.kind === 'and');
    else if (part.kind === 'not') visit(part.of, false);
  };
  visit(expr, true);
  return found;
}

function contradiction(parts: readonly Expr[]): string | undefined {
  const byField = new Map<string, Demand[]>();
  const presence = new Map<string, boolean>();
  for (const part of parts) {
    if (part.kind === 'leaf' && part.leaf.kind === 'exists') {
      const { field, want } = part.leaf;
      if (presence.get(field) === !want) return `${field} would have to be present and absent`;
      presence.set(field, want);
    }
    const demand = demandOf(part);
    if (demand !== undefined) byField.set(demand.field, [...(byField.get(demand.field) ?? []), demand]);
  }
  for (const [field, demands] of byField) {
    const reason = clash(field, demands);
    if (reason !== undefined) return reason;
    const isWanted = demands.some(({ negated }) => !negated);
    if (isWanted && presence.get(field) === false) return `${field} would have to be absent and have a value`;
  }
  return undefined;
}

function clash(field: string, demands: readonly Demand[]): string | undefined {
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
    return `${field} would have to be ${shown.join(' or ')}${more}, and what else is asked of it excludes that`;
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
