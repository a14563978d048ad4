/**
 * Rows of an agency's table as systems with their dossiers. Title, numbering, total and group rows are told apart from systems; a cell
 * that is empty says nothing; a cell that is not understood is a problem at its place, never a guess.
 */
import { foldName, searchKey, tidyName } from '../../agency/fold-name.ts';
import type { CellValue, MergedRange, Sheet, SheetRow, Workbook } from '../../spreadsheet/sheet.ts';
import { cellLevel } from './table-cells.ts';
import {
  fieldOfHeading,
  guessLayout,
  type GuessedColumn,
  type TableField,
  type TableLayout,
} from './table-columns.ts';
import { RowReader, type TableProblem, type TableRow } from './table-row-reader.ts';

export interface ReadTable {
  sheets: { name: string; layout: TableLayout | null; rows: number }[];
  rows: TableRow[];
  problems: TableProblem[];
}

/** @param chosen column letters that a person named, by field */
export function readDossierTable(
  workbook: Workbook,
  chosen: Readonly<Partial<Record<TableField, string>>> = {},
): ReadTable {
  const read: ReadTable = { sheets: [], rows: [], problems: [] };
  for (const sheet of workbook.sheets) {
    // What people cannot see is nothing they report.
    const layout = sheet.hidden ? undefined : guessLayout(sheet, chosen);
    const before = read.rows.length;
    if (layout !== undefined) readRows(sheet, layout, workbook.from1904, read);
    read.sheets.push({ name: sheet.name, layout: layout ?? null, rows: read.rows.length - before });
  }
  return read;
}

function readRows(
  sheet: Sheet,
  { headingRow, columns }: TableLayout,
  from1904: boolean,
  read: ReadTable,
): void {
  const values = spreadDown(sheet);
  const isOfTable = columnsOf(columns);
  let group: string | undefined;
  let groupLevel: number | undefined;
  for (const row of sheet.rows) {
    if (row.number <= headingRow) continue;
    const cells = values(row);
    const kind = kindOfRow(row, cells, isOfTable, columns);
    if (kind.kind === 'group') {
      group = kind.text;
      groupLevel = /cap do ([1-5])/.exec(searchKey(kind.text))?.slice(1).map(Number)[0];
    }
    if (kind.kind !== 'system') continue;
    const reader = new RowReader(sheet.name, row.number, cells, isOfTable, from1904, read.problems);
    const found = reader.read(group, groupLevel);
    if (found !== undefined) read.rows.push(found);
  }
}

function columnsOf(columns: readonly GuessedColumn[]): Map<TableField, number> {
  return new Map(columns.flatMap(({ field, column }) => (field === null ? [] : [[field, column] as const])));
}

/** A range that is merged downwards says the same in each of its rows; one merged sideways stands in its first column. */
function spreadDown(sheet: Sheet): (row: SheetRow) => readonly (CellValue | undefined)[] {
  const tall = sheet.merged.filter(({ top, bottom }) => bottom > top);
  if (tall.length === 0) return ({ cells }) => cells;
  const byNumber = new Map(sheet.rows.map((row) => [row.number, row]));
  const sorted: readonly MergedRange[] = tall.toSorted((a, b) => a.top - b.top);
  return ({ number, cells }) => {
    const over = sorted.filter(({ top, bottom }) => top < number && number <= bottom);
    if (over.length === 0) return cells;
    const filled = [...cells];
    for (const { top, left } of over) filled[left] ??= byNumber.get(top)?.cells[left];
    return filled;
  };
}

type RowKind = { kind: 'system' } | { kind: 'skip' } | { kind: 'group'; text: string };

/** With its marks: "Cổng" is a portal, and "Tổng đài 1022" a system. */
const TOTAL = /^(?:tổng cộng|tổng số|tổng|cộng|tong cong|tong so)(?: ?[:(\d].*| hệ thống.*)?$/u;

/** Fields that a row about a system has some of, beside its name. */
const TELLING: readonly TableField[] = [
  'owner',
  'operator',
  'level',
  'status',
  'approval',
  'approvalNumber',
  'regulation',
  'expectedApprovalOn',
  'plan',
  'code',
];

function kindOfRow(
  row: SheetRow,
  cells: readonly (CellValue | undefined)[],
  places: ReadonlyMap<TableField, number>,
  columns: readonly GuessedColumn[],
): RowKind {
  const at = (field: TableField): CellValue | undefined => cells[places.get(field) ?? -1];
  const own = row.cells.filter((cell) => cell !== undefined).map((cell) => String(cell));
  const [first] = own;
  if (first === undefined) return { kind: 'skip' };
  // (1) (2) (3) … below the headings.
  if (own.length >= 3 && own.every((text, index) => text.replaceAll(/[()\s]/g, '') === String(index + 1)))
    return { kind: 'skip' };
  const repeated = columns.filter(
    ({ field, column }) =>
      field !== null && typeof cells[column] === 'string' && fieldOfHeading(cells[column]) === field,
  );
  if (repeated.length >= 3 && at('level') !== undefined && cellLevel(at('level') ?? '') === undefined)
    return { kind: 'skip' };
  if (own.some((text) => TOTAL.test(foldName(text)))) return { kind: 'skip' };
  const telling = TELLING.filter((field) => {
    const place = places.get(field);
    return place !== undefined && row.cells[place] !== undefined;
  });
  const name = at('name');
  if (telling.length > 0)
    return name === undefined && telling.length < 2 ? { kind: 'skip' } : { kind: 'system' };
  if (name !== undefined && isNumbered(at('index'))) return { kind: 'system' };
  // A heading of a group: one text, maybe with a letter or a Roman numeral before it.
  const texts = own.filter((text) => !/^(?:[IVXLC]+|[A-Z]|\d+)[.)]?$/.test(text.trim()));
  return texts.length === 1 && own.length <= 2
    ? { kind: 'group', text: groupText(texts[0] ?? '') }
    : { kind: 'skip' };
}

const isNumbered = (index: CellValue | undefined): boolean =>
  index !== undefined && /^\d+[.)]?$/.test(String(index).trim());

const groupText = (text: string): string => tidyName(text.replace(/^(?:[IVXLC]+|[A-Z]|\d+)[.):-]\s*/, ''));
