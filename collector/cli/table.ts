/** Aligned tables for the terminal. Widths are counted in characters as read, so accents do not shift columns. */
import { printable } from './printable.ts';

const GAP = '  ';
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/;
const segmenter = new Intl.Segmenter();

/** Columns a text takes in a terminal. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += WIDE.test(segment) ? 2 : 1;
  return width;
}

export interface Column<T> {
  title: string;
  value: (row: T) => string;
  align?: 'left' | 'right';
}

function pad(text: string, width: number, align: 'left' | 'right'): string {
  const space = ' '.repeat(Math.max(0, width - displayWidth(text)));
  return align === 'right' ? space + text : text + space;
}

/** @returns lines without trailing spaces; the first is the heading. */
export function formatTable<T>(rows: readonly T[], columns: readonly Column<T>[]): string[] {
  const cells = [
    columns.map(({ title }) => title),
    ...rows.map((row) => columns.map(({ value }) => printable(value(row)))),
  ];
  const widths = columns.map((_column, place) =>
    Math.max(...cells.map((line) => displayWidth(line[place] ?? ''))),
  );
  return cells.map((line) =>
    line
      .map((cell, place) => pad(cell, widths[place] ?? 0, columns[place]?.align ?? 'left'))
      .join(GAP)
      .trimEnd(),
  );
}
