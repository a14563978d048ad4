/** Is the state folder on a file system that carries a spool: writable, local, with inodes left? */
import fs from 'node:fs';
import path from 'node:path';
import type { Host } from '../host/host.ts';
import { isNetworkFileSystem, parseMountInfo } from '../host/mounts.ts';
import type { Mount } from '../host/mounts.ts';
import { readText } from '../host/read-text.ts';
import type { Messages } from '../messages/en.ts';
import { fail, ok, warn } from './check.ts';
import type { Check } from './check.ts';

const INODES_MIN = 1_000;
const MEMORY = /^(?:tmpfs|ramfs)$/;

export async function checkPlace(host: Pick<Host, 'root'>, stateDir: string, m: Messages): Promise<Check[]> {
  const texts = m.doctor.more;
  if (!fs.existsSync(stateDir)) return [];
  const mount = mountOf(stateDir, await mountsOf(host));
  const checks: Check[] = [];
  if (mount?.options.includes('ro') === true)
    checks.push(fail('place', texts.readOnly(stateDir, mount.target)));
  if (mount !== undefined && isNetworkFileSystem(mount.fsType))
    checks.push(warn('place', texts.networkPlace(stateDir, mount.fsType)));
  if (mount !== undefined && MEMORY.test(mount.fsType))
    checks.push(warn('place', texts.memoryPlace(stateDir, mount.fsType)));
  const { files, ffree } = fs.statfsSync(stateDir);
  // Some file systems make inodes as they need them, and count none.
  if (files > 0 && ffree < INODES_MIN) checks.push(fail('place', texts.inodesLow(ffree, stateDir)));
  if (checks.length > 0) return checks;
  return [ok('place', texts.placeOk(stateDir, mount?.fsType ?? '?'))];
}

async function mountsOf(host: Pick<Host, 'root'>): Promise<Mount[]> {
  const table = await readText(host, '/proc/self/mountinfo');
  return table.kind === 'text' ? parseMountInfo(table.text) : [];
}

/** The deepest one that holds the folder; of several at one place the last covers the others. */
function mountOf(folder: string, mounts: readonly Mount[]): Mount | undefined {
  const real = fs.realpathSync(folder);
  const holds = ({ target }: Mount): boolean =>
    target === '/' || real === target || real.startsWith(`${target}${path.sep}`);
  return mounts
    .filter(holds)
    .reduce<Mount | undefined>(
      (best, mount) => (best === undefined || mount.target.length >= best.target.length ? mount : best),
      undefined,
    );
}
