/** Which Windows it is, on what hardware, how patched, by which clock and in which language. */
import os from 'node:os';
import { supportFacts } from '../../../../host/end-of-support.ts';
import { isoDay } from '../../../../iso-time.ts';
import { textOf, timeMsOf, type CimRow } from '../../../../windows/cim-look.ts';
import type { CimSection } from '../../../../windows/cim-sections.ts';
import { messageOf } from '../../../../windows/installed-programs.ts';
import { readRegistryKey } from '../../../../windows/read-registry.ts';
import { readWindowsRelease, registryText } from '../../../../windows/windows-release.ts';
import {
  picture,
  type Collector,
  type Facts,
  type InventoryItem,
  type UnreadPart,
} from '../../inventory-item.ts';
import type { WindowsLook } from './windows-collectors.ts';

export function osCollector({ host, cim, now }: WindowsLook): Collector {
  return {
    category: 'os',
    async collect({ signal }) {
      const { name, build, displayVersion, edition, kind } = await readWindowsRelease(host, signal);
      const kernel = build.split('.').slice(0, 3).join('.');
      const computer = await cim.ask('computer', signal);
      const [row] = computer.kind === 'rows' ? computer.rows : [];
      const detail: Facts = {
        hostname: os.hostname(),
        kernel,
        architecture: os.arch(),
        platform: 'win32',
        name,
        version: build,
        displayVersion,
        edition,
        role: kind,
        prettyName: [name, displayVersion, `(${build})`].filter((part) => part !== '').join(' '),
        domainJoined: typeof row?.['PartOfDomain'] === 'boolean' ? row['PartOfDomain'] : undefined,
        domain: row === undefined ? '' : textOf(row, 'Domain'),
        ...supportFacts(kind === 'client' ? 'windows' : 'windows-server', kernel, now()),
      };
      const unread =
        computer.kind === 'rows' ? [] : [{ part: 'domain', reason: computer.reason, holds: () => false }];
      return picture([{ key: 'os', detail }], unread);
    },
  };
}

/** By item, which section it is of and what its fields are called there. */
const HARDWARE: readonly [key: string, section: CimSection, fields: Readonly<Record<string, string>>][] = [
  ['system', 'computer', { manufacturer: 'Manufacturer', model: 'Model' }],
  ['system', 'product', { uuid: 'UUID', serial: 'IdentifyingNumber', version: 'Version' }],
  ['bios', 'bios', { vendor: 'Manufacturer', version: 'SMBIOSBIOSVersion', serial: 'SerialNumber' }],
  ['baseboard', 'board', { manufacturer: 'Manufacturer', model: 'Product', serial: 'SerialNumber' }],
  [
    'cpu',
    'processor',
    {
      brand: 'Name',
      manufacturer: 'Manufacturer',
      cores: 'NumberOfCores',
      threads: 'NumberOfLogicalProcessors',
    },
  ],
];

export function hardwareCollector({ cim }: WindowsLook): Collector {
  return {
    category: 'hardware',
    rhythm: 'slow',
    async collect({ signal }) {
      const found = new Map<string, Facts>();
      const unread: UnreadPart[] = [];
      for (const [key, section, fields] of HARDWARE) {
        const answer = await cim.ask(section, signal);
        if (answer.kind === 'unread')
          unread.push({ part: section, reason: answer.reason, holds: (of) => of === key });
        const [row] = answer.kind === 'rows' ? answer.rows : [];
        if (row === undefined) continue;
        const facts = Object.fromEntries(
          Object.entries(fields).map(([name, field]) => [name, textOf(row, field).trim()]),
        );
        found.set(key, { ...found.get(key), ...facts });
      }
      const items: InventoryItem[] = [...found].map(([key, detail]) => ({ key, detail }));
      items.push({ key: 'memory', detail: { bytes: os.totalmem() } });
      return picture(items, unread);
    },
  };
}

const UPDATE = 'HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\WindowsUpdate';
/** Keys that are there while something waits for the next start. */
const REBOOTS: readonly [reason: string, key: string][] = [
  [
    'servicing',
    'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing\\RebootPending',
  ],
  [
    'windows-update',
    'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WindowsUpdate\\Auto Update\\RebootRequired',
  ],
];

export function patchLevelCollector({ host, cim }: WindowsLook): Collector {
  return {
    category: 'patch-level',
    rhythm: 'slow',
    async collect({ signal }) {
      const { build } = await readWindowsRelease(host, signal);
      const waiting: string[] = [];
      for (const [reason, key] of REBOOTS)
        if ((await readRegistryKey(host, key, signal)) !== undefined) waiting.push(reason);
      const update = await readRegistryKey(host, UPDATE, signal);
      const servers = [registryText(update, 'WUServer') || 'windowsupdate.microsoft.com'];
      const items: InventoryItem[] = [
        {
          key: 'kernel',
          detail: { running: build, rebootNeeded: waiting.length > 0, reason: waiting.join(' ') },
        },
        { key: 'sources', detail: { servers: servers.map(hostOf).join(' '), proxy: '' } },
      ];
      const answer = await cim.ask('hotfixes', signal);
      if (answer.kind === 'unread')
        return picture(items, [
          { part: 'hotfixes', reason: answer.reason, holds: (key) => /^(updates|hotfix)/.test(key) },
        ]);
      const days = answer.rows.map(installedMs).filter((ms) => ms !== undefined);
      const lastInstalledAt = days.length === 0 ? '' : isoDay(Math.max(...days));
      items.push({
        key: 'updates',
        detail: { manager: 'windows-update', lastInstalledAt, installed: answer.rows.length },
      });
      for (const row of answer.rows) {
        const ms = installedMs(row);
        const name = textOf(row, 'HotFixID');
        const installedOn = ms === undefined ? '' : isoDay(ms);
        items.push({
          key: `hotfix ${name}`,
          detail: { name, installedOn, kind: textOf(row, 'Description') },
        });
      }
      return picture(items, [], answer.truncated ? 1 : 0);
    },
  };
}

function installedMs(row: CimRow): number | undefined {
  return timeMsOf(textOf(row, 'InstalledOn'));
}

function hostOf(server: string): string {
  return URL.parse(server)?.hostname ?? server;
}

const ZONE = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\TimeZoneInformation';
const LANGUAGE = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Nls\\Language';

export function localeCollector({ host }: WindowsLook): Collector {
  return {
    category: 'locale',
    rhythm: 'slow',
    async collect({ signal }) {
      const items: InventoryItem[] = [];
      const unread: UnreadPart[] = [];
      for (const [key, place, name, fact] of [
        ['time-zone', ZONE, 'TimeZoneKeyName', 'zone'],
        ['language', LANGUAGE, 'InstallLanguage', 'lang'],
      ] as const) {
        try {
          items.push({
            key,
            detail: { [fact]: registryText(await readRegistryKey(host, place, signal), name) },
          });
        } catch (error) {
          unread.push({ part: key, reason: messageOf(error), holds: (of) => of === key });
        }
      }
      return picture(items, unread);
    },
  };
}
