/** The words of graded compliance in both languages, and how states are shown. */
import type { Words } from '../i18n/messages.ts';
import type { Tone } from '../ui/badge.tsx';
import type {
  Attestation,
  Deadline,
  DossierFacts,
  GapView,
  LawProfile,
  Mode,
  Paper,
  Score,
  Status,
} from './compliance-api.ts';

export const statuses = [
  'not-met',
  'partly',
  'not-assessed',
  'excepted',
  'met',
  'provider',
  'not-applicable',
] as const satisfies Status[];

export const statusWords: Readonly<Record<Status, Words>> = {
  met: ['Đạt', 'Met'],
  partly: ['Đạt một phần', 'Partly met'],
  'not-met': ['Không đạt', 'Not met'],
  excepted: ['Ngoại lệ', 'Excepted'],
  'not-assessed': ['Chưa đánh giá', 'Not assessed'],
  'not-applicable': ['Không áp dụng', 'Not applicable'],
  provider: ['Nhà cung cấp', 'Provider'],
};
export const statusTone: Readonly<Record<Status, Tone>> = {
  met: 'good',
  partly: 'warn',
  'not-met': 'bad',
  excepted: 'info',
  'not-assessed': 'quiet',
  'not-applicable': 'quiet',
  provider: 'good',
};
/** Where a score counts it. */
export const countedAs: Readonly<
  Record<Status, Exclude<keyof Score, 'arithmetic' | 'percent' | 'coveragePercent' | 'total'>>
> = {
  met: 'met',
  partly: 'partly',
  'not-met': 'notMet',
  excepted: 'excepted',
  'not-assessed': 'notAssessed',
  'not-applicable': 'notApplicable',
  provider: 'provider',
};

export const modes = ['auto', 'partial', 'manual'] as const satisfies Mode[];
export const modeWords: Readonly<Record<Mode, Words>> = {
  auto: ['Tự động', 'Automatic'],
  partial: ['Một phần', 'Partial'],
  manual: ['Xác nhận', 'By hand'],
};

export const profileWords: Readonly<Record<LawProfile, Words>> = {
  'vn-2026': ['NĐ 331/2026', 'Decree 331/2026'],
  'vn-2022': ['NĐ 85/2016, TT 12/2022', 'Decree 85/2016'],
};

export const gapStates = ['planned', 'in-progress', 'done', 'dropped'] as const satisfies GapView['state'][];
export const gapWords: Readonly<Record<GapView['state'], Words>> = {
  planned: ['Đã lên kế hoạch', 'Planned'],
  'in-progress': ['Đang làm', 'In progress'],
  done: ['Đã xong', 'Done'],
  dropped: ['Bỏ', 'Dropped'],
};
export const gapTone: Readonly<Record<GapView['state'], Tone>> = {
  planned: 'quiet',
  'in-progress': 'info',
  done: 'good',
  dropped: 'quiet',
};

export const attestationStates = [
  'proposed',
  'accepted',
  'rejected',
  'withdrawn',
] as const satisfies Attestation['state'][];
export const attestationWords: Readonly<Record<Attestation['state'], Words>> = {
  proposed: ['Chờ duyệt', 'Proposed'],
  accepted: ['Đã duyệt', 'Accepted'],
  rejected: ['Không duyệt', 'Rejected'],
  withdrawn: ['Đã rút', 'Withdrawn'],
};
export const attestationTone: Readonly<Record<Attestation['state'], Tone>> = {
  proposed: 'warn',
  accepted: 'good',
  rejected: 'bad',
  withdrawn: 'quiet',
};

export const dossierStatuses = [
  'draft',
  'submitted',
  'appraised',
  'approved',
] as const satisfies DossierFacts['status'][];
export const dossierWords: Readonly<Record<DossierFacts['status'], Words>> = {
  draft: ['Đang dự thảo', 'Draft'],
  submitted: ['Đã gửi thẩm định', 'Submitted'],
  appraised: ['Đã thẩm định', 'Appraised'],
  approved: ['Đã được phê duyệt', 'Approved'],
};
export const dossierTone: Readonly<Record<DossierFacts['status'], Tone>> = {
  draft: 'quiet',
  submitted: 'info',
  appraised: 'info',
  approved: 'good',
};

type Body = NonNullable<DossierFacts['approvalBody']>;
export const bodies = ['specialised-unit', 'owner', 'ministry', 'prime-minister'] as const satisfies Body[];
export const bodyWords: Readonly<Record<Body, Words>> = {
  'specialised-unit': ['Đơn vị chuyên trách', 'Specialised unit'],
  owner: ['Chủ quản hệ thống', 'Owner'],
  ministry: ['Bộ Công an', 'Ministry of Public Security'],
  'prime-minister': ['Thủ tướng Chính phủ', 'Prime Minister'],
};

type Plan = NonNullable<DossierFacts['plan']>;
export const plans = ['none', 'some', 'full'] as const satisfies Plan[];
export const planWords: Readonly<Record<Plan, Words>> = {
  none: ['Chưa triển khai', 'Not begun'],
  some: ['Một số hạng mục', 'In part'],
  full: ['Đầy đủ', 'In full'],
};

export const deadlineWords: Readonly<Record<Deadline['kind'], Words>> = {
  supplement: ['Bổ sung hồ sơ', 'Supplement of the dossier'],
  appraisal: ['Thẩm định hồ sơ', 'Appraisal'],
  approval: ['Phê duyệt cấp độ', 'Approval'],
  'expected-approval': ['Dự kiến phê duyệt', 'Expected approval'],
  'plan-full': ['Triển khai đầy đủ phương án', 'Plan carried out in full'],
  'contract-end': ['Hết hợp đồng thuê', 'Contract ends'],
  attestation: ['Xác nhận hết hiệu lực', 'Attestation ends'],
};

export const paperKinds = [
  'dossier',
  'appraisal',
  'decision',
  'regulation',
  'contract',
  'check',
  'attestation',
  'other',
] as const satisfies Paper['kind'][];
export const paperWords: Readonly<Record<Paper['kind'], Words>> = {
  dossier: ['Hồ sơ đề xuất', 'Dossier'],
  appraisal: ['Ý kiến thẩm định', 'Appraisal'],
  decision: ['Quyết định phê duyệt', 'Decision'],
  regulation: ['Quy chế', 'Regulation'],
  contract: ['Hợp đồng', 'Contract'],
  check: ['Biên bản kiểm tra', 'Record of a check'],
  attestation: ['Giấy xác nhận', 'Attestation'],
  other: ['Khác', 'Other'],
};
