/** The tables of monthly, quarterly, half-yearly and yearly reports that count what is there and what happened. */
import type { Block, Cell } from './document.ts';
import type { Change, Coverage, Incidents, LevelRow, LogRetention, PatchState } from './summary-facts.ts';
import { count, sentence, share, table } from './summary-parts.ts';

const levelWords = (level: number | null): string => (level === null ? 'Chưa xác định' : `Cấp độ ${level}`);

export function coverageBlocks({ agencies, systems, hosts, reporting, silent, expected }: Coverage): Block[] {
  return [
    sentence(
      `Phạm vi giám sát: ${agencies} cơ quan, đơn vị; ${systems} hệ thống thông tin; ${hosts} máy chủ, máy trạm đã được ghi nhận. Trong kỳ có ${reporting} máy gửi dữ liệu, ${silent} máy không gửi dữ liệu (không được tính là đạt).`,
    ),
    ...(expected === undefined ? [] : [sentence(expectedSentence(expected))]),
  ];
}

function expectedSentence(expected: Exclude<Coverage['expected'], undefined>): string {
  if (expected === null)
    return 'Hồ sơ và danh sách máy của các hệ thống chưa ghi số máy, nên chưa biết còn máy nào chưa cài tác nhân.';
  const { systems, computers, missing } = expected;
  return `Theo hồ sơ của ${systems} hệ thống có ghi số máy: ${computers} máy, trong đó ${missing} máy chưa cài tác nhân (không được tính là đạt).`;
}

export function levelBlocks(rows: readonly LevelRow[]): Block[] {
  const sum = (pick: (row: LevelRow) => number): number => rows.reduce((total, row) => total + pick(row), 0);
  const total: Cell[] = [
    { content: 'Tổng cộng', bold: true },
    { content: sum(({ systems }) => systems), bold: true },
    { content: sum(({ hosts }) => hosts), bold: true },
  ];
  return [
    table(
      'Cấp độ',
      [
        ['Cấp độ', 70],
        ['Số hệ thống thông tin', 40],
        ['Số máy', 40],
      ],
      rows.map(({ level, systems, hosts }) => [
        { content: levelWords(level) },
        { content: systems },
        { content: hosts },
      ]),
      { total },
    ),
  ];
}

const SEVERITY = {
  critical: 'Nghiêm trọng',
  high: 'Cao',
  medium: 'Trung bình',
  low: 'Thấp',
  informational: 'Thông tin',
} as const;

export function incidentBlocks({ alerts, cases, clocks }: Incidents): Block[] {
  return [
    table(
      'Cảnh báo',
      [
        ['Mức độ', 60],
        ['Phát sinh', 30],
        ['Đã xử lý', 30],
        ['Còn mở', 30],
      ],
      alerts.map(({ severity, opened, closed, open }) => [
        { content: SEVERITY[severity] },
        { content: opened },
        { content: closed },
        { content: open },
      ]),
      { caption: 'Cảnh báo trong kỳ' },
    ),
    table(
      'Sự cố',
      [
        ['Loại', 60],
        ['Phát sinh', 30],
        ['Đã đóng', 30],
        ['Còn mở', 30],
      ],
      cases.map(({ title, opened, closed, open }) => [
        { content: title },
        { content: opened },
        { content: closed },
        { content: open },
      ]),
      { caption: 'Vụ việc, sự cố trong kỳ (không tính diễn tập)' },
    ),
    table(
      'Thời hạn',
      [
        ['Thời hạn theo quy định', 62],
        ['Đến hạn', 22],
        ['Đúng hạn', 22],
        ['Quá hạn', 22],
        ['Đang tính', 22],
      ],
      clocks.map(({ clock, due, kept, late, running }) => [
        { content: clock },
        { content: due },
        { content: kept },
        { content: late },
        { content: running },
      ]),
      { caption: 'Thực hiện các thời hạn thông báo, báo cáo sự cố' },
    ),
  ];
}

export function patchBlocks({ inTime, late, excepted, notAssessed }: PatchState): Block[] {
  const rows = [
    ['Máy được vá đúng thời hạn theo cấp độ', inTime],
    ['Máy chưa được vá đúng thời hạn', late],
    ['Máy có ngoại lệ đã duyệt', excepted],
    ['Máy chưa đánh giá được', notAssessed],
  ] as const;
  return [
    table(
      'Bản vá',
      [
        ['Tình trạng bản vá', 100],
        ['Số máy', 50],
      ],
      rows.map(([words, many]) => [{ content: words }, { content: many }]),
      { caption: 'Máy thuộc nhiều hệ thống được tính ở từng hệ thống' },
    ),
  ];
}

export function logBlocks({ rows }: LogRetention): Block[] {
  return [
    table(
      'Lưu nhật ký',
      [
        ['Cấp độ', 50],
        ['Số hệ thống', 30],
        ['Yêu cầu (tháng)', 35],
        ['Thiết lập (tháng)', 35],
      ],
      rows.map(({ level, standard, systems, wantedMonths, keptMonths }) => [
        { content: level === null ? levelWords(level) : `${levelWords(level)} (${standard})` },
        { content: systems },
        wantedMonths === null ? { content: 'không quy định', italic: true } : count(wantedMonths),
        count(keptMonths),
      ]),
    ),
  ];
}

export function changeBlocks(changes: readonly Change[]): Block[] {
  return [
    table(
      'So với kỳ trước',
      [
        ['Chỉ tiêu', 80],
        ['Kỳ trước', 35],
        ['Kỳ này', 35],
      ],
      changes.map(({ what, before, after, as }) => {
        const shown = as === 'percent' ? share : count;
        return [{ content: what }, shown(before), shown(after)];
      }),
    ),
  ];
}
