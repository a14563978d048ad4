/** Events in the embedded store as the collector keeps them, and the rows that a plan asks for, read back. */
import { ClickHouseStore } from '../../collector/store/clickhouse-store.ts';
import { Connection } from '../../collector/store/connection.ts';
import type { FieldValue, LogSource } from '../../collector/normalize/event.ts';
import type { EventRow } from '../../collector/store/store.ts';
import type { ClickHouseQuery, ClickHouseSchema, HistoryRow } from '../../rules/sigma/index.ts';
import { startTestEngine } from './store-engine.ts';

/** The events' table as SQL from rules reads it. */
export const schema: ClickHouseSchema = {
  time: 'time',
  select: ['seq'],
  orderBy: ['time', 'batch', 'row'],
  fields: 'fields',
  jsonFields: 'json_fields',
  columns: { message: 'message' },
  logsource: { product: 'log_products', category: 'log_categories', service: 'log_services' },
};

export interface StoredEvent {
  timeMs: number;
  fields: Record<string, unknown>;
  message: string;
  logsources: readonly LogSource[];
}

export interface HistoryStore {
  connection: Connection;
  /** Stores the events under their index, in batches; returns the names that hold lists or objects. */
  insert(events: readonly StoredEvent[]): Promise<string[]>;
  /** Indexes of the events that the query selects, in its order. */
  select(query: ClickHouseQuery): Promise<number[]>;
  close(): Promise<void>;
}

const BATCH_ROWS = 4000;

export async function openHistoryStore(): Promise<HistoryStore> {
  const running = await startTestEngine();
  const home = { socketPath: running.engine.socketPath };
  const store = await ClickHouseStore.open({ home });
  const connection = new Connection(home);
  return {
    connection,
    insert: async (events) => {
      const rows = events.map((event, seq) => toRow(event, seq));
      const receivedMs = Date.UTC(2026, 10, 22);
      for (let at = 0; at < rows.length; at += BATCH_ROWS) {
        await store.insert({ batch: at / BATCH_ROWS + 1, receivedMs, rows: rows.slice(at, at + BATCH_ROWS) });
      }
      const query = `SELECT DISTINCT name FROM events ARRAY JOIN json_fields AS name WHERE match(fields[name], '^[[{]')`;
      return connection.rows({ query, params: {} }, (row) => String((row as { name: unknown }).name));
    },
    select: ({ query, params }) =>
      connection.rows({ query, params }, (row) => Number((row as { seq: unknown }).seq)),
    close: async () => {
      await store.close();
      await connection.close();
      await running.close();
    },
  };
}

function toRow({ timeMs, fields, message, logsources }: StoredEvent, seq: number): EventRow {
  return {
    agentId: 'a',
    epoch: 'e',
    lane: 0,
    seq,
    hostname: 'h',
    agencyId: 1,
    channel: 'log/x',
    origin: '',
    hits: [],
    event: {
      timeMs,
      logsources,
      columns: {},
      fields: fields as Record<string, FieldValue>,
      message,
      parsed: true,
    },
  };
}

/** The event as the matcher sees it: the message is lent to the fields. */
export function seenBy({ timeMs, fields, message, logsources }: StoredEvent): HistoryRow {
  const event = Object.hasOwn(fields, 'message')
    ? fields
    : (Object.assign(Object.create(null), fields, { message }) as Record<string, unknown>);
  return { timeMs, event, logsource: logsources };
}
