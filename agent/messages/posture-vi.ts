/** Lời của `vonggac-agent posture`, bằng tiếng Việt. */
import type { PostureAgentMessages } from './posture-en.ts';

export const postureVi: PostureAgentMessages = {
  help: {
    posture: 'kiểm cấu hình an toàn của máy này',
    run: 'kiểm máy này ngay, nêu điểm chưa đạt và cách khắc phục; mã thoát 1 khi có điểm chưa đạt',
    look: 'agent tự gọi: JSON vào và ra',
    policy: 'chính sách đi kèm agent, hoặc tệp JSON; lặp lại được (mặc định: những chính sách hợp với máy)',
    all: 'liệt kê cả điểm đạt và điểm không áp dụng',
  },
  language: 'vi',
  results: {
    pass: 'đạt',
    fail: 'chưa đạt',
    'not-applicable': 'không áp dụng',
    'not-assessed': 'chưa kiểm được',
    excepted: 'ngoại lệ',
  },
  severities: { critical: 'NGHIÊM TRỌNG', high: 'CAO', medium: 'VỪA', low: 'THẤP' },
  noPolicy: (name, known) => `không có chính sách "${name}" và cũng không có tệp đó; agent có sẵn: ${known}`,
  badPolicy: (file, reason) => `${file} không phải là chính sách: ${reason}`,
  left: (name, reason) => `${name}: không chạy: ${reason}`,
  found: 'thấy',
  expected: 'cần',
  mend: 'khắc phục',
  why: 'vì sao',
  by: (who, until, reason) => `do ${who} duyệt đến ${until}: ${reason}`,
  others: (count, reason) => `${count} không áp dụng: ${reason}`,
  codes: {
    unreadable: 'không đọc được',
    forbidden: 'chứa bí mật',
    'too-large': 'quá lớn',
    'command-absent': 'thiếu chương trình',
    'command-failed': 'chương trình lỗi',
    'not-tellable': 'không xác định được',
    defect: 'lỗi của agent',
  },
  on: 'cấu hình của máy được kiểm định kỳ; xem kết quả bằng "vonggac-agent posture run"',
  nothing: 'không có chính sách nào hợp với máy này',
  moreRights: 'Chạy bằng root để kiểm được cả những gì người dùng này không đọc được.',
};
