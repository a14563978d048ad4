/** What is plugged in at USB and pulled out, by /sys/bus/usb/devices. */
import fs from 'node:fs';
import path from 'node:path';

export interface UsbDevice {
  /** The port, e.g. `1-2.4`. */
  port: string;
  vendorId: string;
  productId: string;
  manufacturer: string;
  product: string;
  serial: string;
  /** Classes of its interfaces, hex: 08 is storage, 03 keyboard or mouse, e0 wireless. */
  classes: string;
}

const DEVICES_MAX = 256;
const TEXT_MAX = 200;

function fact(folder: string, name: string): string {
  try {
    return fs.readFileSync(path.join(folder, name), 'utf8').trim().slice(0, TEXT_MAX).toWellFormed();
  } catch {
    // Not every device tells everything, and it may be pulled out while it is read.
    return '';
  }
}

export class UsbWatch {
  readonly #root: string;
  #known: Map<string, UsbDevice> | undefined;

  constructor(root = '/sys/bus/usb/devices') {
    this.#root = root;
  }

  look(): { device: UsbDevice; action: 'insert' | 'remove' }[] {
    let names: string[];
    try {
      names = fs.readdirSync(this.#root);
    } catch {
      // No USB on this machine.
      names = [];
    }
    const ports = names.filter((name) => /^\d+-[\d.]+$/.test(name)).slice(0, DEVICES_MAX);
    const before = this.#known;
    const now = new Map(ports.map((port) => [port, before?.get(port) ?? this.#read(port, names)] as const));
    this.#known = now;
    if (before === undefined) return [];
    return [
      ...[...now.values()]
        .filter(({ port }) => !before.has(port))
        .map((device) => ({ device, action: 'insert' as const })),
      ...[...before.values()]
        .filter(({ port }) => !now.has(port))
        .map((device) => ({ device, action: 'remove' as const })),
    ];
  }

  #read(port: string, names: readonly string[]): UsbDevice {
    const folder = path.join(this.#root, port);
    const interfaces = names.filter((name) => name.startsWith(`${port}:`));
    const classes = interfaces.map((name) => fact(path.join(this.#root, name), 'bInterfaceClass'));
    return {
      port,
      vendorId: fact(folder, 'idVendor'),
      productId: fact(folder, 'idProduct'),
      manufacturer: fact(folder, 'manufacturer'),
      product: fact(folder, 'product'),
      serial: fact(folder, 'serial'),
      classes: [...new Set(classes.filter((each) => each !== ''))].join(','),
    };
  }
}
