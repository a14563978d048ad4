/** What one person is told of alerts and cases that they watch, as text. Invariant: what people wrote leaves masked, like what hosts say. */
import type { Severity } from '../api/contract.ts';
import { SEVERITY_WORDS } from './severity-words.ts';
import { leavingText } from './leaving-text.ts';
import type { NoticeLanguage, NoticeText } from './notice-text.ts';

export type PersonalWhy = 'mention' | 'assigned' | 'watch';

export type ChangedField =
  'state' | 'verdict' | 'severity' | 'class' | 'title' | 'assignee' | 'dueAt' | 'tags';

export interface PersonalAct {
  atMs: number;
  /** As in the audit trail. */
  actor: string;
  /** e.g. `case.note`; `alert.raised` where nobody did it. */
  action: string;
  why: PersonalWhy;
  /** What was written, or why; empty where the act says all. */
  text: string;
  /** Fields, and what they became. */
  changes: readonly { field: ChangedField; after: string }[];
}

/** An alert or a case, with what happened to it; the newest act first. */
export interface PersonalSubject {
  /** An alert's id, or a case's number. */
  name: string;
  kind: 'alert' | 'case';
  severity: Severity;
  title: string;
  titleVi: string;
  acts: readonly PersonalAct[];
  /** Those included that are not told one by one. */
  actsInAll: number;
}

export interface PersonalNotice {
  /** The most serious first. */
  subjects: readonly PersonalSubject[];
  /** Those included that are not told one by one. */
  subjectsInAll: number;
}

export const SUBJECTS_TOLD_MAX = 20;
export const ACTS_TOLD_MAX = 8;
const TITLE_MAX = 160;
const TEXT_MAX = 400;
const ACTOR_MAX = 80;

interface Words {
  kinds: Readonly<Record<PersonalSubject['kind'], string>>;
  why: Readonly<Record<PersonalWhy, string>>;
  acts: Readonly<Record<string, string>>;
  fields: Readonly<Record<ChangedField, string>>;
  several: (subjects: number) => string;
  moreActs: (count: number) => string;
  moreSubjects: (count: number) => string;
  more: string;
  foot: string;
}

