/** What stays on the page of the signature: a signature that stands alone on its page could belong to any document. */
import { shownRows, type Block, type Table } from './document.ts';

/** Lines of text or rows of a table above the signature. */
const LINES_MIN = 2;

export interface Kept {
  /** Place of the closing among the blocks. */
  closing: number;
  /** Place of the first block that stays with it, as a whole or its end. */
  from: number;
  /** How many of its last rows or items stay; `Infinity` for the whole block. */
  rows: number;
}

/** Where the last rows begin, so many at least, that no cell from above reaches into. */
function cut({ rows }: Table, wanted: number): number {
  let at = Math.max(0, rows.length - wanted);
  const isReached = (): boolean =>
    rows.slice(0, at).some((cells, row) => cells.some(({ rowSpan = 1 }) => row + rowSpan > at));
  while (at > 0 && isReached()) at -= 1;
  return at;
}

/** How many lines a block has that may be parted from each other, and where the last ones begin. */
function linesOf(block: Block, wanted: number): { lines: number; at: number } {
  const { kind } = block;
  if (kind === 'table') return { lines: shownRows(block).length, at: cut(block, wanted) };
  if (kind === 'list') return { lines: block.items.length, at: Math.max(0, block.items.length - wanted) };
  return { lines: kind === 'heading' ? 0 : 1, at: 0 };
}

/** @returns undefined where nothing is signed, or nothing stands before */
export function keptWithClosing(blocks: readonly Block[]): Kept | undefined {
  const closing = blocks.findIndex(({ kind }) => kind === 'closing');
  let from = closing;
  for (let left = LINES_MIN; left > 0;) {
    const block = blocks[from - 1];
    if (block === undefined) break;
    from -= 1;
    const { lines, at } = linesOf(block, left);
    if (at > 0) return { closing, from, rows: lines - at };
    left -= lines;
  }
  // A heading goes with what it stands over.
  while (blocks[from - 1]?.kind === 'heading') from -= 1;
  return from < 0 || from === closing ? undefined : { closing, from, rows: Infinity };
}
