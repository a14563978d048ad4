/**
 * Fields of a query that no event has, with the names of such that events have and that were probably meant: a field nobody has is
 * no error (it may come tomorrow), but it is why a hunt finds nothing.
 */
import type { HuntExpr } from './hunt-query.ts';
import { parseHunt } from './parse-hunt.ts';
import type { FieldAliases } from './to-sigma.ts';

export interface UnknownField {
  /** As it was asked for. */
  field: string;
  /** Known names, the most alike first; empty when none is. */
  near: string[];
}

const FIELDS_MAX = 10;
const NEAR_MAX = 3;
/** Letters that may differ, for names as long as this and longer. */
const DISTANCE_MAX = 3;
const CHARS_PER_DIFFERENCE = 3;

function namedFields(expr: HuntExpr): string[] {
  switch (expr.kind) {
    case 'and':
    case 'or':
      return expr.of.flatMap(namedFields);
    case 'not':
      return namedFields(expr.of);
    case 'test':
      return expr.test.kind === 'word' ? [] : [expr.test.field];
  }
}

/** `UserName`, `user.name` and `user_name` are one. */
const folded = (name: string): string => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');

/** Letters to put in, leave out or change. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_none, at) => at);
  for (let from = 0; from < a.length; from += 1) {
    const next = [from + 1];
    for (let to = 0; to < b.length; to += 1) {
      const change = (row[to] ?? 0) + (a[from] === b[to] ? 0 : 1);
      next.push(Math.min(change, (row[to + 1] ?? 0) + 1, (next[to] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

function nearest(field: string, known: readonly { name: string; key: string }[]): string[] {
  const key = folded(field);
  const most = Math.min(DISTANCE_MAX, Math.trunc(key.length / CHARS_PER_DIFFERENCE));
  return known
    .filter((one) => Math.abs(one.key.length - key.length) <= most)
    .map((one) => ({ name: one.name, differs: one.key === key ? 0 : distance(key, one.key) }))
    .filter(({ differs }) => differs <= most)
    .toSorted((a, b) => a.differs - b.differs || (a.name < b.name ? -1 : 1))
    .slice(0, NEAR_MAX)
    .map(({ name }) => name);
}

/** @param known names that events of the time have. @throws HuntQueryError */
export function unknownFields(query: string, aliases: FieldAliases, known: Iterable<string>): UnknownField[] {
  const names = new Set(known);
  const has = (field: string): boolean => (aliases.get(field) ?? [field]).some((name) => names.has(name));
  const asked = [...new Set(namedFields(parseHunt(query)))]
    .filter((field) => !has(field))
    .slice(0, FIELDS_MAX);
  if (asked.length === 0) return [];
  // What people write for a name that is there is known, too.
  const written = [...aliases.keys()].filter(has);
  const all = [...new Set([...names, ...written])].map((name) => ({ name, key: folded(name) }));
  return asked.map((field) => ({ field, near: nearest(field, all) }));
}
