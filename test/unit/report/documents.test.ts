import { describe, expect, it } from 'vitest';
import { bodyDigest, bodyText, readBody } from '../../../collector/report/body.ts';
import { differencesOf } from '../../../collector/report/differences.ts';
import { documentOf } from '../../../collector/report/document-of.ts';
import type { Block, ReportDocument, Table } from '../../../collector/report/document.ts';
import { render } from '../../../collector/report/render.ts';
import { unknown } from '../../../collector/report/summary-facts.ts';
import { docxText } from './read-office.ts';
import { FACTS, frame, mau08ReportBody, quarterlyBody, summaryBody } from './sample-bodies.ts';

const tables = ({ sections }: ReportDocument): Table[] =>
  sections.flatMap(({ blocks }) => blocks.filter((block): block is Table => block.kind === 'table'));

function table(document: ReportDocument, sheet: string): unknown[][] {
  const found = tables(document).find((one) => one.sheet === sheet);
  return (found?.rows ?? []).map((row) => row.map(({ content }) => content));
}

describe('Mẫu 08 as a document', () => {
  const document = documentOf(mau08ReportBody());

  it('has twelve columns in the order of the form, and a row for each system', () => {
    const part3 = tables(document).find(({ sheet }) => sheet === 'Phần 3');
    expect(part3?.header.map((row) => row.length)).toEqual([12, 12]);
    expect(part3?.header[0]?.map(({ content }) => content)).toEqual([
      'STT',
      'Tên hệ thống thông tin',
      'Chủ quản hệ thống thông tin',
      'Đơn vị vận hành',
      'Cấp độ đề xuất',
      'Tình trạng hồ sơ đề xuất cấp độ',
      'Quyết định phê duyệt cấp độ',
      'Quy chế bảo đảm an ninh mạng',
      'Thời gian dự kiến phê duyệt',
      'Tình trạng triển khai phương án',
      'Thời gian dự kiến triển khai đầy đủ',
      'Kiểm tra, đánh giá',
    ]);
    expect(table(document, 'Phần 3')).toEqual([
      [
        1,
        'Trung tâm dữ liệu tỉnh',
        'Sở Khoa học và Công nghệ',
        'Sở Khoa học và Công nghệ',
        3,
        'Đã được phê duyệt',
        '12/QĐ-UBND ngày 02/10/2026',
        '5/QĐ-SKHCN ngày 01/09/2026',
        '',
        'Đã triển khai đầy đủ',
        '',
        'Trước khi đưa vào sử dụng; Định kỳ',
      ],
      [
        2,
        'Cổng dịch vụ công',
        'Ủy ban nhân dân tỉnh Quảng Ngãi',
        'Sở Khoa học và Công nghệ',
        3,
        'Đã được phê duyệt',
        '12/QĐ-UBND ngày 02/10/2026',
        '5/QĐ-SKHCN ngày 01/09/2026',
        '',
        'Đã triển khai một số hạng mục',
        '30/06/2027',
        'Trước khi đưa vào sử dụng; Định kỳ',
      ],
      [
        3,
        'Mạng nội bộ',
        'Ủy ban nhân dân xã Hành Minh',
        'Sở Khoa học và Công nghệ',
        2,
        'Đã gửi thẩm định',
        '',
        '',
        '01/03/2027',
        'Chưa triển khai',
        '31/12/2027',
        '',
      ],
      [
        4,
        'Trang thông tin điện tử',
        'Ủy ban nhân dân xã Hành Minh',
        'Ủy ban nhân dân xã Hành Minh',
        '',
        '',
        '',
        '',
        '',
        '',
        '',
        '',
      ],
    ]);
  });

  it('has counts that add up with the rows, and says what nobody said', () => {
    expect(table(document, 'Phần 1').map((row) => row.slice(2))).toEqual([
      [4, 0, 1, 2, 0, 0],
      [3, 0, 1, 2, 0, 0],
      [3, 0, 1, 2, 0, 0],
      [2, 0, 0, 2, 0, 0],
      [2, 0, 0, 2, 0, 0],
      [2, 0, 0, 2, 0, 0],
    ]);
    const texts = paragraphs(document);
    expect(texts).toContain(
      'Còn 2 hệ thống thông tin chưa được phê duyệt cấp độ; chưa có đủ thời gian dự kiến hoàn thành.',
    );
    expect(table(document, 'Tuân thủ quy chế')).toEqual([
      [1, 'Trung tâm dữ liệu tỉnh', 'Đã tuân thủ đầy đủ'],
      [2, 'Cổng dịch vụ công', 'chưa đánh giá'],
    ]);
  });

  it('has annexes that name the report they belong to', async () => {
    expect(docxText(await render(document, 'docx'))).toContain(
      '(Kèm theo Báo cáo số         /BC-UBND ngày      tháng      năm 2026 của Ủy ban nhân dân tỉnh Quảng Ngãi)',
    );
  });

  it('says that it is a preview while its data is not locked', () => {
    const preview = documentOf(mau08ReportBody('x', { draft: true }));
    expect(abstractOf(preview)).toMatch(/\(bản xem trước, chưa chốt số liệu\)$/);
    expect(abstractOf(document)).not.toMatch(/xem trước/);
  });
});

