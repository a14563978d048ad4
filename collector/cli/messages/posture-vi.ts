/** Lời của các lệnh về cấu hình an toàn, bằng tiếng Việt. */
import type { postureHelpEn, PostureMessages } from './posture-en.ts';

export const postureVi: PostureMessages = {
  severities: { low: 'thấp', medium: 'vừa', high: 'cao', critical: 'nghiêm trọng' },
  columns: {
    policy: 'CHÍNH SÁCH',
    version: 'PHIÊN BẢN',
    checks: 'ĐIỂM KIỂM',
    title: 'TÊN',
    platforms: 'HỆ THỐNG',
    check: 'ĐIỂM KIỂM',
    severity: 'MỨC',
    controls: 'YÊU CẦU',
  },
  linted: (policies, checks, problems) =>
    `${policies.toLocaleString('vi')} chính sách, ${checks.toLocaleString('vi')} điểm kiểm: ${problems.toLocaleString('vi')} lỗi`,
  cannotRead: (folder, reason) => `không đọc được ${folder}: ${reason}`,
  noPolicy: (name, known) => `không có chính sách "${name}"; hiện có: ${known}`,
  noCheck: (id, near) =>
    `không có điểm kiểm "${id}"${near === '' ? '' : `; gần giống: ${near}`}. Xem danh sách bằng "vonggac posture show CHÍNH_SÁCH"`,
  inPolicies: 'chính sách',
  severity: 'mức',
  controls: 'yêu cầu',
  why: 'vì sao',
  mend: 'cách khắc phục',
  concerns: 'chỉ xét máy khi',
  otherwise: 'nếu không',
  looksAt: 'kiểm gì',
  references: 'tham khảo',
  results: {
    pass: 'đạt',
    fail: 'chưa đạt',
    'not-applicable': 'không áp dụng',
    'not-assessed': 'chưa kiểm được',
    excepted: 'ngoại lệ',
  },
  heading: (host, at) => `${host}, tính đến ${at}`,
  nothingTold: 'chưa máy nào báo tình trạng cấu hình',
  foundFor: (observed, expected) => `thấy ${observed}; cần ${expected}`,
  exceptedBy: (who, until, reason) => `do ${who} duyệt đến ${until}: ${reason}`,
  exceptedAs: (id, until) => `ngoại lệ ${id}, đến ${until}`,
  systems: (names) => `hệ thống: ${names}`,
};

export const postureHelpVi: typeof postureHelpEn = {
  posture: 'kiểm cấu hình an toàn: chính sách, điểm kiểm và kết quả của các máy',
  postureLint: 'kiểm tệp chính sách; không nêu thư mục thì kiểm bộ đi kèm sản phẩm',
  postureFolder: 'thư mục chính sách (*.yml, shared/*.yml)',
  postureList: 'liệt kê các chính sách',
  postureShow: 'liệt kê điểm kiểm của một chính sách',
  posturePolicy: 'tên chính sách',
  postureControl: 'chỉ điểm kiểm gắn với yêu cầu này, ví dụ CF-01',
  postureExplain: 'giải thích một điểm kiểm: vì sao, cách khắc phục, kiểm những gì',
  postureCheck: 'mã điểm kiểm',
  postureStatus: 'các máy đạt chính sách đến đâu: một máy kèm bằng chứng, hoặc mọi máy theo điểm kiểm',
  postureHost: 'tên máy, hoặc mã tác nhân (hay phần đầu); bỏ trống: mọi máy',
  postureAt: 'tính đến thời điểm này, hoặc cuối ngày này (mặc định: bây giờ)',
  postureAgency: 'chỉ máy của cơ quan này và cấp dưới',
};
