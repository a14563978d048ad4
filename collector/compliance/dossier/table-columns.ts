/**
 * Which column of an agency's table is which of Mẫu 08. Headings stand below titles, in one row or in two, in whatever words people use;
 * what was guessed is shown, and whoever imports may say otherwise.
 */
import { searchKey } from '../../agency/fold-name.ts';
import {
  type CellValue,
  columnName,
  type MergedRange,
  type Sheet,
  type SheetRow,
} from '../../spreadsheet/sheet.ts';

export const TABLE_FIELDS = [
  'index',
  'code',
  'name',
  'owner',
  'operator',
  'level',
  'status',
  'approval',
  'approvalNumber',
  'approvedOn',
  'regulation',
  'regulationNumber',
  'regulationOn',
  'expectedApprovalOn',
  'plan',
  'expectedFullOn',
  'checks',
  'expectedPcs',
  'expectedServers',
  'note',
] as const;
export type TableField = (typeof TABLE_FIELDS)[number];

/** In this order: "quyết định ban hành quy chế" is about the regulation, "tình trạng triển khai" about the plan. */
const PATTERNS: readonly (readonly [field: TableField, pattern: RegExp])[] = [
  ['expectedServers', /^(?!.*may t(?:inh|ram)).*\bso\b.*(?:may chu|server)/],
  ['expectedPcs', /\bso\b.*(?:may t(?:inh|ram)|\bpc\b|thiet bi dau cuoi)|^so (?:luong )?may$/],
  ['regulation', /quy che/],
  ['expectedFullOn', /(?:du kien|thoi gian|thoi han).*(?:trien khai|hoan thanh|day du|phuong an)/],
  ['expectedApprovalOn', /du kien|thoi (?:gian|han) (?:phe duyet|trinh)/],
  ['approval', /quyet dinh|\bqd\b|van ban phe duyet/],
  ['checks', /kiem tra|danh gia/],
  ['plan', /trien khai|phuong an/],
  ['status', /tinh trang|trang thai/],
  ['operator', /van hanh/],
  ['owner', /chu quan|co quan chu tri|don vi quan ly/],
  ['level', /cap do|\bcap\b/],
  ['code', /^ma\b/],
  ['name', /ten|^he thong|^httt|^phan mem/],
  ['index', /^(?:s ?tt|tt|so tt|so thu tu|no)$/],
  ['note', /ghi chu/],
];

/** `so` and `ngay` of a paper that has a column for each. */
const PARTS: Partial<Record<TableField, readonly [number: TableField, on: TableField]>> = {
  approval: ['approvalNumber', 'approvedOn'],
  regulation: ['regulationNumber', 'regulationOn'],
};

/** A heading without marks, brackets and what numbers it. */
function headingKey(text: string): string {
  return searchKey(text)
    .replaceAll(/\([^)]*\)|[^a-z0-9 ]/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

const TITLE_CHARS_MAX = 120;

export function fieldOfHeading(text: string): TableField | undefined {
  const key = headingKey(text);
  if (key === '' || key.length > TITLE_CHARS_MAX) return undefined;
  const field = PATTERNS.find(([, pattern]) => pattern.test(key))?.[0];
  const parts = field === undefined ? undefined : PARTS[field];
  if (parts === undefined) return field;
  const [hasNumber, hasDay] = [/\bso\b|so hieu/.test(key), /\bngay\b|thoi gian/.test(key)];
  if (hasNumber === hasDay) return field;
  return hasNumber ? parts[0] : parts[1];
}

export interface GuessedColumn {
  /** From 0. */
  column: number;
  /** As programs name it. */
  letter: string;
  heading: string;
  /** Null: it is not read. */
  field: TableField | null;
}

export interface TableLayout {
  /** The row of the sheet's last heading. */
  headingRow: number;
  columns: GuessedColumn[];
}

/** Headings are looked for so far down. */
const LOOK_ROWS_MAX = 60;
const FIELDS_MIN = 3;

const textOf = (value: CellValue | undefined): string => (value === undefined ? '' : String(value).trim());

/** Undefined: the sheet has no such table. @param chosen column letters of fields that a person named */
export function guessLayout(
  sheet: Sheet,
  chosen: Readonly<Partial<Record<TableField, string>>> = {},
): TableLayout | undefined {
  const rows = sheet.rows.slice(0, LOOK_ROWS_MAX);
  let best: { layout: TableLayout; found: number } | undefined;
  for (const [at, row] of rows.entries()) {
    const below = rows[at + 1];
    const single = layoutOf(headingsOf([row], sheet.merged), row.number);
    const double =
      below !== undefined && below.number === row.number + 1 && isSecondHeading(row, below, sheet.merged)
        ? layoutOf(headingsOf([row, below], sheet.merged), below.number)
        : undefined;
    for (const layout of [single, double]) {
      if (layout === undefined) continue;
      const found = layout.columns.filter(({ field }) => field !== null).length;
      if (best === undefined || found > best.found) best = { layout, found };
    }
  }
  if (best === undefined || best.found < FIELDS_MIN) return undefined;
  const columns = withChosen(best.layout.columns, chosen);
  return columns.some(({ field }) => field === 'name') ? { ...best.layout, columns } : undefined;
}

/** A second row of headings stands below one that is merged over several columns. */
function isSecondHeading(row: SheetRow, below: SheetRow, merged: readonly MergedRange[]): boolean {
  const wide = merged.filter((range) => range.top === row.number && range.right > range.left);
  return wide.some(({ left, right }) =>
    below.cells.some((cell, column) => column >= left && column <= right && typeof cell === 'string'),
  );
}

/** By column: its heading, with that above it where one is merged over it. */
function headingsOf(rows: readonly SheetRow[], merged: readonly MergedRange[]): string[] {
  const width = Math.max(...rows.map(({ cells }) => cells.length));
  return Array.from({ length: width }, (_, column) => {
    const parts = rows.map(({ number, cells }) => {
      const own = textOf(cells[column]);
      if (own !== '') return own;
      const range = merged.find(
        ({ top, left, bottom, right }) =>
          top <= number && number <= bottom && left <= column && column <= right,
      );
      return range === undefined || range.top !== number ? '' : textOf(cells[range.left]);
    });
    return parts.filter((part) => part !== '').join(' ');
  });
}

/** Each field stands in one column: the first one that says it. */
function layoutOf(headings: readonly string[], headingRow: number): TableLayout {
  const taken = new Set<TableField>();
  const columns = headings.flatMap((heading, column): GuessedColumn[] => {
    if (heading === '') return [];
    const guessed = fieldOfHeading(heading);
    const field = guessed === undefined || taken.has(guessed) ? null : guessed;
    if (field !== null) taken.add(field);
    return [{ column, letter: columnName(column), heading: heading.slice(0, 200), field }];
  });
  return { headingRow, columns };
}

function withChosen(
  columns: readonly GuessedColumn[],
  chosen: Readonly<Partial<Record<TableField, string>>>,
): GuessedColumn[] {
  const wanted = new Map(
    TABLE_FIELDS.flatMap((field) => {
      const letter = chosen[field]?.toUpperCase();
      return letter === undefined ? [] : [[letter, field] as const];
    }),
  );
  const named = new Set(wanted.values());
  return columns.map((column) => {
    const field = wanted.get(column.letter);
    if (field !== undefined) return { ...column, field };
    return column.field !== null && named.has(column.field) ? { ...column, field: null } : column;
  });
}
