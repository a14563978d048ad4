/** What is said about the audit, in Vietnamese. */
import type { AuditMessages } from './audit-en.ts';
import { windowsAuditVi } from './windows-audit-vi.ts';

export const auditVi: AuditMessages = {
  help: {
    audit:
      'hệ thống ghi lại ai đã làm gì (Linux: auditd; Windows: chính sách kiểm toán và nhật ký): thiết lập, trả lại như cũ, xem tình trạng',
    install:
      'Linux: ghi bộ quy tắc bên cạnh các quy tắc sẵn có rồi nạp vào nhân; Windows: bật kiểm toán và nhật ký; không làm yếu thiết lập của bên khác',
    uninstall: 'trả lại như cũ: gỡ bộ quy tắc trên Linux; trên Windows đặt lại đúng như lúc đầu',
    status: 'kiểm toán có đang chạy không, thiết lập nào đúng hay chưa, mất bao nhiêu bản ghi',
    dryRun: 'chỉ cho biết sẽ thay đổi những gì',
    connections: 'ghi cả các kết nối mà chương trình mở ra: mỗi kết nối một sự kiện',
    noConnections: 'không ghi các kết nối nữa; nếu bỏ trống: như lần cài trước',
    root: 'gốc của hệ thống tệp; nếu là gốc khác thì chỉ ghi quy tắc, không nạp (mặc định: /)',
  },
  noFolder: (folder) =>
    `không có ${folder}: hãy cài auditd trước (Debian, Ubuntu: apt install auditd; họ RHEL: dnf install audit)`,
  unchanged: (file) => `${file} đã đúng, không cần thay đổi`,
  wouldWrite: (file) => `sẽ ghi ${file}:`,
  wouldRemove: (file) => `sẽ xoá ${file}:`,
  written: (file, rules) => `đã ghi ${file}: ${rules} quy tắc`,
  removed: (file) => `đã xoá ${file}`,
  absent: (file) => `không có ${file}: không có gì để gỡ`,
  loaded: 'nhân hệ điều hành đã nhận thay đổi',
  locked:
    'quy tắc trong nhân đang bị khoá (-e 2): thay đổi có hiệu lực từ lần khởi động sau; trước đó mọi thứ giữ nguyên',
  noProgram: 'máy này không có auditctl: quy tắc sẽ được nạp khi auditd khởi động',
  failed: (reason) => `không nạp được quy tắc, nên mọi thứ được trả lại như cũ: ${reason}`,
  conflicts: {
    locks: (file) =>
      `${file} khoá quy tắc cho đến lần khởi động sau (-e 2): thay đổi về sau của tác nhân phải chờ đến lúc đó`,
    silences: (file, rule) =>
      `${file} tắt việc kiểm toán lời gọi hệ thống (${rule}): hãy bỏ dòng này, nếu không quy tắc của tác nhân không bắt được gì`,
    'limits-rate': (file, perSecond) =>
      `${file} cho phép nhân bỏ bản ghi khi vượt ${perSecond} bản ghi mỗi giây (-r): mỗi lần khởi động chương trình ghi khoảng bảy bản ghi`,
    'small-backlog': (file, records) =>
      `${file} chỉ cho ${records} bản ghi chờ (-b): cần 8192 trở lên để không mất khi máy bận`,
    panics: (file) => `${file} dừng cả hệ thống khi mất một bản ghi (-f 2); -f 1 chỉ thông báo`,
  },
  state: {
    notHere: 'máy này chưa cài auditd: không có auditctl',
    unknown: (reason) => `không hỏi được tình trạng kiểm toán: ${reason}; hãy chạy bằng quyền root`,
    off: 'kiểm toán đang tắt (auditctl -e 1 để bật)',
    on: 'kiểm toán đang bật',
    locked: 'kiểm toán đang bật, quy tắc bị khoá đến lần khởi động sau',
    daemon: (pid) => `auditd đang chạy (tiến trình ${pid})`,
    noDaemon: 'auditd không chạy: không ai ghi nhật ký; systemctl enable --now auditd',
    lost: (records, backlog) =>
      `đã mất ${records} bản ghi từ khi khởi động: hãy tăng -b (hiện là ${backlog}) trong /etc/audit/rules.d`,
    nothingLost: 'không mất bản ghi nào',
    rules: (own, foreign) => `quy tắc đã nạp: ${own} của tác nhân, ${foreign} của bên khác`,
    fileCurrent: (file) => `${file} đúng như phiên bản này của tác nhân ghi`,
    fileOlder: (file) => `${file} khác với bản mà phiên bản này ghi: hãy chạy "vonggac-agent audit install"`,
    fileAbsent: (file) => `không có ${file}: hãy chạy "vonggac-agent audit install"`,
    partly: (loaded, written) =>
      `chỉ ${loaded} trên ${written} quy tắc được nạp: hãy chạy "vonggac-agent audit install"`,
  },
  windows: windowsAuditVi,
  logReadable: (file) => `${file}: đọc được`,
  logAbsent: (file) => `không có ${file}: chưa cài auditd, hoặc auditd ghi vào chỗ khác`,
  logUnreadable: (file, reason) =>
    `${file}: không đọc được: ${reason}; hãy chạy tác nhân bằng quyền root, hoặc thêm vào nhóm log_group của auditd.conf`,
};
