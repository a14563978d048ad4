/** Tells a database that cannot write now (disk full, disk failing, gone read-only, away) from a defect of ours. */

/** SQLite's primary result codes: READONLY, IOERR, FULL, CANTOPEN. */
const SQLITE_CODES = new Set([8, 10, 13, 14]);

/**
 * PostgreSQL's: disk_full, too_many_connections, io_error, read_only_sql_transaction, admin_shutdown, crash_shutdown,
 * cannot_connect_now; lock and statement that took too long; and the system's when the server is away.
 */
const POSTGRES_CODES = new Set([
  '53100',
  '53300',
  '58030',
  '25006',
  '57P01',
  '57P02',
  '57P03',
  '55P03',
  '57014',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOENT',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** No connection to the control plane's server could be made; the cause says why. */
export class RegistryUnavailableError extends Error {
  override readonly name = 'RegistryUnavailableError';
}

/** Whether the database failed for want of a disk that takes what is written, or of a server that answers. */
export function isStorageError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof RegistryUnavailableError) return true;
  // Extended codes carry the primary one in their low byte.
  if ('errcode' in error && typeof error.errcode === 'number') return SQLITE_CODES.has(error.errcode & 0xff);
  return 'severity' in error || 'syscall' in error
    ? 'code' in error && typeof error.code === 'string' && POSTGRES_CODES.has(error.code)
    : false;
}
