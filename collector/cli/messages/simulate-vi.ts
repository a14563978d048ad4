/** `vonggac simulate` bằng tiếng Việt. */
import type { SimulateMessages, simulateHelpEn } from './simulate-en.ts';

const number = (count: number): string => count.toLocaleString('vi');

export const simulateVi: SimulateMessages = {
  badToken: 'đây không phải mã ghi danh đầy đủ: "vonggac join-token create --uses N" in mã ở dòng cuối',
  badUrl: 'địa chỉ phải là của bộ thu thập, ví dụ https://127.0.0.1:8443',
  notHour: (text) => `"${text}" không phải giờ trong ngày (0-23)`,
  phases: {
    enrol: 'Đang ghi danh',
    connect: 'Đang kết nối',
    send: 'Đang gửi',
    settle: 'Chờ những xác nhận cuối cùng',
  },
  progress: (state) =>
    `  ${number(state.enrolled)} đã ghi danh, ${number(state.online)} trực tuyến, ${number(state.sent)} đã gửi, ${number(state.acked)} đã xác nhận, p99 ${state.p99AckMs ?? '-'} ms, ${number(state.reconnects)} lần kết nối lại, ${number(state.failures)} kết nối hỏng`,
  unchecked:
    'Không hỏi được kho sự kiện (hãy chạy lệnh này cạnh bộ thu thập, cùng --data): số mất là số chưa được xác nhận, trùng lặp không được kiểm tra.',
  refused: (why) => `Bộ thu thập không cho gia nhập: ${why}`,
  tokenRefused: (agents) =>
    `Bộ thu thập không biết mã ghi danh này, hoặc mã đã hết hạn, bị thu hồi hay dùng hết: "vonggac join-token create --uses ${agents}" tạo mã đủ cho chừng ấy tác tử.`,
  needsApproval: (agents) =>
    `Tác tử của mã ghi danh này phải chờ duyệt: "vonggac join-token create --uses ${agents}" tạo mã không cần duyệt.`,
  otherCollector: (url) =>
    `Nơi trả lời tại ${url} đưa chứng thư khác với mã ghi danh: mã là của bộ thu thập khác, hoặc địa chỉ sai.`,
  unreachable: (why) => `Không có bộ thu thập nào trả lời tại ${why}`,
  notAll: (online, agents) =>
    `Không phải máy nào cũng lên mạng kịp: nhiều nhất ${number(online)} trong ${number(agents)}.`,
};

export const simulateHelpVi: typeof simulateHelpEn = {
  simulate: 'thử tải bộ thu thập bằng các tác tử mô phỏng; kết quả là một dòng JSON, dòng cuối cùng được in',
  simulateAgents: 'số tác tử',
  simulateEps: 'số sự kiện mỗi giây, của tất cả tác tử cộng lại',
  simulateSeconds: 'gửi trong bao lâu',
  simulateUrl: 'địa chỉ bộ thu thập',
  simulateToken: 'mã ghi danh còn đủ số lần dùng',
  simulateProfile:
    'loại máy được mô phỏng; province: cả tỉnh, phần lớn là máy văn phòng, ít máy chủ và máy điều khiển miền',
  simulateHour: 'giờ trong ngày lúc bắt đầu: máy văn phòng tắt ban đêm',
  simulateSeed: 'cùng một số thì cho ra cùng các bản ghi',
  simulateState: 'thư mục giữ danh tính cho những lần chạy sau',
};
