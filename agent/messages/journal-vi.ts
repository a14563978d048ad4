/** What the doctor says about systemd's journal, in Vietnamese. */
import type { JournalMessages } from './journal-en.ts';

export const journalVi: JournalMessages = {
  readable: (time) => `đọc được nhật ký hệ thống (journald); mục gần nhất lúc ${time}`,
  empty:
    'không thấy mục nào trong journald: journald đang trống, hoặc tác nhân phải chạy bằng người dùng thuộc nhóm systemd-journal',
  silent: (seconds) => `journalctl không trả lời trong ${seconds} giây`,
  unreadable: (reason) =>
    `không đọc được journald: ${reason}; hãy cài systemd, hoặc đặt "journald": { "enabled": false } trong agent.json`,
  twice: (file) =>
    `${file} cũng đang được đọc và chứa cùng các thông báo: hãy bỏ tệp này khỏi "tails", hoặc đặt "journald": { "enabled": false }`,
};
