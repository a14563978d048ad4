/** A document with every kind of block. */
import type { ReportDocument } from '../../../collector/report/document.ts';

/** @param name stands wherever people's words stand */
export function sampleDocument(name: string): ReportDocument {
  const columns = [10, 60, 30, 30].map((width) => ({ width }));
  return {
    title: `Báo cáo ${name}`,
    author: name,
    createdMs: Date.UTC(2026, 11, 14, 17),
    sections: [
      {
        orientation: 'portrait',
        blocks: [
          {
            kind: 'letter-head',
            superior: name,
            issuer: name,
            number: '',
            symbol: 'BC-SKHCN',
            place: 'Quảng Ngãi',
            day: null,
            year: 2026,
          },
          { kind: 'title', name: 'Báo cáo', abstract: name },
          {
            kind: 'paragraph',
            words: [
              { text: name, bold: true },
              { text: ' nghiêng', italic: true },
            ],
          },
          { kind: 'heading', level: 1, words: 'I. TÌNH HÌNH' },
          { kind: 'list', marker: 'letter', items: [name, 'Hai', 'Ba', 'Bốn', 'Năm'] },
          {
            kind: 'table',
            sheet: 'Điểm',
            caption: name,
            empty: 'Không có',
            columns,
            header: [
              [
                { content: 'STT', rowSpan: 2 },
                { content: 'Nhóm', rowSpan: 2 },
                { content: 'Kết quả', colSpan: 2 },
              ],
              [{ content: 'Số' }, { content: 'Tỷ lệ' }],
            ],
            rows: [
              [{ content: 1 }, { content: name }, { content: 12_345 }, { content: 0.853, as: 'percent' }],
              [{ content: 2 }, { content: 'chưa đánh giá', colSpan: 3 }],
            ],
          },
          { kind: 'closing', recipients: [name], capacity: ['KT. Giám đốc', 'Phó Giám đốc'], signer: name },
        ],
      },
      {
        orientation: 'landscape',
        blocks: [
          { kind: 'annex-title', label: 'Phụ lục I', title: name, with: name },
          { kind: 'table', sheet: 'Rỗng', empty: 'Không có', columns, header: [], rows: [] },
        ],
      },
    ],
  };
}
