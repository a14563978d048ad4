/** The operating system with its end of support, the hardware, and where the host is in time and language. */
import os from 'node:os';
import { supportFacts } from '../../../host/end-of-support.ts';
import type { Host } from '../../../host/host.ts';
import { linkAt, readText, textOr } from '../../../host/read-text.ts';
import { readOsRelease } from '../../../host/os-release.ts';
import { parseAssignments } from '../../../host/assignments.ts';
import { picture, type Collector, type Detail, type InventoryItem } from '../inventory-item.ts';

export function osCollector(host: Host, now: () => number): Collector {
  return {
    category: 'os',
    async collect() {
      const release = await readOsRelease(host);
      const id = release.get('ID') ?? '';
      const versionId = release.get('VERSION_ID') ?? '';
      const detail = {
        hostname: os.hostname(),
        kernel: os.release(),
        architecture: os.arch(),
        platform: 'linux',
        name: release.get('NAME') ?? 'Linux',
        id,
        version: release.get('VERSION') ?? '',
        versionId,
        prettyName: release.get('PRETTY_NAME') ?? '',
        kernelBuild: os.version(),
        ...supportFacts(id, versionId, now()),
      };
      return picture([{ key: 'os', detail }]);
    },
  };
}

const DMI = '/sys/class/dmi/id';

/** By item, what the firmware's files say. */
const FIRMWARE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  system: {
    manufacturer: 'sys_vendor',
    model: 'product_name',
    version: 'product_version',
    serial: 'product_serial',
    uuid: 'product_uuid',
    sku: 'product_sku',
    family: 'product_family',
  },
  bios: {
    vendor: 'bios_vendor',
    version: 'bios_version',
    releaseDate: 'bios_date',
    revision: 'bios_release',
  },
  baseboard: {
    manufacturer: 'board_vendor',
    model: 'board_name',
    version: 'board_version',
    serial: 'board_serial',
    assetTag: 'board_asset_tag',
  },
  chassis: {
    manufacturer: 'chassis_vendor',
    type: 'chassis_type',
    serial: 'chassis_serial',
    assetTag: 'chassis_asset_tag',
  },
};

export function hardwareCollector(host: Host): Collector {
  return {
    category: 'hardware',
    rhythm: 'slow',
    async collect() {
      const items: InventoryItem[] = [];
      const forbidden: string[] = [];
      for (const [key, files] of Object.entries(FIRMWARE)) {
        const detail: Detail = {};
        for (const [name, file] of Object.entries(files)) {
          const result = await readText(host, `${DMI}/${file}`, 4_096);
          if (result.kind === 'text') detail[name] = result.text.trim();
          if (result.kind === 'unreadable') forbidden.push(`${key} ${name}`);
        }
        items.push({ key, detail });
      }
      items.push({ key: 'cpu', detail: await cpu(host) });
      const memory = /^MemTotal:\s+(\d+) kB/m.exec((await textOr(host, '/proc/meminfo')) ?? '')?.[1];
      items.push({ key: 'memory', detail: { bytes: Number(memory ?? 0) * 1_024 } });
      const hypervisor = await textOr(host, '/sys/hypervisor/type');
      if (hypervisor !== undefined) items.push({ key: 'hypervisor', detail: { type: hypervisor } });
      return picture(
        items,
        forbidden.length === 0
          ? []
          : [
              {
                part: `firmware facts (${forbidden.join(', ')})`,
                reason: 'permission denied: the agent needs root to read them',
                holds: () => false,
              },
            ],
      );
    },
  };
}

async function cpu(host: Host): Promise<Detail> {
  const text = await readText(host, '/proc/cpuinfo');
  const facts = text.kind === 'text' ? text.text : '';
  const first = (name: string): string =>
    new RegExp(`^${name}\\s*:\\s*(.*)$`, 'm').exec(facts)?.[1]?.trim() ?? '';
  const all = (name: string): string[] =>
    [...facts.matchAll(new RegExp(`^${name}\\s*:\\s*(.*)$`, 'gm'))].map((match) => match[1] ?? '');
  return {
    manufacturer: first('vendor_id'),
    brand: first('model name') || first('Model') || first('Hardware'),
    family: first('cpu family'),
    model: first('model'),
    stepping: first('stepping'),
    microcode: first('microcode'),
    threads: all('processor').length,
    packages: new Set(all('physical id')).size || 1,
    virtual: /^flags\s*:.*\bhypervisor\b/m.test(facts),
  };
}

const PROXY_NAMES = ['http_proxy', 'https_proxy', 'ftp_proxy', 'all_proxy', 'no_proxy'];

export function localeCollector(host: Host): Collector {
  return {
    category: 'locale',
    rhythm: 'slow',
    async collect() {
      const zoneLink = (await linkAt(host, '/etc/localtime'))?.replace(/^.*\/zoneinfo\//, '');
      const zone = (await textOr(host, '/etc/timezone')) ?? '';
      const settings = new Map([
        ...parseAssignments((await textOr(host, '/etc/default/locale')) ?? ''),
        ...parseAssignments((await textOr(host, '/etc/locale.conf')) ?? ''),
      ]);
      const keyboard = new Map([
        ...parseAssignments((await textOr(host, '/etc/default/keyboard')) ?? ''),
        ...parseAssignments((await textOr(host, '/etc/vconsole.conf')) ?? ''),
      ]);
      const items: InventoryItem[] = [
        { key: 'time-zone', detail: { zone: zoneLink ?? zone } },
        {
          key: 'language',
          detail: { lang: settings.get('LANG') ?? '', language: settings.get('LANGUAGE') ?? '' },
        },
        { key: 'keyboard', detail: { layout: keyboard.get('XKBLAYOUT') ?? keyboard.get('KEYMAP') ?? '' } },
      ];
      const environment = parseAssignments((await textOr(host, '/etc/environment')) ?? '');
      for (const name of PROXY_NAMES) {
        const value = environment.get(name) ?? environment.get(name.toUpperCase());
        if (value !== undefined)
          items.push({ key: `proxy ${name}`, detail: { url: withoutPassword(value) } });
      }
      return picture(items);
    },
  };
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^/@\s]*@/, '//***@');
}
