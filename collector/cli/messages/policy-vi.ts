/** `vonggac policy` bằng tiếng Việt. */
import type { PolicyMessages, policyHelpEn } from './policy-en.ts';

export const policyVi: PolicyMessages = {
  none: 'Không có chính sách nào.',
  noAgents: 'Không có máy nào.',
  same: 'Không có gì khác.',
  head: ({ group, version, author, comment }, created) =>
    `Nhóm ${group}, phiên bản ${version}, ${created}, do ${author}${comment === '' ? '' : `: ${comment}`}`,
  set: ({ group, version }) => `Nhóm ${group} có chính sách phiên bản ${version}.`,
  rollout: ({ group, version, previous, percent, canaries, state, reason }) => {
    const before = previous === 0 ? 'cấu hình riêng' : `phiên bản ${previous}`;
    if (state === 'halted')
      return `${group}: phiên bản ${version} đã dừng phát: ${reason}. Máy chưa nhận chạy ${before}.`;
    if (version === 0) return `${group}: không có chính sách; các máy chạy cấu hình riêng.`;
    if (percent === 100) return `${group}: phiên bản ${version} cho tất cả các máy.`;
    const named = canaries.length === 0 ? '' : ` và ${canaries.length} máy được nêu tên`;
    return `${group}: phiên bản ${version} cho ${percent} % số máy${named}; các máy khác chạy ${before}.`;
  },
  wouldBeTaken:
    'Chính sách này sẽ được nhận. Chưa có gì thay đổi. Chỉ tác nhân biết từng thiết lập: hãy thử trên một máy bằng "vonggac-agent check-policy FILE", hoặc phát cho vài máy trước bằng --percent hay --canary.',
  unreadable: (file, reason) => `không đọc được ${file}: ${reason}`,
  notPercent: (text) => `"${text}" không phải số nguyên trong khoảng cho phép`,
  nothingToChange: 'cần nói thay đổi gì: --percent, --canary hoặc --halt-above',
  keyRotated: (purpose, publicKey) =>
    `Khóa mới ký ${purpose === 'policy' ? 'chính sách' : 'lệnh'} từ bây giờ (${publicKey}); tác nhân theo lời khai của khóa trước.`,
  outcomes: {
    applied: 'đã áp dụng',
    failed: 'THẤT BẠI',
    waiting: 'đang chờ',
    'own-settings': 'cấu hình riêng',
  },
  columns: {
    version: 'PHIÊN BẢN',
    created: 'TẠO LÚC',
    author: 'TÁC GIẢ',
    comment: 'GHI CHÚ',
    wanted: 'CẦN CHẠY',
    running: 'ĐANG CHẠY',
    outcome: 'TRẠNG THÁI',
    why: 'LÝ DO',
  },
};

export const policyHelpVi: typeof policyHelpEn = {
  policy: 'cấu hình tác nhân theo nhóm: có phiên bản, có chữ ký, phát từng bước, quay lại được',
  policyList: 'liệt kê các phiên bản và phạm vi đã phát',
  policyShow: 'xem cấu hình của một phiên bản, mặc định là mới nhất',
  policyDiff: 'xem khác biệt giữa hai phiên bản, hoặc giữa bản mới nhất và một tệp',
  policySet: 'đặt chính sách của một nhóm: phiên bản mới từ tệp JSON chứa một phần cấu hình tác nhân',
  policyRollout: 'phát phiên bản đang cần rộng hơn; cũng kết thúc việc dừng phát',
  policyRollback: 'cho nhóm chạy lại một phiên bản cũ, hoặc không chính sách nào',
  policyStatus: 'xem từng máy cần chạy gì và nói đang chạy gì; thoát với mã 1 khi có máy từ chối',
  policyRotateKey: 'ký chính sách bằng khóa mới; tác nhân theo lời khai của khóa trước',
  policyVersion: 'phiên bản nào',
  policyFrom: 'phiên bản cũ hơn (mặc định: bản ngay trước bản mới)',
  policyTo: 'phiên bản mới hơn (mặc định: bản mới nhất)',
  policyDiffFile: 'so tệp này với phiên bản mới nhất',
  policyFile: 'tệp JSON chứa cấu hình',
  policyComment: 'lý do; được giữ cùng phiên bản',
  policyDryRun: 'chỉ nói có được nhận hay không',
  policyPercent: 'phát cho chừng này phần trăm số máy của nhóm',
  policyCanary: 'phát cho tác nhân này trước (số hiệu hoặc các ký tự đầu); lặp lại được',
  policyHaltAbove: 'dừng phát khi hơn chừng này phần trăm máy đã nhận bị lỗi (mặc định: 10)',
  policyRollbackTo: 'phiên bản nào (mặc định: bản chạy trước đó); 0: không chính sách',
};

/** Lý do bị từ chối; phần sau của câu là thông báo gốc, nêu đúng chỗ sai. */
export const policyRefusalsVi = {
  'policy-unknown': () => 'không có chính sách hay phiên bản này; xem "vonggac policy list"',
  'policy-invalid': (detail: string) => `chính sách không hợp lệ: ${detail}`,
  'signing-key-absent': () =>
    'thư mục dữ liệu này không có khóa ký mà tác nhân tin cậy: chép từ bộ thu đã tạo ra nó, hoặc khôi phục từ bản sao lưu',
};
