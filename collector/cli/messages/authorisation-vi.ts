/** `vonggac response authorisations` và `vonggac response bulk` bằng tiếng Việt. */
import type { authorisationEn, authorisationHelpEn, responseBulkEn } from './authorisation-en.ts';

export const authorisationVi: typeof authorisationEn = {
  none: 'Chưa có ủy quyền nào: không máy nào bị tác động khi không có người.',
  noActs: 'Ủy quyền này chưa làm gì.',
  rehearsal: 'chỉ báo',
  signed: (signer, sha256) => `người ký: ${signer}, văn bản ${sha256}`,
  valid: (from, to, fromTime, toTime, daysOff) =>
    `từ ${from} đến ${to}, ${fromTime} đến ${toTime}${daysOff ? ', và cả ngày nghỉ' : ''}`,
  does: (action, rules, agencyId) =>
    `${action} trên máy trạm của cơ quan ${agencyId} và cấp dưới, theo quy tắc ${rules}`,
  limits: (hostsMax, breakerHosts, minutes) =>
    `nhiều nhất ${hostsMax} máy trong 24 giờ; tự dừng khi đủ ${breakerHosts} máy trong ${minutes} phút`,
  waits: (id) => `Đang chờ người thứ hai: vonggac response authorisations approve ${id} --user TÊN`,
  tripped: (id) =>
    `Đã tự dừng. Hãy xem những gì đã làm, rồi: vonggac response authorisations resume ${id} --user TÊN`,
  unreadable: (file, problem) => `${file} không mô tả một ủy quyền: ${problem}`,
  states: {
    requested: 'chờ duyệt',
    active: 'đang có hiệu lực',
    rejected: 'bị bác',
    tripped: 'ĐÃ TỰ DỪNG',
    revoked: 'đã kết thúc',
  },
  outcomes: {
    commanded: 'đã ra lệnh',
    would: 'lẽ ra đã làm',
    server: 'để nguyên: máy chủ',
    limit: 'để nguyên: đủ số máy trong ngày',
    tripped: 'ĐÃ TỰ DỪNG',
    already: 'đã làm trước đó',
  },
  columns: {
    agency: 'CƠ QUAN',
    until: 'ĐẾN',
    title: 'TÊN',
    at: 'LÚC',
    outcome: 'KẾT QUẢ',
    alert: 'CẢNH BÁO',
    command: 'LỆNH',
  },
};

export const responseBulkVi: typeof responseBulkEn = {
  needsHosts: 'hãy nêu máy nào: --agent, --agency, --group, --tag hoặc --rule',
  preview: (total, changes) => `Tìm thấy ${total} máy, ${changes} máy sẽ nhận lệnh. Chưa yêu cầu gì.`,
};

export const authorisationHelpVi: typeof authorisationHelpEn = {
  authorisations: 'văn bản ký trước cho phép quy tắc tác động lên máy khi không có người',
  authorisationsList: 'liệt kê các ủy quyền, mới nhất trước',
  authorisationsState: 'chỉ các ủy quyền ở trạng thái này',
  authorisationsShow: 'xem một ủy quyền và những gì đã làm theo nó',
  authorisationsId: 'số hiệu ủy quyền, hoặc các ký tự đầu',
  authorisationsRequest: 'ghi lại văn bản đã ký; phải chờ người thứ hai',
  authorisationsFile: 'tệp JSON như docs/response.md; - đọc từ đầu vào chuẩn',
  authorisationsApprove: 'cho hiệu lực ủy quyền mà người khác đã ghi',
  authorisationsReject: 'bác một ủy quyền đang chờ',
  authorisationsResume: 'cho chạy tiếp ủy quyền đã tự dừng',
  authorisationsEnd: 'kết thúc ngay; máy đã bị cô lập vẫn vậy cho tới hết thời gian',
  authorisationsReason: 'lý do; được giữ cùng ủy quyền',
  responseBulk: 'một lệnh cho nhiều máy, chạy như một tác vụ',
  responseBulkAgent: 'số hiệu tác nhân, hoặc các ký tự đầu; có thể nêu nhiều lần',
  responseBulkAgency: 'máy của cơ quan này và mọi cấp dưới',
  responseBulkGroup: 'máy của nhóm này',
  responseBulkTag: 'máy có thẻ này',
  responseBulkRule: 'máy có cảnh báo đang mở của quy tắc này',
  responseBulkServers: 'cả máy chủ, và máy thuộc hệ thống cấp độ 3 trở lên',
  responseBulkDryRun: 'chỉ cho biết máy nào; không yêu cầu gì',
  responseBulkFollow: 'chờ tới khi tác vụ kết thúc, và cho biết kết quả từng máy',
  responseJob: 'chỉ các lệnh của tác vụ này',
};
