/**
 * What the values of audit records mean: texts from strangers, which are written in hexadecimal when they hold a blank, a
 * quote or anything beyond printable ASCII, and the words for "nothing".
 */
import type { AuditField } from './audit-record.ts';

/** Fields that libauparse calls escaped. */
const ESCAPED: ReadonlySet<string> = new Set([
  'acct',
  'cgroup',
  'cmd',
  'comm',
  'cwd',
  'data',
  'device',
  'dir',
  'exe',
  'file',
  'grp',
  'key',
  'name',
  'new_group',
  'new-chardev',
  'new-disk',
  'new-fs',
  'ocomm',
  'old-chardev',
  'old-disk',
  'old-fs',
  'path',
  'proctitle',
  'root_dir',
  'sw',
  'vm',
  'watch',
  // Written by the agent, in the kernel's manner.
  'parent_exe',
  'parent_proctitle',
]);

const HEX = /^(?:[0-9A-F]{2})+$/;
/** Rules of several keys: the kernel joins them with this. */
const KEY_SEPARATOR = '\x01';

/** @returns the bytes as text; undefined when it is not in hexadecimal. */
export function fromHex(value: string): string | undefined {
  return HEX.test(value) ? Buffer.from(value, 'hex').toString('utf8') : undefined;
}

/** A text that may be written in hexadecimal: in quotes it never is. */
export function escapedText({ value, quoted }: AuditField): string {
  return quoted ? value : (fromHex(value) ?? value);
}

/** @returns null for "there is none", undefined for "not known". */
export function auditValue(field: AuditField): string | readonly string[] | null | undefined {
  const { name, value, quoted } = field;
  if (!quoted && value === '(null)') return null;
  if (!quoted && value === '?') return undefined;
  if (!ESCAPED.has(name)) return value;
  const text = escapedText(field);
  if (name === 'key') return text.includes(KEY_SEPARATOR) ? text.split(KEY_SEPARATOR) : text;
  return name.endsWith('proctitle') ? commandLine(text) : text;
}

/** Arguments as the kernel keeps them, each ended by NUL. */
function commandLine(text: string): string {
  return text.replace(/\0+$/, '').replaceAll('\0', ' ');
}
