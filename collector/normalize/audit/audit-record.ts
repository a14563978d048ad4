/**
 * One record of the audit log, a line: `type=SYSCALL msg=audit(1364481363.243:24287): name=value ...`, and behind a group
 * separator (0x1d) the names that auditd looked up. Invariant: total and linear; whatever is no `name=value` is kept in
 * `words` or with the value it follows.
 */

export interface AuditField {
  name: string;
  value: string;
  /** It stood in quotes: it means what it says. Without, some values are written in hexadecimal. */
  quoted: boolean;
}

export interface AuditRecord {
  type: string;
  /** Host, where auditd writes one (`name_format`); else ''. */
  node: string;
  serial: string;
  timeMs: number;
  fields: readonly AuditField[];
  /** Text before the first `name=value`, e.g. `avc:  denied  { read } for`. */
  words: string;
}

const HEADER =
  /^(?:node=(\S{1,255}) )?type=([A-Z0-9_[\]]{1,64}) msg=audit\((\d{1,11})\.(\d{3}):(\d{1,20})\): ?/;
const ENRICHED = '\x1d';
const NAME = /^[A-Za-z0-9_.:[\]-]{1,64}$/;
/** A kernel record has some thirty, a list of arguments as many as were given. */
const FIELDS_MAX = 4_096;
/** Words in brackets and with commas, as programs of the early days wrote them: `(hostname=?, addr=?, res=success)`. */
const BRACKETED: ReadonlySet<string> = new Set(['hostname', 'addr', 'terminal', 'res', 'result']);

/** @returns undefined for a line that is no record of the audit log. */
export function parseAuditRecord(line: string): AuditRecord | undefined {
  const header = HEADER.exec(line);
  if (header === null) return undefined;
  const [whole, node = '', type = '', seconds = '', fraction = '', serial = ''] = header;
  const separator = line.indexOf(ENRICHED, whole.length);
  const end = separator === -1 ? line.length : separator;
  const scan = new FieldScan();
  scan.read(line, whole.length, end);
  if (separator !== -1) scan.read(line, separator + 1, line.length);
  const timeMs = Number(seconds) * 1_000 + Number(fraction);
  return { type, node, serial, timeMs, fields: scan.fields, words: scan.words };
}

class FieldScan {
  readonly fields: AuditField[] = [];
  words = '';

  read(text: string, from: number, to: number): void {
    let at = from;
    let last: AuditField | undefined;
    // Looked for once: a text of words alone must not be searched to its end for each.
    let equals = text.indexOf('=', at);
    while (at < to) {
      if (text.charCodeAt(at) === 0x20) {
        at += 1;
        continue;
      }
      if (equals !== -1 && equals < at) equals = text.indexOf('=', at);
      const space = endOfWord(text, at, to);
      const name = equals === -1 || equals >= space ? '' : bareName(text.slice(at, equals));
      if (!NAME.test(name) || this.fields.length >= FIELDS_MAX) {
        this.#keepWord(text.slice(at, space), last);
        at = space;
        continue;
      }
      const { value, quoted, end } = valueAt(text, equals + 1, to);
      at = end;
      if (name === 'msg' && text[equals + 1] === "'") {
        // A program's own message: its fields are the record's.
        this.read(text, equals + 2, equals + 2 + value.length);
        last = undefined;
        continue;
      }
      last = { name, quoted, value: !quoted && BRACKETED.has(name) ? value.replace(/[,)]+$/, '') : value };
      this.fields.push(last);
    }
  }

  /** `op=remove rule`: the value goes on; before any value it is a word of its own. */
  #keepWord(word: string, last: AuditField | undefined): void {
    if (last !== undefined && !last.quoted) last.value += ` ${word}`;
    else this.words += this.words === '' ? word : ` ${word}`;
  }
}

function endOfWord(text: string, at: number, to: number): number {
  const space = text.indexOf(' ', at);
  return space === -1 || space > to ? to : space;
}

function bareName(name: string): string {
  return name.startsWith('(') ? name.slice(1) : name;
}

const CLOSING: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["'", "'"],
  ['{', '}'],
]);

function valueAt(text: string, from: number, to: number): { value: string; quoted: boolean; end: number } {
  const first = text[from] ?? '';
  const closing = from < to ? CLOSING.get(first) : undefined;
  if (closing === undefined) {
    const end = endOfWord(text, from, to);
    return { value: text.slice(from, end), quoted: false, end };
  }
  // A message in single quotes may hold some of its own: the last one ends it.
  const found = closing === "'" ? text.lastIndexOf(closing, to - 1) : text.indexOf(closing, from + 1);
  const end = found <= from || found >= to ? to : found;
  const value = text.slice(from + 1, end);
  return { value: closing === '}' ? value.trim() : value, quoted: true, end: Math.min(to, end + 1) };
}