const blocksOf = (document: ReportDocument): Block[] =>
  document.sections.flatMap(({ blocks }) => [...blocks]);
const paragraphs = (document: ReportDocument): unknown[] =>
  blocksOf(document).flatMap((block) => (block.kind === 'paragraph' ? [block.words] : []));
const abstractOf = (document: ReportDocument): string =>
  blocksOf(document).flatMap((block) => (block.kind === 'title' ? [block.abstract] : []))[0] ?? '';

describe('a quarterly report', () => {
  const document = documentOf(quarterlyBody());

  it('says what is not known, and why, and never 0', () => {
    expect(paragraphs(document)).toContain('Chưa đánh giá (chưa có dữ liệu kiểm kê).');
    expect(table(document, 'Điểm theo nhóm').map((row) => row.at(-1))).toEqual([0.5, 'chưa đánh giá']);
    expect(table(document, 'Điểm theo hệ thống')[1]).toContain('chưa đánh giá (chưa xác định cấp độ)');
  });

  it('tells of vulnerabilities by severity, of those that are attacked with, of hosts left out, and of old feeds', () => {
    expect(table(document, 'Lỗ hổng').at(-1)).toEqual(['', 'Tổng cộng', 1216, 111, 2, 92]);
    expect(table(document, 'Chưa đánh giá lỗ hổng').map((row) => row.at(-1))).toEqual([19, 41]);
    expect(table(document, 'Nguồn dữ liệu lỗ hổng').at(-1)).toEqual([2, 'kev', '02/11/2026', 'đã cũ']);
    expect(paragraphs(document).join(' ')).toContain('60 máy chưa đánh giá được (không được tính là đạt)');
  });

  it('says what of it is to be confirmed, and nothing of the kind in what was locked before', () => {
    expect(abstractOf(documentOf(summaryBody('monitoring', '2026-H2')))).toMatch(/ \(mẫu cần xác nhận\)$/);
    expect(paragraphs(document).join(' ')).toContain('14/12/2026; thời kỳ số liệu cần xác nhận)');
    const { toConfirm: _none, ...earlier } = summaryBody('monitoring', '2026-H2');
    expect(JSON.stringify(documentOf(earlier))).not.toContain('cần xác nhận');
  });

  it('has every section, also with nothing known at all', () => {
    const nothing = Object.fromEntries(Object.keys(FACTS).map((name) => [name, unknown('không có')]));
    const empty = documentOf({
      ...frame('2026-11'),
      content: { kind: 'monthly', facts: { ...FACTS, ...nothing } },
    });
    const headings = (of: ReportDocument): unknown[] =>
      blocksOf(of).flatMap((block) => (block.kind === 'heading' ? [block.words] : []));
    expect(headings(empty)).toEqual(headings(document));
    expect(headings(document)).toHaveLength(9);
    expect(tables(empty)).toHaveLength(0);
  });

  it('gives each table a sheet of its own', () => {
    const sheets = tables(document).map(({ sheet }) => sheet);
    expect(new Set(sheets).size).toBe(sheets.length);
    expect(sheets.every((sheet) => sheet.length <= 31 && !/[\\/?*[\]:]/.test(sheet))).toBe(true);
  });
});

describe('a correction', () => {
  it('tells a changed cell by table, row and column, and a row that is the same under another name', () => {
    const told = differencesOf(documentOf(mau08ReportBody()), documentOf(mau08ReportBody('Cổng DVC')));
    expect(told.differences[0]).toEqual({
      where: 'Phần 3, Cổng dịch vụ công, Tên hệ thống thông tin',
      before: 'Cổng dịch vụ công',
      after: 'Cổng DVC',
    });
    expect(told.more).toBe(0);
    expect(told.differences.filter(({ where }) => where.startsWith('Phần 3'))).toHaveLength(1);
  });

  it('tells nothing of what is the same, and shows what it tells in an annex of its own', () => {
    expect(differencesOf(documentOf(mau08ReportBody()), documentOf(mau08ReportBody())).differences).toEqual(
      [],
    );
    const differences = [{ where: 'Phần 1', before: '1', after: '2' }];
    const body = mau08ReportBody('x', {
      revision: 2,
      amendment: { of: 'a', reason: 'Sai số', differences, more: 3 },
    });
    const document = documentOf(body);
    expect(abstractOf(document)).toMatch(/\(bản sửa đổi, bổ sung\)$/);
    expect(table(document, 'Sửa đổi, bổ sung')).toEqual([[1, 'Phần 1', '1', '2']]);
    expect(paragraphs(document)).toContain('Và 3 nội dung khác.');
  });
});

describe('a stored body', () => {
  it('comes back as it was, and not when a byte of it changed', () => {
    const text = bodyText(mau08ReportBody());
    expect(readBody(text, bodyDigest(text))).toEqual(mau08ReportBody());
    expect(() => readBody(text.replace('Cổng', 'Cong'), bodyDigest(text))).toThrow('not what was locked');
  });
});
