/** Where a backup lies and with what it is locked, from what the user typed. */
import { statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { type Keys, type Lock, unpackArchive } from '../../backup/archive.ts';
import { freeBytesOf, requireRoom } from '../../backup/room.ts';
import { UNPACKED_PREFIX } from '../../backup/restore-backup.ts';
import { readHomeSettings } from '../../config.ts';
import { dataFolder } from '../../registry/data-folder.ts';
import { chooseRegistryHome } from '../../registry/registry-home.ts';
import type { RestoreHomes } from '../../services/backup/restore-target.ts';
import { readServerHome } from '../../store/clickhouse-home.ts';
import type { CommandContext } from '../command.ts';
import { UsageError } from '../usage-error.ts';
import { terminalProgress } from './progress.ts';
import { readNamedText } from '../named-file.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Servers that the settings name. @throws ConfigError, PostgresSettingError, ClickHouseSettingError */
export function homesOf(context: CommandContext, env: Environment): RestoreHomes {
  const settings = readHomeSettings(env);
  const home = chooseRegistryHome(dataFolder(context.dataDir).registry, settings);
  return {
    clickhouse: readServerHome(settings),
    coldDir: env['VONGGAC_COLD_DIR'] ? path.resolve(env['VONGGAC_COLD_DIR']) : undefined,
    ...('postgres' in home ? { postgres: home.postgres } : {}),
  };
}

export interface KeyFlags {
  identityFile?: string;
  passphraseFile?: string;
}

/** Backup folder of a collector with this environment. */
export function backupFolderOf(dataDir: string, env: Environment): string {
  const given = env['VONGGAC_BACKUP'];
  return given === undefined || given === '' ? dataFolder(dataDir).backup : path.resolve(given);
}

/** The first line of the file. @throws UsageError */
export function readPassphrase(context: CommandContext, file: string): string {
  const [first = ''] = readNamedText(context, file).split(/\r?\n/);
  if (first === '') throw new UsageError(context.m.backup.emptyPassphrase(file));
  return first;
}

/** @throws UsageError */
export function lockOf(
  context: CommandContext,
  flags: { recipient?: readonly string[]; passphraseFile?: string },
): Lock | undefined {
  const { recipient: recipients = [], passphraseFile } = flags;
  if (recipients.length > 0 && passphraseFile !== undefined) {
    throw new UsageError(context.m.backup.oneLock);
  }
  if (passphraseFile !== undefined) return { passphrase: readPassphrase(context, passphraseFile) };
  const bad = recipients.find((recipient) => !/^age1[a-z0-9]{50,}$/.test(recipient));
  if (bad !== undefined) throw new UsageError(context.m.backup.badRecipient(bad));
  return recipients.length === 0 ? undefined : { recipients };
}

function keysOf(context: CommandContext, { identityFile, passphraseFile }: KeyFlags): Keys | undefined {
  if (passphraseFile !== undefined) return { passphrase: readPassphrase(context, passphraseFile) };
  if (identityFile === undefined) return undefined;
  const identities = readNamedText(context, identityFile)
    .split(/\r?\n/)
    .filter((line) => line.startsWith('AGE-SECRET-KEY-'));
  if (identities.length === 0) throw new UsageError(context.m.backup.badIdentities(identityFile));
  return { identities };
}

/**
 * Runs `work` on the backup's folder; an archive is unpacked below `scratch` for so long.
 * @throws UsageError, NoRoomError, BackupDamagedError
 */
export async function withBackupFolder<T>(
  context: CommandContext,
  place: string,
  options: { flags: KeyFlags; folder: string; scratch: string },
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const listed = path.join(options.folder, place);
  const found = [path.resolve(place), listed].find((file) => statSync(file, { throwIfNoEntry: false }));
  if (found === undefined) throw new UsageError(context.m.backup.noSuch(place));
  if (statSync(found).isDirectory()) return work(found);
  const keys = keysOf(context, options.flags);
  const room = { folder: options.scratch, bytes: statSync(found).size, freeBytes: freeBytesOf };
  await requireRoom(path.basename(found), room);
  const into = await mkdtemp(path.join(options.scratch, UNPACKED_PREFIX));
  const progress = terminalProgress();
  try {
    const folder = await unpackArchive({
      file: found,
      into,
      keys,
      onBytes: (bytes) =>
        progress.tick(() => context.m.backup.progress(context.m.backup.steps.unpack, 1, bytes)),
    });
    progress.clear();
    return await work(folder);
  } finally {
    progress.clear();
    await rm(into, { recursive: true, force: true });
  }
}
