/** What the doctor says about the syslog receiver, in Vietnamese. */
import type { SyslogMessages } from './syslog-en.ts';

export const syslogVi: SyslogMessages = {
  listening: (name) => `${name}: đang nhận`,
  free: (name) => `${name}: cổng còn trống, tác nhân dùng được`,
  failing: (name, reason) =>
    `${name}: không mở được cổng: ${reason}; có thể một dịch vụ syslog khác đang giữ cổng này, và cổng dưới 1024 cần quyền root hoặc CAP_NET_BIND_SERVICE`,
  certificate: (file, date) => `${file}: chứng thư dùng được đến ${date}`,
  expires: (file, date) => `${file}: chứng thư hết hạn ngày ${date}; hãy gia hạn`,
  expired: (file, date) => `${file}: chứng thư đã hết hạn ngày ${date}; hãy gia hạn rồi chạy lại tác nhân`,
  badCertificate: (file, reason) => `${file}: không dùng được: ${reason}`,
  everybody: (name, network) =>
    `${name}: nhận thông báo từ mọi địa chỉ (${network}); hãy ghi mạng của các thiết bị vào "allow"`,
};
