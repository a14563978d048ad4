/** What is installed, what runs as a service or by the clock, and what starts with a logon. */
import fs from 'node:fs';
import path from 'node:path';
import type { Host } from '../../../../host/host.ts';
import { maskSecrets } from '../../../../mask/secret-mask.ts';
import { listOf, textOf } from '../../../../windows/cim-look.ts';
import { loadedUsers, messageOf, readInstalledPrograms } from '../../../../windows/installed-programs.ts';
import { readRegistryKey } from '../../../../windows/read-registry.ts';
import { picture, type Collector, type InventoryItem, type UnreadPart } from '../../inventory-item.ts';
import type { WindowsLook } from './windows-collectors.ts';

export function packagesCollector({ host }: WindowsLook): Collector {
  return {
    category: 'package',
    async collect({ signal }) {
      const { items, unread } = await readInstalledPrograms(host, signal);
      const byKey = new Map<string, InventoryItem>();
      for (const program of items) {
        const plain = `${program.manager}:${program.name}`;
        const { version, architecture, user } = program;
        const key = byKey.has(plain) ? `${plain} ${version} ${architecture}${user}`.trimEnd() : plain;
        byKey.set(key, { key, detail: { ...program } });
      }
      return picture([...byKey.values()], unread);
    },
  };
}

const MODES: Readonly<Record<string, string>> = {
  Auto: 'enabled',
  Boot: 'enabled',
  System: 'enabled',
  Disabled: 'disabled',
};

export function servicesCollector({ cim }: WindowsLook): Collector {
  return {
    category: 'service',
    async collect({ signal }) {
      const { rows, truncated } = await cim.rows('services', signal);
      const items = rows.map((row) => ({
        key: textOf(row, 'Name'),
        detail: {
          manager: 'windows',
          title: textOf(row, 'DisplayName'),
          enabled: MODES[textOf(row, 'StartMode')] ?? 'manual',
          running: textOf(row, 'State') === 'Running',
          exec: maskSecrets(textOf(row, 'PathName')),
          user: textOf(row, 'StartName'),
        },
      }));
      return picture(items, [], truncated ? 1 : 0);
    },
  };
}

export function scheduledTasksCollector({ cim }: WindowsLook): Collector {
  return {
    category: 'scheduled-task',
    async collect({ signal }) {
      const { rows, truncated } = await cim.rows('tasks', signal);
      const items = rows.map((row) => {
        const file = `${textOf(row, 'TaskPath')}${textOf(row, 'TaskName')}`;
        return {
          key: file,
          detail: {
            kind: 'task',
            file,
            user: textOf(row, 'User'),
            elevated: textOf(row, 'Level') === 'Highest',
            enabled: textOf(row, 'State') !== 'Disabled',
            schedule: listOf(row, 'Triggers')
              .map((name) => name.replace(/^MSFT_Task|Trigger$/g, ''))
              .join(' '),
            command: maskSecrets(listOf(row, 'Actions').filter(Boolean).join(' && ')),
          },
        };
      });
      return picture(items, [], truncated ? 1 : 0);
    },
  };
}

const RUN = 'Microsoft\\Windows\\CurrentVersion';
const RUN_KEYS = ['Run', 'RunOnce', 'Policies\\Explorer\\Run'];

/** Of everybody, and of each user with a profile on the system's drive. */
export function startupFolders(env: NodeJS.ProcessEnv = process.env): string[] {
  const { ProgramData = 'C:\\ProgramData', SystemDrive = 'C:' } = env;
  const below = 'Microsoft\\Windows\\Start Menu\\Programs\\Startup';
  const users = `${SystemDrive}\\Users`;
  const names = fs.existsSync(users) ? fs.readdirSync(users).slice(0, 200) : [];
  return [ProgramData, ...names.map((name) => `${users}\\${name}\\AppData\\Roaming`)].map(
    (folder) => `${folder}\\${below}`,
  );
}

export function startupItemsCollector({ host }: WindowsLook, folders: readonly string[]): Collector {
  return {
    category: 'startup-item',
    async collect({ signal }) {
      const items: InventoryItem[] = [];
      const unread: UnreadPart[] = [];
      const holds = (place: string) => (key: string) => key.startsWith(place);
      for (const key of await runKeys(host, unread, signal)) {
        try {
          for (const value of (await readRegistryKey(host, key, signal))?.values.values() ?? [])
            if (value.type === 'text' && value.text !== '')
              items.push(startupItem('run-key', key, value.name, value.text));
        } catch (error) {
          unread.push({ part: key, reason: messageOf(error), holds: holds(key) });
        }
      }
      for (const folder of folders) {
        try {
          const names = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
          for (const name of names.filter((each) => each.toLowerCase() !== 'desktop.ini').slice(0, 1_000))
            items.push(startupItem('startup-folder', folder, name, path.join(folder, name)));
        } catch (error) {
          unread.push({ part: folder, reason: messageOf(error), holds: holds(folder) });
        }
      }
      return picture(items, unread);
    },
  };
}

function startupItem(kind: string, file: string, name: string, command: string): InventoryItem {
  return { key: `${file}\\${name}`, detail: { kind, name, command: maskSecrets(command), file } };
}

async function runKeys(host: Host, unread: UnreadPart[], signal: AbortSignal): Promise<string[]> {
  const machine = ['HKLM\\SOFTWARE', 'HKLM\\SOFTWARE\\WOW6432Node'];
  try {
    machine.push(...(await loadedUsers(host, signal)).map((sid) => `HKU\\${sid}\\Software`));
  } catch (error) {
    unread.push({ part: 'HKU', reason: messageOf(error), holds: (key) => key.startsWith('HKU') });
  }
  return machine.flatMap((hive) => RUN_KEYS.map((name) => `${hive}\\${RUN}\\${name}`));
}
