/** Rows that rules hit, for the projector: in the order of batches, and in that of time. */
import { z } from 'zod';
import { TYPED_VALUES } from './event-query.ts';
import type { Rows } from './limited-rows.ts';
import type { HitRow, HitsByTimeQuery } from './store.ts';
import { toHitRow } from './stored-row.ts';

/** Rows with hits that are fetched at once; a batch is never split. */
const HIT_PAGE_ROWS = 5_000;
const HIT_PAGE_BATCHES = 10_000;

const HIT_COLUMNS = `batch, row, agent_id, epoch, lane, seq,
  toUnixTimestamp64Milli(time) AS time_ms, toUnixTimestamp64Milli(received) AS received_ms,
  agency_id, ${TYPED_VALUES}, message_pattern, message_text, rule_ids, hit_fields`;

const pageSchema = z.object({ batch: z.coerce.number(), hits: z.coerce.number() });

/** Keyset of readHitsByTime. */
const AFTER_HIT = `AND (time, batch, row) >
  (fromUnixTimestamp64Milli({afterTime:Int64}, 'UTC'), {afterBatch:UInt64}, {afterRow:UInt32})`;

export class HitReader {
  readonly #rows: Rows;
  readonly #catchUp: () => Promise<void>;

  /** @param catchUp awaits what other replicas have stored */
  constructor(rows: Rows, catchUp: () => Promise<void>) {
    this.#rows = rows;
    this.#catchUp = catchUp;
  }

  async *readHits(afterBatch: number, toBatch: number): AsyncGenerator<HitRow[]> {
    await this.#catchUp();
    let after = afterBatch;
    while (after < toBatch) {
      const pages = await this.#hitCounts(after, toBatch);
      if (pages.length === 0) return;
      let rows = 0;
      for (const [at, page] of pages.entries()) {
        rows += page.hits;
        if (rows < HIT_PAGE_ROWS && at < pages.length - 1) continue;
        yield await this.#hits(after, page.batch);
        after = page.batch;
        rows = 0;
      }
    }
  }

  /** Number of rows with hits of each batch in the range, in order. */
  async #hitCounts(after: number, to: number): Promise<z.infer<typeof pageSchema>[]> {
    return this.#rows(
      {
        query: `SELECT batch, count() AS hits FROM events
          WHERE batch > {after:UInt64} AND batch <= {to:UInt64} AND empty(rule_ids) = 0
          GROUP BY batch ORDER BY batch LIMIT {limit:UInt32}`,
        params: { after, to, limit: HIT_PAGE_BATCHES },
      },
      (row) => pageSchema.parse(row),
    );
  }

  async #hits(after: number, to: number): Promise<HitRow[]> {
    return this.#rows(
      {
        query: `SELECT ${HIT_COLUMNS} FROM events
          WHERE batch > {after:UInt64} AND batch <= {to:UInt64} AND empty(rule_ids) = 0
          ORDER BY batch, row`,
        params: { after, to },
      },
      toHitRow,
    );
  }

  async readHitsByTime(query: HitsByTimeQuery): Promise<HitRow[]> {
    const { after } = query;
    if (query.ruleIds.length === 0 || query.limit < 1) return [];
    return this.#rows(
      {
        query: `SELECT ${HIT_COLUMNS} FROM events
          WHERE empty(rule_ids) = 0 AND hasAny(rule_ids, {rules:Array(String)})
            AND time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
            AND time <= fromUnixTimestamp64Milli({to:Int64}, 'UTC')
            AND batch <= {batchMax:UInt64}
            ${after === undefined ? '' : AFTER_HIT}
          ORDER BY time, batch, row
          LIMIT {limit:UInt32}`,
        params: {
          rules: query.ruleIds,
          from: query.fromMs,
          to: query.toMs,
          batchMax: query.batchMax,
          limit: query.limit,
          ...(after === undefined
            ? {}
            : { afterTime: after.timeMs, afterBatch: after.batch, afterRow: after.row }),
        },
      },
      toHitRow,
    );
  }
}
