/** Tables of what is met, of the plan for the rest, and of what people attest. */
import type { Block, Cell } from './document.ts';
import { NOT_ASSESSED } from './report-words.ts';
import { dayShort } from './short-day.ts';
import type { Assessment, AttestationRow, GroupScore, PlanRow } from './summary-facts.ts';
import { sentence, share, table } from './summary-parts.ts';

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
