/** A table as people keep it: sheets of rows of plain values. Nothing in it is ever evaluated. */

/** Of a whole file, but for `textCharsMax` (a cell) and `mergedMax` (a sheet). */
export const WORKBOOK_LIMITS = {
  bytesMax: 8_388_608,
  unpackedBytesMax: 67_108_864,
  entryBytesMax: 25_165_824,
  entriesMax: 1_000,
  sheetsMax: 50,
  rowsMax: 10_000,
  columnsMax: 64,
  cellsMax: 200_000,
  stringsMax: 100_000,
  elementsMax: 1_000_000,
  textCharsMax: 8_192,
  mergedMax: 10_000,
} as const;

export type CellValue = string | number | boolean;

export interface SheetRow {
  /** As the program shows it, from 1. */
  number: number;
  /** By column from 0; undefined where the cell is empty. */
  cells: readonly (CellValue | undefined)[];
}

/** A range of cells that is shown as one, both ends within it; rows from 1, columns from 0. */
export interface MergedRange {
  top: number;
  left: number;
  bottom: number;
  right: number;
}

export interface Sheet {
  name: string;
  hidden: boolean;
  rows: readonly SheetRow[];
  merged: readonly MergedRange[];
}

export interface Workbook {
  sheets: readonly Sheet[];
  /** Numbers for days count from 1904 on, as old programs of one maker did. */
  from1904: boolean;
}

/** The file is not such a table, or is more than is read. The message says what to do. */
export class SheetError extends Error {
  override readonly name = 'SheetError';
}

/** A column as programs name it: A, B, … AA. @param column from 0 */
export function columnName(column: number): string {
  let name = '';
  for (let left = column + 1; left > 0; left = Math.floor((left - 1) / 26))
    name = String.fromCodePoint(65 + ((left - 1) % 26)) + name;
  return name;
}
