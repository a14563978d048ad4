/** The words of reports: kinds, states, steps, channels, verdicts of signed files. */
import type { Words } from '../i18n/messages.ts';
import type { Tone } from '../ui/badge.tsx';
import type { DueList, ReportView, SentBody, SignedPdfView } from './reports-api.ts';

type Kind = ReportView['kind'];
export const reportKinds = [
  'mau-08',
  'yearly',
  'monitoring',
  'quarterly',
  'monthly',
] as const satisfies Kind[];
export const kindWords: Readonly<Record<Kind, Words>> = {
  'mau-08': ['Mẫu 08', 'Form 08'],
  yearly: ['Báo cáo năm', 'Yearly'],
  monitoring: ['Giám sát 6 tháng', 'Monitoring, half a year'],
  quarterly: ['Báo cáo quý', 'Quarterly'],
  monthly: ['Báo cáo tháng', 'Monthly'],
};
/** What a period of the kind looks like. */
export const periodExample: Readonly<Record<Kind, string>> = {
  'mau-08': '2026',
  yearly: '2026',
  monitoring: '2026-H2',
  quarterly: '2026-Q4',
  monthly: '2026-12',
};

export const stateWords: Readonly<Record<ReportView['state'], Words>> = {
  draft: ['Dự thảo', 'Draft'],
  locked: ['Đã chốt số liệu', 'Locked'],
  amended: ['Đã được sửa', 'Amended'],
  sent: ['Đã gửi', 'Sent'],
};
export const stateTone: Readonly<Record<ReportView['state'], Tone>> = {
  draft: 'quiet',
  locked: 'info',
  amended: 'quiet',
  sent: 'good',
};

type Step = DueList['due'][number]['deadlines'][number]['step'];
export const stepWords: Readonly<Record<Step, Words>> = {
  lock: ['Chốt số liệu', 'Data is locked'],
  unit: ['Đơn vị gửi', 'Units send'],
  ministry: ['Gửi Bộ Công an', 'Sent to the ministry'],
};

export const channels = [
  'document-system',
  'ministry-software',
  'email',
  'paper',
  'other',
] as const satisfies SentBody['channel'][];
export const channelWords: Readonly<Record<SentBody['channel'], Words>> = {
  'document-system': ['Trục liên thông văn bản', 'Document system'],
  'ministry-software': ['Phần mềm của Bộ', 'Ministry software'],
  email: ['Thư điện tử', 'E-mail'],
  paper: ['Bản giấy', 'Paper'],
  other: ['Khác', 'Other'],
};

export const verdictWords: Readonly<Record<SignedPdfView['verdict'], Words>> = {
  signed: ['Đã ký, nguyên vẹn, tin cậy', 'Signed, unchanged, trusted'],
  'signer-unknown': ['Chữ ký đúng, chưa biết nơi cấp', 'Holds, issuer not known here'],
  'signer-expired': ['Chữ ký đúng, chứng thư không còn hiệu lực khi ký', 'Holds, certificate not in force'],
  unsigned: ['Đúng tệp, chưa có chữ ký', 'Ours, without a signature'],
  broken: ['Chữ ký không đúng', 'A signature does not hold'],
  changed: ['Đã bị thêm nội dung', 'Something was appended'],
  'other-file': ['Không phải tệp đã xuất', 'Another file'],
};
export const verdictTone: Readonly<Record<SignedPdfView['verdict'], Tone>> = {
  signed: 'good',
  'signer-unknown': 'warn',
  'signer-expired': 'warn',
  unsigned: 'quiet',
  broken: 'bad',
  changed: 'bad',
  'other-file': 'bad',
};
