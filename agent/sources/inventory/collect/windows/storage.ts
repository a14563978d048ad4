/** Volumes with their encryption, disks with their health, what is plugged in, and what is shared. */
import { textOf, type CimRow } from '../../../../windows/cim-look.ts';
import { readFileShares } from '../../../../windows/file-shares.ts';
import { picture, within, type Collector, type InventoryItem } from '../../inventory-item.ts';
import type { WindowsLook } from './windows-collectors.ts';

/** DriveType: a disk that stays, and one of the network. What can be taken out comes and goes. */
const FIXED = 3;
const NETWORK = 4;

export function mountsCollector({ cim }: WindowsLook): Collector {
  return {
    category: 'mount',
    steady: { usedPercent: within(0, 5), totalBytes: within(1) },
    async collect({ signal }) {
      const { rows } = await cim.rows('volumes', signal);
      const bitlocker = await cim.ask('bitlocker', signal);
      const locked = new Map(
        bitlocker.kind === 'rows'
          ? bitlocker.rows.map((row) => [textOf(row, 'DriveLetter'), row['ProtectionStatus']])
          : [],
      );
      const items = rows
        .filter((row) => row['DriveType'] === FIXED || row['DriveType'] === NETWORK)
        .map((row): InventoryItem => {
          const key = textOf(row, 'DeviceID');
          const [size, free] = [Number(row['Size'] ?? 0), Number(row['FreeSpace'] ?? 0)];
          const status = locked.get(key);
          const network = row['DriveType'] === NETWORK;
          return {
            key,
            detail: {
              source: textOf(row, 'ProviderName'),
              fsType: textOf(row, 'FileSystem'),
              network,
              // 2: it is locked, so nobody can tell.
              encrypted: network || bitlocker.kind === 'unread' || status === 2 ? null : status === 1,
              totalBytes: size,
              usedPercent: size === 0 ? null : Math.round(((size - free) / size) * 100),
            },
          };
        });
      const unread =
        bitlocker.kind === 'rows'
          ? []
          : [{ part: 'BitLocker', reason: bitlocker.reason, holds: () => false }];
      return picture(items, unread);
    },
  };
}

/** Of MSFT_PhysicalDisk. */
const HEALTH: Readonly<Record<string, string>> = { '0': 'passed', '1': 'warning', '2': 'failing' };
const KINDS: Readonly<Record<string, boolean>> = { '3': true, '4': false };

export function disksCollector({ cim }: WindowsLook): Collector {
  return {
    category: 'disk',
    rhythm: 'slow',
    async collect({ signal }) {
      const { rows } = await cim.rows('disks', signal);
      return picture(
        rows.map((row) => {
          const serial = textOf(row, 'SerialNumber').trim();
          return {
            key: serial === '' ? `disk ${textOf(row, 'DeviceId')}` : serial,
            detail: {
              kind: 'disk',
              device: textOf(row, 'DeviceId'),
              model: textOf(row, 'FriendlyName').trim(),
              serial,
              sizeBytes: Number(row['Size'] ?? 0),
              rotational: KINDS[textOf(row, 'MediaType')] ?? null,
              health: HEALTH[textOf(row, 'HealthStatus')] ?? '',
            },
          };
        }),
      );
    },
  };
}

const STORAGE = /^(usbstor|uaspstor)$/i;

export function usbDevicesCollector({ cim }: WindowsLook): Collector {
  return {
    category: 'usb-device',
    async collect({ signal }) {
      const { rows, truncated } = await cim.rows('usb', signal);
      return picture(rows.flatMap(usbItem), [], truncated ? 1 : 0);
    },
  };
}

/** `USB\VID_0781&PID_5581\4C530001`; interfaces of one (`&MI_`) and hubs' roots are no devices of their own. */
function usbItem(row: CimRow): InventoryItem[] {
  const id = /^USB\\VID_([0-9A-F]{4})&PID_([0-9A-F]{4})\\(.+)$/i.exec(textOf(row, 'PNPDeviceID'));
  const [, vendor = '', product = '', last = ''] = id ?? [];
  if (id === null) return [];
  const [vendorId, productId] = [vendor.toLowerCase(), product.toLowerCase()];
  // Where a device has no number, Windows makes one of the place, which has an & in it.
  const serial = last.includes('&') ? '' : last;
  const storage = STORAGE.test(textOf(row, 'Service'));
  const detail = {
    vendorId,
    productId,
    serial,
    product: textOf(row, 'Name'),
    manufacturer: textOf(row, 'Manufacturer'),
    port: serial === '' ? last : '',
    kinds: storage ? 'storage' : textOf(row, 'PNPClass').toLowerCase(),
    storage,
  };
  return [{ key: `${vendorId}:${productId} ${serial === '' ? `at ${last}` : serial}`, detail }];
}

export function sharesCollector({ host }: WindowsLook): Collector {
  return {
    category: 'share',
    async collect({ signal }) {
      const shares = await readFileShares(host, signal);
      return picture(
        shares.map(({ kind, name, ...facts }) => ({
          key: `${kind} ${name}`,
          detail: { kind, name, ...facts },
        })),
      );
    },
  };
}
