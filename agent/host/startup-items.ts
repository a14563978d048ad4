/** What starts by itself beside services and tasks: rc.local, preloaded libraries, profiles, desktops' autostart. */
import { createHash } from 'node:crypto';
import { maskSecrets } from '../mask/secret-mask.ts';
import type { Host } from './host.ts';
import { listFolder, readText } from './read-text.ts';
import { reading, type Reading } from './reading.ts';

export interface StartupItem {
  kind: 'rc.local' | 'preload' | 'profile' | 'autostart' | 'udev-run' | 'generator';
  name: string;
  command: string;
  file: string;
  /** SHA-256 of the file, 16 digits; empty for single lines. */
  hash: string;
}

const FILE_BYTES_MAX = 262_144;
const ITEMS_MAX = 2_000;

const FOLDERS: readonly {
  kind: StartupItem['kind'];
  folder: string;
  pick: (text: string) => string | undefined;
}[] = [
  { kind: 'profile', folder: '/etc/profile.d', pick: () => '' },
  { kind: 'autostart', folder: '/etc/xdg/autostart', pick: (text) => /^Exec=(.+)$/m.exec(text)?.[1] ?? '' },
  // Rules that start a program when a device comes are rare outside packages.
  { kind: 'udev-run', folder: '/etc/udev/rules.d', pick: (text) => /RUN\+?="([^"]+)"/.exec(text)?.[1] },
  { kind: 'generator', folder: '/etc/systemd/system-generators', pick: () => '' },
];

export async function readStartupItems(host: Pick<Host, 'root'>): Promise<Reading<StartupItem>> {
  const found = reading<StartupItem>();
  await addLines(host, found, 'preload', '/etc/ld.so.preload');
  for (const file of ['/etc/rc.local', '/etc/rc.d/rc.local']) await addLines(host, found, 'rc.local', file);
  for (const { kind, folder, pick } of FOLDERS) {
    const listed = await listFolder(host, folder, ITEMS_MAX);
    if (listed.kind === 'unreadable') found.unread.push({ part: folder, reason: listed.reason });
    if (listed.kind !== 'names') continue;
    found.truncated += listed.truncated;
    for (const name of listed.names) {
      const file = `${folder}/${name}`;
      const result = await readText(host, file, FILE_BYTES_MAX);
      if (result.kind === 'unreadable') found.unread.push({ part: file, reason: result.reason });
      const command = result.kind === 'text' ? pick(result.text) : undefined;
      if (command === undefined || result.kind !== 'text') continue;
      const hash = createHash('sha256').update(result.text).digest('hex').slice(0, 16);
      found.items.push({ kind, name, command: maskSecrets(command), file, hash });
    }
  }
  return found;
}

async function addLines(
  host: Pick<Host, 'root'>,
  to: Reading<StartupItem>,
  kind: StartupItem['kind'],
  file: string,
): Promise<void> {
  const result = await readText(host, file, FILE_BYTES_MAX);
  if (result.kind === 'unreadable') to.unread.push({ part: file, reason: result.reason });
  if (result.kind !== 'text') return;
  for (const line of result.text.split('\n').map((text) => text.trim())) {
    if (line === '' || line.startsWith('#') || line === 'exit 0') continue;
    const command = maskSecrets(line);
    to.items.push({ kind, name: command, command, file, hash: '' });
  }
}
