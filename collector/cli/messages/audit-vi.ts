/** `vonggac audit` in Vietnamese. */
import type { auditEn, auditHelpEn } from './audit-en.ts';

export const auditVi: typeof auditEn = {
  none: 'Nhật ký kiểm toán không có việc nào như vậy.',
  columns: {
    seq: 'SỐ',
    time: 'THỜI GIAN',
    actor: 'AI',
    action: 'VIỆC',
    target: 'ĐỐI TƯỢNG',
    detail: 'CHI TIẾT',
  },
  masked: (entries) =>
    `${entries} mục đã che dữ liệu cá nhân: chúng vẫn ở đúng chỗ; nội dung chỉ kiểm tra được trong bản xuất của người được đọc dữ liệu đó.`,
  progress: (entries) => `${entries} mục...`,
  empty: 'Nhật ký kiểm toán chưa có mục nào.',
  walked: (entries, first, last, from, to) =>
    `${entries} mục, từ số ${first} đến ${last}, từ ${from} đến ${to}.`,
  withoutHeads:
    'Không có dấu niêm lưu ở nơi khác (--heads): mục bị sửa hay bị bỏ sẽ lộ ra, nhưng nhật ký bị cắt đuôi hay bị viết lại toàn bộ thì không.',
  withHeads: (matched, before, foreign) =>
    `Dấu niêm khớp: ${matched}; từ trước mục đầu tiên: ${before}; của nhật ký khác: ${foreign}.`,
  faults: {
    changed: (seq) => `Mục ${seq} không còn như lúc ghi, hoặc mục liền trước không còn như lúc ghi.`,
    missing: (from, to) => (from === to ? `Thiếu mục ${from}.` : `Thiếu các mục từ ${from} đến ${to}.`),
    misplaced: (seq, after) => `Mục ${seq} nằm sau mục ${after}.`,
    cut: (last, head, at) =>
      `Nhật ký kết thúc ở mục ${last}; ${at === undefined ? `theo chính nó thì đã có ${head} mục` : `lúc ${at} đã có ${head} mục`}. Phần đuôi bị cắt, hoặc một bản sao lưu cũ hơn đã được khôi phục.`,
    rewritten: (seq, at) =>
      `Đến mục ${seq}, đây không phải nhật ký có dấu niêm đã lưu${at === undefined ? '' : ` lúc ${at}`}: nó đã bị viết lại.`,
  },
  more: (count) => `Còn ${count} lỗi như vậy.`,
  whole: (hash) => `Nhật ký nguyên vẹn như lúc ghi. Dấu niêm: ${hash}`,
  notAsWritten: 'Nhật ký KHÔNG còn như lúc ghi.',
  noHeads: (files) => `không có dấu niêm nào của nhật ký kiểm toán trong ${files}`,
  unwritable: (file, code) => `không ghi được ${file} (${code})`,
  notExport: (file, line) =>
    `${file}:${line} không phải dòng của nhật ký đã xuất; "vonggac audit export" tạo ra tệp như vậy`,
  notWhole: (file) => `${file} không phải bản xuất đầy đủ: thiếu dòng đầu hoặc dòng cuối`,
  exported: (entries, file) =>
    `Đã ghi ${entries} mục vào ${file}; "vonggac audit verify --file" kiểm tra được ở bất cứ đâu.`,
  noPlaces:
    'Dấu niêm chưa được gửi đi đâu: đặt VONGGAC_AUDIT_HEADS, ví dụ syslog+tls://log.example.vn:6514 hoặc file:/mnt/archive/heads.log',
  sent: (target, seq) => `${target}: đã gửi, mục ${seq}`,
  unsent: (target, problem) => `${target}: chưa gửi được: ${problem}`,
};

export const auditHelpVi: typeof auditHelpEn = {
  audit: 'ai đã làm gì: nhật ký kiểm toán, chứng minh và dấu niêm',
  auditList: 'liệt kê các việc, mới nhất trước',
  auditActor: 'chỉ của người này, ví dụ user:an, token:ID, cli:root, system',
  auditAction: 'chỉ việc này, ví dụ agent.revoke, hoặc mọi việc của một loại: agent.',
  auditTarget: 'chỉ đối tượng này, ví dụ agent:ID',
  auditFrom: 'từ lúc này trở đi',
  auditTo: 'trước lúc này',
  auditLimit: 'nhiều nhất bấy nhiêu',
  auditVerify: 'kiểm tra mọi mục còn như lúc ghi; mã thoát 1 nếu không',
  auditHeads: 'tệp có dấu niêm lưu ở nơi khác, ví dụ nhật ký của máy chủ syslog',
  auditFile: 'một tệp đã xuất thay cho cơ sở dữ liệu',
  auditExport: 'ghi toàn bộ nhật ký ra tệp kiểm tra được mà không cần hệ thống này (NDJSON)',
  auditOut: 'tệp để ghi',
  auditHead: 'cho biết nhật ký đang ở đâu, thành một dòng để lưu ở nơi khác',
  auditSend: 'gửi dấu niêm ngay đến mọi nơi trong VONGGAC_AUDIT_HEADS',
};
