/** What cells of agencies' tables mean: days, papers, levels and words of status, as people write them. Undefined: it is none. */
import { z } from 'zod';
import { searchKey } from '../../agency/fold-name.ts';
import { addDays } from '../../agency/legal-day.ts';
import type { CellValue } from '../../spreadsheet/sheet.ts';
import type { DossierStatus, PlanState } from './facts.ts';

/** Days from 1 January 1970 to the day 0 of Excel, which believes that 1900 was a leap year. */
const SERIAL_1900 = -25_569;
const SERIAL_1904 = -24_107;
/** Serial numbers of 1982 to 2119: what is smaller is a year, or no day. */
const SERIAL_MIN = 30_000;
const SERIAL_MAX = 80_000;

/** Longer cells hold no day and no number: what comes behind is not looked at. */
const LOOKED_CHARS_MAX = 512;

const keyOf = (value: CellValue): string => searchKey(String(value).slice(0, LOOKED_CHARS_MAX)).trim();

export interface CellDay {
  /** `YYYY-MM-DD` */
  day: string;
  /** Only a month, a quarter or a year was written: the day is its last. */
  isRough: boolean;
}

const two = (part: string): string => part.padStart(2, '0');

function dayOf(year: string, month: string, day: string): string | undefined {
  const full = year.length === 2 ? `20${year}` : year;
  const iso = `${full}-${two(month)}-${two(day)}`;
  return z.iso.date().safeParse(iso).success ? iso : undefined;
}

function endOfMonth(year: string, month: number): string {
  const next = month === 12 ? `${Number(year) + 1}-01-01` : `${year}-${two(String(month + 1))}-01`;
  return addDays(next, -1);
}

const EXACT: readonly { pattern: RegExp; order: 'dmy' | 'ymd' }[] = [
  { pattern: /(?<!\d)(\d{1,2}) ?[/.-] ?(\d{1,2}) ?[/.-] ?(\d{4})(?!\d)/, order: 'dmy' },
  { pattern: /(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)/, order: 'ymd' },
  { pattern: /ngay (\d{1,2}) thang (\d{1,2}) nam (\d{4})/, order: 'dmy' },
  { pattern: /(?<!\d)(\d{1,2})[/.-](\d{1,2})[/.-](\d{2})(?!\d)/, order: 'dmy' },
];
const ROMAN = ['i', 'ii', 'iii', 'iv', 'v'] as const;

function exactDay(key: string): { day: string; found: string } | undefined {
  for (const { pattern, order } of EXACT) {
    const match = pattern.exec(key);
    if (match === null) continue;
    const [found, first = '', middle = '', last = ''] = match;
    const day = order === 'dmy' ? dayOf(last, middle, first) : dayOf(first, middle, last);
    if (day !== undefined) return { day, found };
  }
  return undefined;
}

function roughDay(key: string): string | undefined {
  const quarter = /quy ?(iv|i{1,3}|[1-4])(?: ?[/-] ?| nam | )(\d{4})/.exec(key);
  if (quarter !== null) {
    const [, said = '', year = ''] = quarter;
    const at = ROMAN.findIndex((one) => one === said);
    return endOfMonth(year, (at === -1 ? Number(said) : at + 1) * 3);
  }
  const month = /^(?:thang )?(\d{1,2})(?: ?[/.-] ?| nam )(\d{4})$/.exec(key);
  if (month !== null) {
    const [, said = '', year = ''] = month;
    return Number(said) >= 1 && Number(said) <= 12 ? endOfMonth(year, Number(said)) : undefined;
  }
  const year = /^(?:nam |trong nam |cuoi nam )?(20\d{2})$/.exec(key);
  return year === null ? undefined : `${year[1]}-12-31`;
}

/** @param from1904 how the file counts days */
export function cellDay(value: CellValue, from1904: boolean): CellDay | undefined {
  const key = keyOf(value);
  if (/^\d{5}(?:\.\d+)?$/.test(key)) {
    const serial = Math.floor(Number(key));
    if (serial < SERIAL_MIN || serial > SERIAL_MAX) return undefined;
    return { day: addDays('1970-01-01', serial + (from1904 ? SERIAL_1904 : SERIAL_1900)), isRough: false };
  }
  const exact = exactDay(key);
  if (exact !== undefined) return { day: exact.day, isRough: false };
  const rough = roughDay(key);
  return rough === undefined ? undefined : { day: rough, isRough: true };
}

/** Written where there is nothing to write. */
const NOTHING = /^(?:[-–—./ ]*|chua(?: co)?|khong(?: co)?|k|n\/a)$/;

export function isNothing(value: CellValue): boolean {
  return NOTHING.test(keyOf(value));
}

