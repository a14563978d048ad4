/**
 * CSV as Excel of this country writes and reads it: UTF-8 with a byte order mark, semicolons, quotes doubled. What is
 * written can be opened without running anything: a cell that begins like a formula gets an apostrophe, which reading
 * takes away again.
 */

export const CSV_LIMITS = {
  charsMax: 1_900_000,
  rowsMax: 50_000,
  cellsMax: 64,
  cellCharsMax: 8_192,
} as const;

export interface CsvRow {
  /** Of the text, from 1: where the row begins. */
  line: number;
  cells: string[];
}

export interface CsvFault {
  line: number;
  /** From 1; 0 when it is about the whole row. */
  column: number;
  message: string;
  /** The same in Vietnamese; without it `reason` says which refusal of the register it is. */
  vi?: string;
  reason?: string;
}

export type ParsedCsv = { ok: true; rows: CsvRow[] } | { ok: false; fault: CsvFault };

const FORMULA = /^[=+\-@\t\r]/;
const GUARDED = /^'+[=+\-@\t\r]/;
const SEPARATORS = [';', ',', '\t'] as const;

/** What stands most often in the first lines outside of quotes. @param lines so many of them */
function separatorOf(text: string, lines: number): string {
  const plain = text
    .split(/\r?\n/, lines)
    .join('\n')
    .replaceAll(/"[^"]*"/g, '');
  const counts = SEPARATORS.map((separator) => plain.split(separator).length);
  return SEPARATORS[counts.indexOf(Math.max(...counts))] ?? ';';
}

/**
 * Rows without those that are empty. Linear in the length of the text.
 * @param headLines the separator is what stands most often in so many first lines: more than one where titles stand above the table
 */
export function parseCsv(source: string, headLines = 1): ParsedCsv {
  const fail = (line: number, column: number, message: string, vi: string): ParsedCsv => ({
    ok: false,
    fault: { line, column, message, vi },
  });
  if (source.length > CSV_LIMITS.charsMax) {
    return fail(
      1,
      0,
      `the text has more than ${CSV_LIMITS.charsMax} characters: split it`,
      `tệp dài hơn ${CSV_LIMITS.charsMax} ký tự: hãy chia nhỏ`,
    );
  }
  let text = source.startsWith('\ufeff') ? source.slice(1) : source;
  let separator = separatorOf(text, headLines);
  let line = 1;
  const remark = /^# [^;,\t\n]*(?:\n|$)/.exec(text);
  if (remark !== null) {
    text = text.slice(remark[0].length);
    separator = separatorOf(text, headLines);
    line = 2;
  }
  // Excel's own way to name the separator.
  const named = /^sep=(.)\r?\n/.exec(text);
  if (named !== null) {
    separator = named[1] ?? separator;
    text = text.slice(named[0].length);
    line += 1;
  }
  const rows: CsvRow[] = [];
  let row: CsvRow = { line, cells: [] };
  let cell = '';
  let quoted = false;
  let wasQuoted = false;
  const endCell = (): void => {
    const plain = wasQuoted ? cell : cell.trim();
    row.cells.push(GUARDED.test(plain) ? plain.slice(1) : plain);
    cell = '';
    wasQuoted = false;
  };
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? '';
    if (quoted) {
      if (char === '\n') line += 1;
      if (char !== '"') cell += char;
      else if (text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (char === '"' && cell.trim() === '') {
      cell = '';
      quoted = true;
      wasQuoted = true;
    } else if (char === separator) endCell();
    else if (char === '\n') {
      endCell();
      if (row.cells.some((one) => one !== '')) rows.push(row);
      line += 1;
      row = { line, cells: [] };
    } else if (char !== '\r') cell += char;
    if (cell.length > CSV_LIMITS.cellCharsMax)
      return fail(line, row.cells.length + 1, 'the cell is too long', 'ô quá dài');
    if (row.cells.length > CSV_LIMITS.cellsMax)
      return fail(row.line, 0, 'the row has too many cells', 'dòng có quá nhiều ô');
    if (rows.length > CSV_LIMITS.rowsMax)
      return fail(
        line,
        0,
        `more than ${CSV_LIMITS.rowsMax} rows: split the file`,
        `nhiều hơn ${CSV_LIMITS.rowsMax} dòng: hãy chia nhỏ tệp`,
      );
  }
  if (quoted) {
    const column = row.cells.length + 1;
    return fail(row.line, column, 'a quote is opened and never closed', 'dấu nháy mở mà không đóng');
  }
  endCell();
  if (row.cells.some((one) => one !== '')) rows.push(row);
  return { ok: true, rows };
}

function writeCell(value: string | number | null): string {
  const plain = value === null ? '' : String(value);
  const safe = FORMULA.test(plain) || GUARDED.test(plain) ? `'${plain}` : plain;
  return /["\r\n;,\t]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** One row, with its end. */
export function writeCsvRow(row: readonly (string | number | null)[]): string {
  return `${row.map(writeCell).join(';')}\r\n`;
}

/** Begins a line of one cell that says what the file is; reading passes over it. */
const REMARK = '# ';

/** With a line above its headings. @param mark undefined: as it is */
export function markedCsv(text: string, mark: string | undefined): string {
  if (mark === undefined) return text;
  const plain = text.startsWith('\ufeff') ? text.slice(1) : text;
  return `\ufeff${REMARK}${mark}\r\n${plain}`;
}

/** As Excel opens it by a double click. */
export function writeCsv(rows: readonly (readonly (string | number | null)[])[]): string {
  return `\ufeff${rows.map(writeCsvRow).join('')}`;
}
