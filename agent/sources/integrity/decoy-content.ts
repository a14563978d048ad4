/** What a decoy holds: a document that looks worth taking, of made-up people and sums, another one on each host. */
import { createHmac } from 'node:crypto';
import { zipArchive } from './zip-archive.ts';

const FAMILIES = ['Nguyễn', 'Trần', 'Lê', 'Phạm', 'Hoàng', 'Vũ', 'Đặng', 'Bùi', 'Đỗ', 'Hồ'];
const MIDDLES = ['Văn', 'Thị', 'Minh', 'Thu', 'Quốc', 'Ngọc', 'Hữu', 'Thanh'];
const NAMES = [
  'An',
  'Bình',
  'Cường',
  'Dung',
  'Giang',
  'Hải',
  'Hoa',
  'Khánh',
  'Lan',
  'Long',
  'Mai',
  'Nam',
  'Oanh',
];
const ROWS = 60;
const CONTENT_TYPES = '[Content_Types].xml';
const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const OFFICE = 'http://schemas.openxmlformats.org';

/** A stream of numbers in [0, 1) that is always the same for one key and name. */
function numbers(key: Uint8Array, name: string): () => number {
  let count = 0;
  return () => {
    count += 1;
    return createHmac('sha256', key).update(`decoy\n${name}\n${count}`).digest().readUInt32BE(0) / 2 ** 32;
  };
}

export function decoyDocument(key: Uint8Array, name: string): Buffer {
  const next = numbers(key, name);
  const pick = (words: readonly string[]): string => words[Math.floor(next() * words.length)] ?? '';
  const rows = Array.from({ length: ROWS }, (_, index) => [
    String(index + 1),
    `${pick(FAMILIES)} ${pick(MIDDLES)} ${pick(NAMES)}`,
    String(100_000_000_000 + Math.floor(next() * 9e10)),
    `${Math.floor(5 + next() * 20)}.${Math.floor(next() * 900 + 100)}.000`,
  ]);
  return name.endsWith('.xlsx') ? workbook(rows) : document(rows);
}

function document(rows: readonly (readonly string[])[]): Buffer {
  const paragraph = (text: string): string => `<w:p><w:r><w:t>${text}</w:t></w:r></w:p>`;
  const body = [
    paragraph('DANH SÁCH CÁN BỘ VÀ TÀI KHOẢN LƯƠNG'),
    ...rows.map((row) => paragraph(row.join(' - '))),
  ];
  return zipArchive([
    [
      CONTENT_TYPES,
      `${XML}<Types xmlns="${OFFICE}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`,
    ],
    ['_rels/.rels', relations('word/document.xml')],
    [
      'word/document.xml',
      `${XML}<w:document xmlns:w="${OFFICE}/wordprocessingml/2006/main"><w:body>${body.join('')}</w:body></w:document>`,
    ],
  ]);
}

function workbook(rows: readonly (readonly string[])[]): Buffer {
  const cell = (text: string): string => `<c t="inlineStr"><is><t>${text}</t></is></c>`;
  const lines = [['STT', 'Họ tên', 'Số CCCD', 'Lương'], ...rows].map(
    (row) => `<row>${row.map(cell).join('')}</row>`,
  );
  const sheet = `${OFFICE}/spreadsheetml/2006/main`;
  return zipArchive([
    [
      CONTENT_TYPES,
      `${XML}<Types xmlns="${OFFICE}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`,
    ],
    ['_rels/.rels', relations('xl/workbook.xml')],
    [
      'xl/workbook.xml',
      `${XML}<workbook xmlns="${sheet}" xmlns:r="${OFFICE}/officeDocument/2006/relationships"><sheets><sheet name="Luong" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    ],
    [
      'xl/_rels/workbook.xml.rels',
      `${XML}<Relationships xmlns="${OFFICE}/package/2006/relationships"><Relationship Id="rId1" Type="${OFFICE}/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    ],
    [
      'xl/worksheets/sheet1.xml',
      `${XML}<worksheet xmlns="${sheet}"><sheetData>${lines.join('')}</sheetData></worksheet>`,
    ],
  ]);
}

function relations(target: string): string {
  return `${XML}<Relationships xmlns="${OFFICE}/package/2006/relationships"><Relationship Id="rId1" Type="${OFFICE}/officeDocument/2006/relationships/officeDocument" Target="${target}"/></Relationships>`;
}
