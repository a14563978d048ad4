/** `vonggac restore` and `vonggac backup drill`: the same restore, for good or for practice. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {
  replaceable,
  type Restored,
  restoreBackup,
  type RestoreTarget,
  verifyBackup,
} from '../../backup/restore-backup.ts';
import { freeBytesOf } from '../../backup/room.ts';
import { restoreTarget } from '../../services/backup/restore-target.ts';
import { dataFolder, prepareDataFolder } from '../../registry/data-folder.ts';
import { lockDataFolder } from '../../registry/data-lock.ts';
import type { CommandContext } from '../command.ts';
import { localTime } from '../local-time.ts';
import { UsageError } from '../usage-error.ts';
import {
  backupFolderOf,
  type Environment,
  homesOf,
  type KeyFlags,
  withBackupFolder,
} from './backup-place.ts';
import { terminalProgress } from './progress.ts';

export interface RestoreCommandOptions extends KeyFlags {
  replace?: boolean;
  dryRun?: boolean;
}

/** The engine's warnings are for the collector's log; here they are said on the terminal. */
function engineLog(context: CommandContext): Parameters<typeof restoreTarget>[0]['log'] {
  const say = (_detail: unknown, text: string): void => context.complain(text);
  return { info: () => undefined, warn: say, error: say };
}

async function restoreInto(
  context: CommandContext,
  folder: string,
  options: { dataDir: string; target: RestoreTarget; freeBytes?: typeof freeBytesOf },
): Promise<Restored> {
  const m = context.m.backup;
  const progress = terminalProgress();
  try {
    return await restoreBackup({
      folder,
      ...options,
      // What is there was looked at before.
      replace: true,
      now: Date.now,
      readText: (file) => readFile(file, 'utf8'),
      onProgress: ({ step, files, bytes }) => progress.tick(() => m.progress(m.steps[step], files, bytes)),
    });
  } finally {
    progress.clear();
  }
}

/** What the first disk has no room for goes to the second, where there is one. */
function freeBytesWith(coldDir: string | undefined): typeof freeBytesOf {
  if (coldDir === undefined) return freeBytesOf;
  return async (folder) => (await freeBytesOf(folder)) + (await freeBytesOf(coldDir));
}

function targetOf(
  context: CommandContext,
  env: Environment,
  options: { actor: string; practice: boolean },
): RestoreTarget {
  return restoreTarget({
    homes: homesOf(context, env),
    log: engineLog(context),
    now: Date.now,
    ...options,
  });
}

export async function restoreCommand(
  context: CommandContext,
  place: string,
  flags: RestoreCommandOptions,
  env: Environment,
): Promise<void> {
  const m = context.m.backup;
  const data = dataFolder(context.dataDir);
  prepareDataFolder(data);
  const lock = lockDataFolder(data);
  try {
    const target = targetOf(context, env, { actor: `cli:${os.userInfo().username}`, practice: false });
    const occupied = await target.occupied();
    if ((await replaceable(data.path)).length > 0) occupied.unshift(data.path);
    if (occupied.length > 0 && flags.replace !== true) throw new UsageError(m.notEmpty(occupied.join(', ')));
    const at = { flags, folder: backupFolderOf(data.path, env), scratch: data.path };
    await withBackupFolder(context, place, at, async (folder) => {
      if (flags.dryRun === true) {
        const manifest = await verifyBackup(folder, () => undefined);
        context.print(m.whole(manifest.eventsMin, manifest.files.length));
        return;
      }
      const restored = await restoreInto(context, folder, {
        dataDir: data.path,
        target,
        freeBytes: freeBytesWith(homesOf(context, env).coldDir),
      });
      const { facts, manifest, movedTo } = restored;
      context.print(m.restored(facts.events, facts.agents, localTime(manifest.beganMs)));
      if (movedTo.length > 0) context.print(m.movedTo(movedTo.join(', ')));
      context.print(m.next);
    });
  } finally {
    lock.release();
  }
}

export async function drillCommand(
  context: CommandContext,
  place: string,
  flags: KeyFlags & { scratch?: string },
  env: Environment,
): Promise<void> {
  const scratch = flags.scratch ?? os.tmpdir();
  const at = { flags, folder: backupFolderOf(context.dataDir, env), scratch };
  await withBackupFolder(context, place, at, async (folder) => {
    const dataDir = await mkdtemp(path.join(scratch, 'vonggac-drill-'));
    try {
      const target = targetOf(context, env, { actor: 'drill', practice: true });
      const { facts } = await restoreInto(context, folder, { dataDir, target });
      context.print(context.m.backup.restorable(facts.events, facts.agents));
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  });
}
