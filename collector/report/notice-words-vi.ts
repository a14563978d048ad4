/** Words of notices, as the forms print them. */
import type { CaseClass } from '../case/case-words.ts';
import type { Consequence, IncidentFacts, OlderClass } from '../case/incident-facts.ts';
import type { NoticeKind, ToldChannel } from './notice-words.ts';

export const CLASS_WORDS: Readonly<Record<CaseClass, string>> = {
  malware: 'Mã độc',
  intrusion: 'Xâm nhập, chiếm quyền điều khiển',
  'denial-of-service': 'Từ chối dịch vụ',
  'data-leak': 'Lộ, lọt dữ liệu',
  defacement: 'Thay đổi giao diện',
  phishing: 'Lừa đảo',
  'supply-chain': 'Chuỗi cung ứng',
  insider: 'Nội bộ',
  other: 'Khác',
};

export const OLDER_CLASS_WORDS: Readonly<Record<OlderClass, string>> = {
  'denial-of-service': 'Tấn công từ chối dịch vụ',
  forgery: 'Tấn công giả mạo',
  malware: 'Tấn công sử dụng mã độc',
  'unauthorised-access': 'Truy cập trái phép, chiếm quyền điều khiển',
  defacement: 'Thay đổi giao diện',
  encryption: 'Mã hóa phần mềm, dữ liệu, thiết bị',
  destruction: 'Phá hoại thông tin, dữ liệu, phần mềm',
  theft: 'Nghe trộm, gián điệp, lấy cắp thông tin, dữ liệu',
  several: 'Tấn công tổng hợp nhiều hình thức',
  other: 'Hình thức khác',
};

/** The older group nearest to one of ours. */
export const OLDER_CLASS_OF: Readonly<Record<CaseClass, OlderClass>> = {
  malware: 'malware',
  intrusion: 'unauthorised-access',
  'denial-of-service': 'denial-of-service',
  'data-leak': 'theft',
  defacement: 'defacement',
  phishing: 'forgery',
  'supply-chain': 'other',
  insider: 'other',
  other: 'other',
};

export const CONSEQUENCE_WORDS: Readonly<Record<Consequence, string>> = {
  'service-interrupted': 'dịch vụ bị gián đoạn',
  'secret-data': 'dữ liệu bí mật nhà nước có nguy cơ bị lộ',
  'data-destroyed': 'dữ liệu quan trọng bị phá hủy, không khôi phục được',
  'control-lost': 'mất quyền điều khiển hệ thống',
  'wide-spread': 'có khả năng lan rộng',
  'beyond-capacity': 'vượt khả năng xử lý của chủ quản',
};

export const SEVERITY_WORDS: Readonly<Record<string, string>> = {
  informational: 'thông tin',
  low: 'thấp',
  medium: 'trung bình',
  high: 'cao',
  critical: 'rất cao',
};

export const CERTAINTY_WORDS: Readonly<Record<IncidentFacts['causeCertainty'], string>> = {
  unknown: 'chưa xác định',
  hypothesis: 'giả thuyết, đang xác minh',
  confirmed: 'đã xác nhận',
};

export const CHANNEL_WORDS: Readonly<Record<ToldChannel, string>> = {
  'document-system': 'hệ thống quản lý văn bản',
  'ministry-software': 'phần mềm của Bộ Công an',
  email: 'thư điện tử',
  paper: 'bản giấy',
  phone: 'điện thoại',
  other: 'cách khác',
};

export interface NoticeTitle {
  name: string;
  short: string;
  about: string;
  /** Under the title; empty for a form that is in force. */
  remark: string;
}

const OLDER = '(theo Mẫu số {form} của Thông tư 20/2017/TT-BTTTT - mẫu và hiệu lực cần xác nhận)';

export const NOTICE_TITLES: Readonly<Record<NoticeKind, NoticeTitle>> = {
  'initial-24h': { name: 'Thông báo', short: 'TB', about: 'Ban đầu về sự cố an ninh mạng', remark: '' },
  'report-72h': {
    name: 'Báo cáo',
    short: 'BC',
    about: 'Nguyên nhân, phạm vi và biện pháp khắc phục sự cố an ninh mạng',
    remark: '',
  },
  update: { name: 'Báo cáo', short: 'BC', about: 'Cập nhật tình hình sự cố an ninh mạng', remark: '' },
  final: { name: 'Báo cáo', short: 'BC', about: 'Kết thúc sự cố an ninh mạng', remark: '' },
  'older-initial': {
    name: 'Báo cáo',
    short: 'BC',
    about: 'Ban đầu sự cố an toàn thông tin mạng',
    remark: OLDER.replace('{form}', '03'),
  },
  'older-final': {
    name: 'Báo cáo',
    short: 'BC',
    about: 'Kết thúc ứng phó sự cố an toàn thông tin mạng',
    remark: OLDER.replace('{form}', '04'),
  },
};

export const DRILL_BANNER = 'DIỄN TẬP - KHÔNG PHẢI SỰ CỐ THẬT';
