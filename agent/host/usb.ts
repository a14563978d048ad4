/** Devices on the USB, from the kernel's tree of devices. */
import type { Host } from './host.ts';
import { listFolder, namesIn, textOr } from './read-text.ts';
import { reading, type Reading } from './reading.ts';

export interface UsbDevice {
  /** Where it is plugged in, e.g. `1-4.2`. */
  port: string;
  vendorId: string;
  productId: string;
  manufacturer: string;
  product: string;
  serial: string;
  /** What its interfaces are, e.g. `storage`, `keyboard`. */
  kinds: string[];
}

const DEVICES_MAX = 1_000;
const FOLDER = '/sys/bus/usb/devices';

/** Class and protocol of an interface in words (usb.org, Defined Class Codes). */
function kindOf(classCode: string, protocol: string): string {
  if (classCode === '03') return protocol === '01' ? 'keyboard' : protocol === '02' ? 'mouse' : 'input';
  const names: Readonly<Record<string, string>> = {
    '01': 'audio',
    '02': 'communication',
    '06': 'image',
    '07': 'printer',
    '08': 'storage',
    '09': 'hub',
    '0a': 'communication',
    '0b': 'smart-card',
    '0e': 'video',
    e0: 'wireless',
  };
  return names[classCode] ?? `class-${classCode}`;
}

export async function readUsbDevices(host: Pick<Host, 'root'>): Promise<Reading<UsbDevice>> {
  const devices = reading<UsbDevice>();
  const listed = await listFolder(host, FOLDER, DEVICES_MAX * 10);
  if (listed.kind === 'unreadable') devices.unread.push({ part: FOLDER, reason: listed.reason });
  if (listed.kind !== 'names') return devices;
  const ports = listed.names.filter((name) => /^\d+-[\d.]+$/.test(name));
  devices.truncated = listed.truncated + Math.max(0, ports.length - DEVICES_MAX);
  // Interfaces stand beside the devices with a colon in their names; hubs of the machine itself are called usb1.
  for (const port of ports.slice(0, DEVICES_MAX)) {
    const fact = async (name: string): Promise<string> =>
      (await textOr(host, `${FOLDER}/${port}/${name}`)) ?? '';
    const kinds = new Set<string>();
    for (const name of await namesIn(host, `${FOLDER}/${port}`)) {
      if (!name.startsWith(`${port}:`)) continue;
      const code = await fact(`${name}/bInterfaceClass`);
      if (code !== '') kinds.add(kindOf(code, await fact(`${name}/bInterfaceProtocol`)));
    }
    devices.items.push({
      port,
      vendorId: await fact('idVendor'),
      productId: await fact('idProduct'),
      manufacturer: await fact('manufacturer'),
      product: await fact('product'),
      serial: await fact('serial'),
      kinds: [...kinds].sort(),
    });
  }
  return devices;
}
