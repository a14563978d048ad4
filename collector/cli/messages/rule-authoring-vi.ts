/** `vonggac rules new|test|stats` in Vietnamese. */
import type { ruleAuthoringEn, ruleAuthoringHelpEn } from './rule-authoring-en.ts';

const n = (count: number): string => count.toLocaleString('vi');

export const ruleAuthoringVi: typeof ruleAuthoringEn = {
  badName: (name) =>
    `"${name}" không dùng làm tên tệp luật được: đặt tên dạng kebab-case, ví dụ odd-program.yml`,
  noTemplate: (logsource, known) =>
    `không có mẫu cho nguồn nhật ký "${logsource}" (product/category/service); có: ${known}`,
  isThere: (file) => `${file} đã có: không ghi đè gì; chọn tên khác hoặc xóa trước`,
  made: (rule, test) =>
    `${rule}\n${test}\nThay những chỗ có ghi trong cả hai tệp, rồi chạy: vonggac rules test ${rule}`,
  noTest: (file) => `không có bài thử bên cạnh: ${file}`,
  otherRule: (file, id) => `${file} là bài thử của luật khác: ${id}`,
  byRecord: 'bản ghi',
  cases: { match: 'phải khớp', near_miss: 'phải không khớp', sequence: 'chuỗi' },
  came: (isMatched) => (isMatched ? 'lại khớp' : 'lại không khớp'),
  notUnderstood: 'bộ chuẩn hóa không biết loại bản ghi này: chỉ giữ nguyên dòng',
  firedAt: (fired, wanted) =>
    `báo ở ${fired === '' ? 'không lúc nào' : `giây ${fired}`}, phải báo ở ${wanted === '' ? 'không lúc nào' : `giây ${wanted}`}`,
  unwritten: (file, lines) =>
    `! ${file}: dòng ${lines.join(', ')} còn nguyên như mẫu: hãy viết lại trước khi đưa vào bộ thu thập`,
  tested: (rules, cases, wrong, faults) =>
    `${n(rules)} luật, ${n(cases)} trường hợp: ${n(wrong)} ra khác, ${n(faults)} bài thử không chạy được`,
  counted: ({ rules, correlations, deprecated, tested, techniques }) =>
    `${n(rules)} luật, trong đó ${n(correlations)} tương quan; ${n(tested)} có bài thử bên cạnh; ${n(techniques)} kỹ thuật ATT&CK; ${n(deprecated)} sắp bỏ`,
  columns: { platform: 'NỀN TẢNG', tactic: 'CHIẾN THUẬT', rules: 'LUẬT' },
};

export const ruleAuthoringHelpVi: typeof ruleAuthoringHelpEn = {
  ruleNew: 'viết luật mới qua được các kiểm tra, kèm sự kiện thử bên cạnh',
  ruleNewFile: 'tệp sẽ ghi, ví dụ rules/detections/windows/odd-program.yml',
  ruleNewTitle: 'tên luật bằng tiếng Anh',
  ruleNewTitleVi: 'tên luật bằng tiếng Việt',
  ruleNewLogsource: 'product/category/service; ghi sai thì liệt kê những nguồn có mẫu',
  ruleNewLevel: 'mức độ',
  ruleNewAuthor: 'người viết',
  ruleTest: 'chạy sự kiện bên cạnh luật qua bộ chuẩn hóa và bộ máy, và giải thích chỗ ra khác',
  ruleTestPath: 'tệp hoặc thư mục luật',
  ruleTestRules: 'luật khác mà các luật này cần; lặp lại được',
  ruleTestVerbose: 'hiện và giải thích cả những gì ra đúng',
  ruleStats: 'đếm luật theo nền tảng, chiến thuật và mức độ; không ghi đường dẫn thì đếm luật đi kèm',
};
