/** "Did you mean": the known word that a misspelt one is nearest to. Bounded: only short words are compared. */

const LENGTH_MAX = 40;

/** The nearest known word, at most two typing slips away and closer than a third of it; undefined where none is. */
export function closest(word: string, known: Iterable<string>): string | undefined {
  const wanted = plain(word);
  if (wanted === '' || wanted.length > LENGTH_MAX) return undefined;
  let best: { candidate: string; slips: number } | undefined;
  for (const candidate of known) {
    const target = plain(candidate);
    const most = Math.min(2, Math.floor(Math.max(wanted.length, target.length) / 3));
    if (Math.abs(wanted.length - target.length) > most) continue;
    const slips = distance(wanted, target);
    if (slips <= most && slips < (best?.slips ?? Number.POSITIVE_INFINITY)) best = { candidate, slips };
  }
  return best?.candidate;
}

/** `; did you mean "x"?`, or nothing. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const found = closest(word, known);
  return found === undefined || found === word ? '' : `; did you mean "${found}"?`;
}

function plain(word: string): string {
  return word.toLowerCase().replace(/[\s_-]/g, '');
}

/** Letters to change, add, leave out or swap with their neighbour. */
function distance(left: string, right: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const same = left[row - 1] === right[column - 1] ? 0 : 1;
      let cost = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + same,
      );
      const swapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (row > 1 && column > 1 && swapped) cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1);
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return last[right.length] ?? 0;
}
