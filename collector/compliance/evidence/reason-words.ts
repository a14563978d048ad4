/**
 * Codes that stand in reasons, in words: a text names the set of them (`{why:standing}`), and periods are said in words
 * wherever they stand. Invariant: what no set knows is shown as it is.
 */
import type { BothLanguages } from '../../protocol/posture-policy.ts';
import type { LogField, LogKind } from '../../store/assess-store.ts';
import { CATEGORY_TITLES } from '../../inventory/category-titles.ts';
import type { NotAssessed } from '../../vulnerability/standing.ts';
import { parsePeriod } from '../iso-period.ts';
import { LIST_FORMS, type ListKind } from './assessment-lists.ts';
import { checkTitles } from './check-titles.ts';

type Words<C extends string> = Readonly<Record<C, BothLanguages>>;

const STANDING: Words<NotAssessed | 'not-matched'> = {
  'no-inventory': { vi: 'máy chưa báo phần mềm đã cài', en: 'the host has not told what is installed' },
  'partial-inventory': {
    vi: 'máy không đọc được hết phần mềm đã cài',
    en: 'the host could not read all that is installed',
  },
  'old-inventory': { vi: 'danh sách phần mềm đã quá cũ', en: 'its list of software is too old' },
  silent: { vi: 'máy im lặng quá lâu', en: 'the host has been silent for too long' },
  'unknown-system': {
    vi: 'chưa có nguồn dữ liệu lỗ hổng nào cho hệ điều hành này',
    en: 'no feed of vulnerabilities is read for its operating system',
  },
  'no-feed': {
    vi: 'chưa nạp dữ liệu lỗ hổng cho phiên bản hệ điều hành này (vonggac vulnerability import)',
    en: 'no feed of vulnerabilities was imported for its release (vonggac vulnerability import)',
  },
  'not-matched': { vi: 'chưa đến lượt đối chiếu', en: 'it is still to be matched' },
};

const LOGS: Words<LogKind> = {
  'hardware-access': { vi: 'truy cập phần cứng', en: 'access to hardware' },
  'software-access': { vi: 'truy cập phần mềm', en: 'access to software' },
  'system-access': { vi: 'truy cập hệ thống', en: 'access to the system' },
  logon: { vi: 'đăng nhập', en: 'logons' },
  application: { vi: 'ứng dụng', en: 'applications' },
  'security-alert': { vi: 'cảnh báo an ninh', en: 'security alerts' },
  firewall: { vi: 'tường lửa', en: 'firewall' },
  process: { vi: 'tiến trình', en: 'processes' },
  'data-access': { vi: 'truy cập dữ liệu', en: 'access to data' },
  'network-connection': { vi: 'kết nối mạng', en: 'network connections' },
  'configuration-change': { vi: 'thay đổi cấu hình', en: 'changes of configuration' },
  error: { vi: 'lỗi', en: 'errors' },
  provider: { vi: 'nhà cung cấp dịch vụ', en: 'service providers' },
};

const FIELDS: Words<LogField> = {
  host: { vi: 'máy', en: 'host' },
  source: { vi: 'nguồn', en: 'source' },
  destination: { vi: 'đích', en: 'destination' },
  account: { vi: 'tài khoản', en: 'account' },
  time: { vi: 'thời gian', en: 'time' },
  action: { vi: 'thao tác', en: 'action' },
  mac: { vi: 'địa chỉ MAC', en: 'MAC address' },
  'process-name': { vi: 'tên tiến trình', en: 'name of the process' },
  'process-id': { vi: 'số tiến trình', en: 'number of the process' },
  'process-parent': { vi: 'tiến trình cha', en: 'parent process' },
  'process-command': { vi: 'dòng lệnh', en: 'command line' },
};

