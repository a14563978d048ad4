/** Tables of a DOCX file: fixed widths, header rows repeated on each page, rows that stay whole. */
import {
  AlignmentType,
  Table,
  TableCell,
  TableLayoutType,
  TableRow,
  VerticalAlignTable,
  WidthType,
} from 'docx';
import { SIZE, fitColumns } from '../administrative.ts';
import { shownRows, type Cell, type Column, type Table as TableBlock } from '../document.ts';
import { CHARS_MAX, numberText } from '../safe-text.ts';
import { paragraph, twips } from './docx-words.ts';

const NO_BORDER = { style: 'none', size: 0, color: 'auto' } as const;
export const NO_BORDERS = {
  top: NO_BORDER,
  bottom: NO_BORDER,
  left: NO_BORDER,
  right: NO_BORDER,
  insideHorizontal: NO_BORDER,
  insideVertical: NO_BORDER,
} as const;

interface RowStyle {
  isHeader: boolean;
  /** Stays on the page of the next row. */
  keepNext: boolean;
}

function cellOf(cell: Cell, column: Column | undefined, { isHeader, keepNext }: RowStyle): TableCell {
  const { content } = cell;
  const isNumber = typeof content === 'number';
  const align = cell.align ?? (isHeader ? 'center' : (column?.align ?? (isNumber ? 'right' : 'left')));
  return new TableCell({
    ...(cell.colSpan === undefined ? {} : { columnSpan: cell.colSpan }),
    ...(cell.rowSpan === undefined ? {} : { rowSpan: cell.rowSpan }),
    verticalAlign: isHeader ? VerticalAlignTable.CENTER : VerticalAlignTable.TOP,
    margins: { left: twips(1), right: twips(1), top: 20, bottom: 20 },
    children: [
      paragraph(isNumber ? numberText(content, cell.as) : content, {
        size: SIZE.table,
        align,
        bold: cell.bold ?? isHeader,
        italic: cell.italic,
        charsMax: CHARS_MAX.cell,
        keepNext,
      }),
    ],
  });
}

/** The place of each cell of a row, past those that spans from above cover. */
function placed(rows: readonly (readonly Cell[])[], columns: number): (readonly [Cell, number])[][] {
  const covered = rows.map(() => Array.from({ length: columns }, () => false));
  return rows.map((cells, row) => {
    let at = 0;
    return cells.map((cell) => {
      while (covered[row]?.[at] === true) at += 1;
      const from = at;
      at += cell.colSpan ?? 1;
      for (let down = 1; down < (cell.rowSpan ?? 1); down += 1) covered[row + down]?.fill(true, from, at);
      return [cell, from] as const;
    });
  });
}

/** @param width of the text, millimetres. @param kept last rows that stay on the page of what follows the table */
export function tableOf(table: TableBlock, width: number, kept = 0): Table {
  const widths = fitColumns(table.columns, width).map(twips);
  const rowsOf = (rows: readonly (readonly Cell[])[], isHeader: boolean): TableRow[] =>
    placed(rows, table.columns.length).map(
      (cells, row) =>
        new TableRow({
          tableHeader: isHeader,
          cantSplit: true,
          children: cells.map(([cell, at]) =>
            cellOf(cell, table.columns[at], { isHeader, keepNext: !isHeader && row >= rows.length - kept }),
          ),
        }),
    );
  return new Table({
    layout: TableLayoutType.FIXED,
    alignment: AlignmentType.CENTER,
    width: { size: widths.reduce((sum, each) => sum + each, 0), type: WidthType.DXA },
    columnWidths: widths,
    rows: [...rowsOf(table.header, true), ...rowsOf(shownRows(table), false)],
  });
}
