import { describe, expect, it } from 'vitest';
import { readTableFile } from '../../../collector/spreadsheet/read-table-file.ts';
import { columnName, WORKBOOK_LIMITS } from '../../../collector/spreadsheet/sheet.ts';
import { xlsxOf, type SheetGiven } from '../../support/xlsx-bytes.ts';

const one = (xml: string): SheetGiven => ({ name: 'A', rows: [], xml });
const cellsOf = (bytes: Buffer) => readTableFile(bytes).sheets[0]?.rows.map(({ cells }) => cells);

describe('a workbook', () => {
  it('is read as values by sheet, row and column, with its merged ranges told', () => {
    const book = readTableFile(
      xlsxOf([
        { name: 'Sở Y tế', rows: [['Tên', 3, true], [], [null, 'a & <b>']], merged: ['A1:C2'] },
        { name: 'ẩn', rows: [['x']], hidden: true },
      ]),
    );
    expect(book.sheets).toEqual([
      {
        name: 'Sở Y tế',
        hidden: false,
        rows: [
          { number: 1, cells: ['Tên', 3, true] },
          { number: 3, cells: [undefined, 'a & <b>'] },
        ],
        merged: [{ top: 1, left: 0, bottom: 2, right: 2 }],
      },
      { name: 'ẩn', hidden: true, rows: [{ number: 1, cells: ['x'] }], merged: [] },
    ]);
  });

  it('gives of a formula the value last seen, and of rich, inline and phonetic texts what is read', () => {
    const xml = `<worksheet><sheetData><row r="1">
      <c r="A1" t="str"><f>CMD("calc")</f><v>đã tính</v></c><c r="B1"><f>1+1</f></c>
      <c r="C1" t="inlineStr"><is><r><t>hai </t></r><r><t>mảnh</t></r></is></c>
      <c r="D1" t="s"><v>0</v></c><c r="E1" t="e"><v>#REF!</v></c><c r="F1" t="s"><v>99</v></c></row></sheetData></worksheet>`;
    const strings = '<sst><si><r><t>một </t></r><r><t>hai</t></r><rPh><t>x</t></rPh></si></sst>';
    const bytes = xlsxOf([one(xml)], { more: [{ name: 'xl/sharedstrings.XML', text: strings }] });
    expect(cellsOf(bytes)).toEqual([['đã tính', undefined, 'hai mảnh', 'một hai']]);
  });

  const hostile: readonly (readonly [what: string, bytes: () => Buffer, said: RegExp])[] = [
    ['of another kind', () => Buffer.from('PK\u0003\u0004 nothing'), /no XLSX file/],
    ['without a workbook', () => xlsxOf([]).subarray(0, 200), /no XLSX file/],
    ['of before 2007', () => Buffer.from('d0cf11e0a1b11ae1', 'hex'), /old \.xls/],
    ['with entities', () => xlsxOf([one('<!DOCTYPE a [<!ENTITY x "y">]><worksheet/>')]), /document type/],
    [
      'that unpacks to too much',
      () => xlsxOf([one(' '.repeat(WORKBOOK_LIMITS.entryBytesMax + 1))]),
      /too many/,
    ],
    [
      'with too many rows',
      () => xlsxOf([one(`<worksheet>${'<row/>'.repeat(WORKBOOK_LIMITS.rowsMax + 1)}</worksheet>`)]),
      /rows: split it/,
    ],
    [
      'with too many cells',
      () => {
        const row = `<row>${'<c><v>1</v></c>'.repeat(60)}</row>`;
        return xlsxOf([one(`<worksheet>${row.repeat(WORKBOOK_LIMITS.cellsMax / 60 + 1)}</worksheet>`)]);
      },
      /cells: split it/,
    ],
    ['whose text is cut off', () => xlsxOf([one('<worksheet><row>')]), /not closed/],
  ];
  it.each(hostile)('%s is refused', (_what, bytes, said) => {
    expect(() => readTableFile(bytes())).toThrow(said);
  });

  it('with a merged range over everything costs nothing', () => {
    const bytes = xlsxOf([{ name: 'A', rows: [['x']], merged: ['A1:XFD1048576'] }]);
    expect(readTableFile(bytes).sheets[0]?.merged).toHaveLength(1);
  });

  it('with cells far to the right keeps those that a table has', () => {
    const xml = '<worksheet><row r="7"><c r="XFD7"><v>1</v></c><c r="B7"><v>2</v></c></row></worksheet>';
    expect(cellsOf(xlsxOf([one(xml)]))).toEqual([[undefined, 2]]);
  });
});

describe('a CSV file', () => {
  it('is a table of one sheet, in UTF-8 or as Excel’s Unicode text', () => {
    const want = [{ number: 1, cells: ['Tên', undefined, 'Cấp độ'] }];
    expect(readTableFile(Buffer.from('\ufeffTên;;Cấp độ\r\n')).sheets[0]?.rows).toEqual(want);
    expect(readTableFile(Buffer.from('\ufeffTên\t\tCấp độ\r\n', 'utf16le')).sheets[0]?.rows).toEqual(want);
    expect(() => readTableFile(Buffer.from([0x54, 0xea, 0x6e]))).toThrow('UTF-8');
    expect(readTableFile(Buffer.alloc(0)).sheets[0]?.rows).toEqual([]);
    const below = readTableFile(Buffer.from('DANH MỤC; 2025\nSTT,Tên,Cấp độ\n1,Cổng,3\n')).sheets[0]?.rows;
    expect(below?.at(-1)?.cells).toEqual(['1', 'Cổng', '3']);
  });
});

it('columns are named as programs do', () => {
  expect([0, 25, 26, 63].map(columnName)).toEqual(['A', 'Z', 'AA', 'BL']);
});
