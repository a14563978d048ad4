/** Disks, encrypted and mapped devices, RAID sets; the health of a disk where smartctl can be asked. */
import { devicesBelow, mapperKind } from './block-devices.ts';
import { DiskHealth } from './disk-health.ts';
import type { Host } from './host.ts';
import { listFolder, readText, textOr } from './read-text.ts';
import { reading, type Reading } from './reading.ts';

export interface Disk {
  key: string;
  kind: 'disk' | 'raid' | 'mapped';
  device: string;
  sizeBytes: number;
  model?: string | undefined;
  serial?: string | undefined;
  firmware?: string | undefined;
  rotational?: boolean | undefined;
  removable?: boolean | undefined;
  /** Of RAID: `clean`, `degraded`, `rebuilding`. */
  state?: string | undefined;
  level?: string | undefined;
  members?: string | undefined;
  /** Of what is mapped, e.g. `luks`. */
  mapping?: string | undefined;
  /** SMART: `passed` or `failing`. */
  health?: string | undefined;
  powerOnHours?: number | undefined;
  reallocatedSectors?: number | undefined;
  wearPercent?: number | undefined;
}

const DISKS_MAX = 2_000;
const SECTOR_BYTES = 512;

/** RAID sets by name. @param text of /proc/mdstat */
export function parseMdstat(text: string): Map<string, Pick<Disk, 'state' | 'level' | 'members'>> {
  const sets = new Map<string, Pick<Disk, 'state' | 'level' | 'members'>>();
  for (const block of text.split(/\n(?=md)/)) {
    const match = /^(md\S*) : (\S+)(?: \(\S+\))? (raid\d+|linear|multipath)?(.*)/.exec(
      block.replace(/^Personalities.*\n/, ''),
    );
    if (match === null) continue;
    const [, name = '', active = '', level = '', rest = ''] = match;
    const missing = /\[[U_]*_[U_]*\]/.test(block);
    const rebuilding = /(recovery|resync|reshape|check)\s*=/.test(block);
    sets.set(name, {
      level,
      members: rest.trim().split(/\s+/).sort().join(' '),
      state: active !== 'active' ? active : rebuilding ? 'rebuilding' : missing ? 'degraded' : 'clean',
    });
  }
  return sets;
}

/** @param health what was told of disks before, for those that sleep now */
export async function readDisks(
  host: Host,
  signal?: AbortSignal,
  turn: () => Promise<void> = () => Promise.resolve(),
  health = new DiskHealth(),
): Promise<Reading<Disk>> {
  const disks = reading<Disk>();
  const listed = await listFolder(host, '/sys/block', DISKS_MAX);
  if (listed.kind === 'unreadable') disks.unread.push({ part: '/sys/block', reason: listed.reason });
  if (listed.kind !== 'names') return disks;
  disks.truncated = listed.truncated;
  const mdstat = await readText(host, '/proc/mdstat');
  const raids = parseMdstat(mdstat.kind === 'text' ? mdstat.text : '');
  for (const name of listed.names) {
    // Memory, loops and CD drives come and go.
    if (/^(loop|ram|zram|sr|fd|nbd)\d/.test(name)) continue;
    await turn();
    const folder = `/sys/block/${name}`;
    const sizeBytes = Number((await textOr(host, `${folder}/size`)) ?? 0) * SECTOR_BYTES;
    if (sizeBytes === 0) continue;
    const raid = raids.get(name);
    const mapping = await mapperKind(host, name);
    const device = `/dev/${name}`;
    if (mapping !== undefined) {
      const mapped = (await textOr(host, `${folder}/dm/name`)) ?? name;
      const members = (await devicesBelow(host, name)).slice(1).join(' ');
      disks.items.push({ key: `mapped ${mapped}`, kind: 'mapped', device, sizeBytes, mapping, members });
      continue;
    }
    if (raid !== undefined || name.startsWith('md')) {
      disks.items.push({ key: `raid ${name}`, kind: 'raid', device, sizeBytes, ...raid });
      continue;
    }
    const disk: Disk = {
      key: `disk ${name}`,
      kind: 'disk',
      device,
      sizeBytes,
      model: await textOr(host, `${folder}/device/model`),
      serial: await textOr(host, `${folder}/device/serial`),
      firmware: await textOr(host, `${folder}/device/firmware_rev`),
      rotational: (await textOr(host, `${folder}/queue/rotational`)) === '1',
      removable: (await textOr(host, `${folder}/removable`)) === '1',
    };
    disks.items.push(
      name.startsWith('vd') || name.startsWith('xvd')
        ? disk
        : await withHealth(host, disk, disks, health, signal),
    );
  }
  return disks;
}

/** Virtual disks have no health of their own; what cannot be asked of a medium that comes and goes is not missed. */
async function withHealth(
  host: Host,
  disk: Disk,
  to: Reading<Disk>,
  health: DiskHealth,
  signal: AbortSignal | undefined,
): Promise<Disk> {
  const { facts, unread } = await health.ask(host, disk.device, signal);
  if (unread !== undefined && disk.removable !== true)
    to.unread.push({ part: `health of ${disk.device}`, reason: unread });
  return {
    ...disk,
    ...facts,
    model: facts.model ?? disk.model,
    serial: facts.serial ?? disk.serial,
    firmware: facts.firmware ?? disk.firmware,
  };
}
