/** Mẫu 08 of decree 331/2026/NĐ-CP as a document: three parts, the table of twelve columns, annexes. */
import type { ReportBody } from './body.ts';
import { amendmentSection, annexTitle, closing, opening } from './document-frame.ts';
import type { Block, Cell, ReportDocument, Section, Table } from './document.ts';
import { annexTables } from './mau-08-annexes.ts';
import type { Mau08Body, Mau08Counts, Mau08Office, Mau08Paper, Mau08Row } from './mau-08-body.ts';
import { assessmentBlocks, planBlocks } from './assessment-tables.ts';
import { part } from './summary-parts.ts';
import { dayShort } from './short-day.ts';

const STATUS: Readonly<Record<NonNullable<Mau08Row['status']>, string>> = {
  draft: 'Đang dự thảo',
  submitted: 'Đã gửi thẩm định',
  appraised: 'Đã thẩm định',
  approved: 'Đã được phê duyệt',
};
const PLAN: Readonly<Record<NonNullable<Mau08Row['plan']>, string>> = {
  none: 'Chưa triển khai',
  some: 'Đã triển khai một số hạng mục',
  full: 'Đã triển khai đầy đủ',
};
const CHECK: Readonly<Record<Mau08Row['checks'][number], string>> = {
  'before-use': 'Trước khi đưa vào sử dụng',
  periodic: 'Định kỳ',
};

const cells = (texts: readonly string[]): Cell[] => texts.map((content) => ({ content }));

const COUNTS: readonly (readonly [keyof Mau08Counts, string])[] = [
  ['managed', 'Hệ thống thông tin thuộc phạm vi quản lý'],
  ['classified', 'Hệ thống thông tin đã được phân loại, xác định cấp độ'],
  ['dossierMade', 'Hệ thống thông tin đã lập hồ sơ đề xuất cấp độ'],
  ['appraised', 'Hệ thống thông tin đã được thẩm định hồ sơ đề xuất cấp độ'],
  ['approved', 'Hệ thống thông tin đã được phê duyệt cấp độ'],
  ['approvedAndChecked', 'Hệ thống thông tin đã được phê duyệt cấp độ và được kiểm tra, đánh giá định kỳ'],
];

function part1({ part1: counts }: Mau08Body): Table {
  return {
    kind: 'table',
    sheet: 'Phần 1',
    empty: '',
    columns: [
      { width: 11, align: 'center' },
      { width: 78 },
      { width: 16 },
      ...Array.from({ length: 5 }, () => ({ width: 12 })),
    ],
    header: [
      [
        { content: 'STT', rowSpan: 2 },
        { content: 'Nội dung', rowSpan: 2 },
        { content: 'Tổng số', rowSpan: 2 },
        { content: 'Trong đó, theo cấp độ', colSpan: 5 },
      ],
      cells(['1', '2', '3', '4', '5']),
    ],
    rows: COUNTS.map(([name, words], at) => [
      { content: at + 1 },
      { content: words },
      { content: counts[name], bold: true },
      ...counts.byLevel.map(({ counts: ofLevel }) => ({ content: ofLevel[name] })),
    ]),
  };
}

/** What is left and by when: never a day that nobody gave. */
function completion({ part1: { remaining, expectedCompletionOn } }: Mau08Body): string {
  if (remaining === 0) return 'Tất cả hệ thống thông tin đã được phê duyệt cấp độ.';
  if (expectedCompletionOn === null)
    return `Còn ${remaining} hệ thống thông tin chưa được phê duyệt cấp độ; chưa có đủ thời gian dự kiến hoàn thành.`;
  return `Còn ${remaining} hệ thống thông tin chưa được phê duyệt cấp độ; thời gian dự kiến hoàn thành: ${dayShort(expectedCompletionOn)}.`;
}

const OFFICE_LINES: readonly (readonly [keyof NonNullable<Mau08Office['owner']>, string])[] = [
  ['name', 'Tên cơ quan, đơn vị'],
  ['mandate', 'Văn bản quy định chức năng, nhiệm vụ'],
  ['head', 'Người đứng đầu'],
  ['headTitle', 'Chức vụ'],
  ['address', 'Địa chỉ'],
  ['phone', 'Điện thoại'],
  ['email', 'Thư điện tử'],
];

/** A row for each agency and role. */
function part2({ part2: offices }: Mau08Body): Table {
  return {
    kind: 'table',
    sheet: 'Phần 2',
    empty: 'Chưa có thông tin',
    columns: [13, 34, 28, 38, 38, 28, 24, 36, 24, 44].map((width, at) =>
      at === 0 ? { width, align: 'center' } : { width },
    ),
    header: [cells(['STT', 'Cơ quan', 'Vai trò', ...OFFICE_LINES.map(([, words]) => words)])],
    rows: offices
      .flatMap(({ agency, owner, unit }) => [
        [agency.name, 'Chủ quản hệ thống thông tin', owner] as const,
        [agency.name, 'Đơn vị chuyên trách về an ninh mạng', unit] as const,
      ])
      .map(([name, role, office], at) => [
        { content: at + 1 },
        { content: name },
        { content: role },
        ...OFFICE_LINES.map(([field]) => ({ content: office?.[field] ?? '' })),
      ]),
  };
}

