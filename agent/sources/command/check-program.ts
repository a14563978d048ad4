/** Whether a program may be started by this process: what runs with our rights must not be somebody else's to change. */
import fs from 'node:fs';
import path from 'node:path';

const WRITABLE_BY_GROUP = 0o020;
const WRITABLE_BY_OTHERS = 0o002;
const EXECUTABLE = 0o111;

export interface ProgramFacts {
  uid: number;
  gid: number;
  mode: number;
  isFile: boolean;
}

export interface ProgramDisk {
  /** @throws when it is not there. */
  real: (file: string) => string;
  /** @throws when it cannot be looked at. */
  stat: (file: string) => ProgramFacts;
}

export const nodeDisk: ProgramDisk = {
  real: (file) => fs.realpathSync(file),
  stat: (file) => {
    const stats = fs.statSync(file);
    return { uid: stats.uid, gid: stats.gid, mode: stats.mode, isFile: stats.isFile() };
  },
};

/**
 * @param privileged this process has root's rights: then only root may be able to change the program and every folder
 *   above it.
 * @returns why it is not started; undefined when it may be.
 */
export function whyNotStarted(program: string, privileged: boolean, disk = nodeDisk): string | undefined {
  let real: string;
  let facts: ProgramFacts;
  try {
    real = disk.real(program);
    facts = disk.stat(real);
  } catch (error) {
    return `${program} cannot be found: ${error instanceof Error ? error.message : String(error)}`;
  }
  if (!facts.isFile) return `${real} is not a regular file`;
  if ((facts.mode & EXECUTABLE) === 0) return `${real} is not executable`;
  if (!privileged) return undefined;
  for (let place = real; ; place = path.dirname(place)) {
    const { uid, gid, mode } = place === real ? facts : disk.stat(place);
    if (uid !== 0) return `${place} does not belong to root, so it is not run with root's rights`;
    const byGroup = (mode & WRITABLE_BY_GROUP) !== 0 && gid !== 0;
    if (byGroup || (mode & WRITABLE_BY_OTHERS) !== 0) {
      return `${place} can be changed by others than root, so it is not run with root's rights`;
    }
    if (place === path.dirname(place)) return undefined;
  }
}
