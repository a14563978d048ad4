/** Tells a database that cannot write now (disk full, disk failing, gone read-only) from a defect of ours. */

/** SQLite's primary result codes: READONLY, IOERR, FULL, CANTOPEN. */
const STORAGE_CODES = new Set([8, 10, 13, 14]);

/** Whether SQLite failed for want of a disk that takes what is written: full, read-only, broken. */
export function isStorageError(error: unknown): boolean {
  return (
    error instanceof Error &&
    'errcode' in error &&
    typeof error.errcode === 'number' &&
    // Extended codes carry the primary one in their low byte.
    STORAGE_CODES.has(error.errcode & 0xff)
  );
}
