import ExcelJS from 'exceljs';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { gridOf } from '../../../collector/report/document.ts';
import { renderApart } from '../../../collector/report/render-apart.ts';
import { render, RENDERED_FORMATS, type RenderedFormat } from '../../../collector/report/render.ts';
import { contentDigest, docxText, HAS_POPPLER, partOf, pdfText } from './read-office.ts';
import { sampleDocument } from './sample-document.ts';

const NAME = 'Sở Khoa học và Công nghệ';
const files = new Map<RenderedFormat, Buffer>();

const file = (format: RenderedFormat): Buffer => files.get(format) ?? Buffer.alloc(0);

beforeAll(async () => {
  for (const format of RENDERED_FORMATS) files.set(format, await render(sampleDocument(NAME), format));
}, 30_000);
afterEach(() => {
  vi.useRealTimers();
});

describe('the same document', () => {
  it.each(RENDERED_FORMATS)('is the same bytes as %s on another day', async (format) => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2031, 5, 1) });
    const again = await render(sampleDocument(NAME), format);
    expect(again.equals(file(format))).toBe(true);
  });

  it('is the same bytes from a thread of its own', async () => {
    expect((await renderApart(sampleDocument(NAME), 'xlsx')).equals(file('xlsx'))).toBe(true);
  });

  it('is what it was when this was written; look at the files before changing a digest', () => {
    expect(
      Object.fromEntries(RENDERED_FORMATS.map((format) => [format, contentDigest(file(format))])),
    ).toEqual({
      docx: 'b89673b29f818627ad146f9723d931d5e98bc047fd5302437ba612aae5f15724',
      xlsx: '6e797fa794783f854e3f34c2e7f478bdf348ca60ff2df3697d8af3763f683121',
      pdf: '862fbe8a84006dc1ea7e6fad3aaf64e772ccb7cf3eb8e63652e5cbcc80526324',
    });
  });
});

describe('DOCX', () => {
  it('reads as it was written, with blank places for number and day', () => {
    expect(docxText(file('docx')).filter((text) => text !== '')).toEqual([
      'SỞ KHOA HỌC VÀ CÔNG NGHỆ',
      'SỞ KHOA HỌC VÀ CÔNG NGHỆ',
      'Số:         /BC-SKHCN',
      'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM',
      'Độc lập - Tự do - Hạnh phúc',
      'Quảng Ngãi, ngày       tháng       năm 2026',
      'BÁO CÁO',
      NAME,
      `${NAME} nghiêng`,
      'I. TÌNH HÌNH',
      `a) ${NAME}`,
      'b) Hai',
      'c) Ba',
      'd) Bốn',
      'đ) Năm',
      NAME,
      'STT',
      'Nhóm',
      'Kết quả',
      'Số',
      'Tỷ lệ',
      '1',
      NAME,
      '12.345',
      '85,3%',
      '2',
      'chưa đánh giá',
      'Nơi nhận:',
      `- ${NAME}`,
      'KT. GIÁM ĐỐC',
      'PHÓ GIÁM ĐỐC',
      NAME,
      'Phụ lục I',
      'SỞ KHOA HỌC VÀ CÔNG NGHỆ',
      NAME,
      'Không có',
    ]);
  });

  it('is A4 with the margins of the decree, a turned section, repeated headers, no number on the first page', () => {
    const text = partOf(file('docx'), 'word/document.xml');
    expect(text).toContain('w:top="1134" w:right="850" w:bottom="1134" w:left="1701"');
    expect(text).toMatch(/<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"\/>/);
    expect(text.match(/<w:titlePg\/>/g)).toHaveLength(1);
    expect(text.match(/<w:tblHeader\/>/g)).toHaveLength(2);
    expect(partOf(file('docx'), 'word/styles.xml')).toContain('w:ascii="Times New Roman"');
    expect(partOf(file('docx'), 'docProps/core.xml')).toContain('2026-12-14T17:00:00Z');
  });
});

describe('XLSX', () => {
  it('holds numbers as numbers and texts as texts, a sheet for each table', async () => {
    const book = new ExcelJS.Workbook();
    await book.xlsx.load(new Uint8Array(file('xlsx')).buffer);
    expect(book.worksheets.map(({ name }) => name)).toEqual(['Báo cáo', 'Điểm', 'Rỗng']);
    const sheet = book.getWorksheet('Điểm');
    const row = [1, 2, 3, 4].map((column) => sheet?.getCell(4, column).value);
    expect(row).toEqual([1, NAME, 12_345, 0.853]);
    expect(sheet?.getCell(4, 4).numFmt).toBe('0.0%');
    expect(sheet?.getCell(2, 3).text).toBe('Kết quả');
    expect(sheet?.pageSetup).toMatchObject({ paperSize: 9, printTitlesRow: '2:3', fitToWidth: 1 });
  });
});

describe('PDF', () => {
  it('has its fonts inside and one date', () => {
    const text = file('pdf').toString('latin1');
    expect(text.match(/\/FontFile2 /g)?.length).toBeGreaterThanOrEqual(3);
    expect(text).toContain('(D:20261214170000Z)');
    expect(text.match(/\(D:\d/g)).toHaveLength(1);
  });

  it.skipIf(!HAS_POPPLER)(
    'reads as it was written, letters with all their marks, pages numbered from the second',
    () => {
      const [first = '', second = ''] = pdfText(file('pdf')).split('\f');
      for (const words of [
        'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM',
        'Số:',
        '/BC-SKHCN',
        'đ) Năm',
        '12.345',
        '85,3%',
        'PHÓ GIÁM ĐỐC',
      ])
        expect(first).toContain(words);
      expect(first.trimStart()).toMatch(/^SỞ KHOA HỌC/);
      expect(second.trimStart()).toMatch(/^2\n/);
      expect(second).toContain('Không có');
    },
  );
});

describe('a grid', () => {
  it('refuses rows that are too short, too long, or that a span from above leaves no room', () => {
    const one = { content: 'x' };
    expect(() => gridOf([[one]], 2)).toThrow('too few cells');
    expect(() => gridOf([[one, one, one]], 2)).toThrow('does not fit');
    expect(() => gridOf([[{ content: 'x', rowSpan: 2 }]], 1)).toThrow('does not fit');
    expect(gridOf([[{ content: 'x', rowSpan: 2 }, one], [one]], 2)[1]?.map(({ kind }) => kind)).toEqual([
      'covered',
      'cell',
    ]);
  });
});
