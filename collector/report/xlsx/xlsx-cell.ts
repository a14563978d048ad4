/** Cells of a spreadsheet. */
import type ExcelJS from 'exceljs';
import { FONT } from '../administrative.ts';
import type { Align, Words } from '../document.ts';
import { safeRuns } from '../safe-text.ts';

export interface CellStyle {
  /** Points. */
  size: number;
  align?: Align | undefined;
  bold?: boolean | undefined;
  italic?: boolean | undefined;
  charsMax: number;
  vertical?: 'top' | 'middle' | undefined;
}

const THIN = { style: 'thin' } as const;
export const FRAME = { top: THIN, bottom: THIN, left: THIN, right: THIN } as const;

/** The whole text of the cell, as it is shown. */
export function setText(cell: ExcelJS.Cell, words: Words, style: CellStyle): string {
  const { size, bold = false, italic = false, align = 'left', vertical = 'top' } = style;
  const runs = safeRuns(words, style.charsMax);
  const font = { name: FONT, size, bold, italic };
  const [first, ...more] = runs;
  cell.value =
    more.length === 0
      ? (first?.text ?? '')
      : {
          richText: runs.map((run) => ({
            text: run.text,
            font: { ...font, bold: run.bold ?? bold, italic: run.italic ?? italic },
          })),
        };
  const whole = { ...font, bold: first?.bold ?? bold, italic: first?.italic ?? italic };
  cell.font = more.length === 0 ? whole : font;
  cell.numFmt = '@';
  cell.alignment = { horizontal: align, vertical, wrapText: true };
  return runs.map(({ text }) => text).join('');
}

export function setNumber(
  cell: ExcelJS.Cell,
  value: number,
  as: 'count' | 'percent' | undefined,
  { size, bold = false, italic = false, align = 'right', vertical = 'top' }: CellStyle,
): void {
  cell.value = value;
  cell.font = { name: FONT, size, bold, italic };
  const isWhole = Number.isInteger(value);
  cell.numFmt = as === 'percent' ? '0.0%' : isWhole ? '#,##0' : '#,##0.00';
  cell.alignment = { horizontal: align, vertical };
}

/** Lines a text takes in a column: rows of spreadsheets do not grow by themselves where cells are merged or made by a program. */
export function linesOf(text: string, columnChars: number): number {
  return text.split('\n').reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / columnChars)), 0);
}