const WORDS: Readonly<Record<NoticeLanguage, Words>> = {
  vi: {
    kinds: { alert: 'Cảnh báo', case: 'Vụ việc' },
    why: { mention: 'gọi tên bạn', assigned: 'giao cho bạn', watch: '' },
    acts: {
      'alert.raised': 'mức độ tăng',
      'alert.note': 'ghi chú',
      'alert.state': 'đổi trạng thái',
      'alert.change': 'sửa',
      'alert.bulk': 'xử lý hàng loạt',
      'alert.bulk-undo': 'hoàn tác xử lý hàng loạt',
      'case.note': 'ghi chú',
      'case.create': 'lập vụ việc',
      'case.change': 'sửa',
      'case.close': 'đóng vụ việc',
      'case.reopen': 'mở lại',
      'case.add-alerts': 'thêm cảnh báo',
      'case.remove-alerts': 'bỏ cảnh báo',
      'case.attach': 'đính kèm tệp',
      'case.add-task': 'giao việc',
      'case.change-task': 'sửa việc',
      'case.finish-task': 'xong việc',
      'case.add-entry': 'thêm mốc thời gian',
      'case.start-clock': 'bắt đầu thời hạn luật định',
      'case.meet-clock': 'đã đáp ứng thời hạn luật định',
    },
    fields: {
      state: 'trạng thái',
      verdict: 'kết luận',
      severity: 'mức độ',
      class: 'loại',
      title: 'tên',
      assignee: 'người xử lý',
      dueAt: 'hạn',
      tags: 'nhãn',
    },
    several: (subjects) => `${subjects} việc bạn theo dõi`,
    moreActs: (count) => `và ${count} thay đổi khác`,
    moreSubjects: (count) => `và ${count} việc khác`,
    more: 'Còn nữa',
    foot: 'Vọng Gác gửi riêng cho bạn vì bạn theo dõi, được gọi tên hoặc được giao việc. Đổi hoặc tắt: PUT /api/v1/notifications/personal. Dữ liệu cá nhân đã được che.',
  },
  en: {
    kinds: { alert: 'Alert', case: 'Case' },
    why: { mention: 'calls you', assigned: 'given to you', watch: '' },
    acts: {
      'alert.raised': 'became more serious',
      'alert.note': 'note',
      'alert.state': 'changed the state',
      'alert.change': 'changed',
      'alert.bulk': 'changed in bulk',
      'alert.bulk-undo': 'took a bulk act back',
      'case.note': 'note',
      'case.create': 'opened the case',
      'case.change': 'changed',
      'case.close': 'closed the case',
      'case.reopen': 'opened it again',
      'case.add-alerts': 'added alerts',
      'case.remove-alerts': 'took alerts out',
      'case.attach': 'attached a file',
      'case.add-task': 'added a task',
      'case.change-task': 'changed a task',
      'case.finish-task': 'finished a task',
      'case.add-entry': 'added to the timeline',
      'case.start-clock': 'started a legal clock',
      'case.meet-clock': 'met a legal clock',
    },
    fields: {
      state: 'state',
      verdict: 'verdict',
      severity: 'severity',
      class: 'class',
      title: 'title',
      assignee: 'assignee',
      dueAt: 'due',
      tags: 'tags',
    },
    several: (subjects) => `${subjects} things that you watch`,
    moreActs: (count) => `and ${count} more changes`,
    moreSubjects: (count) => `and ${count} more`,
    more: 'More',
    foot: 'Sent by Vọng Gác to you alone, since you watch this, were called or were given it. Change or end it: PUT /api/v1/notifications/personal. Personal data is masked.',
  },
};

const time = (ms: number): string =>
  `${new Date(ms + 7 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ')} +07:00`;

/** e.g. `lan: note, calls you`. */
function actHead({ actor, action, why }: PersonalAct, words: Words): string {
  const who = leavingText(actor.replace(/^user:/, ''), ACTOR_MAX);
  const what = [words.acts[action] ?? action, words.why[why]].filter((part) => part !== '').join(', ');
  return who === '' ? what : `${who}: ${what}`;
}

function actLine(act: PersonalAct, words: Words): string {
  const changes = act.changes.map(({ field, after }) => `${words.fields[field]}: ${after}`);
  const said = [changes.join('; '), act.text].filter((part) => part !== '').join(' - ');
  const head = actHead(act, words);
  return said === '' ? head : `${head}: ${leavingText(said, TEXT_MAX)}`;
}

export function personalText(
  { subjects, subjectsInAll }: PersonalNotice,
  language: NoticeLanguage,
): NoticeText {
  const words = WORDS[language];
  const parts = subjects.map((subject) => {
    const title = (language === 'vi' && subject.titleVi) || subject.title;
    const told = subject.acts.map((act): [string, string] => [time(act.atMs), actLine(act, words)]);
    const more = subject.actsInAll - subject.acts.length;
    return {
      heading: `[${SEVERITY_WORDS[language][subject.severity]}] ${words.kinds[subject.kind]} ${subject.name}: ${leavingText(title, TITLE_MAX)}`,
      rows: [...told, ...(more > 0 ? [[words.more, words.moreActs(more)] satisfies [string, string]] : [])],
    };
  });
  const [first] = subjects;
  const [act] = first?.acts ?? [];
  const one = `${parts[0]?.heading ?? ''}${act === undefined ? '' : ` (${actHead(act, words)})`}`;
  const left = subjectsInAll - subjects.length;
  return {
    subject: subjectsInAll > 1 ? `${words.several(subjectsInAll)}: ${one}` : one,
    parts,
    closing: [...(left > 0 ? [words.moreSubjects(left)] : []), words.foot],
  };
}
