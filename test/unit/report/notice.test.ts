import { describe, expect, it } from 'vitest';
import { missingOf } from '../../../collector/report/notice-body.ts';
import { noticeDifferences, noticeDocument } from '../../../collector/report/notice-document.ts';
import { NOTICE_KINDS } from '../../../collector/report/notice-words.ts';
import { render } from '../../../collector/report/render.ts';
import { docxText, partOf } from './read-office.ts';
import { noticeBody } from './sample-notice.ts';

const DRILL = 'DIỄN TẬP - KHÔNG PHẢI SỰ CỐ THẬT';

function lines(body: ReturnType<typeof noticeBody>): string[] {
  return noticeDocument(body)
    .sections.flatMap(({ blocks }) => blocks)
    .flatMap((block) => (block.kind === 'paragraph' ? [block.words] : []))
    .map((words) => (typeof words === 'string' ? words : words.map(({ text }) => text).join('')));
}

describe('a notice of an incident', () => {
  it('has the fields of the first notice, with what is known', () => {
    const said = lines(noticeBody('initial-24h'));
    expect(said).toContain('Phát hiện lúc: 08 giờ 10, ngày 26 tháng 11 năm 2026');
    expect(said).toContain('Quyết định phê duyệt cấp độ: 12/QĐ-UBND ngày 02/10/2026');
    expect(said).toContain(
      'Báo cáo nguyên nhân, phạm vi, biện pháp được gửi trước: 08 giờ 10, ngày 29 tháng 11 năm 2026',
    );
    expect(missingOf(noticeBody('initial-24h').notice)).toEqual([]);
  });

  it('leaves dots for what is not known, and names it', () => {
    const body = noticeBody('initial-24h', { blank: true });
    expect(lines(body).filter((line) => /\.{20}/.test(line)).length).toBeGreaterThan(8);
    expect(missingOf(body.notice)).toEqual(
      expect.arrayContaining(['contactName', 'contactPhone', 'detectedAt', 'signs', 'systems']),
    );
  });

  it('says of a cause that is only supposed that it is', () => {
    expect(lines(noticeBody('final')).join('\n')).toContain('Nguyên nhân (giả thuyết, đang xác minh)');
    expect(missingOf(noticeBody('final').notice)).toEqual(['causeCertainty']);
  });

  it.each(['older-initial', 'older-final'] as const)('%s is marked to be confirmed', (kind) => {
    expect(lines(noticeBody(kind)).join('\n')).toContain('cần xác nhận');
  });

  it('marks what the law does not define', () => {
    const grounds = lines(noticeBody('initial-24h')).find((line) => line.startsWith('Căn cứ'));
    expect(grounds).toContain('Nghị định 331/2026/NĐ-CP, Điều 31 khoản 2 điểm d');
    expect(grounds).toContain('cần xác nhận');
  });

  it.each(NOTICE_KINDS)('%s of a drill says so on each page, one of an incident nowhere', (kind) => {
    expect(noticeDocument(noticeBody(kind, { drill: true })).banner).toBe(DRILL);
    expect(noticeDocument(noticeBody(kind)).banner).toBeUndefined();
  });

  it('of a drill has its mark in the header of the first page and the others', async () => {
    const document = noticeDocument(noticeBody('initial-24h', { drill: true }));
    const file = await render(document, 'docx');
    for (const part of ['word/header1.xml', 'word/header2.xml']) expect(partOf(file, part)).toContain(DRILL);
  });

  it('holds texts as they were typed, and nothing is run', async () => {
    const facts = { signs: '=HYPERLINK("http://x") <w:p/> & ‮đảo', scopeAssets: 'x'.repeat(4_000) };
    const file = await render(noticeDocument(noticeBody('initial-24h', { facts })), 'docx');
    expect(docxText(file)).toContain('Dấu hiệu: =HYPERLINK("http://x") <w:p/> & đảo');
  });

  it('tells what a later one says otherwise', () => {
    const before = noticeBody('report-72h');
    const after = noticeBody('update', { facts: { causeCertainty: 'confirmed', usersAffected: 9 } });
    const told = noticeDifferences(before, after).differences.map(({ after: text }) => text);
    expect(told).toContain('Người dùng bị ảnh hưởng: 9 người');
    expect(told).toContain('Nguyên nhân (đã xác nhận): Tài khoản quản trị từ xa bị lộ mật khẩu');
    expect(told).toHaveLength(2);
  });
});
