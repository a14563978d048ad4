/**
 * One process per data folder: an exclusive SQLite transaction on a file of its own, which the kernel lets go of when
 * the process ends in whatever way. The owner's pid beside it serves the error message only.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { DataFolder } from './data-folder.ts';

/** Another process works in the folder. */
export class DataFolderInUseError extends Error {
  override readonly name = 'DataFolderInUseError';
  /** Undefined when the owner did not write it yet. */
  readonly pid: number | undefined;

  constructor(folder: string, pid: number | undefined, options?: { cause?: unknown }) {
    const who = pid === undefined ? 'another process' : `process ${pid}`;
    super(
      `data folder ${folder} is in use by ${who}; stop it, or choose another folder with --data`,
      options,
    );
    this.pid = pid;
  }
}

export interface DataLock {
  release(): void;
}

const SQLITE_BUSY = 5;

/** Locks held by this process. A connection that is garbage collected lets go of its lock, whoever still counts on it. */
const heldLocks = new Set<DatabaseSync>();

function ownerOf(folder: DataFolder): number | undefined {
  try {
    const pid = Number(readFileSync(folder.lockOwner, 'utf8').trim());
    return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function isBusy(error: unknown): boolean {
  // Extended codes carry the base code in their low byte.
  return (
    error instanceof Error &&
    'errcode' in error &&
    typeof error.errcode === 'number' &&
    (error.errcode & 0xff) === SQLITE_BUSY
  );
}

/** The folder must exist. @throws DataFolderInUseError */
export function lockDataFolder(folder: DataFolder, pid: number = process.pid): DataLock {
  const database = new DatabaseSync(folder.lock, { timeout: 0 });
  try {
    database.exec('begin exclusive');
  } catch (error) {
    database.close();
    if (isBusy(error)) throw new DataFolderInUseError(folder.path, ownerOf(folder), { cause: error });
    throw error;
  }
  writeFileSync(folder.lockOwner, `${pid}\n`, { mode: 0o600 });
  heldLocks.add(database);
  let held = true;
  return {
    release() {
      if (!held) return;
      held = false;
      heldLocks.delete(database);
      rmSync(folder.lockOwner, { force: true });
      database.close();
    },
  };
}
