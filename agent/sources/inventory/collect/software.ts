/** Packages, services and modules of the kernel. */
import type { Host } from '../../../host/host.ts';
import { readKernelModules, TAINT_LETTERS } from '../../../host/kernel-modules.ts';
import { readPackages, type InstalledPackage } from '../../../host/packages.ts';
import { readServices } from '../../../host/services.ts';
import { maskSecrets } from '../../../mask/secret-mask.ts';
import { picture, type Collector, type InventoryItem } from '../inventory-item.ts';

/** Managers other than the system's own stand before the name, so that pip's and dpkg's are not one. */
function keyOf({ manager, name, architecture, multiArch }: InstalledPackage): string {
  if (manager === 'dpkg') return multiArch ? `${name}:${architecture}` : name;
  return manager === 'rpm' || manager === 'apk' ? name : `${manager}:${name}`;
}

export function packagesCollector(host: Host): Collector {
  return {
    category: 'package',
    async collect({ signal }) {
      const { items, unread, truncated } = await readPackages(host, signal);
      const byKey = new Map<string, InventoryItem>();
      for (const found of items) {
        const { name, version, architecture, source, vendor, state, manager } = found;
        const key = keyOf(found);
        const detail = { name, version, architecture, source, vendor, state, manager };
        // Kernels are installed beside each other.
        const own = byKey.has(key) ? `${key} ${version} ${architecture}`.trimEnd() : key;
        byKey.set(own, { key: own, detail });
      }
      return picture(
        [...byKey.values()],
        unread.map(({ part, reason }) => ({ part, reason, holds: (_, { manager }) => manager === part })),
        truncated,
      );
    },
  };
}

export function servicesCollector(host: Host): Collector {
  return {
    category: 'service',
    async collect() {
      const { items, unread, truncated } = await readServices(host);
      return picture(
        items.map(({ name, manager, enabled, running, exec, user, file }) => ({
          key: name,
          detail: { manager, enabled, running: running ?? null, exec: maskSecrets(exec), user, file },
        })),
        unread.map(({ part, reason }) => ({
          part,
          reason,
          holds: (_, { file }) => typeof file === 'string' && file.startsWith(part),
        })),
        truncated,
      );
    },
  };
}

export function kernelModulesCollector(host: Host): Collector {
  return {
    category: 'kernel-module',
    rhythm: 'quick',
    async collect() {
      const { items, unread, truncated } = await readKernelModules(host);
      return picture(
        items.map(({ name, sizeBytes, taint, version }) => ({
          key: name,
          detail: {
            sizeBytes,
            version,
            taint,
            taintWords: taint
              .split('')
              .map((letter) => TAINT_LETTERS[letter] ?? letter)
              .join(','),
            signed: !taint.includes('E'),
            inTree: !taint.includes('O'),
          },
        })),
        unread,
        truncated,
      );
    },
  };
}