function paper({ number, on }: Mau08Paper): string {
  if (number === null) return on === null ? '' : `ngày ${dayShort(on)}`;
  return on === null ? number : `${number} ngày ${dayShort(on)}`;
}

const COLUMNS: readonly (readonly [words: string, width: number])[] = [
  ['STT', 11],
  ['Tên hệ thống thông tin', 36],
  ['Chủ quản hệ thống thông tin', 27],
  ['Đơn vị vận hành', 27],
  ['Cấp độ đề xuất', 13],
  ['Tình trạng hồ sơ đề xuất cấp độ', 22],
  ['Quyết định phê duyệt cấp độ', 25],
  ['Quy chế bảo đảm an ninh mạng', 25],
  ['Thời gian dự kiến phê duyệt', 21],
  ['Tình trạng triển khai phương án', 22],
  ['Thời gian dự kiến triển khai đầy đủ', 21],
  ['Kiểm tra, đánh giá', 20],
];

function rowCells(row: Mau08Row): Cell[] {
  return [
    { content: row.index },
    { content: row.name },
    { content: row.owner },
    { content: row.operator },
    { content: row.level ?? '', align: 'center' },
    { content: row.status === null ? '' : STATUS[row.status] },
    { content: paper(row.approval) },
    { content: paper(row.regulation) },
    { content: row.expectedApprovalOn === null ? '' : dayShort(row.expectedApprovalOn) },
    { content: row.plan === null ? '' : PLAN[row.plan] },
    { content: row.expectedFullOn === null ? '' : dayShort(row.expectedFullOn) },
    { content: row.checks.map((check) => CHECK[check]).join('; ') },
  ];
}

function part3({ part3: rows }: Mau08Body): Table {
  return {
    kind: 'table',
    sheet: 'Phần 3',
    empty: 'Không có hệ thống thông tin',
    keyColumn: 1,
    columns: COLUMNS.map(([, width], at) => (at === 0 ? { width, align: 'center' } : { width })),
    header: [
      COLUMNS.map(([content]) => ({ content })),
      COLUMNS.map((_, at) => ({ content: `(${at + 1})`, bold: false, italic: true })),
    ],
    rowIds: rows.map(({ systemId }) => String(systemId)),
    rows: rows.map(rowCells),
  };
}

type Content = Extract<ReportBody['content'], { kind: 'mau-08' }>;

export function mau08Document(body: ReportBody, { table, assessment, plan }: Content): ReportDocument {
  const abstract = `Công tác bảo đảm an ninh mạng đối với hệ thống thông tin theo cấp độ năm ${table.year}`;
  const heading = (words: string): Block => ({ kind: 'heading', level: 1, words });
  const text: Section = {
    orientation: 'portrait',
    blocks: [
      ...opening(body, abstract),
      {
        kind: 'paragraph',
        words: `Thực hiện Nghị định số 331/2026/NĐ-CP, ${body.office.name} báo cáo công tác bảo đảm an ninh mạng đối với hệ thống thông tin theo cấp độ năm ${table.year} (số liệu tính từ ngày ${dayShort(table.from)} đến ngày ${dayShort(table.day)}) như sau:`,
      },
      heading('PHẦN 1. THÔNG TIN CHUNG'),
      part1(table),
      { kind: 'paragraph', words: completion(table) },
      heading('PHẦN 2. THÔNG TIN CHỦ QUẢN VÀ ĐƠN VỊ CHUYÊN TRÁCH VỀ AN NINH MẠNG'),
      { kind: 'paragraph', words: 'Chi tiết tại Phụ lục I kèm theo Báo cáo này.' },
      heading('PHẦN 3. DANH SÁCH HỆ THỐNG THÔNG TIN'),
      {
        kind: 'paragraph',
        words: `Tổng số ${table.part3.length} hệ thống thông tin, chi tiết tại Phụ lục II kèm theo Báo cáo này.`,
      },
      closing(body),
    ],
  };
  const annexes = annexTables(table);
  return {
    title: `Báo cáo Mẫu số 08 năm ${table.year}`,
    author: body.office.name,
    createdMs: body.madeMs,
    sections: [
      text,
      {
        orientation: 'landscape',
        blocks: [
          annexTitle(body, 1, 'Thông tin chủ quản và đơn vị chuyên trách về an ninh mạng'),
          part2(table),
        ],
      },
      {
        orientation: 'landscape',
        blocks: [annexTitle(body, 2, 'Danh sách hệ thống thông tin'), part3(table)],
      },
      ...annexes.map(([title, rows], at): Section => ({
        orientation: 'portrait',
        blocks: [annexTitle(body, at + 3, title), rows],
      })),
      {
        orientation: 'portrait',
        blocks: [
          annexTitle(body, annexes.length + 3, 'Kết quả thực hiện yêu cầu bảo đảm an ninh mạng và lộ trình'),
          heading('1. Kết quả thực hiện'),
          ...part(assessment, assessmentBlocks),
          heading('2. Lộ trình thực hiện yêu cầu chưa đạt'),
          ...part(plan, planBlocks),
        ],
      },
      ...amendmentSection(body, annexes.length + 4),
    ],
  };
}
