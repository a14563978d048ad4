/** What the doctor says about the logs of Windows, in Vietnamese. */
import type { EventLogMessages } from './event-log-en.ts';

export const eventLogVi: EventLogMessages = {
  readable: (log, time) => `${log}: đọc được; sự kiện gần nhất lúc ${time}`,
  empty: (log) => `${log}: đọc được; chưa có sự kiện nào`,
  absent: (logs) => `máy này không có: ${logs}`,
  missing: (log) =>
    `${log}: không có nhật ký tên này; "wevtutil el" liệt kê các nhật ký hiện có, hoặc đặt "optional": true`,
  denied: (log) =>
    `${log}: tác nhân không được phép đọc; hãy chạy bằng SYSTEM hoặc quản trị viên, hoặc thêm tài khoản vào nhóm Event Log Readers`,
  query: (log) => `${log}: Windows không chấp nhận truy vấn; hãy kiểm tra "select" và "suppress"`,
  bookmark: (log) => `${log}: Windows không chấp nhận dấu vị trí đọc`,
  service: 'dịch vụ EventLog không chạy; hãy khởi động: sc start EventLog',
  unreadable: (reason) =>
    `${reason}; nếu có phần mềm chặn, hãy cho phép tác nhân dùng wevtutil.exe, hoặc đặt "windowsEventLog": { "enabled": false }`,
  forwarded: (log) => `${log}: chứa sự kiện của các máy khác; mỗi sự kiện giữ tên máy nơi nó phát sinh`,
};
