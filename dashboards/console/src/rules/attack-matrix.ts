/**
 * The ATT&CK matrix of the rules that are on: a column for each tactic, its techniques below, sub-techniques under their
 * technique. Invariant: a technique stands under each tactic that ATT&CK has for it (the API knows); one without is in `others`.
 */
import { tactics, type Tactic } from '../alerts/attack.ts';
import type { Technique } from './rule-shapes.ts';

export type Cell = {
  readonly id: string;
  /** Rules that are on, those whose data arrives, and what they matched; sub-techniques included. */
  readonly rules: number;
  readonly withData: number;
  readonly matches: number;
  readonly subs: readonly Technique[];
};
export type Column = { readonly tactic: Tactic; readonly cells: readonly Cell[] };
export type Matrix = { readonly columns: readonly Column[]; readonly others: readonly Cell[] };

const mainOf = (id: string): string => id.split('.')[0] ?? id;

function cellsOf(techniques: readonly Technique[]): readonly Cell[] {
  const byMain = new Map<string, Technique[]>();
  for (const one of techniques) {
    const main = mainOf(one.technique);
    byMain.set(main, [...(byMain.get(main) ?? []), one]);
  }
  const sum = (of: readonly Technique[], count: (one: Technique) => number) =>
    of.reduce((total, one) => total + count(one), 0);
  return [...byMain]
    .map(([id, of]) => ({
      id,
      rules: sum(of, ({ withData, withoutData }) => withData + withoutData),
      withData: sum(of, ({ withData }) => withData),
      matches: sum(of, ({ matches }) => matches),
      subs: of.filter(({ technique }) => technique !== id),
    }))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

export function attackMatrix(techniques: readonly Technique[]): Matrix {
  const columns = tactics.map((tactic) => ({
    tactic,
    cells: cellsOf(techniques.filter((one) => one.tactics.includes(tactic))),
  }));
  const known: readonly string[] = tactics;
  const others = techniques.filter((one) => !one.tactics.some((tactic) => known.includes(tactic)));
  return { columns, others: cellsOf(others) };
}
