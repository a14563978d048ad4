/** A table as it was sent: XLSX, or CSV in the codings that Excel writes. What it is, its first bytes say, never its name. */
import { parseCsv } from '../agency/csv-text.ts';
import { readWorkbook } from './read-workbook.ts';
import { SheetError, type Workbook } from './sheet.ts';

const ZIP = 0x504b;
/** What Excel of before 2007 writes. */
const OLE = 0xd0cf;

/** Titles stand above the headings. */
const HEAD_LINES = 30;

/** @throws SheetError */
export function readTableFile(bytes: Buffer): Workbook {
  const head = bytes.length < 2 ? 0 : bytes.readUInt16BE(0);
  if (head === ZIP) return readWorkbook(bytes);
  if (head === OLE) throw new SheetError('this is an old .xls file, or it has a password: save it as .xlsx');
  const parsed = parseCsv(textOf(bytes, head), HEAD_LINES);
  if (!parsed.ok)
    throw new SheetError(`line ${parsed.fault.line}, column ${parsed.fault.column}: ${parsed.fault.message}`);
  const rows = parsed.rows.map(({ line, cells }) => ({
    number: line,
    cells: cells.map((cell) => (cell === '' ? undefined : cell)),
  }));
  return { sheets: [{ name: 'CSV', hidden: false, rows, merged: [] }], from1904: false };
}

function textOf(bytes: Buffer, head: number): string {
  try {
    // Excel's "Unicode text" is UTF-16 with tabs.
    return new TextDecoder(head === 0xfffe ? 'utf-16le' : 'utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new SheetError('the text is not UTF-8: save it as "CSV UTF-8", or as .xlsx', { cause: error });
  }
}