const ROLES: Readonly<Record<string, BothLanguages>> = {
  administrator: { vi: 'quản trị viên', en: 'administrators' },
  'soc-lead': { vi: 'trưởng SOC', en: 'SOC leads' },
  analyst: { vi: 'phân tích viên', en: 'analysts' },
  'agency-operator': { vi: 'vận hành đơn vị', en: 'operators of agencies' },
  'agency-viewer': { vi: 'người xem của đơn vị', en: 'viewers of agencies' },
  auditor: { vi: 'kiểm tra viên', en: 'auditors' },
  api: { vi: 'máy (API)', en: 'machines (API)' },
};

/** The name that commands take stands beside the title. */
const LISTS = Object.fromEntries(
  Object.entries(LIST_FORMS).map(([code, { title }]) => [
    code,
    { vi: `${title.vi} [${code}]`, en: `${title.en} [${code}]` },
  ]),
) as Words<ListKind>;

const POSTURE: Readonly<Record<string, BothLanguages>> = {
  unreadable: { vi: 'không đọc được', en: 'not readable' },
  forbidden: { vi: 'không có quyền đọc', en: 'not allowed to read it' },
  'too-large': { vi: 'quá lớn', en: 'too large' },
  'command-absent': { vi: 'máy không có lệnh cần dùng', en: 'the command is not there' },
  'command-failed': { vi: 'lệnh bị lỗi', en: 'the command failed' },
  'not-tellable': { vi: 'không xác định được', en: 'it cannot be told' },
  defect: { vi: 'điểm kiểm có lỗi', en: 'the check is broken' },
  platform: { vi: 'khác hệ điều hành', en: 'another operating system' },
  condition: { vi: 'điều kiện', en: 'condition' },
};

const PARTS: Readonly<Record<string, BothLanguages>> = {
  serial: { vi: 'số sê-ri', en: 'serial number' },
  name: { vi: 'tên', en: 'name' },
};

export const REASON_WORDS = {
  category: CATEGORY_TITLES,
  part: PARTS,
  posture: POSTURE,
  standing: STANDING,
  log: LOGS,
  field: FIELDS,
  role: ROLES,
  list: LISTS,
  get check() {
    return checkTitles();
  },
} as const;
export type ReasonWords = keyof typeof REASON_WORDS;

/** @param text codes with a comma between them, each perhaps with something behind it: `account 40 %` */
export function inWords(set: string, text: string): BothLanguages {
  const sets: Readonly<Record<string, Readonly<Record<string, BothLanguages>>>> = REASON_WORDS;
  const words = sets[set];
  const say = (language: keyof BothLanguages): string =>
    text
      .split(', ')
      .map((part) => part.replace(/^[a-z][a-z0-9-]*/, (code) => words?.[code]?.[language] ?? code))
      .join(', ');
  return { vi: say('vi'), en: say('en') };
}

const UNITS = [
  [/(\d+)Y/, 'năm', 'year'],
  [/^P[^T]*?(\d+)M/, 'tháng', 'month'],
  [/(\d+)W/, 'tuần', 'week'],
  [/(\d+)D/, 'ngày', 'day'],
  [/(\d+)H/, 'giờ', 'hour'],
  [/T.*?(\d+)M/, 'phút', 'minute'],
  [/(\d+)S/, 'giây', 'second'],
] as const;

/** A period of ISO 8601 as people say it: P3M is 3 tháng, 3 months. Anything else stays as it is. */
export function periodInWords(text: string): BothLanguages {
  if (parsePeriod(text) === undefined) return { vi: text, en: text };
  const parts = UNITS.flatMap(([unit, vi, en]) => {
    const count = unit.exec(text)?.[1];
    return count === undefined
      ? []
      : [{ vi: `${count} ${vi}`, en: `${count} ${en}${count === '1' ? '' : 's'}` }];
  });
  return { vi: parts.map(({ vi }) => vi).join(' '), en: parts.map(({ en }) => en).join(' ') };
}

/** Periods between the words of a text, e.g. of what was asked. */
export function periodsInWords(text: BothLanguages): BothLanguages {
  const say = (language: keyof BothLanguages): string =>
    text[language].replaceAll(/(?<![\w/-])PT?\d\w*/g, (one) => periodInWords(one)[language]);
  return { vi: say('vi'), en: say('en') };
}
