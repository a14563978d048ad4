/** A read within its own limits, that ends in the engine when its reader has gone. */
import { ClickHouseError, type ClickHouseSettings } from '@clickhouse/client';
import type { BoundQuery } from './event-query.ts';
import { HuntLimitError, type HuntLimits } from './hunt-store.ts';
import { StoreUnavailableError } from './store.ts';

/** A read that outlives a restart of the engine. */
export type Rows = <T>(
  bound: BoundQuery,
  toRow: (row: unknown) => T,
  settings?: ClickHouseSettings,
  signal?: AbortSignal,
) => Promise<T[]>;

const TIMEOUT_EXCEEDED = '159';
const MEMORY_LIMIT_EXCEEDED = '241';

/** @throws HuntLimitError, StoreUnavailableError, the signal's reason */
export async function limitedRows<T>(
  rows: Rows,
  bound: BoundQuery,
  toRow: (row: unknown) => T,
  { secondsMax, memoryBytesMax }: HuntLimits,
  signal: AbortSignal | undefined,
): Promise<T[]> {
  const settings: ClickHouseSettings = {
    max_execution_time: Math.max(0.1, secondsMax),
    max_memory_usage: String(memoryBytesMax),
    // A server goes on with a read whose client has gone, unless told not to.
    cancel_http_readonly_queries_on_client_close: 1,
  };
  try {
    return await rows(bound, toRow, settings, signal);
  } catch (error) {
    signal?.throwIfAborted();
    const cause = error instanceof StoreUnavailableError ? error.cause : error;
    const code = cause instanceof ClickHouseError ? cause.code : undefined;
    if (code === TIMEOUT_EXCEEDED) throw new HuntLimitError('time', { cause: error });
    if (code === MEMORY_LIMIT_EXCEEDED) throw new HuntLimitError('memory', { cause: error });
    throw error;
  }
}
