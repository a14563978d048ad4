/**
 * What a watched key holds, as entries that can be compared: pure. Invariants: entries are known by their path without regard to
 * case; a value is told apart by a digest of the whole, and shown cut, and without what looks like a secret.
 */
import { createHash } from 'node:crypto';
import type { SecretMask } from '../../mask/secret-mask.ts';
import type { RegistryTree, RegistryValue } from '../../windows/reg-file.ts';
import { longKey } from '../../windows/reg-file.ts';
import type { WatchedKey } from './watched-keys.ts';

export interface RegistryEntry {
  /** As `HKLM\...`, with the value's name; of a key its own. */
  path: string;
  /** Key right below the watched one, in lower case; empty for the watched one itself. */
  group: string;
  digest: string;
  value: RegistryValue | 'key';
}

export interface Shown {
  /** `REG_SZ`, ...; `key` for a key. */
  type: string;
  data: string;
}

/** Of the watched key's value without a name. */
export const DEFAULT_VALUE = '(Default)';
const DATA_CHARS_MAX = 2_048;
const HEX_BYTES_MAX = 64;
const DIGEST_CHARS = 22;
const SESSION = /_[0-9a-f]{4,8}$/i;
const SHORT: Readonly<Record<string, string>> = { HKEY_LOCAL_MACHINE: 'HKLM', HKEY_USERS: 'HKU' };

/** `HKLM\...` of `HKEY_LOCAL_MACHINE\...`. */
export function shortKey(key: string): string {
  const cut = key.indexOf('\\');
  const hive = cut === -1 ? key : key.slice(0, cut);
  return (SHORT[hive.toUpperCase()] ?? hive) + (cut === -1 ? '' : key.slice(cut));
}

/**
 * @param tree undefined: there is no such key.
 * @param isExcluded asked for every path.
 * @returns by path in lower case; at most `entriesMax`, and how many more there were.
 */
export function pictureOf(
  watched: WatchedKey,
  tree: RegistryTree | undefined,
  isExcluded: (path: string) => boolean,
  entriesMax: number,
): { entries: Map<string, RegistryEntry>; left: number } {
  const entries = new Map<string, RegistryEntry>();
  let left = 0;
  const root = longKey(watched.key).toLowerCase();
  const names =
    watched.values === undefined ? undefined : new Set(watched.values.map((name) => name.toLowerCase()));
  const add = (entry: RegistryEntry): void => {
    if (isExcluded(entry.path)) return;
    if (entries.size >= entriesMax) left += 1;
    else entries.set(entry.path.toLowerCase(), entry);
  };
  for (const [lower, { path, values }] of tree?.keys ?? []) {
    if (lower !== root && !lower.startsWith(`${root}\\`)) continue;
    const below = lower === root ? [] : lower.slice(root.length + 1).split('\\');
    const [group = ''] = below;
    if (
      watched.withoutSessions === true &&
      SESSION.test(group) &&
      tree?.keys.has(`${root}\\${group.replace(SESSION, '')}`)
    )
      continue;
    const key = shortKey(path);
    if (watched.keys === 'all' ? below.length > 0 : watched.keys === 'first' && below.length === 1)
      add({ path: key, group, digest: 'key', value: 'key' });
    for (const [name, value] of values) {
      if (names !== undefined && !names.has(name)) continue;
      add({
        path: `${key}\\${value.name === '' ? DEFAULT_VALUE : value.name}`,
        group,
        digest: digestOf(value),
        value,
      });
    }
  }
  return { entries, left };
}

function digestOf(value: RegistryValue): string {
  const hash = createHash('sha256').update(`${typeOf(value)}\n`);
  if (value.type === 'bytes') hash.update(value.bytes);
  else hash.update(plainData(value));
  return hash.digest('base64').slice(0, DIGEST_CHARS);
}

function typeOf(value: RegistryValue): string {
  switch (value.type) {
    case 'text':
      return value.isExpanded === true ? 'REG_EXPAND_SZ' : 'REG_SZ';
    case 'texts':
      return 'REG_MULTI_SZ';
    case 'number':
      return value.number > 0xffffffff ? 'REG_QWORD' : 'REG_DWORD';
    case 'bytes':
      return 'REG_BINARY';
  }
}

function plainData(value: Exclude<RegistryValue, { type: 'bytes' }>): string {
  if (value.type === 'text') return value.text;
  return value.type === 'texts' ? value.texts.join('\n') : String(value.number);
}

/** What may be kept and sent of it. */
export function shownOf({ path, value }: RegistryEntry, mask: SecretMask): Shown {
  if (value === 'key') return { type: 'key', data: '' };
  const type = typeOf(value);
  if (value.type === 'number') return { type, data: plainData(value) };
  if (value.type === 'bytes') {
    const { length } = value.bytes;
    const hex = value.bytes.subarray(0, HEX_BYTES_MAX).toString('hex');
    return { type, data: length > HEX_BYTES_MAX ? `${hex}… (${length} bytes)` : hex };
  }
  // With its name before it, since that says what is a secret.
  const name = path.slice(path.lastIndexOf('\\') + 1).replaceAll(/[=:\s]/g, '_');
  const masked = mask.text(`${name}=${plainData(value).slice(0, DATA_CHARS_MAX)}`).slice(name.length + 1);
  return { type, data: masked.toWellFormed() };
}
