/**
 * What identifies this machine, as digests: a table of places, each of which may be empty, closed to this user or
 * filled with junk. The machine-id is not among them: it goes with the disk, so it tells installations apart, and a
 * copied disk takes it along.
 */
import fs from 'node:fs';
import path from 'node:path';
import { hardwareDigest } from '#protocol/hardware.ts';
import type { Hardware, HardwareFact, HardwareKind } from '#protocol/hardware.ts';
import { LIMITS } from '#protocol/limits.ts';
import { isJunk, isMadeUpAddress } from './junk.ts';

/** A value may come again from another place; values are in order of trust. */
type Source = { kind: HardwareKind; read: (root: string) => readonly string[] };

const TEXT_BYTES_MAX = 4_096;

/** Text of a small file of sysfs; undefined when it cannot be read: absence is an answer here, not a fault. */
function readText(file: string): string | undefined {
  try {
    const text = fs.readFileSync(file, 'latin1').slice(0, TEXT_BYTES_MAX);
    // Device trees end their texts with a NUL.
    return text.replaceAll('\0', '').trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}

function names(folder: string): string[] {
  try {
    return fs.readdirSync(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error) return [];
    throw error;
  }
}

/** Where the device hangs; a stick or a dock is not part of the machine. */
function isPluggedIn(folder: string): boolean {
  try {
    return fs.realpathSync(folder).includes('/usb');
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  }
}

const texts = (root: string, files: readonly string[]): string[] =>
  files.flatMap((file) => readText(path.join(root, file)) ?? []);

function disks(root: string): string[] {
  const folder = path.join(root, 'sys/block');
  return names(folder).flatMap((name) => {
    const disk = path.join(folder, name);
    const isDisk = fs.existsSync(path.join(disk, 'device')) && readText(path.join(disk, 'removable')) !== '1';
    if (!isDisk || isPluggedIn(disk)) return [];
    const places = ['wwid', 'device/wwid', 'device/serial', 'serial'];
    const found = places.map((place) => readText(path.join(disk, place)));
    return found.find((text) => text !== undefined && text !== '' && !isJunk(text)) ?? [];
  });
}

/** Addresses burnt into network cards. */
function cards(root: string): string[] {
  const folder = path.join(root, 'sys/class/net');
  return names(folder).flatMap((name) => {
    const card = path.join(folder, name);
    const isCard = fs.existsSync(path.join(card, 'device')) && !isPluggedIn(card);
    // 0: permanent; others were made up or set by somebody.
    if (!isCard || (readText(path.join(card, 'addr_assign_type')) ?? '0') !== '0') return [];
    const mac = readText(path.join(card, 'address')) ?? '';
    return isMadeUpAddress(mac) ? [] : [mac];
  });
}

const LINUX: readonly Source[] = [
  { kind: 'product-uuid', read: (root) => texts(root, ['sys/class/dmi/id/product_uuid']) },
  {
    kind: 'product-serial',
    read: (root) =>
      texts(root, ['sys/class/dmi/id/product_serial', 'sys/firmware/devicetree/base/serial-number']),
  },
  { kind: 'board-serial', read: (root) => texts(root, ['sys/class/dmi/id/board_serial']) },
  { kind: 'disk', read: disks },
  { kind: 'mac', read: cards },
];

function factsOf(values: readonly { kind: HardwareKind; value: string }[]): HardwareFact[] {
  const facts = values
    .filter(({ value }) => !isJunk(value))
    .map(({ kind, value }) => ({ kind, digest: hardwareDigest(kind, value) }));
  const unique = new Map(facts.map((fact) => [`${fact.kind} ${fact.digest}`, fact]));
  return [...unique.values()].slice(0, LIMITS.hardwareFactsMax);
}

/** @param root where the host's file system is seen: `/`, or where a container has it */
export function readLinuxHardware(root: string): Hardware {
  return factsOf(LINUX.flatMap(({ kind, read }) => read(root).map((value) => ({ kind, value }))));
}

/** By what the operating system tells its own tools; loaded on systems other than Linux only. */
async function readBySystem(): Promise<Hardware> {
  const { default: si } = await import('systeminformation');
  const [system, board, disksFound, cardsFound] = await Promise.all([
    si.system(),
    si.baseboard(),
    si.diskLayout(),
    si.networkInterfaces(),
  ]);
  const built = disksFound.filter(({ interfaceType }) => !/usb/i.test(interfaceType));
  const nets = [cardsFound].flat().filter(({ virtual, mac }) => !virtual && !isMadeUpAddress(mac));
  return factsOf([
    { kind: 'product-uuid', value: system.uuid },
    { kind: 'product-serial', value: system.serial },
    { kind: 'board-serial', value: board.serial },
    ...built.map(({ serialNum }) => ({ kind: 'disk' as const, value: serialNum })),
    ...nets.map(({ mac }) => ({ kind: 'mac' as const, value: mac })),
  ]);
}

/** Never throws for what cannot be read: then there are fewer facts, or none. */
export async function readHardware(
  platform: NodeJS.Platform = process.platform,
  root: string = process.env['VONGGAC_HOST_ROOT'] ?? '/',
): Promise<Hardware> {
  return platform === 'linux' ? readLinuxHardware(root) : readBySystem();
}
