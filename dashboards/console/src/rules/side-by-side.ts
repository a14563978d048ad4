/**
 * The lines of a difference side by side: what was taken away stands beside what took its place. Invariants: each line
 * occurs once, on its side and in its order; runs of unchanged lines are folded to their edges.
 */
export type DiffLine = { readonly sign: ' ' | '-' | '+'; readonly text: string };

type Side = { readonly number: number; readonly text: string };
export type DiffRow =
  | { readonly kind: 'same'; readonly left: Side; readonly right: Side }
  /** One side may be empty: a line that was only added, or only taken away. */
  | { readonly kind: 'changed'; readonly left: Side | null; readonly right: Side | null }
  | { readonly kind: 'folded'; readonly lines: number };

/** Unchanged lines shown around a change. */
const around = 3;

export function sideBySide(lines: readonly DiffLine[], foldsSame: boolean): readonly DiffRow[] {
  const rows: DiffRow[] = [];
  let [left, right] = [0, 0];
  let removed: Side[] = [];
  let added: Side[] = [];
  const flush = () => {
    for (let at = 0; at < Math.max(removed.length, added.length); at += 1) {
      rows.push({ kind: 'changed', left: removed[at] ?? null, right: added[at] ?? null });
    }
    [removed, added] = [[], []];
  };
  for (const { sign, text } of lines) {
    if (sign === '-') {
      left += 1;
      removed.push({ number: left, text });
    } else if (sign === '+') {
      right += 1;
      added.push({ number: right, text });
    } else {
      flush();
      left += 1;
      right += 1;
      rows.push({ kind: 'same', left: { number: left, text }, right: { number: right, text } });
    }
  }
  flush();
  return foldsSame ? folded(rows) : rows;
}

function folded(rows: readonly DiffRow[]): readonly DiffRow[] {
  const near = new Set<number>();
  for (const [at, row] of rows.entries()) {
    if (row.kind !== 'changed') continue;
    for (let next = at - around; next <= at + around; next += 1) near.add(next);
  }
  const shown: DiffRow[] = [];
  let hidden = 0;
  const close = () => {
    if (hidden > 0) shown.push({ kind: 'folded', lines: hidden });
    hidden = 0;
  };
  for (const [at, row] of rows.entries()) {
    if (near.has(at)) {
      close();
      shown.push(row);
    } else hidden += 1;
  }
  close();
  return shown;
}
