/**
 * A report as a document, whatever format it is written in: sections of blocks, laid out as Vietnamese administrative documents
 * are. Invariants: it holds no format's own words and nothing that varies from run to run; texts are data and are cleaned
 * where they are written (`safe-text.ts`), so no renderer may take one past it.
 */

export interface Run {
  text: string;
  bold?: boolean | undefined;
  italic?: boolean | undefined;
}
export type Words = string | readonly Run[];

export type Align = 'left' | 'center' | 'right' | 'justify';

export interface Cell {
  /** A number stays one in spreadsheets. */
  content: Words | number;
  /** How a number is shown; a share is given as 0 to 1. */
  as?: 'count' | 'percent' | undefined;
  align?: Align | undefined;
  bold?: boolean | undefined;
  italic?: boolean | undefined;
  colSpan?: number | undefined;
  rowSpan?: number | undefined;
}

export interface Column {
  /** Millimetres. */
  width: number;
  align?: Align | undefined;
}

export interface Table {
  kind: 'table';
  /** Of its sheet in a spreadsheet; ours, unlike within a document. */
  sheet: string;
  /** Above the table. */
  caption?: Words | undefined;
  columns: readonly Column[];
  /** Repeated on each page. */
  header: readonly (readonly Cell[])[];
  rows: readonly (readonly Cell[])[];
  /** The column whose text names a row, from 0; its place does otherwise. */
  keyColumn?: number | undefined;
  /** What rows are about, in their order: a row with another name is still the same one. */
  rowIds?: readonly string[] | undefined;
  /** In place of rows when there are none. */
  empty: string;
}

export interface Paragraph {
  kind: 'paragraph';
  words: Words;
  align?: Align | undefined;
}

export interface Heading {
  kind: 'heading';
  level: 1 | 2;
  words: string;
}

export interface List {
  kind: 'list';
  /** `1.`, `a)` or a dash before each item. */
  marker: 'number' | 'letter' | 'dash';
  items: readonly Words[];
}

/** Decree 30/2020/NĐ-CP, annex I, section II: who issues the document, and how it is numbered. */
export interface LetterHead {
  kind: 'letter-head';
  superior: string;
  issuer: string;
  /** In the register of outgoing documents; empty until the office gives it. */
  number: string;
  /** After the number, e.g. `BC-SKHCN`. */
  symbol: string;
  /** Empty: dots are left to write on. */
  place: string;
  /** `YYYY-MM-DD`; null until it is signed. */
  day: string | null;
  /** Of a date that is still blank. */
  year: number;
}

export interface Title {
  kind: 'title';
  /** e.g. `BÁO CÁO`. */
  name: string;
  abstract: string;
}

export interface Closing {
  kind: 'closing';
  /** Who gets it, under `Nơi nhận:`. */
  recipients: readonly string[];
  /** Authority and office of the signer, e.g. `KT. GIÁM ĐỐC`, `PHÓ GIÁM ĐỐC`. */
  capacity: readonly string[];
  /** Empty: the place stays blank. */
  signer: string;
}

export interface AnnexTitle {
  kind: 'annex-title';
  /** e.g. `Phụ lục I`. */
  label: string;
  title: string;
  /** What it belongs to. */
  with: string;
}

export type Block = Table | Paragraph | Heading | List | LetterHead | Title | Closing | AnnexTitle;

/** Begins on a page of its own. */
export interface Section {
  orientation: 'portrait' | 'landscape';
  blocks: readonly Block[];
}

export interface ReportDocument {
  /** For the file's own properties. */
  title: string;
  author: string;
  /** The one moment in the files, milliseconds UTC: when the body was made, never when it was written. */
  createdMs: number;
  /** At the top of each page, e.g. that it is of a drill. */
  banner?: string | undefined;
  /** That all in it is made up: in the file's properties, and across its pages. */
  mark?: string | undefined;
  sections: readonly Section[];
}

export type TableCell = { kind: 'cell'; cell: Cell; row: number; column: number } | { kind: 'covered' };

/** Rows as a full grid: each place has its cell or is covered by one that spans. @throws RangeError where cells do not fill the rows */
export function gridOf(rows: readonly (readonly Cell[])[], columns: number): TableCell[][] {
  const grid: TableCell[][] = rows.map(() => []);
  for (const [row, cells] of rows.entries()) {
    let column = 0;
    for (const cell of cells) {
      while (grid[row]?.[column] !== undefined) column += 1;
      for (let down = 0; down < (cell.rowSpan ?? 1); down += 1) {
        for (let right = 0; right < (cell.colSpan ?? 1); right += 1) {
          const line = grid[row + down];
          if (line === undefined || line[column + right] !== undefined || column + right >= columns)
            throw new RangeError(`row ${row + 1} of the table has a cell that does not fit`);
          const isOwn = down === 0 && right === 0;
          line[column + right] = isOwn ? { kind: 'cell', cell, row, column } : { kind: 'covered' };
        }
      }
    }
    const line = grid[row] ?? [];
    for (let at = 0; at < columns; at += 1)
      if (line[at] === undefined) throw new RangeError(`row ${row + 1} of the table has too few cells`);
  }
  return grid;
}

/** What a table shows without rows. */
export function shownRows({ rows, columns, empty }: Table): readonly (readonly Cell[])[] {
  if (rows.length > 0) return rows;
  return [[{ content: empty, italic: true, align: 'center', colSpan: columns.length }]];
}
