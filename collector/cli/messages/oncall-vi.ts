/** `vonggac notify roster` và `vonggac notify escalation` bằng tiếng Việt. */
import type { oncallEn, oncallHelpEn } from './oncall-en.ts';

export const oncallVi: typeof oncallEn = {
  noRosters: 'Chưa có lịch trực nào: "vonggac notify roster set TỆP" ghi một lịch.',
  noEscalations: 'Chưa có trình tự báo nào: "vonggac notify escalation set TỆP" ghi một trình tự.',
  set: (id, name) => `Đã ghi ${id} (${name}).`,
  removed: (name) => `Đã xóa ${name}.`,
  nobody: (when) => `${when}  không có ai`,
  unreadable: (file, problem) => `${file} không đúng như docs/notify.md: ${problem}`,
  step: (minutes, channelId, rosterId) =>
    `+${minutes} phút kênh ${channelId}${rosterId === undefined ? '' : ` lịch ${rosterId}`}`,
  yes: 'có',
  no: 'không',
  columns: { agency: 'CƠ QUAN', layers: 'SỐ LỚP', people: 'NGƯỜI TRỰC', enabled: 'BẬT', steps: 'CÁC BƯỚC' },
};

export const oncallHelpVi: typeof oncallHelpEn = {
  roster: 'lịch trực: ai đang trực',
  rosterList: 'liệt kê các lịch trực',
  rosterShow: 'xem một lịch, đúng dạng tệp mà "set" nhận',
  rosterSet: 'ghi lịch trực theo tệp JSON (docs/notify.md), thay lịch cùng tên',
  rosterRemove: 'xóa một lịch trực mà không trình tự báo nào dùng',
  rosterName: 'tên hoặc số của lịch trực',
  rosterOnDuty: 'cho biết ai đang trực',
  rosterAt: 'vào lúc này, không phải bây giờ',
  escalation: 'lần lượt báo cho ai cho tới khi có người tiếp nhận',
  escalationList: 'liệt kê các trình tự báo',
  escalationShow: 'xem một trình tự, đúng dạng tệp mà "set" nhận',
  escalationSet: 'ghi trình tự báo theo tệp JSON (docs/notify.md), thay trình tự cùng tên',
  escalationRemove: 'xóa một trình tự báo; những gì đang báo theo nó dừng lại',
  escalationName: 'tên hoặc số của trình tự báo',
  oncallFile: 'tệp mô tả; - đọc từ đầu vào chuẩn',
};

export const oncallRefusalsVi = {
  'notify-plan-unknown': () => 'không có lịch trực hay trình tự báo đó',
  'notify-plan-exists': () => 'đã có lịch trực hay trình tự báo mang tên đó',
  'notify-plan-used': () => 'một trình tự báo đang dùng lịch trực này: hãy đổi trình tự đó trước',
};
