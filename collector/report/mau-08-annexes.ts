/** Annexes of Mẫu 08: contents of decree 331/2026/NĐ-CP, article 36, that have no column. */
import type { Cell, Table } from './document.ts';
import type { Mau08Body } from './mau-08-body.ts';
import { NOT_ASSESSED } from './report-words.ts';
import { dayShort } from './short-day.ts';

function list(
  sheet: string,
  empty: string,
  columns: readonly (readonly [string, number])[],
  rows: readonly Cell[][],
): Table {
  return {
    kind: 'table',
    sheet,
    empty,
    keyColumn: 1,
    columns: [{ width: 10, align: 'center' }, ...columns.map(([, width]) => ({ width }))],
    header: [['STT', ...columns.map(([words]) => words)].map((content) => ({ content }))],
    rows: rows.map((row, at) => [{ content: at + 1 }, ...row]),
  };
}

const CHANGE = { merge: 'Sáp nhập', split: 'Chia, tách', rename: 'Đổi tên' } as const;

export function annexTables({ annexes }: Mau08Body): (readonly [title: string, table: Table])[] {
  const { criticalCandidates, regulationKept, rented, changes } = annexes;
  return [
    [
      'Hệ thống thông tin đề xuất đưa vào danh mục hệ thống thông tin quan trọng về an ninh quốc gia',
      list(
        'Quan trọng về ANQG',
        'Không có',
        [
          ['Hệ thống thông tin', 90],
          ['Chủ quản', 50],
          ['Cấp độ', 15],
        ],
        criticalCandidates.map(({ name, owner, level }) => [
          { content: name },
          { content: owner },
          { content: level ?? '', align: 'center' },
        ]),
      ),
    ],
    [
      'Việc tuân thủ quy chế bảo đảm an ninh mạng',
      list(
        'Tuân thủ quy chế',
        'Không có',
        [
          ['Hệ thống thông tin', 65],
          ['Tình hình tuân thủ', 90],
        ],
        regulationKept.map(({ name, said }) => [{ content: name }, { content: said ?? NOT_ASSESSED }]),
      ),
    ],
    [
      'Hệ thống thông tin thuê dịch vụ',
      list(
        'Thuê dịch vụ',
        'Không có',
        [
          ['Hệ thống thông tin', 55],
          ['Nhà cung cấp', 45],
          ['Hợp đồng', 30],
          ['Thời hạn', 25],
        ],
        rented.map(({ name, provider, contract, until }) => [
          { content: name },
          { content: provider ?? '' },
          { content: contract ?? '' },
          { content: until === null ? '' : dayShort(until) },
        ]),
      ),
    ],
    [
      'Thay đổi về tổ chức trong kỳ báo cáo',
      list(
        'Thay đổi tổ chức',
        'Không có',
        [
          ['Ngày', 22],
          ['Hình thức', 25],
          ['Trước', 55],
          ['Sau', 53],
        ],
        changes.map(({ on, kind, before, after }) => [
          { content: dayShort(on) },
          { content: CHANGE[kind] },
          { content: before.join('; ') },
          { content: after.join('; ') },
        ]),
      ),
    ],
  ];
}
