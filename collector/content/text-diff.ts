/** Lines that differ between two texts, as people know it from version control; bounded in time whatever the texts are. */

export interface DiffLine {
  /** ` ` in both, `-` only before, `+` only after. */
  sign: ' ' | '-' | '+';
  text: string;
}

/** Above so many cells of the table the middle is told as replaced. */
const CELLS_MAX = 4_000_000;

/** By the longest common subsequence of lines, after what both begin and end with. */
export function diffLines(before: string, after: string): DiffLine[] {
  const [left, right] = [before.split('\n'), after.split('\n')];
  let head = 0;
  while (head < left.length && head < right.length && left[head] === right[head]) head += 1;
  let tail = 0;
  while (
    tail < left.length - head &&
    tail < right.length - head &&
    left[left.length - 1 - tail] === right[right.length - 1 - tail]
  )
    tail += 1;
  const same = (text: string): DiffLine => ({ sign: ' ', text });
  return [
    ...left.slice(0, head).map(same),
    ...middle(left.slice(head, left.length - tail), right.slice(head, right.length - tail)),
    ...left.slice(left.length - tail).map(same),
  ];
}

function middle(left: readonly string[], right: readonly string[]): DiffLine[] {
  const gone = (text: string): DiffLine => ({ sign: '-', text });
  const come = (text: string): DiffLine => ({ sign: '+', text });
  const width = right.length + 1;
  if (left.length * width > CELLS_MAX) return [...left.map(gone), ...right.map(come)];
  const lengths = new Uint32Array((left.length + 1) * width);
  const at = (row: number, column: number): number => lengths[row * width + column] ?? 0;
  for (let row = left.length - 1; row >= 0; row -= 1) {
    for (let column = right.length - 1; column >= 0; column -= 1) {
      lengths[row * width + column] =
        left[row] === right[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const lines: DiffLine[] = [];
  let [row, column] = [0, 0];
  while (row < left.length && column < right.length) {
    const text = left[row] ?? '';
    if (text === right[column]) {
      lines.push({ sign: ' ', text });
      row += 1;
      column += 1;
    } else if (at(row + 1, column) >= at(row, column + 1)) {
      lines.push(gone(text));
      row += 1;
    } else {
      lines.push(come(right[column] ?? ''));
      column += 1;
    }
  }
  return [...lines, ...left.slice(row).map(gone), ...right.slice(column).map(come)];
}
