/** A table as a sheet: its caption, the header, which stays in sight and on each printed page, and its rows. */
import type ExcelJS from 'exceljs';
import { SIZE } from '../administrative.ts';
import { gridOf, shownRows, type Cell, type Table } from '../document.ts';
import { CHARS_MAX, numberText } from '../safe-text.ts';
import { FRAME, linesOf, setNumber, setText } from './xlsx-cell.ts';

/** Characters of a column of a millimetre, in the font's size. */
const CHARS_PER_MM = 0.62;
const POINTS_PER_LINE = 13.5;
/** A row of a spreadsheet is at most 409 points high. */
const ROW_POINTS_MAX = 405;
const SIZE_POINTS = SIZE.table;

export function fillTable(sheet: ExcelJS.Worksheet, table: Table): void {
  const { columns, header, caption } = table;
  const widths = columns.map(({ width }) => Math.max(5, width * CHARS_PER_MM));
  sheet.columns = widths.map((width) => ({ width }));
  let top = 1;
  if (caption !== undefined) {
    sheet.mergeCells(1, 1, 1, columns.length);
    const text = setText(sheet.getCell(1, 1), caption, {
      size: SIZE.text,
      bold: true,
      align: 'center',
      charsMax: CHARS_MAX.line,
    });
    const chars = widths.reduce((sum, width) => sum + width, 0);
    sheet.getRow(1).height = Math.min(ROW_POINTS_MAX, 18 * linesOf(text, chars * 0.75) + 4);
    top = 2;
  }
  const rows = shownRows(table);
  fill(sheet, top, header, widths, table, true);
  fill(sheet, top + header.length, rows, widths, table, false);
  sheet.views = [{ state: 'frozen', xSplit: 0, ySplit: top + header.length - 1 }];
  if (header.length > 0) sheet.pageSetup.printTitlesRow = `${top}:${top + header.length - 1}`;
}

function fill(
  sheet: ExcelJS.Worksheet,
  top: number,
  rows: readonly (readonly Cell[])[],
  widths: readonly number[],
  table: Table,
  isHeader: boolean,
): void {
  const grid = gridOf(rows, widths.length);
  for (const [at, line] of grid.entries()) {
    let lines = 1;
    for (const [column, place] of line.entries()) {
      const cell = sheet.getCell(top + at, column + 1);
      cell.border = FRAME;
      if (place.kind === 'covered') continue;
      const { colSpan = 1, rowSpan = 1 } = place.cell;
      const shown = fillCell(cell, place.cell, table.columns[column]?.align, isHeader);
      const chars = widths.slice(column, column + colSpan).reduce((sum, width) => sum + width, 0);
      if (rowSpan === 1) lines = Math.max(lines, linesOf(shown, chars * 1.05));
      if (colSpan > 1 || rowSpan > 1)
        sheet.mergeCells(top + at, column + 1, top + at + rowSpan - 1, column + colSpan);
    }
    sheet.getRow(top + at).height = Math.min(ROW_POINTS_MAX, lines * POINTS_PER_LINE + 3);
  }
}

function fillCell(
  target: ExcelJS.Cell,
  { content, as, align, bold, italic }: Cell,
  columnAlign: Cell['align'],
  isHeader: boolean,
): string {
  const style = {
    size: SIZE_POINTS,
    bold: bold ?? isHeader,
    italic,
    align: align ?? (isHeader ? 'center' : columnAlign),
    charsMax: CHARS_MAX.cell,
    vertical: isHeader ? 'middle' : 'top',
  } as const;
  if (typeof content !== 'number') return setText(target, content, style);
  setNumber(target, content, as, style);
  return numberText(content, as);
}
