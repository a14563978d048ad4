/** Whether the machine runs on its battery: /sys/class/power_supply of Linux; elsewhere and on servers it does not. */
import fs from 'node:fs';
import path from 'node:path';

const DEFAULT_ROOT = '/sys/class/power_supply';

function fact(folder: string, name: string): string {
  try {
    return fs.readFileSync(path.join(folder, name), 'latin1').trim();
  } catch {
    // Not every supply tells everything.
    return '';
  }
}

/** Mains that are on decide; without any known mains, a battery of the system that is being discharged does. */
export function isOnBattery(root: string = DEFAULT_ROOT): boolean {
  let supplies: string[];
  try {
    supplies = fs.readdirSync(root).map((name) => path.join(root, name));
  } catch {
    return false;
  }
  // A mouse has a battery, too.
  const own = supplies.filter((supply) => fact(supply, 'scope') !== 'Device');
  const mains = own.filter((supply) => /^(Mains|USB)/.test(fact(supply, 'type')));
  if (mains.some((supply) => fact(supply, 'online') === '1')) return false;
  return own.some((supply) => fact(supply, 'type') === 'Battery' && fact(supply, 'status') === 'Discharging');
}
