/** `vonggac report` in Vietnamese. */
import type { reportEn, reportHelpEn } from './report-en.ts';

function left(daysLeft: number, workDaysLeft: number): string {
  if (daysLeft < 0) return `quá hạn ${-daysLeft} ngày`;
  return `còn ${daysLeft} ngày, trong đó ${workDaysLeft} ngày làm việc`;
}

export const reportVi: typeof reportEn = {
  none: 'Không có báo cáo nào như vậy.',
  notBegun: 'chưa lập',
  formatUnknown: (formats) => `tên tệp phải kết thúc bằng .${formats}`,
  written: (file) => `Đã ghi ${file}.`,
  revision: (revision) => `bản ${revision}`,
  locked: (time, by, sha256) => `Chốt số liệu ${time}, ${by}; SHA-256 ${sha256}`,
  sent: (number, on, channel) => `Đã gửi: số ${number} ngày ${on}, ${channel}`,
  deadline: (step, on, workDay, daysLeft, workDaysLeft) =>
    `${step}: ${on}${workDay === on ? '' : ` (ngày làm việc cuối ${workDay})`}, ${left(daysLeft, workDaysLeft)}`,
  findings: (count) => `Điểm chưa khớp (${count}):`,
  late: (names) => `Chưa xác nhận số liệu: ${names}`,
  amended: (reason, count) => `Bản sửa đổi, ${count} điểm khác; lý do: ${reason}`,
  verdicts: {
    signed: 'Đúng báo cáo đã phát hành, đã ký; mọi chữ ký đều hợp lệ và dẫn đến chứng thư tin cậy.',
    'signer-unknown':
      'Đúng báo cáo đã phát hành và chữ ký khớp, nhưng tổ chức cấp chứng thư của người ký chưa được tin cậy ở đây.',
    'signer-expired':
      'Đúng báo cáo đã phát hành và chữ ký khớp, nhưng có chứng thư không còn hiệu lực tại thời điểm ký.',
    unsigned: 'Đúng báo cáo đã phát hành, chưa được ký.',
    broken: 'Phần đầu đúng là báo cáo đã phát hành, nhưng có chữ ký không hợp lệ hoặc không bao trùm tệp.',
    changed: 'Phần đầu đúng là báo cáo đã phát hành, nhưng phần thêm vào làm thay đổi nội dung.',
    'other-file': 'Không phải báo cáo đã phát hành.',
  },
  signatures: {
    holds: 'chữ ký khớp',
    changed: 'nội dung đã bị thay đổi sau khi ký',
    wrong: 'chữ ký không phải của chứng thư nêu trong đó',
    unreadable: 'không kiểm tra được chữ ký',
  },
  chains: { trusted: 'tin cậy', 'unknown-issuer': 'chưa tin cậy', expired: 'không còn hiệu lực lúc ký' },
  chain: (state, issuer) => `cấp bởi ${issuer}: ${state} (chưa kiểm tra thu hồi)`,
  validity: (from, to) => `hiệu lực ${from} đến ${to}`,
  signedAt: (time) => `ký lúc ${time}, theo lời người ký`,
  changes: (what) => `Nội dung bị thay đổi: ${what}`,
  doubts: {
    'monitoring-form':
      'Cần xác nhận: mẫu báo cáo (Thông tư 31/2017/TT-BTTTT, Phụ lục 2), chưa có văn bản gốc.',
    'period-days': 'Cần xác nhận: thời kỳ số liệu và thời hạn gửi (Nghị định 09/2019/NĐ-CP, Điều 12).',
  },
  severities: { error: 'lỗi', warning: 'lưu ý' },
  kinds: {
    'mau-08': 'Mẫu số 08',
    yearly: 'báo cáo năm',
    monitoring: 'báo cáo giám sát 6 tháng',
    quarterly: 'báo cáo quý',
    monthly: 'báo cáo tháng',
  },
  states: { draft: 'dự thảo', locked: 'đã chốt số liệu', amended: 'đã có bản sửa đổi', sent: 'đã gửi' },
  steps: {
    lock: 'số liệu tính đến',
    unit: 'đơn vị gửi chủ quản chậm nhất',
    ministry: 'gửi Bộ Công an chậm nhất',
  },
  channels: {
    'document-system': 'hệ thống quản lý văn bản',
    'ministry-software': 'phần mềm của Bộ Công an',
    email: 'thư điện tử',
    paper: 'bản giấy',
    other: 'cách khác',
  },
  columns: { id: 'MÃ', kind: 'LOẠI', period: 'KỲ', revision: 'BẢN', state: 'TRẠNG THÁI', agency: 'CỦA' },
};