export interface CellPaper {
  number: string | null;
  on: string | null;
}

const NUMBER = /(\d[\p{L}\d.]*\s*\/\s*(?:\d{4}\s*\/\s*)?[\p{L}\d][\p{L}\d&.\-–/]*)/u;
const NUMBER_CHARS_MAX = 128;

/** Number and day of a document out of one cell: `QĐ số 12/QĐ-UBND ngày 02/10/2026`. */
export function cellPaper(value: CellValue, from1904: boolean): CellPaper | undefined {
  if (typeof value === 'number') {
    const day = cellDay(value, from1904);
    return day === undefined ? { number: String(value), on: null } : { number: null, on: day.day };
  }
  const text = String(value).slice(0, LOOKED_CHARS_MAX).normalize('NFC').replaceAll(/\s+/g, ' ').trim();
  const exact = exactDay(searchKey(text));
  // The folded text has as many characters as the composed one: what was found is cut out at its place.
  const at = exact === undefined ? -1 : searchKey(text).indexOf(exact.found);
  const rest =
    exact === undefined ? text : `${text.slice(0, at)} ${text.slice(at + exact.found.length)}`.trim();
  const number = NUMBER.exec(rest)?.[1]
    ?.replaceAll(/\s+/g, '')
    .replace(/[.,;]+$/, '');
  const bare = rest
    .replaceAll(/(?:quyết định|văn bản|QĐ|số|ngày|:|,|;|\(|\))/giu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  const said = number ?? (bare === '' ? null : bare);
  if (said === null && exact === undefined) return undefined;
  return { number: said === null ? null : said.slice(0, NUMBER_CHARS_MAX), on: exact?.day ?? null };
}

export function cellLevel(value: CellValue): number | undefined {
  const key = keyOf(value).replace(/ ?\(.*\)$/, '');
  const found = /^(?:cap(?: do)? ?)?(?:([1-5])(?:\.0+)?|(iv|v|i{1,3}))$/.exec(key);
  if (found === null) return undefined;
  const [, digit, roman] = found;
  return digit === undefined ? ROMAN.findIndex((one) => one === roman) + 1 : Number(digit);
}

/** The words of the form first, then what people write instead; the first that fits counts. */
const STATUSES: readonly (readonly [pattern: RegExp, status: DossierStatus])[] = [
  [/(?:chua|cho|dang trinh|trinh).*phe duyet/, 'appraised'],
  [/phe duyet/, 'approved'],
  [/(?:chua|dang|cho|gui|trinh|de nghi).*tham dinh/, 'submitted'],
  [/tham dinh/, 'appraised'],
  [/du thao|dang (?:xay dung|lap|soan)|chua (?:lap|xay dung|co|trinh)/, 'draft'],
];

export function cellStatus(value: CellValue): DossierStatus | undefined {
  const key = keyOf(value);
  // "Chưa gửi thẩm định" is a draft, "đã thẩm định, chưa phê duyệt" is not approved.
  if (/^chua (?:gui|trinh|tham dinh|phe duyet)/.test(key)) return 'draft';
  return STATUSES.find(([pattern]) => pattern.test(key))?.[1];
}

export function cellPlan(value: CellValue): PlanState | undefined {
  const key = keyOf(value);
  if (/chua (?:trien khai )?(?:day du|du|het|hoan thanh)/.test(key)) return 'some';
  if (/chua|khong/.test(key)) return 'none';
  if (/mot so|mot phan|dang/.test(key)) return 'some';
  return /day du|hoan thanh|toan bo|100 ?%/.test(key) ? 'full' : undefined;
}

export function cellChecks(value: CellValue): { beforeUse: boolean; periodic: boolean } | undefined {
  const key = keyOf(value);
  if (/ca hai/.test(key)) return { beforeUse: true, periodic: true };
  const [beforeUse, periodic] = [/truoc khi/.test(key), /dinh ky/.test(key)];
  if (beforeUse || periodic) return { beforeUse, periodic };
  return /^(?:chua|khong)/.test(key) ? { beforeUse: false, periodic: false } : undefined;
}

const COUNT_MAX = 1_000_000;

/** A number of things, perhaps with what they are behind it: 12, "1.250", "12 máy". */
export function cellCount(value: CellValue): number | undefined {
  const digits =
    typeof value === 'number'
      ? String(value)
      : /^(\d{1,3}(?:[. ]\d{3})+|\d+)(?: ?[a-z ]+)?$/.exec(keyOf(value))?.[1]?.replaceAll(/[. ]/g, '');
  const count = Number(digits ?? 'none');
  return Number.isInteger(count) && count >= 0 && count <= COUNT_MAX ? count : undefined;
}
