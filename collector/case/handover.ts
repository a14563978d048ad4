/** A hand-over note in words, for the screen, for paper (HTML), in Vietnamese and English. Nothing in it is markup of its writers. */
import { z } from 'zod';

const number = z.number();
export const handoverBodySchema = z.object({
  sinceMs: number,
  untilMs: number,
  cases: z.array(
    z.object({
      number: z.string(),
      title: z.string(),
      severity: z.string(),
      class: z.string(),
      state: z.string(),
      assignee: z.string().nullable(),
      drill: z.boolean(),
      dueMs: number.nullable(),
      /** What was done in the shift. */
      changes: z.array(z.object({ action: z.string(), count: number, actors: z.array(z.string()) })),
      tasks: z.array(
        z.object({ title: z.string(), assignee: z.string().nullable(), dueMs: number.nullable() }),
      ),
      moreTasks: number,
      clocks: z.array(z.object({ kind: z.string(), title: z.string(), titleVi: z.string(), dueMs: number })),
      nextSteps: z.array(z.string()),
    }),
  ),
  moreCases: z.boolean(),
});
export type HandoverBody = z.infer<typeof handoverBodySchema>;

export interface HandoverHead {
  from: string;
  to: string;
  atMs: number;
  note: string;
  acknowledgedMs: number | null;
}

export type HandoverLanguage = 'vi' | 'en';

interface Words {
  title: string;
  head: (from: string, to: string) => string;
  span: (since: string, until: string) => string;
  acknowledged: (at: string) => string;
  waiting: string;
  note: string;
  none: string;
  untitled: string;
  drill: string;
  owner: string;
  nobody: string;
  due: string;
  changes: string;
  unchanged: string;
  tasks: string;
  more: (count: number) => string;
  moreCases: string;
  clocks: string;
  next: string;
  states: Readonly<Record<string, string>>;
  severities: Readonly<Record<string, string>>;
  actions: Readonly<Record<string, string>>;
}

const WORDS: Readonly<Record<HandoverLanguage, Words>> = {
  vi: {
    title: 'Biên bản giao ca trực giám sát an ninh mạng',
    head: (from, to) => `Người giao: ${from}. Người nhận: ${to}.`,
    span: (since, until) => `Ca trực từ ${since} đến ${until}.`,
    acknowledged: (at) => `Đã nhận ca lúc ${at}.`,
    waiting: 'Chưa xác nhận nhận ca.',
    note: 'Ghi chú',
    none: 'Không có vụ việc nào đang mở.',
    untitled: '(tiêu đề không hiển thị)',
    drill: 'DIỄN TẬP',
    owner: 'Phụ trách',
    nobody: 'chưa có',
    due: 'Hạn',
    changes: 'Đã làm trong ca',
    unchanged: 'không thay đổi',
    tasks: 'Việc còn lại',
    more: (count) => `và ${count} việc khác`,
    moreCases: 'Còn vụ việc khác không liệt kê ở đây.',
    clocks: 'Thời hạn pháp lý',
    next: 'Bước tiếp theo',
    states: {
      open: 'mới mở',
      'in-progress': 'đang xử lý',
      waiting: 'đang chờ',
      contained: 'đã khoanh vùng',
      closed: 'đã đóng',
    },
    severities: {
      informational: 'thông tin',
      low: 'thấp',
      medium: 'trung bình',
      high: 'cao',
      critical: 'nghiêm trọng',
    },
    actions: {
      'case.create': 'mở vụ việc',
      'case.change': 'cập nhật',
      'case.close': 'đóng',
      'case.reopen': 'mở lại',
      'case.note': 'ghi chú',
      'case.add-alerts': 'thêm cảnh báo',
      'case.remove-alerts': 'bỏ cảnh báo',
      'case.add-task': 'giao việc',
      'case.finish-task': 'hoàn thành việc',
      'case.reopen-task': 'mở lại việc',
      'case.change-task': 'sửa việc',
      'case.add-checklist': 'thêm danh mục việc',
      'case.add-item': 'thêm đối tượng',
      'case.remove-item': 'bỏ đối tượng',
      'case.keep-event': 'giữ sự kiện',
      'case.remove-event': 'bỏ sự kiện',
      'case.add-entry': 'thêm mốc thời gian',
      'case.remove-entry': 'bỏ mốc thời gian',
      'case.attach': 'đính kèm tệp',
      'case.remove-attachment': 'xóa tệp',
      'case.quarantine': 'cách ly tệp',
      'case.release': 'bỏ cách ly tệp',
      'case.start-clock': 'bắt đầu thời hạn',
      'case.meet-clock': 'hoàn thành thời hạn',
      'case.stop-clock': 'dừng thời hạn',
      'case.merge': 'gộp vụ việc',
      'case.merged': 'được gộp',
      'case.unmerge': 'bỏ gộp',
      'case.split': 'tách vụ việc',
      'case.unsplit': 'bỏ tách',
      'case.link': 'liên kết',
      'case.unlink': 'bỏ liên kết',
    },
  },
  en: {
    title: 'Hand-over of the security watch',
    head: (from, to) => `From: ${from}. To: ${to}.`,
    span: (since, until) => `Shift from ${since} to ${until}.`,
    acknowledged: (at) => `Taken over at ${at}.`,
    waiting: 'Not acknowledged yet.',
    note: 'Note',
    none: 'No case is open.',
    untitled: '(the title is not shown)',
    drill: 'DRILL',
    owner: 'Owner',
    nobody: 'nobody',
    due: 'Due',
    changes: 'Done in this shift',
    unchanged: 'unchanged',
    tasks: 'Open tasks',
    more: (count) => `and ${count} more`,
    moreCases: 'There are more cases than are listed here.',
    clocks: 'Legal terms',
    next: 'Next steps',
    states: {
      open: 'open',
      'in-progress': 'in progress',
      waiting: 'waiting',
      contained: 'contained',
      closed: 'closed',
    },
    severities: {
      informational: 'informational',
      low: 'low',
      medium: 'medium',
      high: 'high',
      critical: 'critical',
    },
    actions: {},
  },
};

