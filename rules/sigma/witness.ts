/**
 * What must be true before a rule can match. Each expression yields clauses: lists of atoms of which at least one
 * holds whenever the expression does. Invariant: a clause is necessary; a rule without clauses is always a candidate.
 */
import { fold } from './fold.ts';
import type { Place } from './literal-set.ts';
import type { Expr, Predicate } from './predicate.ts';
import { regexNeeds } from './regex-literal.ts';
import { shapeOf } from './text.ts';

/** `field` undefined: any value of the event. Literals are folded. */
export type Atom =
  | { kind: 'exact'; field: string; literal: string }
  | { kind: 'literal'; field: string | undefined; literal: string; place: Place }
  | { kind: 'present'; field: string };

export interface Clause {
  atoms: readonly Atom[];
  /** Guess of how often the clause holds; 1 = always. */
  cost: number;
}

/** Clauses used per rule: all must hold. */
export const CLAUSES_MAX = 3;
const ATOMS_MAX = 20_000;
/** A further clause must be worth its search: short texts and mere presence are not. */
const SECOND_COST_MAX = 0.1;

/** Necessary clauses, the most selective first. */
export function clausesOf(expr: Expr): readonly Clause[] {
  switch (expr.kind) {
    case 'leaf': {
      const clause = clauseOf(expr.leaf);
      return clause === undefined ? [] : [clause];
    }
    case 'not':
      return [];
    case 'and':
      return expr.of
        .flatMap(clausesOf)
        .toSorted((left, right) => left.cost - right.cost)
        .filter(({ cost }, index) => index === 0 || cost <= SECOND_COST_MAX)
        .slice(0, CLAUSES_MAX);
    case 'or':
      return clausesOfAny(expr.of.map(clausesOf));
  }
}

/** One clause of each part, together; none where a part has none. */
function clausesOfAny(parts: readonly (readonly Clause[])[]): readonly Clause[] {
  const atoms: Atom[] = [];
  let cost = 0;
  for (const [best] of parts) {
    if (best === undefined || atoms.length + best.atoms.length > ATOMS_MAX) return [];
    atoms.push(...best.atoms);
    cost += best.cost;
  }
  return [{ atoms, cost }];
}

/** What a predicate needs; undefined = nothing that could be looked up. */
function clauseOf(predicate: Predicate): Clause | undefined {
  if (predicate.kind === 'regex') {
    const [best] = regexNeeds(predicate.pattern)
      .anyOf.map((texts) => clauseOfTexts(predicate.field, texts))
      .toSorted((left, right) => left.cost - right.cost);
    if (best !== undefined) return best;
  }
  const atom = atomOf(predicate);
  return atom === undefined ? undefined : { atoms: [atom], cost: costOf(atom) };
}

function clauseOfTexts(field: string | undefined, texts: readonly string[]): Clause {
  const atoms = texts.map((literal): Atom => ({ kind: 'literal', field, literal, place: 'anywhere' }));
  return { atoms, cost: atoms.reduce((sum, atom) => sum + costOf(atom), 0) };
}

function atomOf(predicate: Predicate): Atom | undefined {
  const { field } = predicate;
  switch (predicate.kind) {
    case 'text': {
      const shape = shapeOf(predicate.tokens, predicate.cased);
      if (shape.kind === 'present') return presence(field);
      if (shape.kind === 'glob') {
        const [longest] = shape.tokens
          .filter((token) => typeof token === 'string')
          .toSorted((left, right) => right.length - left.length);
        return longest === undefined
          ? presence(field)
          : { kind: 'literal', field, literal: fold(longest), place: 'anywhere' };
      }
      const literal = fold(shape.literal);
      if (shape.kind === 'exact' && field !== undefined) return { kind: 'exact', field, literal };
      if (literal === '') return presence(field);
      const place = shape.kind === 'prefix' ? 'start' : shape.kind === 'suffix' ? 'end' : 'anywhere';
      return { kind: 'literal', field, literal, place };
    }
    case 'regex':
    case 'cidr':
    case 'compare':
    case 'fieldref':
      return presence(field);
    case 'exists':
      return predicate.want ? presence(field) : undefined;
    case 'null':
      return undefined;
  }
}

/** The atom that holds exactly when the predicate does; undefined where none does. */
export function decidingAtom(predicate: Predicate): Atom | undefined {
  if (predicate.kind !== 'text' || predicate.cased) return undefined;
  const { kind } = shapeOf(predicate.tokens, predicate.cased);
  if (kind === 'glob' || kind === 'present') return undefined;
  const atom = atomOf(predicate);
  if (atom === undefined || atom.kind === 'present') return undefined;
  return (kind === 'exact') === (atom.kind === 'exact') ? atom : undefined;
}

function presence(field: string | undefined): Atom | undefined {
  return field === undefined ? undefined : { kind: 'present', field };
}

/** Longer texts are rarer; short exact values (event ids, flags) are common. */
function costOf(atom: Atom): number {
  if (atom.kind === 'present') return 0.9;
  const length = Math.min(atom.literal.length, 40);
  if (atom.kind === 'exact') return 0.3 / (1 + length);
  return length < 4 ? 0.5 : 0.4 / (1 + length * (atom.place === 'anywhere' ? 1 : 1.5));
}
