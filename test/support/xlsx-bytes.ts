/** XLSX files byte by byte, honest or not: what a program of another maker would write, and what an attacker would. */
import { zipOf, type ZipEntry } from '../unit/content/zip-bytes.ts';

export type Cell = string | number | boolean | null;

export interface SheetGiven {
  name: string;
  rows: readonly (readonly Cell[])[];
  merged?: readonly string[];
  hidden?: boolean;
  /** Instead of all of the above. */
  xml?: string;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

function letters(column: number): string {
  const [high, low] = [Math.floor(column / 26), column % 26];
  return (high === 0 ? '' : String.fromCodePoint(64 + high)) + String.fromCodePoint(65 + low);
}

function cellXml(value: Cell, place: string, strings: string[]): string {
  if (value === null) return '';
  if (typeof value === 'number') return `<c r="${place}"><v>${value}</v></c>`;
  if (typeof value === 'boolean') return `<c r="${place}" t="b"><v>${value ? 1 : 0}</v></c>`;
  strings.push(value);
  return `<c r="${place}" t="s"><v>${strings.length - 1}</v></c>`;
}

function sheetXml({ rows, merged = [], xml }: SheetGiven, strings: string[]): string {
  if (xml !== undefined) return xml;
  const body = rows
    .map((cells, at) => {
      const row = at + 1;
      return `<row r="${row}">${cells.map((cell, column) => cellXml(cell, `${letters(column)}${row}`, strings)).join('')}</row>`;
    })
    .join('');
  const ranges = merged.map((range) => `<mergeCell ref="${range}"/>`).join('');
  return `<?xml version="1.0"?><worksheet xmlns="x"><sheetData>${body}</sheetData><mergeCells>${ranges}</mergeCells></worksheet>`;
}

export function xlsxOf(
  sheets: readonly SheetGiven[],
  { more = [], date1904 = false }: { more?: readonly ZipEntry[]; date1904?: boolean } = {},
): Buffer {
  const strings: string[] = [];
  const parts = sheets.map((sheet, at) => ({
    name: `xl/worksheets/sheet${at + 1}.xml`,
    text: sheetXml(sheet, strings),
  }));
  const listed = sheets
    .map(
      ({ name, hidden = false }, at) =>
        `<sheet name="${escaped(name)}" sheetId="${at + 1}" r:id="rId${at + 1}"${hidden ? ' state="hidden"' : ''}/>`,
    )
    .join('');
  const relations = sheets
    .map((_, at) => `<Relationship Id="rId${at + 1}" Target="worksheets/sheet${at + 1}.xml"/>`)
    .join('');
  const shared = strings.map((text) => `<si><t xml:space="preserve">${escaped(text)}</t></si>`).join('');
  return zipOf([
    {
      name: 'xl/workbook.xml',
      text: `<workbook xmlns:r="r"><workbookPr date1904="${date1904 ? 1 : 0}"/><sheets>${listed}</sheets></workbook>`,
    },
    { name: 'xl/_rels/workbook.xml.rels', text: `<Relationships>${relations}</Relationships>` },
    { name: 'xl/sharedStrings.xml', text: `<sst>${shared}</sst>` },
    ...parts,
    ...more,
  ]);
}
