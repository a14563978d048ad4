/**
 * Bodies of webhooks for gateways. Invariant: the template is parsed as JSON first and filled afterwards, inside its text
 * values alone, so that nothing an event says can become part of the JSON.
 */
import { leavingText } from './leaving-text.ts';
import { escapeHtml, plainText, type NoticeText } from './notice-text.ts';
import type { Notice } from './notice.ts';

const PLACEHOLDER = /\{\{\s*([a-z-]+)\s*(?:\|\s*([a-z]+)\s*)?\}\}/g;

/** What a placeholder may name. */
const FIELDS = {
  subject: (_notice: Notice, text: NoticeText) => text.subject,
  text: (_notice: Notice, text: NoticeText) => plainText(text),
  id: (notice: Notice) => notice.id,
  kind: (notice: Notice) => notice.kind,
  time: (notice: Notice) => new Date(notice.atMs).toISOString(),
  total: (notice: Notice) => String(notice.total),
  severity: (notice: Notice) => notice.alerts[0]?.severity ?? 'informational',
  agency: (notice: Notice) => leavingText(notice.alerts[0]?.agency ?? '', 120),
  host: (notice: Notice) => leavingText(notice.alerts[0]?.hostname ?? '', 120),
  /** Of who is on duty: the telephone, else the mail address. */
  to: (notice: Notice) => notice.person?.phone ?? notice.person?.email ?? '',
  'to-name': (notice: Notice) => leavingText(notice.person?.name ?? '', 120),
  code: (notice: Notice) => notice.code ?? '',
  'alert-id': (notice: Notice) => notice.alerts[0]?.id ?? '',
} as const satisfies Record<string, (notice: Notice, text: NoticeText) => string>;

const SMS_CHARS_MAX = 160;

/** How a value is written for whoever reads it. */
const FORMS = {
  html: escapeHtml,
  markdown: (text: string) => text.replaceAll(/[\\`*_{}[\]()#+\-.!|<>~]/g, String.raw`\$&`),
  /** The plain letters that every telephone has. */
  sms: (text: string) => plainLetters(text).slice(0, SMS_CHARS_MAX),
  /** Words only: what reads it aloud takes no commands from it. */
  voice: (text: string) =>
    text
      .replaceAll(/[^\p{L}\p{N}\s.,:]/gu, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim(),
} as const satisfies Record<string, (text: string) => string>;

function plainLetters(text: string): string {
  return text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll('đ', 'd')
    .replaceAll('Đ', 'D')
    .replaceAll(/[^\x20-\x7e]+/g, ' ');
}

const known = <Table extends object>(table: Table, name: string): name is keyof Table & string =>
  Object.hasOwn(table, name);

/** @returns what is wrong with it, in words; undefined: nothing */
export function checkTemplate(template: string): string | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(template);
  } catch (error) {
    if (error instanceof SyntaxError) return `the template is no JSON: ${error.message}`;
    throw error;
  }
  if (typeof parsed !== 'object' || parsed === null) return 'the template is a JSON object or list';
  for (const [, field = '', form] of template.matchAll(PLACEHOLDER)) {
    if (!known(FIELDS, field)) return `there is no {{${field}}}; there are ${Object.keys(FIELDS).join(', ')}`;
    if (form !== undefined && !known(FORMS, form)) {
      return `there is no form |${form}; there are ${Object.keys(FORMS).join(', ')}`;
    }
  }
  return undefined;
}

/** @param template that `checkTemplate` has nothing against */
export function fillTemplate(template: string, notice: Notice, text: NoticeText): string {
  const fill = (value: string): string =>
    value.replaceAll(PLACEHOLDER, (whole: string, field: string, form: string | undefined) => {
      if (!known(FIELDS, field)) return whole;
      const said = FIELDS[field](notice, text);
      return form !== undefined && known(FORMS, form) ? FORMS[form](said) : said;
    });
  return JSON.stringify(JSON.parse(template), (_key, value: unknown) =>
    typeof value === 'string' ? fill(value) : value,
  );
}
