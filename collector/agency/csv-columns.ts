/** Tables of CSV files: which column is which, by Vietnamese or English headings, and what their cells mean. */
import { z } from 'zod';
import type { AgencyKind, LawProfile } from '../registry/tables/agency.ts';
import { type CsvFault, type CsvRow, parseCsv } from './csv-text.ts';
import { searchKey } from './fold-name.ts';

export interface CsvColumn {
  field: string;
  vi: string;
  en: string;
  /** Other headings that people write. */
  also?: readonly string[];
  needed?: boolean;
}

export const AGENCY_COLUMNS: readonly CsvColumn[] = [
  {
    field: 'code',
    vi: 'Mã định danh',
    en: 'Code',
    also: ['Mã định danh (QĐ 20)', 'Mã cơ quan', 'Mã', 'code qd-20'],
  },
  {
    field: 'oldCode',
    vi: 'Mã định danh (QCVN 102)',
    en: 'Code (QCVN 102)',
    also: ['code qcvn-102', 'mã qcvn 102'],
  },
  { field: 'name', vi: 'Tên cơ quan', en: 'Name', also: ['Tên', 'Tên đơn vị', 'Cơ quan'], needed: true },
  { field: 'shortName', vi: 'Tên viết tắt', en: 'Short name', also: ['Tên ngắn'] },
  { field: 'kind', vi: 'Loại', en: 'Kind', also: ['Cấp', 'Loại cơ quan'], needed: true },
  {
    field: 'parent',
    vi: 'Mã cơ quan cấp trên',
    en: 'Parent code',
    also: ['Cơ quan cấp trên', 'Cấp trên', 'Parent', 'Trực thuộc'],
  },
  { field: 'beganOn', vi: 'Ngày thành lập', en: 'Began on', also: ['Từ ngày'] },
];

export const SYSTEM_COLUMNS: readonly CsvColumn[] = [
  { field: 'code', vi: 'Mã hệ thống', en: 'Code', also: ['Mã'] },
  { field: 'name', vi: 'Tên hệ thống', en: 'Name', also: ['Tên', 'Tên HTTT', 'Hệ thống'], needed: true },
  { field: 'owner', vi: 'Chủ quản', en: 'Owner', also: ['Mã chủ quản', 'Cơ quan chủ quản', 'Owner code'] },
  { field: 'operator', vi: 'Đơn vị vận hành', en: 'Operator', also: ['Vận hành', 'Operator code'] },
  { field: 'level', vi: 'Cấp độ', en: 'Level', also: ['Cấp độ đề xuất'] },
  { field: 'law', vi: 'Căn cứ', en: 'Law profile', also: ['Law', 'Bộ quy định'] },
  { field: 'description', vi: 'Mô tả', en: 'Description', also: ['Ghi chú'] },
];

/** Days off and days worked in exchange, as the government announces them each year. */
export const DAY_COLUMNS: readonly CsvColumn[] = [
  { field: 'from', vi: 'Ngày', en: 'Date', also: ['Từ ngày', 'From'], needed: true },
  { field: 'to', vi: 'Đến ngày', en: 'To', also: ['Đến', 'Until'] },
  { field: 'kind', vi: 'Loại', en: 'Kind', also: ['Loại ngày'], needed: true },
  { field: 'note', vi: 'Ghi chú', en: 'Note', also: ['Dịp', 'Nội dung', 'Occasion'] },
];

const KINDS: Readonly<Record<AgencyKind, readonly string[]>> = {
  province: ['tỉnh', 'thành phố', 'tỉnh/thành phố', 'cấp tỉnh', 'province'],
  department: ['sở', 'ban', 'ngành', 'sở, ban, ngành', 'sở/ban/ngành', 'department'],
  commune: ['xã', 'phường', 'đặc khu', 'xã/phường', 'xã, phường, đặc khu', 'cấp xã', 'commune'],
  unit: ['đơn vị', 'đơn vị trực thuộc', 'đơn vị sự nghiệp', 'unit'],
};
const KIND_OF = new Map<string, AgencyKind>();
for (const kind of ['province', 'department', 'commune', 'unit'] as const) {
  for (const word of KINDS[kind]) KIND_OF.set(searchKey(word), kind);
}

