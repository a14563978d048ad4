import { describe, expect, it } from 'vitest';
import { readDossierTable } from '../../../collector/compliance/dossier/table-rows.ts';
import { readTableFile } from '../../../collector/spreadsheet/read-table-file.ts';
import { type Cell, type SheetGiven, xlsxOf } from '../../support/xlsx-bytes.ts';

const HEADINGS = [
  'STT',
  'Tên HTTT',
  'Chủ quản',
  'Đơn vị vận hành',
  'Cấp độ đề xuất',
  'Tình trạng',
  'QĐ phê duyệt',
  'Quy chế',
  'Dự kiến phê duyệt',
  'Triển khai PA',
  'Dự kiến triển khai đủ',
  'Kiểm tra',
];
const FULL: Cell[] = [
  1,
  'Cổng dịch vụ công',
  'Sở TT&TT',
  'Trung tâm CNTT',
  '3',
  'Đã được phê duyệt',
  '12/QĐ-UBND ngày 02/10/2025',
  '5/QĐ-STTTT, 1/9/2025',
  null,
  'Đã triển khai một số hạng mục',
  46_203,
  'Cả hai',
];
const read = (...sheets: SheetGiven[]) => readDossierTable(readTableFile(xlsxOf(sheets)));
const table = (rows: readonly Cell[][], merged: string[] = []): SheetGiven => ({
  name: 'Phần 3',
  rows,
  merged,
});

