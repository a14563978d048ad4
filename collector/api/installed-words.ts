/** States of machines and their reasons in words, for files: the console and the command line have catalogues of their own. */
import type { InstalledMachineView } from './contract-installed.ts';
import type { CsvColumn } from './csv-columns.ts';

type Words = { vi: string; en: string };

export const MACHINE_STATE_WORDS: Readonly<Record<InstalledMachineView['state'], Words>> = {
  reporting: { vi: 'đang gác', en: 'reporting' },
  outdated: { vi: 'đang gác, tác nhân bản cũ', en: 'reporting, old version' },
  silent: { vi: 'đã cài nhưng im lặng', en: 'installed, silent' },
  pending: { vi: 'chờ duyệt', en: 'waits for approval' },
  revoked: { vi: 'đã thu hồi', en: 'revoked' },
  refused: { vi: 'bị từ chối khi ghi danh', en: 'refused when it enrolled' },
  'not-assessed': { vi: 'không đánh giá được', en: 'not assessed' },
  missing: { vi: 'chưa cài', en: 'not installed' },
  unlisted: { vi: 'có tác nhân, ngoài danh sách', en: 'has an agent, not on the list' },
};

export const MACHINE_REASON_WORDS: Readonly<Record<NonNullable<InstalledMachineView['reason']>, Words>> = {
  'old-system': {
    vi: 'hệ điều hành quá cũ, tác nhân không chạy được',
    en: 'the operating system is too old for the agent',
  },
  'not-64-bit': { vi: 'máy 32 bit, tác nhân không chạy được', en: '32-bit, on which the agent does not run' },
  'other-system': { vi: 'hệ điều hành không được hỗ trợ', en: 'an operating system without an agent' },
  'token-expired': { vi: 'mã ghi danh đã hết hạn', en: 'the join token had expired' },
  'token-revoked': { vi: 'mã ghi danh đã bị thu hồi', en: 'the join token was revoked' },
  'token-used-up': { vi: 'mã ghi danh đã dùng hết lượt', en: 'the join token was used up' },
  'key-revoked': { vi: 'khóa của máy đã bị thu hồi', en: 'its key was revoked' },
  'key-in-use': { vi: 'khóa của máy đã ghi danh bằng mã khác', en: 'its key enrolled with another token' },
  forwards: { vi: 'chuyển sự kiện sang máy khác', en: 'forwards its events to another host' },
};

/** As import reads them; what says how a machine stands is passed over there. */
export const INSTALLED_COLUMNS: readonly CsvColumn[] = [
  { field: 'agencyName', vi: 'Cơ quan', en: 'Agency' },
  { field: 'hostname', vi: 'Tên máy', en: 'Host name' },
  { field: 'serial', vi: 'Số sê-ri', en: 'Serial number' },
  { field: 'macs', vi: 'Địa chỉ MAC', en: 'MAC addresses' },
  { field: 'label', vi: 'Mã tài sản', en: 'Asset tag' },
  { field: 'place', vi: 'Vị trí', en: 'Place' },
  { field: 'person', vi: 'Người dùng', en: 'Person' },
  { field: 'systemName', vi: 'Hệ thống', en: 'System' },
  { field: 'forwardsTo', vi: 'Chuyển sự kiện tới', en: 'Forwards events to' },
  { field: 'stateWords', vi: 'Trạng thái', en: 'State' },
  { field: 'reasonWords', vi: 'Lý do', en: 'Reason' },
  { field: 'sinceAt', vi: 'Từ lúc', en: 'Since' },
  { field: 'version', vi: 'Phiên bản tác nhân', en: 'Agent version' },
  { field: 'runs', vi: 'Hệ điều hành', en: 'Operating system' },
  { field: 'agentId', vi: 'Tác nhân', en: 'Agent' },
];

/** With the words of its state beside it. */
export function inWords(row: InstalledMachineView, language: 'vi' | 'en'): object {
  const { state, reason, system } = row;
  return {
    ...row,
    stateWords: MACHINE_STATE_WORDS[state][language],
    reasonWords: reason === null ? '' : MACHINE_REASON_WORDS[reason][language],
    runs: system === null ? '' : `${system.name} ${system.version} ${system.arch}`.trim(),
  };
}
