/** Incidents of cases in Vietnamese. */
import type { incidentEn, incidentHelpEn } from './incident-en.ts';

export const incidentVi: typeof incidentEn = {
  notBegun: 'Chưa ai ghi dữ kiện sự cố cho vụ việc này.',
  serious: 'Nghiêm trọng, căn cứ:',
  notSerious: 'Chưa xác định là nghiêm trọng.',
  system: (id, name, level) => `Hệ thống ${id} ${name}, cấp độ ${level === null ? 'chưa xác định' : level}`,
  missing: (names) => `Còn thiếu trước khi đóng: ${names}`,
  missingNotice: (names) => `Chưa rõ, để dòng chấm; cần bổ sung trước khi gửi: ${names}`,
  locked: (id, sha256) => `Đã chốt thành văn bản ${id}, SHA-256 ${sha256}`,
  outExists: (file) => `đã có tệp ${file}: hãy chọn tên khác`,
  noticeNeeds: 'cần --kind, hoặc --notice với văn bản đã chốt',
  inTime: 'đúng hạn',
  late: 'quá hạn',
};

export const incidentHelpVi: typeof incidentHelpEn = {
  caseIncident: 'dữ kiện sự cố của vụ việc',
  caseIncidentShow: 'xem dữ kiện, căn cứ xếp mức, nơi đã báo, các văn bản',
  caseIncidentSet: 'ghi dữ kiện; các thời hạn pháp lý tự chạy theo đó',
  caseIncidentPairs: 'dữ kiện dạng tên=giá trị, ví dụ detectedAt=2026-11-26T01:10:00Z; "-" là chưa rõ',
  caseNotice: 'ghi văn bản báo sự cố từ vụ việc thành tệp: .docx, .xlsx, .pdf hoặc .json',
  caseNoticeKind: 'mẫu nào; các mẫu older-... cần xác nhận',
  caseNoticeLocked: 'ghi lại một văn bản đã chốt',
  caseNoticeLock: 'chốt nội dung, kèm SHA-256',
  caseTold: 'ghi nơi đã báo, kèm bằng chứng gửi; có thể hoàn thành một thời hạn',
  caseToldReceiver: 'nơi nhận',
  caseToldAt: 'thời điểm, ví dụ 2026-11-26T02:00:00Z; mặc định là bây giờ',
  caseToldClock: 'thời hạn được hoàn thành',
  caseToldNotice: 'văn bản đã chốt được gửi',
};
