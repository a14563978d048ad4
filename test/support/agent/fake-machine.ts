/** The part of a Linux system's files that identify a machine, in a folder of a test. */
import fs from 'node:fs';
import path from 'node:path';

export interface MachineParts {
  uuid?: string;
  serial?: string;
  board?: string;
  /** By name, e.g. `sda`. */
  disks?: Readonly<Record<string, string>>;
  /** By name, e.g. `eth0`. */
  cards?: Readonly<Record<string, string>>;
}

/** @returns the root of the file system that holds it */
export function makeMachine(root: string, parts: MachineParts): string {
  const write = (file: string, text: string | undefined): void => {
    if (text === undefined) return;
    fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    fs.writeFileSync(path.join(root, file), `${text}\n`);
  };
  write('sys/class/dmi/id/product_uuid', parts.uuid);
  write('sys/class/dmi/id/product_serial', parts.serial);
  write('sys/class/dmi/id/board_serial', parts.board);
  for (const [name, wwid] of Object.entries(parts.disks ?? {})) {
    write(`sys/block/${name}/device/wwid`, wwid);
    write(`sys/block/${name}/removable`, '0');
  }
  for (const [name, mac] of Object.entries(parts.cards ?? {})) {
    write(`sys/class/net/${name}/address`, mac);
    write(`sys/class/net/${name}/addr_assign_type`, '0');
    write(`sys/class/net/${name}/device/vendor`, '0x8086');
  }
  return root;
}

/** A machine of its own for each number. */
export function machineNumber(root: string, number: number): string {
  const two = String(number).padStart(2, '0');
  return makeMachine(root, {
    uuid: `4c4c4544-0051-3510-8052-b4c04f5733${two}`,
    serial: `PF0X${two}7A`,
    board: `L1HF9B2${two}`,
    disks: { sda: `naa.5000c500a1b2c3${two}` },
    cards: { eth0: `54:e1:ad:10:20:${two}` },
  });
}
