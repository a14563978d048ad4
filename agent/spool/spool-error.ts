/** What can go wrong with the spool, as its callers tell it apart; mapped once from SQLite's result codes. */

/** The disk refuses the write: full, over quota, read-only. Nothing was committed; try again later. */
export class SpoolFullError extends Error {
  override readonly name = 'SpoolFullError';
}

/** Another process holds the spool. */
export class SpoolBusyError extends Error {
  override readonly name = 'SpoolBusyError';
}

// Primary result codes, https://www.sqlite.org/rescode.html
const SQLITE_BUSY = 5;
const SQLITE_READONLY = 8;
const SQLITE_IOERR = 10;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_CANTOPEN = 14;
const SQLITE_NOTADB = 26;

/** Primary SQLite result code of an error thrown by node:sqlite, else undefined. */
function primaryCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}

/** The database's own rows contradict each other. */
export class SpoolInconsistentError extends Error {
  override readonly name = 'SpoolInconsistentError';
}

export function isCorruption(error: unknown): boolean {
  const code = primaryCode(error);
  return code === SQLITE_CORRUPT || code === SQLITE_NOTADB || error instanceof SpoolInconsistentError;
}

const REFUSED_BY_DISK = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'EROFS', 'EACCES', 'EPERM', 'EIO']);

function isRefusedByDisk(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return false;
  return REFUSED_BY_DISK.has(error.code);
}

/** Turns an error of node:sqlite or the file system into the spool's own; passes on what it does not know. */
export function toSpoolError(error: unknown, file: string): unknown {
  const refused = (): SpoolFullError =>
    new SpoolFullError(`the spool ${file} cannot be written: free disk space or mend the permissions`, {
      cause: error,
    });
  if (isRefusedByDisk(error)) return refused();
  switch (primaryCode(error) ?? 0) {
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
      return refused();
    case SQLITE_BUSY:
      return new SpoolBusyError(`another agent is already running on ${file}`, { cause: error });
    default:
      return error;
  }
}
