/** Keys that may log in over SSH: authorized_keys of every account, by their fingerprint; the key itself is not kept. */
import { createHash } from 'node:crypto';
import type { Account } from './accounts.ts';
import type { Host } from './host.ts';
import { readText } from './read-text.ts';
import { reading, type Reading } from './reading.ts';

export interface AuthorizedKey {
  user: string;
  /** e.g. `ssh-ed25519` */
  type: string;
  /** As ssh-keygen -l prints it: `SHA256:` and base64. */
  fingerprint: string;
  comment: string;
  /** e.g. `command="...",no-pty` */
  options: string;
  file: string;
}

const KEY_TYPE =
  /(?:^|[\s,])((?:ssh|ecdsa|sk-ssh|sk-ecdsa)-[A-Za-z0-9@.-]+)\s+([A-Za-z0-9+/]+=*)(?:\s+(.*))?$/;
const FILE_BYTES_MAX = 1_048_576;
const KEYS_MAX = 20_000;

/** @returns undefined for what is no key */
export function parseAuthorizedKey(line: string): Omit<AuthorizedKey, 'user' | 'file'> | undefined {
  const text = line.trim();
  if (text === '' || text.startsWith('#')) return undefined;
  const match = KEY_TYPE.exec(text);
  if (match === null) return undefined;
  const [, type = '', key = '', comment = ''] = match;
  const bytes = Buffer.from(key, 'base64');
  // The key says its own type: what does not is no key.
  if (
    bytes.length < 8 ||
    bytes.readUInt32BE(0) !== type.length ||
    bytes.toString('latin1', 4, 4 + type.length) !== type
  )
    return undefined;
  const digest = createHash('sha256').update(bytes).digest('base64').replace(/=+$/, '');
  const options = text.slice(0, match.index).trim().replace(/,$/, '');
  return { type, fingerprint: `SHA256:${digest}`, comment: comment.trim(), options };
}

/** Where sshd looks, with %h, %u and %% as in sshd_config(5). */
export async function keyFilePatterns(host: Pick<Host, 'root'>): Promise<string[]> {
  const config = await readText(host, '/etc/ssh/sshd_config', FILE_BYTES_MAX);
  const text = config.kind === 'text' ? config.text : '';
  const said = /^\s*AuthorizedKeysFile\s+(.+)$/im.exec(text)?.[1]?.trim();
  if (said === undefined) return ['.ssh/authorized_keys', '.ssh/authorized_keys2'];
  return said.toLowerCase() === 'none' ? [] : said.split(/\s+/);
}

export async function readSshKeys(
  host: Pick<Host, 'root'>,
  accounts: readonly Account[],
): Promise<Reading<AuthorizedKey> & { unreadUsers: Map<string, string> }> {
  const keys = reading<AuthorizedKey>();
  const unreadUsers = new Map<string, string>();
  const patterns = await keyFilePatterns(host);
  const seen = new Set<string>();
  for (const { name, home } of accounts) {
    if (!home.startsWith('/') || home === '/') continue;
    for (const pattern of patterns) {
      const file = expand(pattern, name, home);
      const result = await readText(host, file, FILE_BYTES_MAX);
      if (result.kind === 'unreadable') {
        unreadUsers.set(name, `${file}: ${result.reason}`);
        keys.unread.push({ part: file, reason: result.reason });
      }
      if (result.kind !== 'text') continue;
      if (result.truncated) keys.unread.push({ part: file, reason: 'it is too long' });
      for (const line of result.text.split('\n')) {
        const key = parseAuthorizedKey(line);
        if (key === undefined || seen.has(`${name} ${key.fingerprint} ${file}`)) continue;
        seen.add(`${name} ${key.fingerprint} ${file}`);
        if (keys.items.length < KEYS_MAX) keys.items.push({ user: name, ...key, file });
        else keys.truncated += 1;
      }
    }
  }
  return { ...keys, unreadUsers };
}

function expand(pattern: string, user: string, home: string): string {
  const file = pattern.replace(/%([hu%])/g, (_, letter: string) =>
    letter === 'h' ? home : letter === 'u' ? user : '%',
  );
  return file.startsWith('/') ? file : `${home}/${file}`;
}
