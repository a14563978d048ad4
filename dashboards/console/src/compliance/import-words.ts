/** What becomes of rows of an imported table, and what its columns were taken for. */
import type { Words } from '../i18n/messages.ts';
import type { Tone } from '../ui/badge.tsx';
import type { Imported } from './compliance-api.ts';

type Action = Imported['rows'][number]['action'];
export const actionWords: Readonly<Record<Action, Words>> = {
  create: ['Thêm mới', 'New'],
  change: ['Thay đổi', 'Changed'],
  unchanged: ['Không đổi', 'Unchanged'],
  skip: ['Bỏ qua', 'Left out'],
};
export const actionTone: Readonly<Record<Action, Tone>> = {
  create: 'good',
  change: 'info',
  unchanged: 'quiet',
  skip: 'warn',
};

type Field = NonNullable<Imported['sheets'][number]['columns'][number]['field']>;
const fields: Readonly<Record<Field, Words>> = {
  index: ['số thứ tự', 'number of the row'],
  code: ['mã hệ thống', 'code'],
  name: ['tên hệ thống', 'name'],
  owner: ['chủ quản', 'owner'],
  operator: ['đơn vị vận hành', 'operator'],
  level: ['cấp độ', 'level'],
  status: ['tình trạng hồ sơ', 'state of the dossier'],
  approval: ['quyết định phê duyệt', 'decision'],
  approvalNumber: ['số quyết định', 'number of the decision'],
  approvedOn: ['ngày phê duyệt', 'day of approval'],
  regulation: ['quy chế', 'regulation'],
  regulationNumber: ['số quy chế', 'number of the regulation'],
  regulationOn: ['ngày quy chế', 'day of the regulation'],
  expectedApprovalOn: ['dự kiến phê duyệt', 'expected approval'],
  plan: ['triển khai phương án', 'plan'],
  expectedFullOn: ['dự kiến triển khai đủ', 'expected in full'],
  checks: ['kiểm tra, đánh giá', 'checks'],
  expectedPcs: ['số máy tính', 'computers'],
  expectedServers: ['số máy chủ', 'servers'],
  note: ['ghi chú', 'note'],
};
export const fieldWords = (field: Field): Words => fields[field];
