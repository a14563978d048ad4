/** Fields of notices: a label with what is known, or dots to write on. */
import { momentInWords } from '../request/vietnamese-time.ts';
import type { Block, Words } from './document.ts';
import type { NoticeForm, NoticeSystem } from './notice-body.ts';
import { numberText } from './safe-text.ts';

const ZONE = { timeZone: 'Asia/Ho_Chi_Minh' } as const;

export const moment = (at: string | null): string => (at === null ? '' : momentInWords(ZONE, Date.parse(at)));

/** So many dots fill a line without a label; a letter takes the room of two. */
const DOTS_MAX = 128;
const DOTS_MIN = 20;

/** A field of a form; one that is not known has dots to write on, to the end of its line. */
export function field(label: string, value: string): Block {
  const dots = '.'.repeat(Math.max(DOTS_MIN, DOTS_MAX - 2 * label.length));
  const words: Words = [{ text: `${label}: ` }, { text: value === '' ? dots : value }];
  return { kind: 'paragraph', words };
}

export const count = (value: number | null, unit: string): string =>
  value === null ? '' : `${numberText(value)} ${unit}`;

export function systemFields({ name, level, approval, owner, operator }: NoticeSystem): Block[] {
  return [
    field('Tên hệ thống thông tin', name),
    field('Cấp độ', level === null ? '' : String(level)),
    field('Quyết định phê duyệt cấp độ', approval),
    field('Chủ quản', owner),
    field('Đơn vị vận hành', operator),
  ];
}

const NO_SYSTEM: NoticeSystem = { name: '', level: null, approval: '', owner: '', operator: '' };

export const systemsOf = ({ systems }: NoticeForm): readonly NoticeSystem[] =>
  systems.length === 0 ? [NO_SYSTEM] : systems;
