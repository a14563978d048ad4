/** Folders that others can reach: NFS exports and Samba shares. */
import type { Host } from './host.ts';
import { namesIn, readText } from './read-text.ts';
import { reading, type Reading } from './reading.ts';

export interface Share {
  kind: 'nfs' | 'smb';
  name: string;
  path: string;
  /** Whom it is for, e.g. `192.168.0.0/24(rw,sync)`. */
  clients: string;
  writable: boolean;
  /** Anyone without a name may come in. */
  guest: boolean;
}

const FILE_BYTES_MAX = 1_048_576;
const SHARES_MAX = 2_000;

/** @param text of exports(5) */
export function parseExports(text: string): Share[] {
  return text
    .replace(/\\\n/g, ' ')
    .split('\n')
    .flatMap((raw): Share[] => {
      const match = /^("[^"]+"|\/\S*)\s*(.*)$/.exec(raw.replace(/#.*$/, '').trim());
      if (match === null) return [];
      const path = (match[1] ?? '').replaceAll('"', '');
      const clients = match[2] ?? '';
      return [
        {
          kind: 'nfs',
          name: path,
          path,
          clients,
          writable: /\brw\b/.test(clients),
          guest: /(^|\s)(\*|\()/.test(clients) || clients === '',
        },
      ];
    });
}

/** @param text of smb.conf(5) */
export function parseSmbConf(text: string): Share[] {
  const shares: Share[] = [];
  for (const section of text.split(/^\s*\[/m).slice(1)) {
    const end = section.indexOf(']');
    const name = section.slice(0, end).trim();
    if (end < 0 || name.toLowerCase() === 'global') continue;
    const value = (wanted: string): string =>
      new RegExp(`^\\s*${wanted.replaceAll(' ', '\\s*')}\\s*=\\s*(.*)$`, 'im').exec(section)?.[1]?.trim() ??
      '';
    const yes = (text: string): boolean => /^(yes|true|1)$/i.test(text);
    shares.push({
      kind: 'smb',
      name,
      path: value('path'),
      clients: [value('valid users'), value('hosts allow')].filter(Boolean).join('; '),
      writable:
        /^(no|false|0)$/i.test(value('read only')) || yes(value('writable')) || yes(value('writeable')),
      guest: yes(value('guest ok')) || yes(value('public')),
    });
  }
  return shares;
}

export async function readShares(host: Pick<Host, 'root'>): Promise<Reading<Share>> {
  const found = reading<Share>();
  const exports = (await namesIn(host, '/etc/exports.d')).filter((name) => name.endsWith('.exports'));
  const files = [
    ...['/etc/exports', ...exports.map((name) => `/etc/exports.d/${name}`)].map((file) => ({
      file,
      parse: parseExports,
    })),
    { file: '/etc/samba/smb.conf', parse: parseSmbConf },
  ];
  for (const { file, parse } of files) {
    const result = await readText(host, file, FILE_BYTES_MAX);
    if (result.kind === 'unreadable') found.unread.push({ part: file, reason: result.reason });
    if (result.kind === 'text') found.items.push(...parse(result.text));
  }
  found.truncated = Math.max(0, found.items.length - SHARES_MAX);
  found.items.length = Math.min(found.items.length, SHARES_MAX);
  return found;
}
