/** `vonggac backup create | list | verify` */
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { packArchive } from '../../backup/archive.ts';
import { type BackupProgress, listBackupNames } from '../../backup/create-backup.ts';
import { bytesOf, type HeldCopy, readManifest } from '../../backup/manifest.ts';
import { verifyBackup } from '../../backup/restore-backup.ts';
import { freeBytesOf, requireRoom } from '../../backup/room.ts';
import { version } from '../../version.ts';
import { verifyHeld } from '../../services/backup/restore-store.ts';
import { call, type CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { localTime } from '../local-time.ts';
import { backupCreate, backupFolder, backupPlan, backupProgress } from '../operations/backup.ts';
import { formatTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';
import {
  backupFolderOf,
  type Environment,
  homesOf,
  type KeyFlags,
  lockOf,
  withBackupFolder,
} from './backup-place.ts';
import { terminalProgress } from './progress.ts';

export type BackupOpenOptions = KeyFlags;

export interface BackupCreateOptions {
  to?: string;
  recipient?: readonly string[];
  passphraseFile?: string;
  dryRun?: boolean;
  json?: boolean;
}

const POLL_MS = 250;

interface Made {
  folder: string;
  bytes: number;
  events: number;
  held: HeldCopy | undefined;
}

/** Begins a backup and follows it to its end. */
async function make(context: CommandContext, env: Environment): Promise<Made | string> {
  const m = context.m.backup;
  const input = { folder: backupFolderOf(context.dataDir, env), version: version() };
  const progress = terminalProgress();
  const show = ({ step, files, bytes, bytesTotal }: BackupProgress): void =>
    progress.tick(() => m.progress(m.steps[step], files, bytes, bytesTotal));
  const { clickhouse } = homesOf(context, env);
  const { name, folder, outcome } = await call(context, backupCreate, input, {
    clickhouse,
    onProgress: show,
  });
  let state = outcome;
  while (state.state === 'running') {
    if (state.progress !== undefined) show(state.progress);
    await sleep(POLL_MS);
    state = await call(context, backupProgress, {});
  }
  progress.clear();
  if (state.state === 'failed') return state.message;
  if (state.state === 'idle' || state.name !== name) return `${name}?`;
  const made = path.join(folder, name);
  const { held } = await readManifest(made);
  return { folder: made, bytes: state.bytes, events: state.eventsMin, held };
}

type Plan = Awaited<ReturnType<typeof planOf>>;

function planOf(context: CommandContext, env: Environment) {
  const input = { folder: backupFolderOf(context.dataDir, env), version: version() };
  return call(context, backupPlan, input, { clickhouse: homesOf(context, env).clickhouse });
}

/**
 * What an archive takes of the file system of its folder beside the backup's folder: what is packed is removed from
 * there as it goes, so on the same one next to nothing.
 */
async function archiveBytes({ folder, folderBytes }: Plan, archiveFolder: string): Promise<number> {
  const parent = await nearest(folder);
  const [there, here] = await Promise.all([stat(archiveFolder), stat(parent)]);
  return there.dev === here.dev ? 0 : folderBytes;
}

/** The folder, or the nearest one above it that exists: the backup folder is made by the first backup. */
async function nearest(folder: string): Promise<string> {
  return existsSync(folder) ? folder : nearest(path.dirname(folder));
}

async function sayPlan(
  { print, m: { backup: m } }: CommandContext,
  plan: Plan,
  { to, json }: { to: string | undefined; json: boolean },
): Promise<void> {
  const { folder, folderBytes, heldBytes, place } = plan;
  const freeBytes = await freeBytesOf(await nearest(folder));
  if (json) {
    print(JSON.stringify({ folder, to, folderBytes, heldBytes, place, freeBytes }));
    return;
  }
  print(m.wouldTake(folder, folderBytes, freeBytes));
  if (place !== undefined) print(m.wouldHold(place, heldBytes));
  if (to !== undefined) print(m.wouldPack(to, await freeBytesOf(path.dirname(to))));
}

export async function createBackupCommand(
  context: CommandContext,
  flags: BackupCreateOptions,
  env: Environment,
): Promise<ExitCode> {
  const m = context.m.backup;
  const { print, complain } = context;
  const lock = lockOf(context, flags);
  const to = flags.to === undefined ? undefined : path.resolve(flags.to);
  if (lock !== undefined && to === undefined) throw new UsageError(m.onlyArchive);
  if (to !== undefined && existsSync(to)) throw new UsageError(m.exists(to));
  const plan = flags.dryRun === true || to !== undefined ? await planOf(context, env) : undefined;
  if (flags.dryRun === true && plan !== undefined) {
    await sayPlan(context, plan, { to, json: flags.json === true });
    return EXIT.ok;
  }
  if (to !== undefined && plan !== undefined) {
    await requireRoom(m.theArchive, {
      folder: path.dirname(to),
      bytes: await archiveBytes(plan, path.dirname(to)),
      freeBytes: freeBytesOf,
    });
  }
  const made = await make(context, env);
  if (typeof made === 'string') {
    complain(m.failed(made));
    return EXIT.failure;
  }
  let place = made.folder;
  let { bytes } = made;
  if (to !== undefined) {
    const progress = terminalProgress();
    ({ bytes } = await packArchive({
      folder: made.folder,
      to,
      lock,
      onBytes: (done) => progress.tick(() => m.progress(m.steps.pack, 1, done, plan?.folderBytes)),
    }));
    progress.clear();
    place = to;
  }
  const { held } = made;
  if (flags.json === true)
    print(JSON.stringify({ place, bytes, events: made.events, encrypted: lock !== undefined, held }));
  else print(m.made(place, bytes));
  if (flags.json !== true && held !== undefined) print(m.held(held.place, held.folder));
  if (lock === undefined) complain(m.plainKey);
  else if (held !== undefined) complain(m.heldPlain(held.place));
  return EXIT.ok;
}

export async function listBackupsCommand(
  context: CommandContext,
  flags: { json?: boolean },
  env: Environment,
): Promise<void> {
  const m = context.m.backup;
  const { folder } = await call(context, backupFolder, { folder: backupFolderOf(context.dataDir, env) });
  const backups = await Promise.all(
    (await listBackupNames(folder)).map(async (name) => {
      try {
        const manifest = await readManifest(path.join(folder, name));
        const bytes = bytesOf(manifest);
        return {
          name,
          madeMs: manifest.beganMs,
          bytes,
          events: manifest.eventsMin,
          version: manifest.version,
        };
      } catch (error) {
        return { name, damaged: error instanceof Error ? error.message : String(error) };
      }
    }),
  );
  if (flags.json === true) {
    context.print(JSON.stringify({ folder, backups }, undefined, 2));
    return;
  }
  if (backups.length === 0) {
    context.print(m.none(folder));
    return;
  }
  const lines = formatTable(backups, [
    { title: m.columns.name, value: ({ name }) => name },
    { title: m.columns.made, value: (one) => ('damaged' in one ? m.damaged : localTime(one.madeMs)) },
    { title: m.columns.size, value: (one) => ('damaged' in one ? '-' : m.size(one.bytes)), align: 'right' },
    {
      title: m.columns.events,
      value: (one) => ('damaged' in one ? '-' : m.events(one.events)),
      align: 'right',
    },
    { title: m.columns.version, value: (one) => ('damaged' in one ? '-' : one.version) },
  ]);
  lines.forEach(context.print);
}

export async function verifyBackupCommand(
  context: CommandContext,
  place: string,
  flags: BackupOpenOptions,
  env: Environment,
): Promise<void> {
  const m = context.m.backup;
  const folder = backupFolderOf(context.dataDir, env);
  const progress = terminalProgress();
  await withBackupFolder(context, place, { flags, folder, scratch: os.tmpdir() }, async (found) => {
    const manifest = await verifyBackup(found, (files, bytes) =>
      progress.tick(() => m.progress(m.steps.digests, files, bytes)),
    );
    progress.clear();
    const { held } = manifest;
    if (held !== undefined) {
      const server = homesOf(context, env).clickhouse;
      if (server === undefined) context.complain(m.heldUnseen(held.place));
      else {
        await verifyHeld(server, held, Date.now());
        context.print(m.heldWhole(held.place));
      }
    }
    context.print(m.whole(manifest.eventsMin, manifest.files.length));
  });
}
