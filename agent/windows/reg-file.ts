/**
 * What `reg.exe export` writes, read: keys with their values. Invariants: pure; names are compared without regard to case, as
 * Windows does; what is damaged is left out and counted; at most so many values.
 */

export type RegistryValue =
  | { type: 'text'; name: string; text: string; isExpanded?: true }
  | { type: 'texts'; name: string; texts: readonly string[] }
  | { type: 'number'; name: string; number: number }
  | { type: 'bytes'; name: string; bytes: Buffer };

export interface RegistryKey {
  /** As it is written, from `HKEY_LOCAL_MACHINE` on. */
  path: string;
  /** By name in lower case; that of the key itself has none. */
  values: ReadonlyMap<string, RegistryValue>;
}

export interface RegistryTree {
  /** By path in lower case. */
  keys: ReadonlyMap<string, RegistryKey>;
  /** Lines that are none of such a file, and values beyond the limit. */
  faults: number;
}

const VALUES_MAX = 500_000;
const HIVES: Readonly<Record<string, string>> = {
  HKLM: 'HKEY_LOCAL_MACHINE',
  HKU: 'HKEY_USERS',
};

/** The path as exports have it. */
export function longKey(key: string): string {
  const [hive = '', ...rest] = key.split('\\');
  return [HIVES[hive.toUpperCase()] ?? hive, ...rest].join('\\');
}

export function parseRegFile(text: string, valuesMax = VALUES_MAX): RegistryTree {
  const keys = new Map<string, RegistryKey & { values: Map<string, RegistryValue> }>();
  let current: Map<string, RegistryValue> | undefined;
  let faults = 0;
  let count = 0;
  let at = lineEnd(text, 0).next;
  while (at < text.length) {
    const { end, next } = lineEnd(text, at);
    if (end === at) {
      at = next;
      continue;
    }
    if (text[at] === '[') {
      const path = text.slice(at + 1, text[end - 1] === ']' ? end - 1 : end);
      current = new Map();
      keys.set(path.toLowerCase(), { path, values: current });
      at = next;
      continue;
    }
    const read = readValue(text, at);
    if (read === undefined || current === undefined) {
      faults += 1;
      at = next;
      continue;
    }
    at = read.next;
    count += 1;
    if (read.value === undefined || count > valuesMax) faults += 1;
    else current.set(read.value.name.toLowerCase(), read.value);
  }
  return { keys, faults };
}

function lineEnd(text: string, from: number): { end: number; next: number } {
  const found = text.indexOf('\n', from);
  if (found === -1) return { end: text.length, next: text.length };
  return { end: text[found - 1] === '\r' && found > from ? found - 1 : found, next: found + 1 };
}

/** A quoted text may hold line ends; `\` stands before `\` and `"`. */
function quoted(text: string, from: number): { text: string; next: number } | undefined {
  let plain = '';
  let start = from + 1;
  for (let at = start; at < text.length; at += 1) {
    if (text[at] === '\\') {
      plain += text.slice(start, at) + (text[at + 1] ?? '');
      at += 1;
      start = at + 1;
    } else if (text[at] === '"') return { text: plain + text.slice(start, at), next: at + 1 };
  }
  return undefined;
}

function readValue(
  text: string,
  from: number,
): { value: RegistryValue | undefined; next: number } | undefined {
  const named =
    text[from] === '@' ? { text: '', next: from + 1 } : text[from] === '"' ? quoted(text, from) : undefined;
  if (named === undefined || text[named.next] !== '=') return undefined;
  const at = named.next + 1;
  const name = named.text;
  if (text[at] === '"') {
    const read = quoted(text, at);
    if (read === undefined) return undefined;
    return { value: { type: 'text', name, text: read.text }, next: lineEnd(text, read.next).next };
  }
  const lines: string[] = [];
  let next = at;
  for (;;) {
    const line = lineEnd(text, next);
    const part = text.slice(next, line.end);
    next = line.next;
    const goesOn = part.endsWith('\\');
    lines.push(goesOn ? part.slice(0, -1).trim() : part.trim());
    if (!goesOn || next >= text.length) break;
  }
  return { value: valueOf(name, lines.join('')), next };
}

function valueOf(name: string, data: string): RegistryValue | undefined {
  const number = /^dword:([0-9a-f]{1,8})$/i.exec(data)?.[1];
  if (number !== undefined) return { type: 'number', name, number: Number.parseInt(number, 16) };
  const [, kind = '3', list = ''] = /^hex(?:\(([0-9a-f]+)\))?:([0-9a-f, ]*)$/i.exec(data) ?? [];
  if (!data.startsWith('hex')) return undefined;
  const bytes = Buffer.from(list.replaceAll(/[, ]/g, ''), 'hex');
  // REG_SZ and REG_EXPAND_SZ, REG_MULTI_SZ, REG_QWORD; all else is bytes.
  if (kind === '1' || kind === '2') {
    const text = utf16(bytes).replace(/\0.*$/s, '');
    return kind === '2' ? { type: 'text', name, text, isExpanded: true } : { type: 'text', name, text };
  }
  if (kind === '7')
    return {
      type: 'texts',
      name,
      texts: utf16(bytes)
        .split('\0')
        .filter((each) => each !== ''),
    };
  if (kind === 'b' && bytes.length === 8)
    return { type: 'number', name, number: Number(bytes.readBigUInt64LE()) };
  return { type: 'bytes', name, bytes };
}

function utf16(bytes: Buffer): string {
  return bytes.toString('utf16le').toWellFormed();
}
