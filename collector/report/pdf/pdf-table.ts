/** Tables of a PDF file: fixed widths, header rows repeated on each page, rows that stay whole. */
import type { Content } from 'pdfmake';
import { SIZE, fitColumns } from '../administrative.ts';
import { gridOf, shownRows, type Column, type Table, type TableCell } from '../document.ts';
import { CHARS_MAX, numberText } from '../safe-text.ts';
import { points, words } from './pdf-words.ts';

const PADDING = 3;
const LINE = 0.5;

export const TABLE_LAYOUTS = {
  report: {
    hLineWidth: () => LINE,
    vLineWidth: () => LINE,
    paddingLeft: () => PADDING,
    paddingRight: () => PADDING,
    paddingTop: () => 2,
    paddingBottom: () => 2,
  },
  plain: {
    hLineWidth: () => 0,
    vLineWidth: () => 0,
    paddingLeft: () => 0,
    paddingRight: () => 0,
    paddingTop: () => 0,
    paddingBottom: () => 0,
  },
} as const;

interface CellStyle {
  isHeader: boolean;
  id?: string | undefined;
}

function cellOf(place: TableCell, column: Column | undefined, { isHeader, id }: CellStyle): Content {
  if (place.kind === 'covered') return {};
  const { content, as, align, bold, italic, colSpan, rowSpan } = place.cell;
  const isNumber = typeof content === 'number';
  return {
    ...(id === undefined ? { style: UNPLACED } : { id }),
    ...words(isNumber ? numberText(content, as) : content, {
      size: SIZE.table,
      align: align ?? (isHeader ? 'center' : (column?.align ?? (isNumber ? 'right' : 'left'))),
      bold: bold ?? isHeader,
      italic,
      charsMax: CHARS_MAX.cell,
    }),
    ...(colSpan === undefined ? {} : { colSpan }),
    ...(rowSpan === undefined ? {} : { rowSpan }),
  };
}

/** Names that nodes get whose page is to be known: by row of a table, from 0; by 0 of another block. */
export type Names = ReadonlyMap<number, string>;
/** Style of cells without a name: what was moved to a page as a whole still tells the page from which it was moved. */
export const UNPLACED = 'unplaced';

/** @param width of the text, millimetres */
export function tableOf(table: Table, width: number, names?: Names): Content {
  const { columns, header } = table;
  const widths = fitColumns(columns, width).map((each) => points(each) - 2 * PADDING - LINE);
  const rows = [
    ...gridOf(header, columns.length).map((line) =>
      line.map((at, index) => cellOf(at, columns[index], { isHeader: true })),
    ),
    ...gridOf(shownRows(table), columns.length).map((line, row) =>
      line.map((at, index) =>
        cellOf(at, columns[index], { isHeader: false, id: index === 0 ? names?.get(row) : undefined }),
      ),
    ),
  ];
  return {
    layout: 'report',
    margin: [0, 0, 0, 8],
    table: { headerRows: header.length, keepWithHeaderRows: 1, dontBreakRows: true, widths, body: rows },
  };
}
