/** Words of inspection packs, in Vietnamese. */
import type { Status } from '../../compliance/status.ts';
import type { Tone } from './pack.ts';

export const STATUS_WORDS: Readonly<Record<Status, string>> = {
  met: 'Đạt',
  partly: 'Đạt một phần',
  'not-met': 'Chưa đạt',
  excepted: 'Được chấp nhận ngoại lệ',
  'not-assessed': 'Chưa đánh giá được',
  'not-applicable': 'Không áp dụng',
  provider: 'Nhà cung cấp chịu trách nhiệm',
};

export const STATUS_TONES: Readonly<Partial<Record<Status, Tone>>> = {
  met: 'good',
  provider: 'good',
  partly: 'warn',
  excepted: 'warn',
  'not-assessed': 'warn',
  'not-met': 'bad',
};

export const ROLE_WORDS: Readonly<Record<string, string>> = {
  administrator: 'Quản trị viên',
  'soc-lead': 'Trưởng SOC',
  analyst: 'Phân tích viên',
  'agency-operator': 'Vận hành đơn vị',
  'agency-viewer': 'Người xem của đơn vị',
  auditor: 'Kiểm tra viên',
  api: 'Máy (API)',
};

export const DOSSIER_STATUS_WORDS: Readonly<Record<string, string>> = {
  draft: 'Đang dự thảo',
  submitted: 'Đã gửi thẩm định',
  appraised: 'Đã thẩm định',
  approved: 'Đã được phê duyệt',
};

export const DOCUMENT_WORDS: Readonly<Record<string, string>> = {
  dossier: 'Hồ sơ đề xuất',
  appraisal: 'Thẩm định',
  decision: 'Quyết định',
  regulation: 'Quy chế',
  contract: 'Hợp đồng',
  check: 'Kiểm tra, đánh giá',
  attestation: 'Xác nhận',
  other: 'Khác',
};

export const ATTESTATION_WORDS: Readonly<Record<string, string>> = {
  proposed: 'Chờ quyết định',
  accepted: 'Đã chấp nhận',
  rejected: 'Bị từ chối',
  withdrawn: 'Đã rút',
};

export const EXCEPTION_WORDS: Readonly<Record<string, string>> = {
  requested: 'Chờ duyệt',
  approved: 'Có hiệu lực',
  rejected: 'Bị từ chối',
  revoked: 'Đã thu hồi',
  expired: 'Đã hết hạn',
};

export const PROOF_WORDS: Readonly<Record<string, string>> = {
  kept: 'lưu đủ',
  young: 'lưu đủ từ khi có máy',
  deleted: 'đã xóa một phần trong thời hạn phải lưu',
  'level-unknown': 'chưa có cấp độ',
  'no-law': 'luật không nêu thời hạn cho cấp độ này',
  unexplained: 'thiếu dữ liệu đầu kỳ, không rõ lý do',
  'no-hosts': 'chưa có máy',
  'no-events': 'chưa có nhật ký',
};

const OFFSET_MS = 7 * 3_600_000;

/** In Vietnam: `2026-11-26 14:05:09`. */
export function momentText(ms: number): string {
  return new Date(ms + OFFSET_MS).toISOString().slice(0, 19).replace('T', ' ');
}

export const momentOrNull = (ms: number | null | undefined): string | null =>
  ms === null || ms === undefined ? null : momentText(ms);

export const yesNo = (is: boolean): string => (is ? 'có' : 'không');
