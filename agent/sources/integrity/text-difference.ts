/** What differs between two texts, in unified form (as `diff -u` writes it), within limits of time and size. */

const CONTEXT_LINES = 3;
/** Edits beyond which the whole middle is taken for replaced: the search grows with their square. */
const EDITS_MAX = 400;
const CUT_MARK = '… (cut)';

type Edit = { kind: 'same' | 'removed' | 'added'; line: string };

/**
 * @param charsMax the rest is cut, and says so.
 * @returns an empty text when nothing differs.
 */
export function unifiedDifference(
  before: readonly string[],
  after: readonly string[],
  charsMax: number,
): string {
  const edits = editsBetween(before, after);
  const output: string[] = [];
  for (const hunk of hunksOf(edits)) {
    output.push(`@@ -${range(hunk.oldStart, hunk.oldCount)} +${range(hunk.newStart, hunk.newCount)} @@`);
    for (const { kind, line } of hunk.edits) {
      output.push(`${kind === 'same' ? ' ' : kind === 'removed' ? '-' : '+'}${line}`);
    }
  }
  const text = output.join('\n');
  if (text.length <= charsMax) return text;
  const cut = text.slice(0, charsMax - CUT_MARK.length - 1);
  return `${cut.slice(0, Math.max(cut.lastIndexOf('\n'), 0))}\n${CUT_MARK}`.toWellFormed();
}

function range(start: number, count: number): string {
  return count === 1 ? String(start) : `${count === 0 ? start - 1 : start},${count}`;
}

interface Hunk {
  oldStart: number;
  oldCount: number;
  newStart: number;
  newCount: number;
  edits: Edit[];
}

function hunksOf(edits: readonly Edit[]): Hunk[] {
  const changed = edits.flatMap(({ kind }, index) => (kind === 'same' ? [] : [index]));
  const hunks: Hunk[] = [];
  const spans: [from: number, to: number][] = [];
  for (const index of changed) {
    const from = Math.max(0, index - CONTEXT_LINES);
    const to = Math.min(edits.length, index + CONTEXT_LINES + 1);
    const last = spans.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = to;
    else spans.push([from, to]);
  }
  let at = 0;
  let oldLine = 1;
  let newLine = 1;
  const pass = (edit: Edit): void => {
    if (edit.kind !== 'added') oldLine += 1;
    if (edit.kind !== 'removed') newLine += 1;
  };
  for (const [from, to] of spans) {
    for (const edit of edits.slice(at, from)) pass(edit);
    const [oldStart, newStart] = [oldLine, newLine];
    const part = edits.slice(from, to);
    for (const edit of part) pass(edit);
    hunks.push({
      oldStart,
      newStart,
      oldCount: oldLine - oldStart,
      newCount: newLine - newStart,
      edits: part,
    });
    at = to;
  }
  return hunks;
}

/** Common beginning and end, and between them the shortest edit (Myers 1986) as far as it is short. */
function editsBetween(before: readonly string[], after: readonly string[]): Edit[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
  let tail = 0;
  while (
    tail < before.length - head &&
    tail < after.length - head &&
    before[before.length - 1 - tail] === after[after.length - 1 - tail]
  ) {
    tail += 1;
  }
  const same = (lines: readonly string[]): Edit[] => lines.map((line) => ({ kind: 'same', line }));
  return [
    ...same(before.slice(0, head)),
    ...shortestEdit(before.slice(head, before.length - tail), after.slice(head, after.length - tail)),
    ...same(before.slice(before.length - tail)),
  ];
}

function shortestEdit(before: readonly string[], after: readonly string[]): Edit[] {
  const trace: Map<number, number>[] = [];
  let reach = new Map<number, number>([[1, 0]]);
  const editsMax = Math.min(EDITS_MAX, before.length + after.length);
  for (let edits = 0; edits <= editsMax; edits += 1) {
    trace.push(reach);
    const next = new Map(reach);
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = goesDown(reach, diagonal, edits)
        ? (reach.get(diagonal + 1) ?? 0)
        : (reach.get(diagonal - 1) ?? 0) + 1;
      while (x < before.length && x - diagonal < after.length && before[x] === after[x - diagonal]) x += 1;
      next.set(diagonal, x);
      if (x >= before.length && x - diagonal >= after.length) return walkBack(trace, before, after);
    }
    reach = next;
  }
  return [
    ...before.map((line): Edit => ({ kind: 'removed', line })),
    ...after.map((line): Edit => ({ kind: 'added', line })),
  ];
}

function goesDown(reach: ReadonlyMap<number, number>, diagonal: number, edits: number): boolean {
  if (diagonal === -edits) return true;
  return diagonal !== edits && (reach.get(diagonal - 1) ?? -1) < (reach.get(diagonal + 1) ?? -1);
}

function walkBack(
  trace: readonly ReadonlyMap<number, number>[],
  before: readonly string[],
  after: readonly string[],
): Edit[] {
  const edits: Edit[] = [];
  let x = before.length;
  let y = after.length;
  for (let step = trace.length - 1; step >= 0; step -= 1) {
    const reach = trace[step] ?? new Map<number, number>();
    const diagonal = x - y;
    const from = goesDown(reach, diagonal, step) ? diagonal + 1 : diagonal - 1;
    const fromX = reach.get(from) ?? 0;
    const fromY = fromX - from;
    while (x > fromX && y > fromY) {
      x -= 1;
      y -= 1;
      edits.push({ kind: 'same', line: before[x] ?? '' });
    }
    if (step === 0) break;
    if (x === fromX) {
      y -= 1;
      edits.push({ kind: 'added', line: after[y] ?? '' });
    } else {
      x -= 1;
      edits.push({ kind: 'removed', line: before[x] ?? '' });
    }
  }
  return edits.toReversed();
}
