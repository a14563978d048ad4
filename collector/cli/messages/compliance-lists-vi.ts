/** `vonggac compliance lists` bằng tiếng Việt. */
import type { complianceListsHelpEn, ComplianceListMessages } from './compliance-lists-en.ts';

export const complianceListsVi: ComplianceListMessages = {
  nobody: 'chưa ai lập',
  scope: (agencyId, systemId) =>
    systemId !== null ? `hệ thống ${systemId}` : agencyId !== null ? `cơ quan ${agencyId}` : 'tất cả',
  set: (kind, scope, entries) =>
    `Danh sách ${kind} cho ${scope} nay có ${entries} mục; các lần đánh giá từ nay theo danh sách này.`,
  dropped: (kind) => `Danh sách ${kind} đã bỏ: yêu cầu dựa vào nó trở thành chưa đánh giá.`,
  sure: (about) =>
    `thiếu danh sách này (${about}) thì các yêu cầu dựa vào nó không còn được đánh giá; thêm --yes để bỏ`,
  both: 'chỉ nêu --agency hoặc --system, không nêu cả hai',
  badDay: (line, day) => `dòng ${line}: "${day}" không phải ngày, ví dụ 2027-03-31`,
  columns: { kind: 'DANH SÁCH', about: 'NỘI DUNG', scope: 'CHO', entries: 'SỐ MỤC', set: 'LẬP LÚC' },
};

export const complianceListsHelpVi: typeof complianceListsHelpEn = {
  compliance: 'yêu cầu theo cấp độ: điều phải có ở từng hệ thống và bằng chứng cho thấy đã đạt',
  complianceLists: 'các danh sách để so sánh với máy: phần mềm được phép, địa chỉ được quản trị ...',
  complianceListList: 'mọi danh sách, kể cả danh sách chưa ai lập',
  complianceListShow: 'các mục của một danh sách, đúng dạng mà "set" nhận',
  complianceListSet: 'lập danh sách thay cho bản trước; bản có hiệu lực ở ngày đã qua vẫn được giữ',
  complianceListDrop: 'bỏ danh sách: yêu cầu dựa vào nó trở thành chưa đánh giá',
  complianceListKind: 'danh sách nào',
  complianceListAgency: 'chỉ cho các hệ thống của cơ quan này',
  complianceListSystem: 'chỉ cho hệ thống này; danh sách chung và của cơ quan vẫn được tính thêm',
  complianceListFile:
    'tệp mỗi dòng một mục, thêm "; 2027-03-31" là ngày cuối còn hiệu lực; - là đọc từ đầu vào chuẩn',
  complianceListNote: 'căn cứ, ví dụ số quyết định',
  complianceListYes: 'xác nhận thực hiện',
};