const OFFSET_MS = 7 * 3_600_000;
/** In Vietnam. */
const time = (ms: number): string => new Date(ms + OFFSET_MS).toISOString().slice(0, 16).replace('T', ' ');
const person = (actor: string): string => actor.replace(/^user:/, '');
/** One line: what people write breaks no layout. */
const line = (text: string): string => text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');

interface Section {
  heading: string;
  /** A line, or a heading with lines below it. */
  parts: (string | { name: string; lines: string[] })[];
}

function sections({ cases, moreCases }: HandoverBody, language: HandoverLanguage): Section[] {
  const words = WORDS[language];
  if (cases.length === 0) return [{ heading: words.none, parts: [] }];
  const made = cases.map((one): Section => {
    const due = (ms: number | null): string => (ms === null ? '' : ` (${words.due}: ${time(ms)})`);
    const states = `${words.severities[one.severity] ?? one.severity}, ${words.states[one.state] ?? one.state}`;
    const changes = one.changes.map(
      ({ action, count, actors }) =>
        `${words.actions[action] ?? action}: ${count} (${actors.map(person).join(', ')})`,
    );
    const tasks = one.tasks.map(
      ({ title, assignee, dueMs }) => `${line(title)}: ${assignee ?? words.nobody}${due(dueMs)}`,
    );
    const lists = [
      { name: words.changes, lines: changes.length === 0 ? [words.unchanged] : changes },
      { name: words.tasks, lines: one.moreTasks > 0 ? [...tasks, words.more(one.moreTasks)] : tasks },
      {
        name: words.clocks,
        lines: one.clocks.map(
          ({ title, titleVi, dueMs }) => `${language === 'vi' ? titleVi : title}${due(dueMs)}`,
        ),
      },
      { name: words.next, lines: one.nextSteps.map(line) },
    ];
    return {
      heading: `${one.drill ? `[${words.drill}] ` : ''}${one.number} ${one.title === '' ? words.untitled : line(one.title)}`,
      parts: [
        `${states}. ${words.owner}: ${one.assignee ?? words.nobody}${due(one.dueMs)}`,
        ...lists.filter(({ lines }) => lines.length > 0),
      ],
    };
  });
  return moreCases ? [...made, { heading: words.moreCases, parts: [] }] : made;
}

function headLines(head: HandoverHead, body: HandoverBody, language: HandoverLanguage): string[] {
  const words = WORDS[language];
  return [
    words.head(person(head.from), head.to),
    words.span(time(body.sinceMs), time(body.untilMs)),
    head.acknowledgedMs === null ? words.waiting : words.acknowledged(time(head.acknowledgedMs)),
  ];
}

export function handoverText(head: HandoverHead, body: HandoverBody, language: HandoverLanguage): string {
  const words = WORDS[language];
  const lines = [words.title, ...headLines(head, body, language)];
  if (head.note !== '')
    lines.push('', `${words.note}:`, ...head.note.split('\n').map((text) => `  ${line(text)}`));
  for (const { heading, parts } of sections(body, language)) {
    lines.push('', heading);
    for (const part of parts) {
      if (typeof part === 'string') lines.push(`  ${part}`);
      else lines.push(`  ${part.name}:`, ...part.lines.map((text) => `    - ${text}`));
    }
  }
  return `${lines.map(line).join('\n')}\n`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (found) => ENTITIES[found] ?? found);

const STYLE =
  'body{font:12pt/1.4 serif;margin:2cm auto;max-width:17cm}h1{font-size:16pt;text-align:center}h2{font-size:13pt;margin-bottom:0}' +
  'section{break-inside:avoid}.note{white-space:pre-wrap;border-left:2pt solid;padding-left:8pt}' +
  '.sign{display:flex;justify-content:space-around;margin-top:1.5cm;height:3cm}';

/** A page of its own, to be printed: it loads nothing and runs nothing. */
export function handoverHtml(head: HandoverHead, body: HandoverBody, language: HandoverLanguage): string {
  const words = WORDS[language];
  const parts = sections(body, language).map(({ heading, parts: texts }) => {
    const inner = texts.map((part) =>
      typeof part === 'string'
        ? `<p>${escape(part)}</p>`
        : `<p>${escape(part.name)}:</p><ul>${part.lines.map((text) => `<li>${escape(text)}</li>`).join('')}</ul>`,
    );
    return `<section><h2>${escape(heading)}</h2>${inner.join('')}</section>`;
  });
  const note = head.note === '' ? '' : `<h2>${words.note}</h2><p class="note">${escape(head.note)}</p>`;
  const signs = language === 'vi' ? ['Người giao', 'Người nhận'] : ['Handed over by', 'Taken over by'];
  return (
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>${escape(words.title)}</title>` +
    `<style>${STYLE}</style></head><body><h1>${escape(words.title)}</h1>` +
    `${headLines(head, body, language)
      .map((text) => `<p>${escape(text)}</p>`)
      .join('')}${note}${parts.join('')}` +
    `<div class="sign">${signs.map((text) => `<div>${text}</div>`).join('')}</div></body></html>\n`
  );
}
