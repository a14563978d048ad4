/** Settings of an insert that is one block and one part, or nothing. */
import type { ClickHouseSettings } from '@clickhouse/client';

/** Above any batch, so that a batch is one block and one part. */
const BLOCK_ROWS = 100_000_000;
const BLOCK_BYTES = 100_000_000_000;

export const ONE_BLOCK: ClickHouseSettings = {
  async_insert: 0,
  max_insert_threads: '1',
  max_insert_block_size: String(BLOCK_ROWS),
  min_insert_block_size_rows: String(BLOCK_ROWS),
  min_insert_block_size_bytes: String(BLOCK_BYTES),
};
