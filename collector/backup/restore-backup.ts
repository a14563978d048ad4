/**
 * Brings a backup back into a data folder no collector runs on, and onto the servers it names. Invariants: nothing that
 * is there is touched before the whole backup has been checked, restored beside it and started on; then it is moved
 * aside, never deleted. A drill is the same without the last step.
 */
import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { copyTree } from './copy-tree.ts';
import { compareFiles, digestFiles } from './digest-files.ts';
import { freeBytesOf, requireRoom } from './room.ts';
import {
  BackupDamagedError,
  type HeldCopy,
  PARTS,
  readManifest,
  TREE_PARTS,
  type Manifest,
} from './manifest.ts';

export type RestoreStep = 'digests' | 'control-plane' | 'events' | 'check';

export interface RestoreProgress {
  step: RestoreStep;
  files: number;
  bytes: number;
}

/** What a data folder holds that can be started, as it was found in the end. */
export interface RestoredFacts {
  events: number;
  agents: number;
  lanes: number;
}

/** A copy of the events: at `backupFolder`/`name`, or where a server keeps it. */
export interface StoreCopyPlace {
  backupFolder: string;
  name: string;
  held: HeldCopy | undefined;
}

/** What is filled: a data folder, and servers where the settings name them; the databases stand behind it. */
export interface RestoreTarget {
  /** Names of migrations that this version knows. */
  migrationsKnown: readonly string[];
  /** A drill: everything is removed again after it was started on. */
  practice: boolean;
  /** Servers that have content which a restore would move aside, as people call them. @throws when one is in use */
  occupied: () => Promise<string[]>;
  /** Restores the control plane from its file: migrations of this version, the losses, a word in the audit trail. */
  restoreRegistry: (
    dataDir: string,
    copy: { file: string; losses: unknown; manifest: Manifest },
    onRows: (rows: number) => void,
  ) => Promise<void>;
  /** Fills the event store from the copy. @returns the events it has */
  restoreStore: (
    dataDir: string,
    copy: StoreCopyPlace,
    onProgress: (files: number, bytes: number) => void,
  ) => Promise<number>;
  /** Opens everything as a collector would. */
  check: (dataDir: string) => Promise<RestoredFacts>;
  /** What was restored on servers becomes what is used there. @returns where the earlier content lies now */
  takePlace: (stamp: string) => Promise<string[]>;
  /** Removes what was restored on servers and has not taken its place. */
  abandon: () => Promise<void>;
}

export interface RestoreOptions {
  /** A backup's folder. */
  folder: string;
  dataDir: string;
  /** Moves what is in the data folder aside instead of refusing. */
  replace: boolean;
  target: RestoreTarget;
  now: () => number;
  readText: (file: string) => Promise<string>;
  freeBytes?: typeof freeBytesOf | undefined;
  onProgress: (progress: RestoreProgress) => void;
}

export interface Restored {
  manifest: Manifest;
  facts: RestoredFacts;
  /** Where the earlier content lies now. */
  movedTo: readonly string[];
}

/** There is content where the backup is to go, and it was not said that it may be moved aside. */
export class NotEmptyError extends Error {
  override readonly name = 'NotEmptyError';
}

/** Begin of the name of a folder that an archive is unpacked in. */
export const UNPACKED_PREFIX = 'vonggac-unpacked-';

/** Stays where it is: the lock, backups themselves, and an archive that is unpacked for this restore. */
const KEPT = /^(lock\.sqlite.*|lock\.pid|backup|restoring-.*|before-restore-.*)$/;

/** Content of a data folder that a restore would replace. */
export async function replaceable(dataDir: string): Promise<string[]> {
  return (await readdir(dataDir)).filter((name) => !KEPT.test(name) && !name.startsWith(UNPACKED_PREFIX));
}

/** Digests, versions, sizes. @throws BackupDamagedError */
export async function verifyBackup(
  folder: string,
  onProgress: (files: number, bytes: number) => void,
): Promise<Manifest> {
  const manifest = await readManifest(folder);
  const found = await digestFiles(folder, ({ filesDone, bytesDone }) => onProgress(filesDone, bytesDone));
  // What a server keeps may have been copied here, to be restored into another home.
  const isOther = (name: string): boolean =>
    manifest.held !== undefined && name.startsWith(`${PARTS.store}/`);
  compareFiles(manifest.files, found, isOther);
  return manifest;
}

