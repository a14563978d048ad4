/** The words of notes at the end of a shift. */
import { defineMessages } from '../i18n/messages.ts';

export const messages = defineMessages({
  'handover.acknowledge': ['Nhận ca', 'Take over'],
  'handover.acknowledged': ['Bạn đã nhận ca', 'You took over'],
  'handover.at': ['Giao lúc', 'At'],
  'handover.cases': ['Vụ việc đang mở ({n})', 'Open cases ({n})'],
  'handover.from': ['Người giao', 'From'],
  'handover.fromTo': ['{from} giao ca cho {to}', '{from} hands over to {to}'],
  'handover.heading': ['Giao ca', 'Hand-over'],
  'handover.hours': ['Ca dài (giờ)', 'Length of the shift (hours)'],
  'handover.moreCases': [
    'Còn vụ việc khác, xem danh sách vụ việc.',
    'There are more; see the list of cases.',
  ],
  'handover.new': ['Giao ca', 'Hand over'],
  'handover.next': ['Việc tiếp theo', 'Next steps'],
  'handover.nextHint': [
    'Mỗi dòng một việc: VG-2026-0012: chờ cơ quan trả lời',
    'One a line: VG-2026-0012: wait for the agency',
  ],
  'handover.noCases': ['Không có vụ việc nào đang mở.', 'No case is open.'],
  'handover.none': ['Chưa có biên bản giao ca', 'No hand-over yet'],
  'handover.noneText': [
    'Cuối ca, biên bản tự ghi vụ việc đang mở, thay đổi trong ca, việc và thời hạn còn lại.',
    'At the end of a shift a note gathers open cases, what changed, tasks and clocks.',
  ],
  'handover.note': ['Ghi chú', 'Note'],
  'handover.open': ['Vụ việc', 'Cases'],
  'handover.print': ['Tải bản in', 'For paper'],
  'handover.state': ['Trạng thái', 'State'],
  'handover.taken': ['Đã nhận', 'Taken over'],
  'handover.tasks': ['Việc:', 'Tasks:'],
  'handover.to': ['Người nhận', 'To'],
  'handover.waiting': ['Chờ xác nhận', 'Waiting'],
  'handover.write': ['Ghi biên bản', 'Write it'],
  'handover.written': ['Đã giao ca cho {to}', 'Handed over to {to}'],
});
