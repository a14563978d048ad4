/** What stands around the content of every report: head, title, addressees, signature, and the annex of what was corrected. */
import type { ReportFrame } from './body.ts';
import type { Block, Section } from './document.ts';
import { parsePeriod } from './period.ts';

/** Of a date that is still blank: that in which the period ends. */
export function yearOf({ period }: ReportFrame): number {
  return parsePeriod(period)?.year ?? Number(period.slice(0, 4));
}

/** What kind of document it is, and its short form in symbols (decree 30/2020/NĐ-CP, annex III). */
export interface DocumentSort {
  name: string;
  short: string;
}
const REPORT: DocumentSort = { name: 'Báo cáo', short: 'BC' };

function symbolOf({ office }: ReportFrame, { short }: DocumentSort): string {
  const of = office.symbol.replace(/^BC-/, '');
  return of === '' || of === 'BC' ? short : `${short}-${of}`;
}

export function opening(body: ReportFrame, abstract: string, sort = REPORT): Block[] {
  const { office, addressees, amendment, draft, toConfirm = [] } = body;
  const doubtful = toConfirm.includes('monitoring-form') ? ' (mẫu cần xác nhận)' : '';
  const corrected = amendment === null ? '' : ' (bản sửa đổi, bổ sung)';
  const unlocked = draft ? ' (bản xem trước, chưa chốt số liệu)' : '';
  return [
    {
      kind: 'letter-head',
      superior: office.superior,
      issuer: office.name,
      number: '',
      symbol: symbolOf(body, sort),
      place: office.place,
      day: null,
      year: yearOf(body),
    },
    { kind: 'title', name: sort.name, abstract: `${abstract}${doubtful}${corrected}${unlocked}` },
    ...(addressees.length === 0
      ? []
      : [
          {
            kind: 'paragraph',
            align: 'center',
            words: `Kính gửi: ${addressees.join('; ')}.`,
          } as const,
        ]),
  ];
}

export function closing({ office }: ReportFrame): Block {
  const { copies, archive, capacity, signer } = office;
  const rest = copies.map((copy) => `${copy};`);
  const filed = archive === '' ? [] : [`Lưu: ${archive}.`];
  return { kind: 'closing', recipients: ['Như trên;', ...rest, ...filed], capacity, signer };
}

const ROMAN = [
  [10, 'X'],
  [9, 'IX'],
  [5, 'V'],
  [4, 'IV'],
  [1, 'I'],
] as const;

export function roman(value: number): string {
  let left = value;
  let text = '';
  for (const [worth, letter] of ROMAN) for (; left >= worth; left -= worth) text += letter;
  return text;
}

/** @param number from 1 */
export function annexTitle(body: ReportFrame, number: number, title: string, sort = REPORT): Block {
  const belongs = `(Kèm theo ${sort.name} số         /${symbolOf(body, sort)} ngày      tháng      năm ${yearOf(body)} của ${body.office.name})`;
  return { kind: 'annex-title', label: `Phụ lục ${roman(number)}`, title, with: belongs };
}

/** @param number of the annex, from 1 */
export function amendmentSection(body: ReportFrame, number: number, sort = REPORT): Section[] {
  const { amendment } = body;
  if (amendment === null) return [];
  const more =
    amendment.more > 0 ? [{ kind: 'paragraph', words: `Và ${amendment.more} nội dung khác.` } as const] : [];
  return [
    {
      orientation: 'landscape',
      blocks: [
        annexTitle(body, number, 'Nội dung sửa đổi, bổ sung', sort),
        { kind: 'paragraph', words: `Lý do: ${amendment.reason}` },
        {
          kind: 'table',
          sheet: 'Sửa đổi, bổ sung',
          empty: 'Không có nội dung khác',
          columns: [{ width: 12, align: 'center' }, { width: 90 }, { width: 75 }, { width: 75 }],
          header: [['STT', 'Nội dung', 'Bản trước', 'Bản này'].map((content) => ({ content }))],
          rows: amendment.differences.map(({ where, before, after }, at) => [
            { content: at + 1 },
            { content: where },
            { content: before },
            { content: after },
          ]),
        },
        ...more,
      ],
    },
  ];
}
