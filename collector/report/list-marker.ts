/** What stands before the items of a list. */
import type { List } from './document.ts';

/** Vietnamese lists letter with đ after d, and without f, j, w, z. */
const LETTERS = 'abcdđeghiklmnopqrstuvxy';

export function markerOf({ marker }: Pick<List, 'marker'>, at: number): string {
  if (marker === 'dash') return '-';
  if (marker === 'number') return `${at + 1}.`;
  const letter = LETTERS[at % LETTERS.length] ?? '';
  return `${letter.repeat(Math.floor(at / LETTERS.length) + 1)})`;
}
