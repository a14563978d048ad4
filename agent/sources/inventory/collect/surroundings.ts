/** What is on the host beside its own system: containers, USB devices, things that start by themselves, shares. */
import { readContainers } from '../../../host/containers.ts';
import type { Host } from '../../../host/host.ts';
import { readShares } from '../../../host/shares.ts';
import { readStartupItems } from '../../../host/startup-items.ts';
import { readUsbDevices } from '../../../host/usb.ts';
import { maskSecrets } from '../../../mask/secret-mask.ts';
import { picture, type Collector } from '../inventory-item.ts';

export function containersCollector(host: Host): Collector {
  return {
    category: 'container',
    rhythm: 'quick',
    async collect({ signal }) {
      const { items, unread, truncated } = await readContainers(host, signal);
      return picture(
        items.map(({ runtime, name, privileged, command, ...facts }) => ({
          key: `${runtime} ${name === '' ? facts.id : name}`,
          detail: {
            runtime,
            name,
            ...facts,
            command: maskSecrets(command),
            privileged: privileged ?? null,
          },
        })),
        unread.map(({ part, reason }) => ({ part, reason, holds: (key) => key.startsWith(`${part} `) })),
        truncated,
      );
    },
  };
}

export function usbDevicesCollector(host: Host): Collector {
  return {
    category: 'usb-device',
    rhythm: 'quick',
    async collect() {
      const { items, unread, truncated } = await readUsbDevices(host);
      return picture(
        items.map(({ port, kinds, ...facts }) => ({
          // The same stick in another hole is the same stick.
          key: `${facts.vendorId}:${facts.productId} ${facts.serial === '' ? `at ${port}` : facts.serial}`,
          detail: { ...facts, port, kinds: kinds.join(','), storage: kinds.includes('storage') },
        })),
        unread,
        truncated,
      );
    },
  };
}

export function startupItemsCollector(host: Host): Collector {
  return {
    category: 'startup-item',
    rhythm: 'quick',
    async collect() {
      const { items, unread, truncated } = await readStartupItems(host);
      return picture(
        items.map(({ kind, name, command, file, hash }) => ({
          key: kind === 'rc.local' || kind === 'preload' ? `${file}: ${name}` : file,
          detail: { kind, name, command, file, hash },
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

export function sharesCollector(host: Host): Collector {
  return {
    category: 'share',
    rhythm: 'quick',
    async collect() {
      const { items, unread, truncated } = await readShares(host);
      return picture(
        items.map(({ kind, name, ...facts }) => ({
          key: `${kind} ${name}`,
          detail: { kind, name, ...facts },
        })),
        unread.map(({ part, reason }) => ({
          part,
          reason,
          holds: (key) => key.startsWith(part.includes('samba') ? 'smb ' : 'nfs '),
        })),
        truncated,
      );
    },
  };
}