/** Fills an empty folder. @throws BackupDamagedError, StoreCopyError, SnapshotError */
async function fill(into: string, options: RestoreOptions, manifest: Manifest): Promise<RestoredFacts> {
  const { folder, target, readText, onProgress } = options;
  const identity = path.join(folder, PARTS.identity);
  for (const name of await readdir(identity))
    await copyFile(path.join(identity, name), path.join(into, name));
  for (const part of TREE_PARTS) await copyTree(path.join(folder, PARTS[part]), path.join(into, PARTS[part]));
  const losses: unknown = JSON.parse(await readText(path.join(folder, PARTS.losses)));
  onProgress({ step: 'control-plane', files: 0, bytes: 0 });
  const file = path.join(folder, PARTS.registry);
  await target.restoreRegistry(into, { file, losses, manifest }, (rows) =>
    onProgress({ step: 'control-plane', files: rows, bytes: 0 }),
  );
  const copy = {
    backupFolder: path.dirname(folder),
    name: `${path.basename(folder)}/${PARTS.store}`,
    held: manifest.held,
  };
  const events = await target.restoreStore(into, copy, (files, bytes) =>
    onProgress({ step: 'events', files, bytes }),
  );
  if (events < manifest.eventsMin || events > manifest.eventsMax) {
    throw new BackupDamagedError(
      `${events} events were restored where ${manifest.eventsMin} to ${manifest.eventsMax} were expected`,
    );
  }
  onProgress({ step: 'check', files: 0, bytes: 0 });
  return target.check(into);
}

/** Lets what was restored into a folder of the data folder take the place of what is there. */
async function takePlace(
  dataDir: string,
  into: string,
  before: readonly string[],
  aside: string,
): Promise<string[]> {
  if (before.length > 0) {
    await mkdir(aside, { mode: 0o700 });
    for (const name of before) await rename(path.join(dataDir, name), path.join(aside, name));
  }
  for (const name of await replaceable(into)) await rename(path.join(into, name), path.join(dataDir, name));
  return before.length > 0 ? [aside] : [];
}

/** The data folder's lock must be held. @throws NotEmptyError, NoRoomError, BackupDamagedError, StoreCopyError, SnapshotError */
export async function restoreBackup(options: RestoreOptions): Promise<Restored> {
  const { folder, dataDir, replace, target, now, onProgress, freeBytes = freeBytesOf } = options;
  const { practice } = target;
  const before = await replaceable(dataDir);
  const occupied = practice ? [] : await target.occupied();
  if (before.length > 0) occupied.unshift(dataDir);
  if (occupied.length > 0 && !replace) throw new NotEmptyError(`${occupied.join(', ')}: not empty`);
  const manifest = await verifyBackup(folder, (files, bytes) =>
    onProgress({ step: 'digests', files, bytes }),
  );
  const unknown = manifest.registryMigrations.find((name) => !target.migrationsKnown.includes(name));
  if (unknown !== undefined) {
    throw new BackupDamagedError(
      `the backup was made by version ${manifest.version}, which is newer than this one (it has ${unknown}): restore it with that version`,
    );
  }
  const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
  await requireRoom('the restore', { folder: dataDir, bytes, freeBytes });
  const stamp = new Date(now()).toISOString().slice(0, 19).replaceAll(':', '');
  const into = path.join(dataDir, `restoring-${stamp}`);
  await mkdir(into, { mode: 0o700 });
  try {
    const facts = await fill(into, options, manifest);
    if (practice) return { manifest, facts, movedTo: [] };
    const movedTo = [
      ...(await target.takePlace(stamp)),
      ...(await takePlace(dataDir, into, before, path.join(dataDir, `before-restore-${stamp}`))),
    ];
    return { manifest, facts, movedTo };
  } finally {
    await rm(into, { recursive: true, force: true });
    await target.abandon();
  }
}
