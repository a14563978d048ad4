/**
 * What a failed insert means, decided by code and never by message.
 * Invariant: an outcome is "not stored" only where the engine promises it; every other failure is "unknown", which
 * is always safe, since the same batch under the same token is stored once.
 */
import { ClickHouseError } from '@clickhouse/client';
import { BatchRefusedError, BatchUnknownError, StoreUnavailableError } from './store.ts';

/** The data itself was refused; a smaller part of it may pass. */
const REFUSED = new Set([
  6, // CANNOT_PARSE_TEXT
  26, // CANNOT_PARSE_QUOTED_STRING
  27, // CANNOT_PARSE_INPUT_ASSERTION_FAILED
  33, // CANNOT_READ_ALL_DATA
  38, // CANNOT_PARSE_DATE
  41, // CANNOT_PARSE_DATETIME
  53, // TYPE_MISMATCH
  69, // ARGUMENT_OUT_OF_BOUND
  70, // CANNOT_CONVERT_TYPE
  72, // CANNOT_PARSE_NUMBER
  117, // INCORRECT_DATA
  128, // TOO_LARGE_ARRAY_SIZE
  131, // TOO_LARGE_STRING_SIZE
  190, // SIZES_OF_ARRAYS_DONT_MATCH
  290, // LIMIT_EXCEEDED: the body is larger than the engine's door takes
  321, // VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE
  349, // CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN
  395, // FUNCTION_THROW_IF_VALUE_IS_NON_ZERO
  469, // VIOLATED_CONSTRAINT
]);

/** Nothing was stored, and the cause is not the data. */
const UNAVAILABLE = new Set([
  16, // NO_SUCH_COLUMN_IN_TABLE: a migration is missing
  60, // UNKNOWN_TABLE
  75, // CANNOT_WRITE_TO_FILE_DESCRIPTOR
  81, // UNKNOWN_DATABASE
  164, // READONLY
  192, // UNKNOWN_USER
  193, // WRONG_PASSWORD
  194, // REQUIRED_PASSWORD
  202, // TOO_MANY_SIMULTANEOUS_QUERIES
  203, // NO_FREE_CONNECTION
  241, // MEMORY_LIMIT_EXCEEDED
  242, // TABLE_IS_READ_ONLY
  243, // NOT_ENOUGH_SPACE
  252, // TOO_MANY_PARTS
  279, // ALL_CONNECTION_TRIES_FAILED: no replica of the shard answers
  285, // TOO_FEW_LIVE_REPLICAS
  289, // REPLICA_IS_NOT_IN_QUORUM
  496, // QUOTA_EXCEEDED
  497, // ACCESS_DENIED
  516, // AUTHENTICATION_FAILED
]);

/** The connection was never made, so nothing was sent. */
const NOT_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** The store's own error for a failed insert of the batch; the cause is kept. */
export function toInsertError(
  error: unknown,
  batch: number,
): BatchRefusedError | BatchUnknownError | StoreUnavailableError {
  if (
    error instanceof BatchRefusedError ||
    error instanceof BatchUnknownError ||
    error instanceof StoreUnavailableError
  ) {
    return error;
  }
  if (error instanceof ClickHouseError) {
    const code = Number(error.code);
    const said = `ClickHouse answered with code ${code} (${error.type ?? 'no name'})`;
    if (REFUSED.has(code)) {
      return new BatchRefusedError(`Batch ${batch} was refused: ${said}.`, { cause: error });
    }
    if (UNAVAILABLE.has(code)) {
      return new StoreUnavailableError(`The store cannot take data now: ${said}.`, { cause: error });
    }
    return new BatchUnknownError(`It is not known whether batch ${batch} was stored: ${said}.`, {
      cause: error,
    });
  }
  const errno = errnoOf(error);
  if (errno !== undefined && NOT_CONNECTED.has(errno)) {
    return new StoreUnavailableError(`The store cannot be reached: ${errno}.`, { cause: error });
  }
  return new BatchUnknownError(
    `It is not known whether batch ${batch} was stored: ${errno ?? String(error)}.`,
    {
      cause: error,
    },
  );
}

/** A failed read: unavailable when the store did not answer, else the error as it was. */
export function toReadError(error: unknown): Error {
  if (error instanceof StoreUnavailableError) return error;
  if (error instanceof ClickHouseError) {
    return UNAVAILABLE.has(Number(error.code))
      ? new StoreUnavailableError(`The store cannot answer now: code ${error.code}.`, { cause: error })
      : error;
  }
  // What is not ClickHouse's own word comes from whatever lies between: a cut line, a balancer without a server.
  return new StoreUnavailableError(
    `The store cannot be reached: ${errnoOf(error) ?? 'no answer of its own'}.`,
    {
      cause: error,
    },
  );
}

/** Whether the store did not answer at all, as opposed to answering that it cannot. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof StoreUnavailableError && !(error.cause instanceof ClickHouseError);
}
