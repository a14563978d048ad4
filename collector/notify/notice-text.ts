/** A notice in words: the subject and lines that every kind of channel makes its form of. Vietnamese and English. */
import { leavingText } from './leaving-text.ts';
import { personalText } from './personal-notice.ts';
import { SEVERITY_WORDS } from './severity-words.ts';
import type { AlertLink, Notice, NoticeAlert } from './notice.ts';

export const NOTICE_LANGUAGES = ['vi', 'en'] as const;
export type NoticeLanguage = (typeof NOTICE_LANGUAGES)[number];

const TITLE_MAX = 160;
const NAME_MAX = 120;
const MESSAGE_MAX = 500;

interface Words {
  rows: Readonly<
    Record<'severity' | 'agency' | 'host' | 'detections' | 'first' | 'last' | 'message' | 'alert', string>
  >;
  test: string;
  testBody: string;
  digest: (total: number) => string;
  more: (count: number) => string;
  foot: string;
  code: (code: string) => string;
}

const WORDS: Readonly<Record<NoticeLanguage, Words>> = {
  vi: {
    rows: {
      severity: 'Mức độ',
      agency: 'Cơ quan',
      host: 'Máy',
      detections: 'Số lần phát hiện',
      first: 'Lần đầu',
      last: 'Lần cuối',
      message: 'Nội dung',
      alert: 'Mã cảnh báo',
    },
    test: 'Vọng Gác: thư thử',
    testBody: 'Kênh này nhận được thông báo của Vọng Gác.',
    digest: (total) => `${total} cảnh báo`,
    more: (count) => `và ${count} cảnh báo khác`,
    foot: 'Vọng Gác gửi tự động. Dữ liệu cá nhân đã được che.',
    code: (code) => `Chưa ai tiếp nhận. Mã tiếp nhận: ${code}`,
  },
  en: {
    rows: {
      severity: 'Severity',
      agency: 'Agency',
      host: 'Host',
      detections: 'Detections',
      first: 'First seen',
      last: 'Last seen',
      message: 'Message',
      alert: 'Alert',
    },
    test: 'Vọng Gác: test message',
    testBody: 'This channel receives the notifications of Vọng Gác.',
    digest: (total) => `${total} alerts`,
    more: (count) => `and ${count} more alerts`,
    foot: 'Sent automatically by Vọng Gác. Personal data is masked.',
    code: (code) => `Nobody has acknowledged it. Code to acknowledge with: ${code}`,
  },
};

export interface NoticeText {
  /** One line. */
  subject: string;
  /** What each alert is: a heading, and rows of name and value. */
  parts: { heading: string; rows: [name: string, value: string][] }[];
  /** Lines below them. */
  closing: string[];
}

const titleOf = (alert: NoticeAlert, language: NoticeLanguage): string =>
  leavingText((language === 'vi' && alert.titleVi) || alert.title, TITLE_MAX);

const time = (ms: number): string =>
  `${new Date(ms + 7 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')} +07:00`;

export function noticeText(
  notice: Notice,
  language: NoticeLanguage,
  link: AlertLink = () => null,
): NoticeText {
  if (notice.personal !== undefined) return personalText(notice.personal, language);
  const words = WORDS[language];
  const severity = SEVERITY_WORDS[language];
  const [first] = notice.alerts;
  if (first === undefined) return { subject: words.test, parts: [], closing: [words.testBody, words.foot] };
  const parts = notice.alerts.map((alert) => ({
    heading: `[${severity[alert.severity]}] ${titleOf(alert, language)}`,
    rows: rowsOf(alert, language, link(alert.id)),
  }));
  const more = notice.total - notice.alerts.length;
  const host = first.hostname === null ? '' : ` - ${leavingText(first.hostname, NAME_MAX)}`;
  const worst = `[${severity[first.severity]}] ${titleOf(first, language)}${host}`;
  return {
    subject: notice.total > 1 ? `${words.digest(notice.total)}: ${worst}` : worst,
    parts,
    closing: [
      ...(more > 0 ? [words.more(more)] : []),
      ...(notice.code === undefined ? [] : [words.code(notice.code)]),
      words.foot,
    ],
  };
}

function rowsOf(alert: NoticeAlert, language: NoticeLanguage, url: string | null): [string, string][] {
  const { rows } = WORDS[language];
  return [
    [rows.severity, SEVERITY_WORDS[language][alert.severity]],
    [rows.agency, leavingText(alert.agency, NAME_MAX)],
    ...(alert.hostname === null
      ? []
      : [[rows.host, leavingText(alert.hostname, NAME_MAX)] satisfies [string, string]]),
    [rows.detections, String(alert.detections)],
    [rows.first, time(alert.firstSeenMs)],
    [rows.last, time(alert.lastSeenMs)],
    [rows.message, leavingText(alert.message, MESSAGE_MAX)],
    [rows.alert, url ?? alert.id],
  ];
}

export function plainText({ parts, closing }: NoticeText): string {
  const blocks = parts.map(({ heading, rows }) =>
    [heading, ...rows.map(([name, value]) => `${name}: ${value}`)].join('\n'),
  );
  return `${[...blocks, ...closing].join('\n\n')}\n`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (found) => ENTITIES[found] ?? found);
}

/** Without pictures, links or scripts: nothing in it is loaded, or made of what events say. */
export function simpleHtml({ parts, closing }: NoticeText, language: NoticeLanguage): string {
  const tables = parts.map(({ heading, rows }) => {
    const cells = rows.map(
      ([name, value]) => `<tr><th align="left">${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`,
    );
    return `<h3>${escapeHtml(heading)}</h3><table>${cells.join('')}</table>`;
  });
  const ends = closing.map((line) => `<p>${escapeHtml(line)}</p>`);
  return `<!doctype html><html lang="${language}"><meta charset="utf-8"><body>${tables.join('')}${ends.join('')}</body></html>`;
}
