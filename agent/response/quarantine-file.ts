/** Takes a file out of the way, and gives it back. Only a regular file with the very content that was meant. */
import fs from 'node:fs';
import path from 'node:path';
import type { Action, ActionContext, Facts } from './action.ts';
import { ActionError } from './action.ts';
import { holdFolder } from './hold-folder.ts';
import { dropEntry, findEntry, giveBack, keepFile } from './quarantine-store.ts';

/** What a host does not start without, or what is no file on a disk. */
const NEVER = [
  /^\/(proc|sys|dev|boot)(\/|$)/,
  /\/ld-linux[^/]*\.so/,
  /\/libc(\.so|-)[^/]*$/,
  /\/systemd(\/systemd)?$/,
  /^\/s?bin\/init$/,
  // Windows: what starts it, its hives and drivers, and the programs that it stops without.
  /^[a-z]:\\(?:boot|efi|bootmgr|recovery)(?:\\|$)/i,
  /^[a-z]:\\(?:pagefile|hiberfil|swapfile)\.sys$/i,
  /^[a-z]:\\windows\\system32\\(?:config|drivers|boot)\\/i,
  /^[a-z]:\\windows\\(?:system32|syswow64)\\(?:ntoskrnl|hal|ntdll|kernel32|kernelbase|csrss|smss|wininit|winload|services|lsass|winlogon|svchost|userinit)\.(?:exe|dll|efi)$/i,
  /^[a-z]:\\windows\\explorer\.exe$/i,
];

/** @param real path without links */
export function isNeeded(real: string): boolean {
  return NEVER.some((pattern) => pattern.test(real));
}

/** Names of Windows are the same in any case. */
const sameCase = (file: string): string => (process.platform === 'win32' ? file.toLowerCase() : file);

export const quarantineFile: Action<'quarantine-file'> = async (
  command,
  { id, dryRun, stateDir, settings, clock },
) => {
  const named = command.path;
  const real = realPath(named);
  // The folder's links count; one at the end would put something else into quarantine than was meant.
  if (path.basename(real) !== path.basename(named) || fs.lstatSync(named).isSymbolicLink())
    throw new ActionError('refused', `${named} is a link to ${real}`);
  const own = [fs.realpathSync(stateDir), path.resolve(import.meta.dirname, '..'), process.execPath];
  if (
    own
      .map(sameCase)
      .some((each) => sameCase(real) === each || sameCase(real).startsWith(`${each}${path.sep}`))
  )
    throw new ActionError('refused', `${real} belongs to the agent`);
  if (isNeeded(real)) throw new ActionError('refused', `without ${real} this host would not work`);
  const folder = holdFolder(path.dirname(real));
  try {
    const held = folder.path(path.basename(real));
    return takeAway({ real, held, sha256: command.sha256 }, { id, dryRun, stateDir, settings, clock });
  } finally {
    folder.release();
  }
};

function takeAway(
  file: { real: string; held: string; sha256: string },
  {
    id,
    dryRun,
    stateDir,
    settings,
    clock,
  }: Pick<ActionContext, 'id' | 'dryRun' | 'stateDir' | 'settings' | 'clock'>,
): Facts {
  const { real, held, sha256 } = file;
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = fs.constants;
  const handle = fs.openSync(held, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const stat = fs.fstatSync(handle);
    if (!stat.isFile()) throw new ActionError('refused', `${real} is no regular file`);
    if (stat.size > settings.fileBytesMax)
      throw new ActionError('refused', `${real} has ${stat.size} bytes; at most ${settings.fileBytesMax}`);
    const facts = { path: real, sha256, size: stat.size, links: stat.nlink };
    if (dryRun) return facts;
    keepFile(stateDir, { id, path: real, handle, sha256, takenMs: clock.now() });
    const now = fs.lstatSync(held);
    if (now.ino !== stat.ino || now.dev !== stat.dev || now.mtimeMs !== stat.mtimeMs)
      throw new ActionError(
        'failed',
        `${real} was changed meanwhile: a copy is in quarantine, the file stays`,
      );
    try {
      fs.unlinkSync(held);
    } catch (cause) {
      dropEntry(stateDir, id);
      throw new ActionError('failed', `${real} cannot be taken away: end the process that uses it first`, {
        cause,
      });
    }
    return { ...facts, quarantineId: id };
  } finally {
    fs.closeSync(handle);
  }
}

export const restoreFile: Action<'restore-file'> = async ({ quarantineId }, { dryRun, stateDir }) => {
  const entry = findEntry(stateDir, quarantineId);
  const facts = { path: entry.path, sha256: entry.sha256, size: entry.size };
  if (!dryRun) giveBack(stateDir, entry);
  return facts;
};

function realPath(named: string): string {
  try {
    return path.join(fs.realpathSync(path.dirname(named)), path.basename(named));
  } catch (cause) {
    throw new ActionError('failed', `${named} is not there`, { cause });
  }
}
