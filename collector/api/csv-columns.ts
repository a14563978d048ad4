/** Alerts and events as rows of a spreadsheet: which of their fields, under which headings. One list for API and command line. */
import { writeCsvRow } from '../agency/csv-text.ts';

export type CsvLanguage = 'vi' | 'en';

export interface CsvColumn {
  /** Field of the record; of several the first that it has. */
  field: string | Readonly<Record<CsvLanguage, readonly string[]>>;
  vi: string;
  en: string;
}

export const ALERT_COLUMNS: readonly CsvColumn[] = [
  { field: 'id', vi: 'Mã', en: 'Id' },
  { field: 'severity', vi: 'Mức độ', en: 'Severity' },
  { field: 'risk', vi: 'Điểm rủi ro', en: 'Risk' },
  { field: { vi: ['titleVi', 'title'], en: ['title'] }, vi: 'Tiêu đề', en: 'Title' },
  { field: 'state', vi: 'Trạng thái', en: 'State' },
  { field: 'verdict', vi: 'Kết luận', en: 'Verdict' },
  { field: 'agencyName', vi: 'Cơ quan', en: 'Agency' },
  { field: 'hostname', vi: 'Máy', en: 'Host' },
  { field: 'userName', vi: 'Người dùng', en: 'User' },
  { field: 'hosts', vi: 'Số máy', en: 'Hosts' },
  { field: 'count', vi: 'Số phát hiện', en: 'Detections' },
  { field: 'firstSeen', vi: 'Lần đầu', en: 'First seen' },
  { field: 'lastSeen', vi: 'Lần cuối', en: 'Last seen' },
  { field: 'dueAt', vi: 'Hạn', en: 'Due' },
  { field: 'assignee', vi: 'Người xử lý', en: 'Assignee' },
  { field: 'ruleId', vi: 'Luật', en: 'Rule' },
  { field: 'tags', vi: 'Thẻ', en: 'Tags' },
  { field: 'entity', vi: 'Đối tượng', en: 'About' },
  { field: 'message', vi: 'Nội dung', en: 'Message' },
  { field: 'createdAt', vi: 'Tạo lúc', en: 'Created' },
  { field: 'updatedAt', vi: 'Sửa lúc', en: 'Updated' },
];

export const EVENT_COLUMNS: readonly CsvColumn[] = [
  { field: 'time', vi: 'Thời gian', en: 'Time' },
  { field: 'hostname', vi: 'Máy', en: 'Host' },
  { field: 'channel', vi: 'Kênh', en: 'Channel' },
  { field: 'message', vi: 'Nội dung', en: 'Message' },
  { field: 'ruleIds', vi: 'Luật', en: 'Rules' },
  { field: 'fields', vi: 'Các trường', en: 'Fields' },
  { field: 'origin', vi: 'Nguồn', en: 'Origin' },
  { field: 'receivedAt', vi: 'Nhận lúc', en: 'Received' },
  { field: 'agentId', vi: 'Tác nhân', en: 'Agent' },
  { field: 'id', vi: 'Mã', en: 'Id' },
];

export const FINDING_COLUMNS: readonly CsvColumn[] = [
  { field: 'cve', vi: 'Lỗ hổng', en: 'Vulnerability' },
  { field: 'severity', vi: 'Mức độ', en: 'Severity' },
  { field: 'score', vi: 'Điểm CVSS', en: 'CVSS' },
  { field: 'exploited', vi: 'Đã bị khai thác', en: 'Exploited' },
  { field: 'epss', vi: 'EPSS', en: 'EPSS' },
  { field: 'state', vi: 'Trạng thái', en: 'State' },
  { field: 'hostname', vi: 'Máy', en: 'Host' },
  { field: 'system', vi: 'Hệ điều hành', en: 'System' },
  { field: 'package', vi: 'Gói', en: 'Package' },
  { field: 'installed', vi: 'Đang cài', en: 'Installed' },
  { field: 'fixed', vi: 'Đã vá ở', en: 'Fixed in' },
  { field: 'advisory', vi: 'Bản tin', en: 'Advisory' },
  { field: 'firstSeen', vi: 'Lần đầu', en: 'First seen' },
  { field: 'lastSeen', vi: 'Lần cuối', en: 'Last seen' },
  { field: 'fixedAt', vi: 'Khắc phục lúc', en: 'Fixed at' },
  { field: 'exceptionId', vi: 'Ngoại lệ', en: 'Exception' },
  { field: 'exceptedUntil', vi: 'Ngoại lệ đến', en: 'Excepted until' },
  { field: 'agencyId', vi: 'Mã cơ quan', en: 'Agency id' },
  { field: 'agentId', vi: 'Tác nhân', en: 'Agent' },
];

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.map(cellOf).join(' ') : JSON.stringify(value);
}

/** With what makes a spreadsheet read it as UTF-8. */
export const csvHead = (columns: readonly CsvColumn[], language: CsvLanguage): string =>
  `\ufeff${writeCsvRow(columns.map((column) => column[language]))}`;

/** Every cell is safe to open (agency/csv-text.ts). */
export function csvLine(columns: readonly CsvColumn[], language: CsvLanguage, row: object): string {
  const values: Readonly<Record<string, unknown>> = { ...row };
  return writeCsvRow(
    columns.map(({ field }) => {
      const names = typeof field === 'string' ? [field] : field[language];
      return cellOf(names.map((name) => values[name]).find((value) => value !== null && value !== undefined));
    }),
  );
}