export const reportHelpVi: typeof reportHelpEn = {
  report: 'báo cáo trình lãnh đạo ký: xem trước, chốt số liệu, gửi, sửa đổi, kiểm tra chữ ký',
  reportWrite:
    'ghi báo cáo, hoặc bản xem trước, thành tệp: .docx, .xlsx, .pdf hoặc .json; có thể bỏ chữ "write"',
  reportList: 'liệt kê các báo cáo, mới nhất trước',
  reportDue: 'các báo cáo đang đến kỳ và số ngày còn lại',
  reportShow: 'xem một báo cáo: thời hạn, điểm chưa khớp, nội dung đã sửa',
  reportCreate: 'lập một báo cáo; số liệu tự chốt khi hết ngày cuối của kỳ',
  reportFile: 'ghi tệp của một báo cáo; bản đã chốt luôn cho cùng một tệp',
  reportLock: 'chốt số liệu khi đã hết ngày cuối của kỳ',
  reportAmend: 'sửa báo cáo đã chốt hoặc đã gửi bằng một bản mới có nêu điểm khác',
  reportSent: 'ghi nhận báo cáo đã gửi',
  reportVerify: 'kiểm tra tệp PDF đã được ký ở nơi khác; mã thoát 1 nếu chưa ký hoặc chưa tin cậy',
  reportSignedFile: 'tệp PDF đã ký',
  reportId: 'mã báo cáo',
  reportKind: 'loại báo cáo',
  reportPeriod: 'kỳ: 2026, 2026-H1, 2026-Q4 hoặc 2026-11',
  reportAgency: 'mã cơ quan báo cáo; mặc định là cơ quan cao nhất',
  reportSystem: 'chỉ của hệ thống thông tin này',
  reportOut: 'tệp để ghi; chưa được có sẵn',
  reportState: 'chỉ các báo cáo ở trạng thái này',
  reportAccept: 'chốt dù còn điểm chưa khớp, với lý do này',
  reportReason: 'lý do sửa',
  reportNumber: 'số trong sổ văn bản đi',
  reportOn: 'ngày của văn bản, YYYY-MM-DD',
  reportChannel: 'gửi bằng cách nào',
  reportSentFile: 'tệp đã gửi; mã băm của tệp được giữ lại',
  reportNote: 'ghi chú',
};

export const reportRefusalsVi = {
  'report-unknown': () => 'không có báo cáo này; xem "vonggac report list"',
  'report-period': () =>
    'kỳ không hợp với loại báo cáo: năm 2026 (mau-08, yearly), 2026-H1 (monitoring), 2026-Q4 (quarterly), 2026-11 (monthly); Mẫu 08 không lập cho riêng một hệ thống',
  'report-exists': (id: string) => `báo cáo này đã được lập: ${id}`,
  'report-state': () => 'báo cáo đang ở trạng thái không làm được việc này',
  'report-too-early': () => 'chưa hết ngày cuối của kỳ báo cáo, chưa chốt được số liệu',
  'report-findings': () =>
    'số liệu còn điểm chưa khớp; sửa lại, hoặc chốt kèm lý do bằng --accept-findings (xem "vonggac report show")',
};