describe('a table of last year', () => {
  it('is read below its titles, with its numbering row, groups and totals told apart', () => {
    const { sheets, rows, problems } = read(
      { name: 'Bìa', rows: [['BÁO CÁO'], ['Năm 2025']] },
      table(
        [
          ['UBND TỈNH AN GIANG'],
          ['DANH MỤC HỆ THỐNG THÔNG TIN'],
          [],
          HEADINGS,
          Array.from({ length: 12 }, (_, at) => `(${at + 1})`),
          ['I', 'Sở Thông tin và Truyền thông'],
          FULL,
          ['II', 'Các hệ thống cấp độ 2'],
          [
            '2',
            'Một cửa điện tử',
            null,
            'Sở Y tế',
            null,
            'Đang dự thảo',
            '-',
            'chưa có',
            'Quý II/2026',
            'Chưa triển khai',
            '2026',
            '',
          ],
          [null, 'Tổng cộng', null, null, 2],
          [],
          [null, null, null, null, null, null, null, 'Người lập biểu'],
        ],
        ['A1:L1', 'A2:L2', 'B6:L6'],
      ),
    );
    expect(sheets.map(({ name, layout, rows: count }) => [name, layout?.headingRow ?? null, count])).toEqual([
      ['Bìa', null, 0],
      ['Phần 3', 4, 2],
    ]);
    expect(rows).toMatchObject([
      {
        row: 7,
        name: 'Cổng dịch vụ công',
        owner: 'Sở TT&TT',
        operator: 'Trung tâm CNTT',
        group: 'Sở Thông tin và Truyền thông',
        patch: {
          proposedLevel: 3,
          status: 'approved',
          approvalNumber: '12/QĐ-UBND',
          approvedOn: '2025-10-02',
          regulationNumber: '5/QĐ-STTTT',
          regulationOn: '2025-09-01',
          plan: 'some',
          expectedFullOn: '2026-06-30',
          checkedBeforeUse: true,
          checkedPeriodically: true,
        },
      },
      {
        row: 9,
        name: 'Một cửa điện tử',
        operator: 'Sở Y tế',
        patch: {
          proposedLevel: 2,
          status: 'draft',
          expectedApprovalOn: '2026-06-30',
          plan: 'none',
          expectedFullOn: '2026-12-31',
        },
      },
    ]);
    expect(problems.map(({ row, column, severity }) => `${row}${column} ${severity}`)).toEqual([
      '9I warning',
      '9K warning',
    ]);
  });

  it('may have headings in two rows, and owners merged over several rows', () => {
    const { rows, problems, sheets } = read(
      table(
        [
          ['TT', 'Tên hệ thống', 'Đơn vị chủ quản', 'Cấp độ', 'Quyết định phê duyệt', null, 'Ghi chú'],
          [null, null, null, null, 'Số', 'Ngày', null],
          [1, 'Cổng TTĐT', 'Sở Y tế', 1, '7/QĐ-SYT', '2026-05-04', 'a'],
          [2, 'Thư điện tử', null, 2, '8/QĐ-SYT', 46_147, null],
        ],
        ['E1:F1', 'A1:A2', 'B1:B2', 'C3:C4'],
      ),
    );
    expect(problems).toEqual([]);
    expect(sheets[0]?.layout?.columns.map(({ letter, field }) => `${letter} ${field}`)).toEqual([
      'A index',
      'B name',
      'C owner',
      'D level',
      'E approvalNumber',
      'F approvedOn',
      'G note',
    ]);
    expect(rows.map(({ owner, patch }) => [owner, patch.approvalNumber, patch.approvedOn])).toEqual([
      ['Sở Y tế', '7/QĐ-SYT', '2026-05-04'],
      ['Sở Y tế', '8/QĐ-SYT', '2026-05-05'],
    ]);
  });

  it('says at which sheet, row and column something is not understood', () => {
    const bad = [1, 'Cổng', 'Sở', 'Sở', 'cao', 'tốt', null, null, 'sớm', 'ừ', null, 'x'];
    const { problems, rows } = read(table([HEADINGS, bad, [2, null, 'Sở', 'Sở', 3, 'Đã phê duyệt']]));
    expect(rows).toHaveLength(1);
    expect(problems.map(({ row, column, severity }) => `${row}${column} ${severity}`)).toEqual([
      '2E error',
      '2F error',
      '2J error',
      '2L error',
      '2I error',
      '3B error',
    ]);
    expect(problems[0]).toMatchObject({
      sheet: 'Phần 3',
      text: { vi: '"cao" không phải là cấp độ từ 1 đến 5' },
    });
  });

  it('skips headings that are repeated on each page, and hidden sheets', () => {
    const other = { ...table([HEADINGS, FULL]), name: 'nháp', hidden: true };
    const { rows, problems } = read(
      table([HEADINGS, FULL, HEADINGS, [2, 'Trang tin', ...FULL.slice(2)]]),
      other,
    );
    expect(rows.map(({ name }) => name)).toEqual(['Cổng dịch vụ công', 'Trang tin']);
    expect(problems).toEqual([]);
  });

  it('takes the columns that a person names', () => {
    const sheet = table([
      ['Tên', 'Cơ quan', 'Cấp độ', 'Tình trạng', 'Mức'],
      ['Cổng', 'Sở Y tế', 'x', 'Dự thảo', 3],
    ]);
    const guessed = readDossierTable(readTableFile(xlsxOf([sheet])));
    expect(guessed.problems).toHaveLength(1);
    const chosen = readDossierTable(readTableFile(xlsxOf([sheet])), { owner: 'B', level: 'E' });
    expect(chosen).toMatchObject({ problems: [], rows: [{ owner: 'Sở Y tế', patch: { proposedLevel: 3 } }] });
  });

  it('comes as CSV, too', () => {
    const text = 'STT;Tên HTTT;Chủ quản;Cấp độ;Tình trạng\r\n1;"Cổng; DVC";Sở Y tế;III;Đã thẩm định\r\n';
    expect(readDossierTable(readTableFile(Buffer.from(text))).rows).toMatchObject([
      { row: 2, name: 'Cổng; DVC', owner: 'Sở Y tế', patch: { proposedLevel: 3, status: 'appraised' } },
    ]);
  });

  it('keeps hostile names as they are, cut to what a name may have', () => {
    const names = ['=CMD("calc")', '<script>', 'ấ'.repeat(10_000), '\u202eexe'];
    const { rows, problems } = read(table([HEADINGS, ...names.map((name) => [1, name, ...FULL.slice(2)])]));
    expect(rows.map(({ name }) => name.length)).toEqual([12, 8, 256, 4]);
    expect(problems).toMatchObject([{ row: 4, column: 'B', severity: 'error' }]);
  });

  it('has columns for computers and servers, in the words that people use', () => {
    const of = (...headings: string[]) => {
      const { rows, problems } = read(
        table([
          [...HEADINGS, ...headings],
          [...FULL, '1.020 máy', 12],
        ]),
      );
      return [rows[0]?.patch.expectedPcs, rows[0]?.patch.expectedServers, problems.length];
    };
    expect(of('Số lượng máy tính', 'Số máy chủ')).toEqual([1_020, 12, 0]);
    expect(of('Số máy trạm', 'Số lượng server')).toEqual([1_020, 12, 0]);
    expect(of('Số máy', 'Cấu hình')).toEqual([1_020, undefined, 0]);
    expect(of('Số máy chủ', 'Số máy tính cá nhân')).toEqual([12, 1_020, 0]);
    expect(of('Máy chủ đặt tại', 'Số hiệu')).toEqual([undefined, undefined, 0]);
  });
});
