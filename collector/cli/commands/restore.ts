/** `vonggac restore` and `vonggac backup drill`: the same restore, for good or for practice. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { replaceable, type Restored, restoreBackup, verifyBackup } from '../../backup/restore-backup.ts';
import { restoreTarget } from '../../backup-source.ts';
import { dataFolder, prepareDataFolder } from '../../registry/data-folder.ts';
import { lockDataFolder } from '../../registry/data-lock.ts';
import type { CommandContext } from '../command.ts';
import { localTime } from '../local-time.ts';
import { UsageError } from '../usage-error.ts';
import { backupFolderOf, type Environment, type KeyFlags, withBackupFolder } from './backup-place.ts';
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
  options: { dataDir: string; replace: boolean; actor: string },
): Promise<Restored> {
  const m = context.m.backup;
  const progress = terminalProgress();
  try {
    return await restoreBackup({
      folder,
      dataDir: options.dataDir,
      replace: options.replace,
      target: restoreTarget({ log: engineLog(context), now: Date.now, actor: options.actor }),
      now: Date.now,
      readText: (file) => readFile(file, 'utf8'),
      onProgress: ({ step, files, bytes }) => progress.tick(() => m.progress(m.steps[step], files, bytes)),
    });
  } finally {
    progress.clear();
  }
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
    const before = await replaceable(data.path);
    if (before.length > 0 && flags.replace !== true) throw new UsageError(m.notEmpty(data.path));
    const at = { flags, folder: backupFolderOf(data.path, env), scratch: data.path };
    await withBackupFolder(context, place, at, async (folder) => {
      if (flags.dryRun === true) {
        const manifest = await verifyBackup(folder, () => undefined);
        context.print(m.whole(manifest.eventsMin, manifest.files.length));
        return;
      }
      const actor = `cli:${os.userInfo().username}`;
      const restored = await restoreInto(context, folder, { dataDir: data.path, replace: true, actor });
      const { facts, manifest, movedTo } = restored;
      context.print(m.restored(facts.events, facts.agents, localTime(manifest.beganMs)));
      if (movedTo !== undefined) context.print(m.movedTo(movedTo));
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
      const { facts } = await restoreInto(context, folder, { dataDir, replace: false, actor: 'drill' });
      context.print(context.m.backup.restorable(facts.events, facts.agents));
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  });
}
