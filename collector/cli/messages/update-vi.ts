/** `vonggac update` bằng tiếng Việt. */
import type { updateHelpEn, UpdateMessages } from './update-en.ts';

export const updateVi: UpdateMessages = {
  rollout: (version, state, ring, reason) =>
    `Bản phát hành ${version}: ${state}, vòng ${ring}${reason === '' ? '' : `: ${reason}`}.`,
  second: 'Người thứ hai cho phát: "vonggac update start --user TÊN".',
  none: 'Không có bản phát hành nào đang được phát.',
  states: {
    planned: 'đã lập',
    running: 'đang phát',
    paused: 'tạm dừng',
    halted: 'ĐÃ DỪNG',
    ended: 'đã kết thúc',
  },
  outcomes: {
    held: 'ỔN ĐỊNH',
    applied: 'ĐÃ CÀI',
    trying: 'ĐANG THỬ',
    waiting: 'ĐANG CHỜ',
    failed: 'THẤT BẠI',
    silent: 'IM LẶNG',
    unable: 'KHÔNG NHẬN',
  },
  columns: { ring: 'VÒNG', running: 'ĐANG CHẠY' },
};

export const updateHelpVi: typeof updateHelpEn = {
  update: 'phát bản phát hành của tác nhân theo từng vòng: một người lập, người khác bắt đầu',
  updatePlan: 'lập đợt phát một bản phát hành; chờ người thứ hai',
  updateStart: 'phát cho vòng đầu: người khác với người lập',
  updateResume: 'đi tiếp sau khi tạm dừng hoặc dừng',
  updatePause: 'không máy nào nhận thêm cho đến khi đi tiếp',
  updateHalt: 'không máy nào nhận thêm: bản này có lỗi',
  updateEnd: 'đợt phát đã xong, hoặc không bắt đầu nữa',
  updateStatus: 'từng vòng ra sao; thoát với mã 1 khi đợt phát đã dừng',
  updateRings: 'tệp JSON chứa các vòng (mặc định: 1 %, 10 %, tất cả)',
  updateHealthy: 'phần trăm của vòng phải ổn định trước khi sang vòng sau (mặc định: 90)',
  updateHaltAbove: 'dừng khi hơn chừng này phần trăm máy đã thử phải quay lại (mặc định: 5)',
  updateSoak: 'phải ổn định bao nhiêu giờ (mặc định: 24)',
  updateReason: 'lý do; được giữ cùng việc làm',
  updateUser: 'ai làm; mật khẩu được hỏi, hoặc lấy từ VONGGAC_PASSWORD',
  updateHosts: 'liệt kê cả từng máy',
};

/** Lý do bị từ chối. */
export const updateRefusalsVi = {
  'release-unknown': () => 'không giữ bản phát hành này; xem "vonggac release list"',
  'release-invalid': (detail: string) => `bản phát hành không được nhận: ${detail}`,
  'release-known': (detail: string) => `đã có bản này hoặc bản có số lớn hơn: ${detail}`,
  'release-full': () => 'đã giữ đủ số bản phát hành; hãy rút một bản: "vonggac release withdraw"',
  'release-in-use': () => 'bản này đang được phát; hãy kết thúc trước: "vonggac update end"',
  'release-withdrawn': () => 'bản phát hành này đã bị rút',
  'rollout-unknown': () => 'không có đợt phát nào đang lập hay đang chạy; xem "vonggac update status"',
  'rollout-open': () => 'đang có một đợt phát khác; hãy kết thúc trước: "vonggac update end"',
  'rollout-invalid': (detail: string) => `các vòng chưa đúng: ${detail}`,
  'rollout-state': (detail: string) => `đợt phát không ở trạng thái cho phép việc này: ${detail}`,
  'rollout-not-yours': () =>
    'người lập đợt phát không tự bắt đầu được, và chỉ người quản trị mọi cơ quan mới được phát: cần người thứ hai',
};
