/** Shares of files, from the registry; who may come in is read from their access lists, by numbers and not by names. */
import type { Host } from '../host/host.ts';
import type { Share } from '../host/shares.ts';
import { readRegistry } from './read-registry.ts';
import { longKey } from './reg-file.ts';

const SHARES = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\LanmanServer\\Shares';
/** Everyone, Anonymous, the group and the account of guests. */
const NOBODY_SPECIAL = /^S-1-(?:1-0|5-7|5-32-546|5-21-[\d-]+-501)$/;
const ALLOWED = 0;
const OBJECT_ALLOWED = 5;
/** Add file, append, write attributes; and all of GENERIC_ALL, GENERIC_WRITE. */
const WRITES = 0x0000_0006 | 0x4000_0000 | 0x1000_0000;

export interface AccessEntry {
  sid: string;
  allows: boolean;
  mask: number;
}

/** @param bytes a self-relative security descriptor. @returns its access list; undefined: it has none, so all may do all */
export function accessListOf(bytes: Buffer): AccessEntry[] | undefined {
  if (bytes.length < 20) return [];
  const at = bytes.readUInt32LE(16);
  if (at === 0) return undefined;
  if (at + 8 > bytes.length) return [];
  const entries: AccessEntry[] = [];
  let next = at + 8;
  for (let left = bytes.readUInt16LE(at + 4); left > 0 && next + 8 <= bytes.length; left -= 1) {
    const [type, size] = [bytes.readUInt8(next), bytes.readUInt16LE(next + 2)];
    if (size < 8 || next + size > bytes.length) break;
    const sid = type === OBJECT_ALLOWED ? undefined : sidOf(bytes.subarray(next + 8, next + size));
    if (sid !== undefined)
      entries.push({ sid, allows: type === ALLOWED, mask: bytes.readUInt32LE(next + 4) });
    next += size;
  }
  return entries;
}

/** @param bytes that begin with one; `S-1-5-32-544` */
export function sidOf(bytes: Buffer): string | undefined {
  const count = bytes[1] ?? 0;
  if (bytes.length < 8 + 4 * count || count === 0) return undefined;
  const parts = Array.from({ length: count }, (_, index) => bytes.readUInt32LE(8 + 4 * index));
  return ['S', bytes[0], bytes.readUIntBE(2, 6), ...parts].join('-');
}

/** @throws RegistryError */
export async function readFileShares(host: Host, signal?: AbortSignal): Promise<Share[]> {
  const tree = await readRegistry(host, SHARES, signal);
  const shares = tree?.keys.get(longKey(SHARES).toLowerCase());
  const security = tree?.keys.get(`${longKey(SHARES)}\\Security`.toLowerCase());
  return [...(shares?.values.values() ?? [])].flatMap((value): Share[] => {
    if (value.type !== 'texts') return [];
    const facts = new Map(
      value.texts.map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]),
    );
    // 0 is a folder; printers and others hold no files.
    if ((facts.get('Type') ?? '0') !== '0') return [];
    const list = security?.values.get(value.name.toLowerCase());
    const access = list?.type === 'bytes' ? (accessListOf(list.bytes) ?? [EVERYONE]) : [];
    const allowed = access.filter(({ allows }) => allows);
    return [
      {
        kind: 'smb',
        name: value.name,
        path: facts.get('Path') ?? '',
        clients: allowed.map(({ sid, mask }) => `${sid}(${(mask & WRITES) === 0 ? 'ro' : 'rw'})`).join(' '),
        writable: allowed.some(({ mask }) => (mask & WRITES) !== 0),
        guest: allowed.some(({ sid }) => NOBODY_SPECIAL.test(sid)),
      },
    ];
  });
}

const EVERYONE: AccessEntry = { sid: 'S-1-1-0', allows: true, mask: 0x001f_01ff };
