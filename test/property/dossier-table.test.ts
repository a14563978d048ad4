/** Tables of agencies, whatever stands in them: what is read is a patch that a dossier takes, and every problem has a place. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { dossierPatchSchema } from '../../collector/compliance/dossier/facts.ts';
import { readDossierTable } from '../../collector/compliance/dossier/table-rows.ts';
import { readTableFile } from '../../collector/spreadsheet/read-table-file.ts';
import { SheetError } from '../../collector/spreadsheet/sheet.ts';
import { xlsxOf } from '../support/xlsx-bytes.ts';

const HEADINGS = [
  'STT',
  'Tên HTTT',
  'Chủ quản',
  'Cấp độ',
  'Tình trạng',
  'QĐ phê duyệt',
  'Quy chế',
  'Dự kiến phê duyệt',
  'Triển khai PA',
  'Kiểm tra',
];
const words = fc.constantFrom(
  'I',
  'II.',
  'Tổng cộng',
  'Cổng DVC',
  'Đã phê duyệt',
  'chưa',
  '12/QĐ-UBND ngày 02/10/2026',
  'Quý II/2026',
  '31/02/2026',
  'cả hai',
  '3',
  '=1+1',
  '-',
);
const cell = fc.oneof(
  words,
  fc.integer({ min: -10, max: 99_999 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.boolean(),
  fc.constant(null),
);
const table = fc.record({
  above: fc.array(fc.array(cell, { maxLength: 4 }), { maxLength: 4 }),
  rows: fc.array(fc.array(cell, { maxLength: 11 }), { maxLength: 12 }),
  merged: fc.array(fc.constantFrom('A1:J1', 'C3:C9', 'B2:D4', 'A1:XFD1048576', 'F5:E4'), { maxLength: 3 }),
});

test('any table is read, and what is read fits a dossier', () => {
  fc.assert(
    fc.property(table, ({ above, rows, merged }) => {
      const sheet = { name: 'A', rows: [...above, HEADINGS, ...rows], merged };
      const read = readDossierTable(readTableFile(xlsxOf([sheet])));
      for (const { patch, name } of read.rows) {
        expect(name.length).toBeGreaterThan(0);
        expect(dossierPatchSchema.safeParse(patch).success).toBe(true);
      }
      for (const { row, text } of read.problems)
        expect(row > 0 && text.vi !== '' && text.en !== '').toBe(true);
    }),
    { numRuns: 150 },
  );
});

test('any bytes are a table or are refused in words', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    fc.tuple(fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 3 })).map(([at, change]) => {
      const whole = xlsxOf([{ name: 'A', rows: [HEADINGS, [1, 'Cổng']] }]);
      whole.set(change, at % (whole.length - change.length));
      return whole;
    }),
  );
  const fault = (content: Uint8Array): unknown => {
    try {
      readDossierTable(readTableFile(Buffer.from(content)));
      return undefined;
    } catch (error) {
      return error instanceof SheetError ? undefined : error;
    }
  };
  fc.assert(
    fc.property(bytes, (content) => {
      expect(fault(content)).toBeUndefined();
    }),
    { numRuns: 300 },
  );
});
