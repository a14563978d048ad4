/** `vonggac compliance list | show | diff | lint | criteria` bằng tiếng Việt. */
import type { LevelAuthority } from '../../../rules/compliance/index.ts';
import type { ComplianceCatalogueMessages } from './compliance-catalogue-en.ts';
import type { complianceCatalogueHelpEn } from './compliance-catalogue-en.ts';

const who: Record<LevelAuthority['appraises'], string> = {
  'specialised-unit': 'đơn vị chuyên trách của chủ quản',
  owner: 'chủ quản',
  ministry: 'Bộ Công an',
  'prime-minister': 'Thủ tướng Chính phủ',
};

export const complianceCatalogueVi: ComplianceCatalogueMessages = {
  modes: { auto: 'tự động', partial: 'một phần', manual: 'thủ công' },
  columns: { control: 'YÊU CẦU', levels: 'CẤP ĐỘ', mode: 'CÁCH XÉT', confidence: 'TIN CẬY', title: 'TÊN' },
  fields: {
    levels: 'cấp độ',
    mode: 'cách xét',
    requirement: 'nội dung',
    clause: 'điều khoản',
    source: 'nguồn đọc',
    confidence: 'độ tin cậy',
    note: 'lưu ý',
    threshold: 'mức',
    evidence: 'bằng chứng',
    attestation: 'xác nhận',
    every: 'chu kỳ',
    remedy: 'cách khắc phục',
  },
  confidences: {
    A: 'A: đọc trong toàn văn',
    B: 'B: đọc ở nguồn thứ cấp đáng tin',
    C: 'C: một trích đoạn hoặc suy ra',
    D: 'D: theo trí nhớ',
  },
  unconfirmed: 'cần xác nhận',
  level: (level) => `cấp độ ${level}`,
  counted: (count, profile) => `${count.toLocaleString('vi')} yêu cầu của ${profile}`,
  noProfile: (name, known) => `không có bộ yêu cầu "${name}"; hiện có: ${known}`,
  noControl: (id, profile) => `không có yêu cầu "${id}" trong ${profile}; xem "vonggac compliance list"`,
  noGroup: (id, known) => `không có nhóm "${id}"; hiện có: ${known}`,
  notAtLevel: (id, level) => `${id} không áp dụng ở cấp độ ${level}`,
  differences: {
    'only-before': (before) => `chỉ có trong ${before}`,
    'only-after': (_before, after) => `chỉ có trong ${after}`,
    changed: () => 'khác nhau',
  },
  notLevel: (text) => `"${text}" không phải cấp độ từ 1 đến 5`,
  compared: (changed, before, after, names) =>
    `${changed} khác nhau, ${before} chỉ có trong ${names[0]}, ${after} chỉ có trong ${names[1]}`,
  linted: (profiles, controls, problems, unknown) =>
    `${profiles.toLocaleString('vi')} bộ, ${controls.toLocaleString('vi')} yêu cầu: ${problems.toLocaleString('vi')} lỗi, ${unknown.toLocaleString('vi')} loại bằng chứng chưa có`,
  cannotRead: (folder, reason) => `không đọc được ${folder}: ${reason}`,
  rule: 'quy tắc',
  severalAnswers: 'có thể chọn nhiều đáp án',
  askedWhen: (question, answers) => `hỏi khi ${question} là ${answers}`,
  atLeast: (level) => `cấp độ ${level}`,
  authority: (level, { appraises, approves, appraisalDays, approvalDays }) =>
    `cấp độ ${level}: ${who[appraises]} thẩm định${appraisalDays === undefined ? '' : ` trong ${appraisalDays} ngày làm việc`}, ${who[approves]} phê duyệt${approvalDays === undefined ? '' : ` trong ${approvalDays} ngày làm việc`}`,
  badAnswer: (text) => `"${text}" không phải câu trả lời; viết như kinds=internal,public-service`,
  result: (level, isComplete) =>
    level === undefined
      ? 'chưa có câu trả lời nào dẫn tới cấp độ'
      : isComplete
        ? `cấp độ ${level}`
        : `ít nhất cấp độ ${level}: còn câu hỏi chưa trả lời`,
  decidedBy: 'do',
  outweighed: 'thấp hơn',
  missing: 'còn phải trả lời',
  ignored: 'không xét',
};

export const complianceCatalogueHelpVi: typeof complianceCatalogueHelpEn = {
  complianceList: 'liệt kê yêu cầu của một bộ',
  complianceShow: 'một yêu cầu: nội dung, điều khoản và bằng chứng',
  complianceDiff: 'khác nhau giữa hai bộ yêu cầu',
  complianceLint: 'kiểm tra tệp danh mục; không nêu thư mục thì kiểm danh mục đi kèm sản phẩm',
  complianceCriteria: 'phiếu câu hỏi xác định cấp độ; có câu trả lời thì cho biết cấp độ và điều quyết định',
  complianceControl: 'mã yêu cầu, ví dụ LG-07',
  complianceFolder: 'thư mục chứa mỗi bộ một thư mục con, và criteria-*.yml',
  complianceProfile: 'bộ yêu cầu nào',
  complianceBefore: 'bộ để so sánh',
  complianceAfter: 'bộ so sánh với',
  complianceLevel: 'chỉ yêu cầu của cấp độ này (1-5)',
  complianceGroup: 'chỉ nhóm này, ví dụ LG',
  complianceMode: 'chỉ yêu cầu có cách xét này',
  complianceAnswer: 'một câu trả lời, ví dụ kinds=internal,public-service; dùng được nhiều lần',
};
