/** The facts that texts of requests name, out of what they are about. */
import type { Severity } from '../api/contract.ts';
import type { WorkCalendar } from '../liveness/calendar.ts';
import type { Facts } from './request-template.ts';
import { momentInWords } from './vietnamese-time.ts';

export const SEVERITY_WORDS: Readonly<Record<Severity, string>> = {
  informational: 'thông tin',
  low: 'thấp',
  medium: 'trung bình',
  high: 'cao',
  critical: 'nghiêm trọng',
};

const HOSTS_MAX = 5;
const TITLES_MAX = 3;
const ADVICE_MAX = 2;

interface FactFinding {
  hostname: string | null;
  title: string;
  detail: string;
  advice: string;
  firstMs: number;
  lastMs: number;
}

/** Those that differ, the most frequent first. */
function distinct(texts: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const text of texts) if (text !== '') counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].toSorted(([, a], [, b]) => b - a).map(([text]) => text);
}

function hostsInWords(names: readonly string[]): string {
  if (names.length === 0) return 'hệ thống';
  const shown = names.slice(0, HOSTS_MAX).join(', ');
  const more = names.length - HOSTS_MAX;
  const said = more > 0 ? `${shown} và ${more} máy khác` : shown;
  return names.length === 1 ? `máy ${said}` : `${names.length} máy (${said})`;
}

export function factsOf(
  findings: readonly FactFinding[],
  about: { agencyName: string; severity: Severity; calendar: Pick<WorkCalendar, 'timeZone'> },
): Facts {
  const { agencyName, severity, calendar } = about;
  const titles = distinct(findings.map(({ title }) => title));
  const more = titles.length - TITLES_MAX;
  const finding = titles.slice(0, TITLES_MAX).join('; ') + (more > 0 ? ` và ${more} loại dấu hiệu khác` : '');
  const first = findings.reduce((least, { firstMs }) => Math.min(least, firstMs), Infinity);
  const last = findings.reduce((most, { lastMs }) => Math.max(most, lastMs), -Infinity);
  return {
    agency: agencyName,
    hosts: hostsInWords(distinct(findings.map(({ hostname }) => hostname ?? ''))),
    count: String(findings.length),
    finding,
    detail: findings[0]?.detail ?? '',
    advice: distinct(findings.map(({ advice }) => advice))
      .slice(0, ADVICE_MAX)
      .join('\n'),
    severity: SEVERITY_WORDS[severity],
    first: Number.isFinite(first) ? momentInWords(calendar, first) : '',
    last: Number.isFinite(last) ? momentInWords(calendar, last) : '',
  };
}
