/** Tệp nêu trên dòng lệnh có gì không ổn, bằng tiếng Việt. */
import type { FileMessages } from './file-en.ts';

export const fileVi: FileMessages = {
  unusable: (file, problem) => `${file}: ${problem}`,
  noFolder: 'không có thư mục này',
  problems: {
    ENOENT: 'không có tệp này',
    ENOTDIR: 'không có tệp này: một phần của đường dẫn không phải thư mục',
    EISDIR: 'đây là thư mục, cần một tệp',
    EACCES: 'không được phép truy cập: hãy cấp quyền cho tài khoản chạy vonggac',
    EPERM: 'không được phép truy cập: hãy cấp quyền cho tài khoản chạy vonggac',
    EEXIST: 'đã có tệp mang tên này: hãy chọn tên khác',
    ENOSPC: 'đĩa đã hết chỗ',
    EROFS: 'đĩa chỉ cho đọc',
    ENAMETOOLONG: 'tên quá dài',
    ELOOP: 'các liên kết của nó không dẫn đến đâu',
    EMFILE: 'quá nhiều tệp đang mở',
  },
  tooLarge: (file, bytes, bytesMax) =>
    `${file} có ${bytes.toLocaleString('vi')} byte; ở đây chỉ nhận tối đa ${bytesMax.toLocaleString('vi')} byte`,
  notUtf8: (file) => `${file} không phải UTF-8: hãy lưu lại dưới dạng UTF-8 (trong Excel là "CSV UTF-8")`,
};
