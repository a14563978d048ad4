/** Which block devices stand on which, as the kernel tells: a file system on LVM on LUKS on RAID is found to its end. */
import fs from 'node:fs';
import path from 'node:path';
import { at, type Host } from './host.ts';
import { namesIn, textOr } from './read-text.ts';

const DEPTH_MAX = 12;

/** Names of the devices below one, itself first, e.g. `dm-1`, `dm-0`, `sda2`. @param name as in /sys/class/block */
export async function devicesBelow(host: Pick<Host, 'root'>, name: string, depth = 0): Promise<string[]> {
  if (depth > DEPTH_MAX || !/^[^/]+$/.test(name)) return [];
  const found = [name];
  for (const slave of await namesIn(host, `/sys/class/block/${name}/slaves`)) {
    found.push(...(await devicesBelow(host, slave, depth + 1)));
  }
  return found;
}

/** `luks`, `lvm`, `crypt` or what else the device mapper says; undefined when it is none of its devices. */
export async function mapperKind(host: Pick<Host, 'root'>, name: string): Promise<string | undefined> {
  const uuid = await textOr(host, `/sys/class/block/${name}/dm/uuid`);
  if (uuid === undefined) return undefined;
  if (uuid.startsWith('CRYPT-LUKS')) return 'luks';
  if (uuid.startsWith('CRYPT-')) return 'crypt';
  return (uuid.split('-')[0] ?? '').toLowerCase() || 'mapper';
}

/** Whether what is written to a device is encrypted somewhere below. @param device e.g. `/dev/mapper/root` */
export async function isEncrypted(host: Pick<Host, 'root'>, device: string): Promise<boolean> {
  const real = realDevice(host, device);
  for (const name of await devicesBelow(host, real)) {
    const kind = await mapperKind(host, name);
    if (kind === 'luks' || kind === 'crypt') return true;
  }
  return false;
}

/** `/dev/mapper/x` is a link to `/dev/dm-0`. */
function realDevice(host: Pick<Host, 'root'>, device: string): string {
  try {
    return path.basename(fs.realpathSync(at(host, device)));
  } catch {
    // A name that is not there is what the mount was made with.
    return path.basename(device);
  }
}
