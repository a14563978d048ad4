/** What is told where the system is not Linux: by systeminformation, which is loaded only then. */
import os from 'node:os';
import { picture, type Collector, type Detail, type InventoryItem } from '../inventory-item.ts';

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

export function otherOsCollector(platform: NodeJS.Platform): Collector {
  return {
    category: 'os',
    async collect() {
      const { default: si } = await import('systeminformation');
      const { distro, release, codename, build, servicepack } = await si.osInfo();
      const common = { hostname: os.hostname(), kernel: os.release(), architecture: os.arch(), platform };
      const detail = { ...common, name: distro, version: release, codename, build, servicepack };
      return picture([{ key: 'os', detail }]);
    },
  };
}

export function otherHardwareCollector(): Collector {
  return {
    category: 'hardware',
    rhythm: 'slow',
    async collect() {
      const { default: si } = await import('systeminformation');
      const [system, bios, board, cpu, modules] = await Promise.all([
        si.system(),
        si.bios(),
        si.baseboard(),
        si.cpu(),
        si.memLayout(),
      ]);
      const items: InventoryItem[] = [
        item('system', system, ['manufacturer', 'model', 'version', 'serial', 'uuid', 'sku']),
        item('bios', bios, ['vendor', 'version', 'releaseDate', 'revision', 'serial']),
        item('baseboard', board, ['manufacturer', 'model', 'version', 'serial', 'assetTag']),
        item('cpu', cpu, [
          'manufacturer',
          'brand',
          'family',
          'model',
          'stepping',
          'physicalCores',
          'processors',
        ]),
        { key: 'memory', detail: { bytes: os.totalmem() } },
      ];
      for (const [index, module] of modules.entries()) {
        if (module.serialNum === '' && module.bank === '') continue;
        const names = ['size', 'bank', 'type', 'formFactor', 'manufacturer', 'partNum', 'serialNum'];
        items.push({
          ...item('', module, names),
          key: `memory ${module.bank === '' ? index : module.bank}`,
        });
      }
      return picture(items);
    },
  };
}