export const KIND_WORDS: Readonly<Record<AgencyKind, { vi: string; en: string }>> = {
  province: { vi: 'Tỉnh', en: 'province' },
  department: { vi: 'Sở, ban, ngành', en: 'department' },
  commune: { vi: 'Xã, phường, đặc khu', en: 'commune' },
  unit: { vi: 'Đơn vị', en: 'unit' },
};

export function kindOf(text: string): AgencyKind | undefined {
  return KIND_OF.get(searchKey(text));
}

export function lawOf(text: string): LawProfile | undefined {
  const key = searchKey(text).replaceAll(/[^a-z0-9]/g, '');
  if (key === 'vn2026' || key.includes('331')) return 'vn-2026';
  return key === 'vn2022' || key.includes('122022') || key.includes('852016') ? 'vn-2022' : undefined;
}

/** `2025-07-01` and `01/07/2025` are the same day; undefined for what is none. */
export function dayOf(text: string): string | undefined {
  const turned = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(text);
  const [, day = '', month = '', year = ''] = turned ?? [];
  const iso = turned === null ? text : `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return z.iso.date().safeParse(iso).success ? iso : undefined;
}

export interface TableRow {
  line: number;
  /** Text of a field; empty when the column is not there. */
  get: (field: string) => string;
  /** Whether the file has the column at all. */
  has: (field: string) => boolean;
  /** Place of a field's column, from 1; 0 when it is not there. */
  columnOf: (field: string) => number;
}

export type ReadTable = { rows: TableRow[]; faults: CsvFault[] };

function headings(
  { line, cells }: CsvRow,
  columns: readonly CsvColumn[],
): { places: Map<string, number>; faults: CsvFault[] } {
  const known = new Map(
    columns.flatMap(({ field, vi, en, also = [] }) =>
      [field, vi, en, ...also].map((heading) => [searchKey(heading), field] as const),
    ),
  );
  const places = new Map<string, number>();
  const faults: CsvFault[] = [];
  for (const [place, cell] of cells.entries()) {
    if (cell === '') continue;
    const field = known.get(searchKey(cell));
    const column = place + 1;
    if (field === undefined) {
      const wanted = columns.map(({ vi }) => vi).join(', ');
      const heading = cell.slice(0, 64);
      const message = `unknown heading "${heading}": one of ${wanted}`;
      faults.push({ line, column, message, vi: `không biết tiêu đề "${heading}": hãy dùng ${wanted}` });
    } else if (places.has(field)) {
      const message = `the heading "${cell}" stands twice`;
      faults.push({ line, column, message, vi: `tiêu đề "${cell}" đứng hai lần` });
    } else places.set(field, place);
  }
  for (const { field, vi, needed = false } of columns) {
    if (needed && !places.has(field))
      faults.push({ line, column: 0, message: `the column "${vi}" is missing`, vi: `thiếu cột "${vi}"` });
  }
  return { places, faults };
}

/** Rows below the headings. */
export function readTable(text: string, columns: readonly CsvColumn[]): ReadTable {
  const parsed = parseCsv(text);
  if (!parsed.ok) return { rows: [], faults: [parsed.fault] };
  const [head, ...rest] = parsed.rows;
  if (head === undefined) {
    const fault = { line: 1, column: 0, message: 'the file is empty', vi: 'tệp trống' };
    return { rows: [], faults: [fault] };
  }
  const { places, faults } = headings(head, columns);
  if (faults.length > 0) return { rows: [], faults };
  const rows = rest.map(({ line, cells }) => ({
    line,
    get: (field: string) => cells[places.get(field) ?? -1] ?? '',
    has: (field: string) => places.has(field),
    columnOf: (field: string) => (places.get(field) ?? -1) + 1,
  }));
  return { rows, faults };
}
