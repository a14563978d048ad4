/**
 * Operating system, hardware and network interfaces. Hardware comes from systeminformation, which is loaded only while
 * it is asked; what Node and two files of Linux can tell does not start a program.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Collector, Detail, InventoryItem } from './inventory-item.ts';

/** Parses os-release: NAME="value" lines. */
export function parseOsRelease(text: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^([A-Z0-9_]+)=(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S*))\s*$/.exec(line);
    if (match?.[1] === undefined) continue;
    values.set(match[1], (match[2] ?? match[3] ?? match[4] ?? '').replace(/\\(.)/g, '$1'));
  }
  return values;
}

/** @param root of the file system, for tests. */
export function osCollector(root: string, platform: NodeJS.Platform): Collector {
  return {
    category: 'os',
    async collect() {
      const common = { hostname: os.hostname(), kernel: os.release(), architecture: os.arch(), platform };
      if (platform === 'linux') {
        const release = parseOsRelease(await readOsRelease(root));
        return [
          {
            key: 'os',
            detail: {
              ...common,
              name: release.get('NAME') ?? 'Linux',
              id: release.get('ID') ?? '',
              version: release.get('VERSION') ?? '',
              versionId: release.get('VERSION_ID') ?? '',
              prettyName: release.get('PRETTY_NAME') ?? '',
              kernelBuild: os.version(),
            },
          },
        ];
      }
      const si = await import('systeminformation');
      const { distro, release, codename, build, servicepack } = await si.default.osInfo();
      return [
        { key: 'os', detail: { ...common, name: distro, version: release, codename, build, servicepack } },
      ];
    },
  };
}

async function readOsRelease(root: string): Promise<string> {
  for (const file of ['etc/os-release', 'usr/lib/os-release']) {
    try {
      return await fs.promises.readFile(path.join(root, file), 'utf8');
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
  }
  return '';
}

export function hardwareCollector(): Collector {
  return {
    category: 'hardware',
    async collect() {
      const { default: si } = await import('systeminformation');
      const [system, bios, board, cpu, modules, disks] = await Promise.all([
        si.system(),
        si.bios(),
        si.baseboard(),
        si.cpu(),
        si.memLayout(),
        si.diskLayout(),
      ]);
      const items: InventoryItem[] = [
        item('system', system, [
          'manufacturer',
          'model',
          'version',
          'serial',
          'uuid',
          'sku',
          'virtual',
          'virtualHost',
        ]),
        item('bios', bios, ['vendor', 'version', 'releaseDate', 'revision', 'serial']),
        item('baseboard', board, ['manufacturer', 'model', 'version', 'serial', 'assetTag']),
        item('cpu', cpu, [
          'manufacturer',
          'brand',
          'family',
          'model',
          'stepping',
          'cores',
          'physicalCores',
          'processors',
        ]),
        { key: 'memory', detail: { bytes: os.totalmem() } },
      ];
      for (const [index, module] of modules.entries()) {
        if (module.serialNum === '' && module.bank === '') continue;
        const facts = item('', module, [
          'size',
          'bank',
          'type',
          'formFactor',
          'manufacturer',
          'partNum',
          'serialNum',
        ]);
        items.push({ ...facts, key: `memory ${module.bank === '' ? index : module.bank}` });
      }
      for (const disk of disks) {
        const facts = item('', disk, [
          'type',
          'name',
          'vendor',
          'size',
          'firmwareRevision',
          'serialNum',
          'interfaceType',
        ]);
        items.push({ ...facts, key: `disk ${disk.serialNum === '' ? disk.device : disk.serialNum}` });
      }
      return items;
    },
  };
}

/** Takes the named facts; `-` is how missing ones are told. */
function item(key: string, facts: object, names: readonly string[]): InventoryItem {
  const detail: Detail = {};
  for (const [name, value] of Object.entries(facts) as [string, unknown][]) {
    if (!names.includes(name) || value === '-') continue;
    if (typeof value === 'string') detail[name] = value.trim();
    else if (typeof value === 'number' || typeof value === 'boolean') detail[name] = value;
  }
  return { key, detail };
}

/** @param interfaces as of os.networkInterfaces. */
export function networkCollector(interfaces: () => NodeJS.Dict<os.NetworkInterfaceInfo[]>): Collector {
  return {
    category: 'network-interface',
    async collect() {
      return Promise.resolve(
        Object.entries(interfaces()).map(([key, addresses = []]) => ({
          key,
          detail: {
            mac: addresses[0]?.mac ?? '',
            internal: addresses[0]?.internal ?? false,
            addresses: addresses
              .map(({ cidr, address }) => cidr ?? address)
              .sort()
              .join(' '),
          },
        })),
      );
    },
  };
}
