import { describe, expect, it } from 'vitest';
import {
  cellChecks,
  cellCount,
  cellDay,
  cellLevel,
  cellPaper,
  cellPlan,
  cellStatus,
} from '../../../collector/compliance/dossier/table-cells.ts';
import { fieldOfHeading } from '../../../collector/compliance/dossier/table-columns.ts';

const day = (value: string | number, from1904 = false): string | undefined => {
  const found = cellDay(value, from1904);
  return found === undefined ? undefined : `${found.day}${found.isRough ? ' ~' : ''}`;
};

describe('cells of agencies’ tables', () => {
  it.each([
    ['02/10/2026', '2026-10-02'],
    ['2-10-2026', '2026-10-02'],
    ['2.10.2026', '2026-10-02'],
    ['2026-10-02', '2026-10-02'],
    ['ngày 02 tháng 10 năm 2026', '2026-10-02'],
    ['Ngày 2/10/26', '2026-10-02'],
    [46_297, '2026-10-02'],
    [46_297.75, '2026-10-02'],
    ['46297', '2026-10-02'],
    ['tháng 10/2026', '2026-10-31 ~'],
    ['02/2028', '2028-02-29 ~'],
    ['12/2026', '2026-12-31 ~'],
    ['Quý IV/2026', '2026-12-31 ~'],
    ['quý 1 năm 2027', '2027-03-31 ~'],
    [2027, '2027-12-31 ~'],
    ['năm 2027', '2027-12-31 ~'],
    ['31/02/2026', undefined],
    ['13/2026', undefined],
    ['sớm', undefined],
    [12, undefined],
    [999_999, undefined],
  ])('day %s is %s', (written, read) => expect(day(written)).toBe(read));

  it('counts days from 1904 where the file does', () => expect(day(44_835, true)).toBe('2026-10-02'));

  it.each([
    ['12/QĐ-UBND ngày 02/10/2026', '12/QĐ-UBND', '2026-10-02'],
    ['Quyết định số 1234/QĐ-UBND, ngày 2/10/2026', '1234/QĐ-UBND', '2026-10-02'],
    ['QĐ số: 15/2026/QĐ-UBND (02-10-2026)', '15/2026/QĐ-UBND', '2026-10-02'],
    ['số 5/QĐ-SYT ngày 02 tháng 10 năm 2026', '5/QĐ-SYT', '2026-10-02'],
    ['12/QĐ-UBND', '12/QĐ-UBND', null],
    ['02/10/2026', null, '2026-10-02'],
    ['Quyết định 77', '77', null],
  ])('paper %s', (written, number, on) => expect(cellPaper(written, false)).toEqual({ number, on }));

  it.each([
    ['3', 3],
    [3, 3],
    ['3.0', 3],
    ['Cấp độ 3', 3],
    ['CẤP ĐỘ III', 3],
    ['cấp 2', 2],
    ['Cấp độ 2 (đề xuất)', 2],
    ['iv', 4],
    ['6', undefined],
    ['3-4', undefined],
  ])('level %s', (written, read) => expect(cellLevel(written)).toBe(read));

  it.each([
    ['Đã được phê duyệt', 'approved'],
    ['Đã phê duyệt', 'approved'],
    ['Đã thẩm định', 'appraised'],
    ['Đã thẩm định, chưa phê duyệt', 'appraised'],
    ['Đang trình phê duyệt', 'appraised'],
    ['Đã gửi thẩm định', 'submitted'],
    ['Chưa thẩm định', 'draft'],
    ['Chưa gửi thẩm định', 'draft'],
    ['Đang dự thảo', 'draft'],
    ['Chưa lập hồ sơ', 'draft'],
    ['tốt', undefined],
  ])('status %s', (written, read) => expect(cellStatus(written)).toBe(read));

  it.each([
    ['Đã triển khai đầy đủ', 'full'],
    ['Đã triển khai một số hạng mục', 'some'],
    ['Chưa triển khai đầy đủ', 'some'],
    ['Chưa triển khai', 'none'],
    ['tốt', undefined],
  ])('plan %s', (written, read) => expect(cellPlan(written)).toBe(read));

  it.each([
    ['Trước khi đưa vào sử dụng', { beforeUse: true, periodic: false }],
    ['Định kỳ', { beforeUse: false, periodic: true }],
    ['Cả hai', { beforeUse: true, periodic: true }],
    ['Chưa', { beforeUse: false, periodic: false }],
    ['x', undefined],
  ])('checks %s', (written, read) => expect(cellChecks(written)).toEqual(read));

  it.each([
    [12, 12],
    ['12', 12],
    ['1.250', 1_250],
    ['1 250 máy', 1_250],
    ['12 máy tính', 12],
    [0, 0],
    ['khoảng 10', undefined],
    ['12,5', undefined],
    [1.5, undefined],
    [-1, undefined],
    ['99999999', undefined],
    ['chưa rõ', undefined],
  ])('count %s', (written, read) => expect(cellCount(written)).toBe(read));

  it.each([
    ['STT', 'index'],
    ['Tên HTTT', 'name'],
    ['TÊN HỆ THỐNG THÔNG TIN', 'name'],
    ['Chủ quản hệ thống thông tin', 'owner'],
    ['Tên đơn vị chủ quản', 'owner'],
    ['Đơn vị vận hành HTTT', 'operator'],
    ['Cấp độ đề xuất (1-5)', 'level'],
    ['Tình trạng hồ sơ đề xuất cấp độ', 'status'],
    ['Quyết định phê duyệt cấp độ', 'approval'],
    ['Quyết định phê duyệt Số', 'approvalNumber'],
    ['Quyết định phê duyệt Ngày', 'approvedOn'],
    ['Số, ngày QĐ phê duyệt', 'approval'],
    ['Quyết định ban hành quy chế', 'regulation'],
    ['Thời gian dự kiến phê duyệt', 'expectedApprovalOn'],
    ['Tình trạng triển khai phương án bảo đảm ANM', 'plan'],
    ['Thời gian dự kiến triển khai đầy đủ', 'expectedFullOn'],
    ['Kiểm tra, đánh giá', 'checks'],
    ['Ghi chú', 'note'],
    ['Điện thoại', undefined],
  ])('heading %s', (written, field) => expect(fieldOfHeading(written)).toBe(field));

  it('hostile cells are read in no time', () => {
    const before = performance.now();
    for (const text of [
      '1'.repeat(8_192),
      'chua '.repeat(1_600),
      `${'1/'.repeat(4_000)}x`,
      '('.repeat(8_192),
    ]) {
      for (const read of [cellLevel, cellStatus, cellPlan, cellChecks, cellCount]) read(text);
      cellPaper(text, false);
      cellDay(text, false);
      fieldOfHeading(text);
    }
    expect(performance.now() - before).toBeLessThan(1_000);
  });
});
