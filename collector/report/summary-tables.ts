/** The tables of monthly, quarterly, half-yearly and yearly reports. What is not known says so in one line, with its reason. */
import type { Block, Cell, Table } from './document.ts';
import { NOT_ASSESSED } from './report-words.ts';
import { dayShort } from './short-day.ts';
import type {
  Assessment,
  AttestationRow,
  Change,
  Coverage,
  GroupScore,
  Incidents,
  Known,
  LevelRow,
  LogRetention,
  PatchState,
  PlanRow,
} from './summary-facts.ts';

type Head = readonly (readonly [words: string, width: number])[];

interface Around {
  caption?: string | undefined;
  /** The last row, which has no number. */
  total?: Cell[] | undefined;
}

function table(sheet: string, head: Head, rows: readonly Cell[][], { caption, total }: Around = {}): Table {
  return {
    kind: 'table',
    sheet,
    caption,
    empty: 'Không có',
    keyColumn: 1,
    columns: [{ width: 11, align: 'center' }, ...head.map(([, width]) => ({ width }))],
    header: [[{ content: 'STT' }, ...head.map(([content]) => ({ content }))]],
    rows: [
      ...rows.map((row, at): Cell[] => [{ content: at + 1 }, ...row]),
      ...(total === undefined ? [] : [[{ content: '' }, ...total]]),
    ],
  };
}

const sentence = (words: string): Block => ({ kind: 'paragraph', words });

/** A part of the report, or why there is none. */
export function part<T>(fact: Known<T>, blocks: (value: T) => Block[]): Block[] {
  return fact.known ? blocks(fact.value) : [sentence(`${upperFirst(NOT_ASSESSED)} (${fact.why}).`)];
}

const upperFirst = (text: string): string => text.slice(0, 1).toLocaleUpperCase('vi') + text.slice(1);
const share = (value: number | null): Cell =>
  value === null ? { content: NOT_ASSESSED, italic: true } : { content: value, as: 'percent' };
const count = (value: number | null): Cell =>
  value === null ? { content: NOT_ASSESSED, italic: true } : { content: value };
const levelWords = (level: number | null): string => (level === null ? 'Chưa xác định' : `Cấp độ ${level}`);

export function coverageBlocks({ agencies, systems, hosts, reporting, silent }: Coverage): Block[] {
  return [
    sentence(
      `Phạm vi giám sát: ${agencies} cơ quan, đơn vị; ${systems} hệ thống thông tin; ${hosts} máy chủ, máy trạm đã được ghi nhận. Trong kỳ có ${reporting} máy gửi dữ liệu, ${silent} máy không gửi dữ liệu (không được tính là đạt).`,
    ),
  ];
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

function groupRow({ title, counts, score }: GroupScore): Cell[] {
  return [
    { content: title },
    { content: counts.met },
    { content: counts.partly },
    { content: counts.notMet },
    { content: counts.notAssessed },
    { content: counts.excepted },
    { content: counts.provider },
    { content: counts.notApplicable },
    share(score),
  ];
}

export function assessmentBlocks({ day, groups, systems, failed }: Assessment): Block[] {
  return [
    sentence(
      `Kết quả tại ngày ${dayShort(day)}. Điểm = (đạt + nhà cung cấp đáp ứng + một nửa đạt một phần) / (tổng số yêu cầu - không áp dụng); yêu cầu chưa được đánh giá và ngoại lệ không được tính là đạt.`,
    ),
    table(
      'Điểm theo nhóm',
      [
        ['Nhóm yêu cầu', 36],
        ['Đạt', 14],
        ['Một phần', 14],
        ['Chưa đạt', 14],
        ['Chưa đánh giá', 18],
        ['Ngoại lệ', 14],
        ['Nhà cung cấp', 15],
        ['Không áp dụng', 17],
        ['Điểm', 16],
      ],
      groups.map(groupRow),
      { caption: 'Điểm theo nhóm yêu cầu' },
    ),
    table(
      'Điểm theo hệ thống',
      [
        ['Hệ thống thông tin', 55],
        ['Cơ quan', 42],
        ['Cấp độ', 16],
        ['Điểm', 20],
        ['Độ phủ', 20],
      ],
      systems.map(({ system, agency, level, score, coverage, why }) => [
        { content: system },
        { content: agency },
        { content: level ?? 'Chưa xác định', align: 'center' },
        score === null && why !== null ? { content: `${NOT_ASSESSED} (${why})`, italic: true } : share(score),
        share(coverage),
      ]),
      { caption: 'Điểm theo hệ thống thông tin' },
    ),
    table(
      'Chưa đạt nhiều nhất',
      [
        ['Yêu cầu', 80],
        ['Điều khoản', 45],
        ['Số hệ thống chưa đạt', 28],
      ],
      failed.map(({ control, title, clause, systems: many }) => [
        { content: `${control}. ${title}` },
        { content: clause },
        { content: many },
      ]),
      { caption: 'Các yêu cầu chưa đạt nhiều nhất' },
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

export function planBlocks(rows: readonly PlanRow[]): Block[] {
  return [
    table(
      'Kế hoạch khắc phục',
      [
        ['Hệ thống', 36],
        ['Yêu cầu', 44],
        ['Người phụ trách', 28],
        ['Thời hạn', 20],
        ['Tình trạng', 24],
      ],
      rows.map(({ system, control, title, owner, due, state, late }) => [
        { content: system },
        { content: `${control}. ${title}` },
        { content: owner },
        { content: due === null ? '' : dayShort(due) },
        { content: late ? `${state}, quá hạn` : state, bold: late },
      ]),
    ),
  ];
}

export function attestationBlocks(rows: readonly AttestationRow[]): Block[] {
  return [
    table(
      'Xác nhận',
      [
        ['Đối tượng', 40],
        ['Yêu cầu', 24],
        ['Người xác nhận', 38],
        ['Ngày', 22],
        ['Hạn tiếp theo', 28],
      ],
      rows.map(({ subject, control, signer, signedOn, nextDue, late }) => [
        { content: subject },
        { content: control },
        { content: signer },
        { content: dayShort(signedOn) },
        { content: `${nextDue === null ? '' : dayShort(nextDue)}${late ? ' (quá hạn)' : ''}`, bold: late },
      ]),
    ),
  ];
}
