/** Events as people look for them: by what they say, by their names, and how many there are. */
import type { ClickHouseSettings } from '@clickhouse/client';
import { detectionQuery } from './detection-query.ts';
import { FOUND_COLUMNS, namedQuery, SEARCH_LIMIT_MAX, searchQuery } from './event-query.ts';
import type { Rows } from './limited-rows.ts';
import { searchSteps } from './search-steps.ts';
import type { DetectionQuery, EpochCount, EventQuery, FoundDetection, FoundEvent, RowName } from './store.ts';
import { toEpochCount, toFoundDetection, toFoundEvent, toValue } from './stored-row.ts';

const EPOCH_PARTS = 16;

/** Names of events in one statement: they travel in its address. */
const NAMES_MAX = 500;

export class EventFinder {
  readonly #rows: Rows;
  readonly #searchSettings: ClickHouseSettings;
  readonly #now: () => number;

  /** @param searchSettings one search's memory and time */
  constructor(rows: Rows, searchSettings: ClickHouseSettings, now: () => number) {
    this.#rows = rows;
    this.#searchSettings = searchSettings;
    this.#now = now;
  }

  /**
   * Looks back in growing steps, so that a page of the newest events costs the newest hours and not the whole span:
   * every event lies in one step, so nothing is read twice.
   */
  async search(query: EventQuery): Promise<FoundEvent[]> {
    const limit = Math.min(query.limit, SEARCH_LIMIT_MAX);
    const found: FoundEvent[] = [];
    for (const { fromMs, toMs } of searchSteps(query, this.#now())) {
      const bound = searchQuery({ ...query, fromMs, toMs, limit: limit - found.length });
      found.push(...(await this.#rows(bound, toFoundEvent, this.#searchSettings)));
      if (found.length >= limit) break;
    }
    return found;
  }

  async detections(query: DetectionQuery): Promise<FoundDetection[]> {
    const limit = Math.min(query.limit, SEARCH_LIMIT_MAX);
    const found: FoundDetection[] = [];
    for (const { fromMs, toMs } of searchSteps(query, this.#now())) {
      const bound = detectionQuery({ ...query, fromMs, toMs, limit: limit - found.length });
      found.push(...(await this.#rows(bound, toFoundDetection, this.#searchSettings)));
      if (found.length >= limit) break;
    }
    return found;
  }

  async find(name: RowName): Promise<FoundEvent | undefined> {
    const [event] = await this.#rows(
      {
        query: `SELECT ${FOUND_COLUMNS} FROM events
          WHERE agent_id = {agent:String} AND epoch = {epoch:String} AND lane = {lane:UInt8} AND seq = {seq:UInt64}
          LIMIT 1`,
        params: { agent: name.agentId, epoch: name.epoch, lane: name.lane, seq: name.seq },
      },
      toFoundEvent,
      this.#searchSettings,
    );
    return event;
  }

  async findAll(
    names: readonly RowName[],
    { fromMs, toMs }: { fromMs: number; toMs: number },
  ): Promise<FoundEvent[]> {
    const found: FoundEvent[] = [];
    for (let at = 0; at < names.length; at += NAMES_MAX) {
      const part = names.slice(at, at + NAMES_MAX);
      const rows = await this.#rows(namedQuery(part, { fromMs, toMs }), toFoundEvent, this.#searchSettings);
      found.push(...rows);
    }
    return found;
  }

  async count(agentId?: string): Promise<number> {
    const where = agentId === undefined ? '' : 'WHERE agent_id = {agent:String}';
    const [value] = await this.#rows(
      {
        query: `SELECT count() AS value FROM events ${where}`,
        params: agentId === undefined ? {} : { agent: agentId },
      },
      toValue,
    );
    return value ?? 0;
  }

  async countEpoch(epoch: string): Promise<EpochCount> {
    const total = { rows: 0, distinct: 0 };
    // Which names are there has to be held in memory: a part of the agents at a time.
    for (let part = 0; part < EPOCH_PARTS; part += 1) {
      const [counted] = await this.#rows(
        {
          query: `SELECT count() AS rows, uniqExact(agent_id, lane, seq) AS distinct FROM events
            WHERE epoch = {epoch:String} AND cityHash64(agent_id) % {parts:UInt8} = {part:UInt8}`,
          params: { epoch, parts: EPOCH_PARTS, part },
        },
        toEpochCount,
      );
      total.rows += counted?.rows ?? 0;
      total.distinct += counted?.distinct ?? 0;
    }
    return total;
  }
}
