/** `vonggac notify` in Vietnamese. */
import { oncallHelpVi, oncallVi } from './oncall-vi.ts';
import type { notifyEn, notifyHelpEn } from './notify-en.ts';

export const notifyVi: typeof notifyEn = {
  oncall: oncallVi,
  changed: (id, name) => `Đã đổi kênh ${id} (${name}).`,
  noChannels: 'Chưa có kênh nào: "vonggac notify add TỆP" thêm một kênh.',
  noMessages: 'Không có thông báo nào như vậy.',
  added: (id, name) => `Đã thêm kênh ${id} (${name}); "vonggac notify test ${id}" để thử.`,
  removed: (id) => `Đã xóa kênh ${id} cùng những gì đang chờ gửi qua nó.`,
  taken: (answer) => `Bên nhận đã nhận: ${answer}`,
  notTaken: (problem) => `Chưa gửi được: ${problem}`,
  refused: (receiver) => `Bị từ chối với ${receiver}`,
  again: (id) => `Thông báo ${id} đang được gửi lại.`,
  unreadable: (file, problem) => `${file} không mô tả một kênh: ${problem}`,
  columns: {
    id: 'SỐ',
    name: 'TÊN',
    kind: 'LOẠI',
    from: 'TỪ MỨC',
    last: 'LẦN GỬI CUỐI',
    problem: 'LỖI',
    channel: 'KÊNH',
    state: 'TRẠNG THÁI',
    created: 'LẬP LÚC',
    items: 'SỐ VIỆC',
    attempts: 'SỐ LẦN THỬ',
    answer: 'TRẢ LỜI',
  },
};

export const notifyHelpVi: typeof notifyHelpEn = {
  ...oncallHelpVi,
  notify: 'các kênh gửi thông báo về cảnh báo, và kết quả từng thông báo',
  notifyChannels: 'liệt kê các kênh',
  notifyAdd: 'thêm một kênh theo tệp JSON (docs/notify.md); - đọc từ đầu vào chuẩn',
  notifyFile: 'tệp mô tả; có cả bí mật, nên xóa sau khi dùng',
  notifyChange: 'đổi một kênh theo tệp JSON chỉ nêu những gì thay đổi; đổi thiết lập thì phải nêu lại bí mật',
  notifyRemove: 'xóa một kênh cùng những gì đang chờ gửi qua nó',
  notifyTest: 'gửi ngay một thông báo thử; mã thoát 1 nếu bên nhận không nhận',
  notifyChannel: 'số của kênh',
  notifyMessages: 'liệt kê các thông báo, mới nhất trước',
  notifyState: 'chỉ trạng thái này',
  notifyRetry: 'gửi lại một thông báo đã bỏ cuộc',
  notifyMessage: 'mã của thông báo',
};
