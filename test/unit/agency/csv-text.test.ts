import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AGENCY_COLUMNS, dayOf, kindOf, lawOf, readTable } from '../../../collector/agency/csv-columns.ts';
import { CSV_LIMITS, markedCsv, parseCsv, writeCsv } from '../../../collector/agency/csv-text.ts';

const cells = (text: string): string[][] | string => {
  const parsed = parseCsv(text);
  return parsed.ok ? parsed.rows.map((row) => row.cells) : parsed.fault.message;
};

describe('CSV', () => {
  it.each([
    [
      'a;b\r\n1;2\r\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      '\ufeffa,b\n"x, ""y""\nz",2',
      [
        ['a', 'b'],
        ['x, "y"\nz', '2'],
      ],
    ],
    ['sep=,\na,b;c', [['a', 'b;c']]],
    ['a\tb\n\n;;\n1\t2', [['a', 'b'], [';;'], ['1', '2']]],
    [
      'a;b\n;;;\n1;',
      [
        ['a', 'b'],
        ['1', ''],
      ],
    ],
    ["a\n'=1+1", [['a'], ['=1+1']]],
    [
      '\ufeff# DỮ LIỆU TRÌNH DIỄN / DEMONSTRATION DATA\r\na;b\r\n1;2\r\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      '# STT;b\n1;2',
      [
        ['# STT', 'b'],
        ['1', '2'],
      ],
    ],
  ])('%j', (text, rows) => {
    expect(cells(text)).toEqual(rows);
  });

  it('is read as if it had no remark above it, at the lines that it has', () => {
    const text = markedCsv(
      writeCsv([
        ['a', 'b'],
        ['x;y', 2],
      ]),
      'DEMONSTRATION DATA',
    );
    expect(cells(text)).toEqual([
      ['a', 'b'],
      ['x;y', '2'],
    ]);
    const parsed = parseCsv(text);
    expect(parsed.ok && parsed.rows.map(({ line }) => line)).toEqual([2, 3]);
    expect(markedCsv('a;b', undefined)).toBe('a;b');
  });

  it('says where a row begins, beyond line breaks inside quotes', () => {
    const parsed = parseCsv('a\n"x\ny"\nz');
    expect(parsed.ok && parsed.rows.map(({ line }) => line)).toEqual([1, 2, 4]);
  });

  it.each([
    ['a\n"open', 'a quote is opened and never closed'],
    [`a\n${'x'.repeat(CSV_LIMITS.cellCharsMax + 1)}`, 'the cell is too long'],
    [';'.repeat(CSV_LIMITS.cellsMax + 2), 'the row has too many cells'],
    [
      'x'.repeat(CSV_LIMITS.charsMax + 1),
      `the text has more than ${CSV_LIMITS.charsMax} characters: split it`,
    ],
  ])('refuses what has no bounds', (text, message) => {
    expect(cells(text)).toBe(message);
  });

  it('is written so that nothing runs when it is opened, and read back as it was', () => {
    const evil = ['=HYPERLINK("http://x")', '+1', '-2', '@SUM(A1)', "'=1", 'Sở "Y tế"; xã', ' a '];
    const text = writeCsv([['a', 'b', 'c', 'd', 'e', 'f', 'g'], evil]);
    const [, line = ''] = text.split('\r\n');
    expect(
      line
        .replaceAll('"', '')
        .split(';')
        .some((cell) => /^[=+\-@]/.test(cell)),
    ).toBe(false);
    expect(cells(text)).toEqual([['a', 'b', 'c', 'd', 'e', 'f', 'g'], evil]);
  });

  it('comes back whole, whatever stands in it', () => {
    const cell = fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => text.replaceAll('\r', ''));
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { maxLength: 5 }), (rows) => {
        const table = [['vi', 'en'], ...rows.map(([a, b]) => [`x${a}`, b])];
        expect(cells(writeCsv(table))).toEqual(table);
      }),
    );
  });
});

describe('a table', () => {
  it('has Vietnamese headings or English ones, with or without marks, in any order', () => {
    for (const head of ['Tên cơ quan;Loại;Mã định danh', 'KIND;name;Code', 'ten co quan;loai']) {
      expect(readTable(`${head}\nx;y;z`, AGENCY_COLUMNS)).toMatchObject({ faults: [] });
    }
  });
  it('names headings that it does not know, that stand twice and that are missing', () => {
    const { faults } = readTable('Tên cơ quan;Tên;Màu', AGENCY_COLUMNS);
    expect(faults).toMatchObject([
      { line: 1, column: 2, message: expect.stringContaining('twice') },
      { line: 1, column: 3, message: expect.stringContaining('unknown heading "Màu"') },
      { line: 1, column: 0, message: expect.stringContaining('"Loại" is missing') },
    ]);
  });
  it.each([
    ['Tỉnh', 'province'],
    ['sở, ban, NGÀNH', 'department'],
    ['Phường', 'commune'],
    ['huyện', undefined],
  ])('kind %s', (text, kind) => {
    expect(kindOf(text)).toBe(kind);
  });
  it.each([
    ['01/07/2025', '2025-07-01'],
    ['1.7.2025', '2025-07-01'],
    ['2025-07-01', '2025-07-01'],
    ['31/02/2025', undefined],
    ['2025', undefined],
  ])('day %s', (text, day) => {
    expect(dayOf(text)).toBe(day);
  });
  it.each([
    ['vn-2026', 'vn-2026'],
    ['NĐ 331/2026', 'vn-2026'],
    ['TT 12/2022', 'vn-2022'],
    ['khác', undefined],
  ])('law %s', (text, law) => {
    expect(lawOf(text)).toBe(law);
  });
});
