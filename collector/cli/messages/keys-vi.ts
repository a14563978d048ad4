/** `vonggac keys` bằng tiếng Việt. */
import type { keysHelpEn, KeysMessages } from './keys-en.ts';

export const keysVi: KeysMessages = {
  rotated: ({ fingerprint, channels, factors, tokens, ladders }) =>
    `Khóa notify.key mới (${fingerprint}) niêm phong ${channels} kênh thông báo, ${factors} yếu tố thứ hai và ${tokens} lượt đăng nhập tập trung; mã của ${ladders} thông báo đang chạy nay đã khác. Các bộ thu thập dùng chung dữ liệu quản lý phải nhận bản sao tệp này trước khi chạy; hãy tạo bản sao lưu.`,
};

export const keysHelpVi: typeof keysHelpEn = {
  keys: 'các khóa của bộ thu thập',
  keysRotate:
    'tạo notify.key mới và niêm phong lại những gì khóa cũ giữ; mọi bộ thu thập phải dừng khi làm việc này',
};
