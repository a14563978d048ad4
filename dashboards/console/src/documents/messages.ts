/** Words around documents that are shown in the page; the documents' own are Vietnamese, as they leave. */
import { defineMessages } from '../i18n/messages.ts';

export const messages = defineMessages({
  'document.rowsLeft': [
    'Còn {n} dòng nữa, có đủ trong tệp tải về.',
    '{n} more {n|row|rows}; the file has them all.',
  ],
  'document.head': [
    'Số: …/{symbol} · {place}, ngày … tháng … năm …',
    'No. …/{symbol} · {place}, date left blank',
  ],
  'document.recipients': ['Nơi nhận:', 'Recipients:'],
  'document.file': ['Tệp đã gửi', 'File that was sent'],
  'document.fileHint': [
    'Trình duyệt tính mã băm tại chỗ; tệp không rời máy này.',
    'Its hash is computed here; the file does not leave this computer.',
  ],
  'document.sha256': ['Mã băm SHA-256', 'SHA-256'],
});
