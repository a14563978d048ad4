/**
 * Programs as their installers wrote them into the registry, of the machine (64 and 32 bit) and of each user that is loaded. Not
 * of Win32_Product: asking that makes Windows repair packages.
 */
import type { Host } from '../host/host.ts';
import { whyNot } from '../host/run-program.ts';
import type { Unread } from '../host/reading.ts';
import { readRegistry } from './read-registry.ts';
import type { RegistryKey, RegistryTree } from './reg-file.ts';
import { registryText } from './windows-release.ts';

export interface InstalledProgram {
  name: string;
  version: string;
  vendor: string;
  /** `x64`, `x86`; empty for what a user installed for himself. */
  architecture: string;
  /** Number of the user who has it; empty: everybody. */
  user: string;
  /** `msi` or `registry` */
  manager: string;
  installedOn: string;
}

const UNINSTALL = 'Microsoft\\Windows\\CurrentVersion\\Uninstall';
const USERS_MAX = 50;
const PEOPLE = /^HKEY_USERS\\(S-1-(?:5-21|12-1)-[\d-]+)$/i;

/** Numbers of the users whose settings are loaded. */
export async function loadedUsers(host: Host, signal?: AbortSignal): Promise<string[]> {
  const result = await host.run('reg', ['query', 'HKU'], { signal });
  const reason = whyNot('reg', result);
  if (reason !== undefined || result.kind !== 'ended') throw new Error(reason ?? 'reg gave no answer');
  const found = result.stdout.split(/\r?\n/).map((line) => PEOPLE.exec(line.trim())?.[1]);
  return found.filter((sid) => sid !== undefined).slice(0, USERS_MAX);
}

export async function readInstalledPrograms(
  host: Host,
  signal?: AbortSignal,
): Promise<{ items: InstalledProgram[]; unread: Unread[] }> {
  const items: InstalledProgram[] = [];
  const unread: Unread[] = [];
  const places = [
    { key: `HKLM\\SOFTWARE\\${UNINSTALL}`, architecture: 'x64', user: '' },
    { key: `HKLM\\SOFTWARE\\WOW6432Node\\${UNINSTALL}`, architecture: 'x86', user: '' },
  ];
  try {
    for (const user of await loadedUsers(host, signal))
      places.push({ key: `HKU\\${user}\\Software\\${UNINSTALL}`, architecture: '', user });
  } catch (error) {
    unread.push({ part: 'HKU', reason: messageOf(error) });
  }
  for (const { key, architecture, user } of places) {
    try {
      const tree = await readRegistry(host, key, signal);
      if (tree !== undefined) items.push(...programsOf(tree, architecture, user));
    } catch (error) {
      unread.push({ part: key, reason: messageOf(error) });
    }
  }
  return { items, unread };
}

function programsOf(tree: RegistryTree, architecture: string, user: string): InstalledProgram[] {
  return [...tree.keys.values()].flatMap((key) => {
    const name = registryText(key, 'DisplayName').trim();
    if (name === '' || isHidden(key)) return [];
    return [
      {
        name,
        version: registryText(key, 'DisplayVersion').trim(),
        vendor: registryText(key, 'Publisher').trim(),
        architecture,
        user,
        manager: registryText(key, 'WindowsInstaller') === '1' ? 'msi' : 'registry',
        installedOn: dayOf(registryText(key, 'InstallDate')),
      },
    ];
  });
}

/** Parts and updates of other programs, which Windows does not list either. */
function isHidden(key: RegistryKey): boolean {
  return (
    registryText(key, 'SystemComponent') === '1' ||
    registryText(key, 'ParentKeyName') !== '' ||
    /update|hotfix/i.test(registryText(key, 'ReleaseType'))
  );
}

function dayOf(text: string): string {
  const [, year, month, day] = /^(\d{4})(\d{2})(\d{2})$/.exec(text) ?? [];
  return year === undefined ? '' : `${year}-${month}-${day}`;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
