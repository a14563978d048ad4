/** Words about long work. */
import { defineMessages } from '../i18n/messages.ts';

export const messages = defineMessages({
  'job.waiting': [
    'Đang chờ người thứ hai duyệt: {why}.',
    'Waiting for a second person to approve it: {why}.',
  ],
  'job.queued': ['Đang xếp hàng…', 'Queued…'],
  'job.running': ['Đang chạy… {n} giây', 'Running… {n} s'],
  'job.progress': ['Đang chạy: {done} / {total}', 'Running: {done} of {total}'],
  'job.cancelling': ['Đang dừng…', 'Stopping…'],
  'job.cancelled': ['Đã dừng trước khi xong.', 'Stopped before it was done.'],
  'job.rejected': ['Người duyệt đã từ chối: {why}', 'It was refused: {why}'],
  'job.failed': ['Không hoàn thành: {why}', 'It failed: {why}'],
  'job.cancel': ['Dừng', 'Stop'],
  'job.bar': ['Tiến độ', 'Progress'],
});
