/** The words of cases in both languages, and how they are shown. */
import type { Words } from '../i18n/messages.ts';
import type { Tone } from '../ui/badge.tsx';
import type {
  CaseClass,
  CaseClock,
  CaseItem,
  CaseOutcome,
  CaseState,
  Notice,
  Told,
  TimelineLine,
} from './cases-api.ts';

export const caseStates = [
  'open',
  'in-progress',
  'waiting',
  'contained',
  'closed',
] as const satisfies CaseState[];
export const openStates = ['open', 'in-progress', 'waiting', 'contained'] as const;

export const stateWords: Readonly<Record<CaseState, Words>> = {
  open: ['Mới mở', 'Open'],
  'in-progress': ['Đang xử lý', 'In progress'],
  waiting: ['Đang chờ', 'Waiting'],
  contained: ['Đã khống chế', 'Contained'],
  closed: ['Đã đóng', 'Closed'],
};
export const stateTone: Readonly<Record<CaseState, Tone>> = {
  open: 'bad',
  'in-progress': 'info',
  waiting: 'warn',
  contained: 'good',
  closed: 'quiet',
};

export const caseClasses = [
  'malware',
  'intrusion',
  'denial-of-service',
  'data-leak',
  'defacement',
  'phishing',
  'supply-chain',
  'insider',
  'other',
] as const satisfies CaseClass[];

export const classWords: Readonly<Record<CaseClass, Words>> = {
  malware: ['Mã độc', 'Malware'],
  intrusion: ['Xâm nhập', 'Intrusion'],
  'denial-of-service': ['Từ chối dịch vụ', 'Denial of service'],
  'data-leak': ['Lộ dữ liệu', 'Data leak'],
  defacement: ['Thay đổi giao diện', 'Defacement'],
  phishing: ['Lừa đảo', 'Phishing'],
  'supply-chain': ['Chuỗi cung ứng', 'Supply chain'],
  insider: ['Người bên trong', 'Insider'],
  other: ['Khác', 'Other'],
};

export const outcomes = [
  'incident',
  'attempt',
  'no-incident',
  'policy-breach',
  'unresolved',
] as const satisfies CaseOutcome[];

export const outcomeWords: Readonly<Record<CaseOutcome, Words>> = {
  incident: ['Là sự cố', 'Incident'],
  attempt: ['Có ý đồ, không thành', 'Attempt that failed'],
  'no-incident': ['Không phải sự cố', 'No incident'],
  'policy-breach': ['Vi phạm quy định nội bộ', 'Breach of policy'],
  unresolved: ['Chưa rõ', 'Unresolved'],
};

export const clockWords: Readonly<Record<CaseClock['state'], Words>> = {
  running: ['Đang chạy', 'Running'],
  overdue: ['Quá hạn', 'Overdue'],
  met: ['Đã báo đúng hạn', 'Met in time'],
  'met-late': ['Đã báo, muộn', 'Met late'],
  stopped: ['Đã dừng', 'Stopped'],
};
export const clockTone: Readonly<Record<CaseClock['state'], Tone>> = {
  running: 'warn',
  overdue: 'bad',
  met: 'good',
  'met-late': 'warn',
  stopped: 'quiet',
};

export const itemWords: Readonly<Record<CaseItem['kind'], Words>> = {
  host: ['Máy', 'Host'],
  user: ['Tài khoản', 'User'],
  indicator: ['Chỉ dấu', 'Indicator'],
  system: ['Hệ thống', 'System'],
};

export const indicatorTypes = [
  'ip',
  'cidr',
  'domain',
  'url',
  'email',
  'md5',
  'sha1',
  'sha256',
  'file',
  'other',
] as const;

export const indicatorWords: Readonly<Record<(typeof indicatorTypes)[number], Words>> = {
  ip: ['Địa chỉ IP', 'IP address'],
  cidr: ['Dải địa chỉ', 'Address range'],
  domain: ['Tên miền', 'Domain'],
  url: ['URL', 'URL'],
  email: ['Thư điện tử', 'E-mail'],
  md5: ['MD5', 'MD5'],
  sha1: ['SHA-1', 'SHA-1'],
  sha256: ['SHA-256', 'SHA-256'],
  file: ['Tệp', 'File'],
  other: ['Khác', 'Other'],
};

export const timelineKinds = [
  'alert',
  'detection',
  'event',
  'act',
  'note',
  'task',
  'response',
  'entry',
] as const satisfies TimelineLine['kind'][];

export const timelineWords: Readonly<Record<TimelineLine['kind'], Words>> = {
  alert: ['Cảnh báo', 'Alert'],
  detection: ['Phát hiện', 'Detection'],
  event: ['Sự kiện', 'Event'],
  act: ['Thao tác', 'Act'],
  note: ['Ghi chú', 'Note'],
  task: ['Việc', 'Task'],
  response: ['Lệnh ứng phó', 'Response'],
  entry: ['Dòng ghi tay', 'Own line'],
};

export const noticeKinds = [
  'initial-24h',
  'report-72h',
  'update',
  'final',
  'older-initial',
  'older-final',
] as const satisfies Notice['kind'][];

export const noticeWords: Readonly<Record<Notice['kind'], Words>> = {
  'initial-24h': ['Thông báo ban đầu (24 giờ)', 'First notice (24 hours)'],
  'report-72h': ['Báo cáo 72 giờ', 'Report after 72 hours'],
  update: ['Báo cáo cập nhật', 'Update'],
  final: ['Báo cáo kết thúc', 'Final report'],
  'older-initial': ['Mẫu 03, Thông tư 20/2017', 'Form 03 of Circular 20/2017'],
  'older-final': ['Mẫu 04, Thông tư 20/2017', 'Form 04 of Circular 20/2017'],
};

/** Forms that were written from memory. */
export const doubtfulNotices: ReadonlySet<Notice['kind']> = new Set(['older-initial', 'older-final']);

export const toldChannels = [
  'document-system',
  'ministry-software',
  'email',
  'paper',
  'phone',
  'other',
] as const satisfies Told['channel'][];

export const channelWords: Readonly<Record<Told['channel'], Words>> = {
  'document-system': ['Trục liên thông văn bản', 'Document system'],
  'ministry-software': ['Phần mềm của Bộ', 'Ministry software'],
  email: ['Thư điện tử', 'E-mail'],
  paper: ['Bản giấy', 'Paper'],
  phone: ['Điện thoại', 'Telephone'],
  other: ['Khác', 'Other'],
};
