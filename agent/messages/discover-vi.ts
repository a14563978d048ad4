/** Lệnh `vonggac-agent discover` nói gì, bằng tiếng Việt. */
import type { DiscoverMessages } from './discover-en.ts';

export const discoverVi: DiscoverMessages = {
  help: 'cho biết máy này có những nhật ký nào, đọc cái nào, bỏ cái nào và vì sao',
  helpWrite: 'ghi đề xuất vào tệp cấu hình',
  notLinux: 'chỉ tìm được nhật ký trên Linux',
  journalRead: 'Có đọc nhật ký journal của systemd: không tệp nào chứa các bản tin của nó.',
  journalNotRead:
    'Không đọc nhật ký journal của systemd: đã có tệp chứa các bản tin ấy, hoặc máy không có journal.',
  read: 'Mặc định có đọc:',
  extra: 'Cũng có trên máy này, chỉ đọc khi cấu hình nêu tên (hoặc sau discover --write):',
  leftOut: 'Bỏ qua:',
  none: '  không có',
  writers: {
    syslog: 'nhật ký hệ thống',
    dpkg: 'gói Debian',
    auditd: 'nhật ký audit của Linux',
    application: 'ứng dụng',
  },
  files: (count) => `${count} tệp`,
  inJournal: 'đã đọc journal, trong đó có cùng các bản tin',
  covered: (by) => `đã đọc ${by}, trong đó có cùng các dòng`,
  sameFile: (as) => `cùng một tệp với ${as}`,
  auditSource: 'do nguồn nhật ký audit đọc, nguồn này ghép các bản ghi của một sự kiện',
  unreadable: 'người dùng này không đọc được: hãy chạy bằng root',
  perhapsInSyslog:
    'các dòng syslog: có thể nhật ký hệ thống cũng đã có; nếu không, hãy nêu tên trong "tails"',
  configured: (file) => `${file} đã tự nêu "tails": những gì đề xuất ở đây chỉ được đọc sau discover --write`,
  written: (count, file) => `đã ghi ${count} nhật ký vào "tails" của ${file}`,
};
