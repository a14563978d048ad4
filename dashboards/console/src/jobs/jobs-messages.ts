/** Words of the page of long work. */
import { defineMessages } from '../i18n/messages.ts';

export const messages = defineMessages({
  'jobs.title': ['Tác vụ', 'Jobs'],
  'jobs.caption': ['Tác vụ dài trên máy chủ, mới nhất trước', 'Long work on the server, the newest first'],
  'jobs.state': ['Trạng thái', 'State'],
  'jobs.waiting': ['Chờ duyệt', 'Waiting'],
  'jobs.queued': ['Xếp hàng', 'Queued'],
  'jobs.running': ['Đang chạy', 'Running'],
  'jobs.done': ['Xong', 'Done'],
  'jobs.failed': ['Không thành', 'Failed'],
  'jobs.cancelled': ['Đã dừng', 'Stopped'],
  'jobs.rejected': ['Bị từ chối', 'Refused'],
  'jobs.kind': ['Loại', 'Kind'],
  'jobs.reason': ['Lý do', 'Reason'],
  'jobs.by': ['Người yêu cầu', 'Asked by'],
  'jobs.at': ['Lúc', 'When'],
  'jobs.progress': ['Tiến độ', 'Progress'],
  'jobs.acts': ['Việc', 'Acts'],
  'jobs.approve': ['Duyệt', 'Approve'],
  'jobs.reject': ['Từ chối', 'Refuse'],
  'jobs.undo': ['Hoàn tác', 'Undo'],
  'jobs.approved': ['Đã duyệt, tác vụ bắt đầu chạy.', 'Approved; it runs now.'],
  'jobs.refused': ['Đã từ chối.', 'Refused.'],
  'jobs.undoing': ['Đang hoàn tác.', 'It is being undone.'],
  'jobs.own': ['Người khác phải duyệt', 'Somebody else must approve'],
  'jobs.none': ['Không có tác vụ nào.', 'There are no jobs.'],
});
