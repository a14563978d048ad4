/** What is said about the audit set-up of Windows, in Vietnamese. */
import type { WindowsAuditMessages } from './windows-audit-en.ts';

export const windowsAuditVi: WindowsAuditMessages = {
  notHere: (option) => `${option} dành cho kiểm toán Linux: Windows không có lựa chọn này`,
  asItShouldBe: 'mọi thiết lập đã đúng: không cần thay đổi gì',
  kept: (file) =>
    `trạng thái ban đầu được giữ trong ${file}; "vonggac-agent audit uninstall" trả lại đúng như vậy`,
  nothingSetUp: (file) => `không có ${file}: chưa thiết lập gì nên không có gì để trả lại`,
  allBack: 'mọi thiết lập đã trở lại như ban đầu',
  notAllBack: (file) => `chưa trả lại được hết: ${file} vẫn giữ nguyên, hãy chạy lại lệnh này`,
  neverInstalled: 'tác nhân chưa thiết lập kiểm toán trên máy này',
  installed: (file) => `tác nhân đã thiết lập kiểm toán (${file} giữ trạng thái ban đầu)`,
  summary: (right, differ, absent, unread) =>
    `thiết lập: ${right} đúng, ${differ} chưa đúng, ${absent} nhật ký mà Windows này không có, ${unread} không đọc được`,
  differs: (title, is, wanted) => `${title}: ${is}; cần là ${wanted}`,
  wouldChange: (title, is, wanted) => `${title}: ${is} -> ${wanted} (sẽ đổi)`,
  changed: (title, was, is) => `${title}: ${was} -> ${is}: đã đổi`,
  notChanged: (title, is, reason) => `${title}: vẫn là ${is}: ${reason}`,
  unread: (title, reason) => `${title}: không đọc được: ${reason}; hãy chạy bằng quyền quản trị`,
  unreadMany: (count, reason) => `${count} thiết lập không đọc được: ${reason}`,
  sysmon: 'máy có Sysmon: nhật ký của nó được đọc',
  noSysmon:
    'máy không có Sysmon: nếu cài sẽ biết nhiều hơn về tiến trình, kết nối mạng và tệp (của Microsoft, miễn phí)',
  doInstall: 'hãy chạy "vonggac-agent audit install"; thêm --dry-run để chỉ xem sẽ đổi những gì',
  log: (enabled, mib) => `${enabled ? 'bật' : 'tắt'}, ${mib} MiB`,
  states: {
    none: 'không ghi',
    success: 'thành công',
    failure: 'thất bại',
    both: 'thành công và thất bại',
    absent: 'chưa đặt',
  },
};
