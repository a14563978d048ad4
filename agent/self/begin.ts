/** Whether the agent begins because the machine did, or in the middle of its life. */
import fs from 'node:fs';

const BOOT_ID = '/proc/sys/kernel/random/boot_id';

export interface Begin {
  after: 'boot' | 'restart' | 'first-start' | 'unknown';
  /** Row to keep, JSON; undefined where the system names no boots. */
  boot: string | undefined;
}

/** @param kept row of the last start */
export function beginOf(kept: string | undefined, bootIdFile = BOOT_ID): Begin {
  let id: string;
  try {
    id = fs.readFileSync(bootIdFile, 'utf8').trim();
  } catch {
    return { after: 'unknown', boot: undefined };
  }
  const boot = JSON.stringify(id);
  return { after: kept === undefined ? 'first-start' : kept === boot ? 'restart' : 'boot', boot };
}
