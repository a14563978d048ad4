/** Events in the embedded store as the collector keeps them, and the rows that a plan asks for, read back. */
import { z } from 'zod';
import { ClickHouseStore } from '../../collector/store/clickhouse-store.ts';
import { fromFieldText } from '../../collector/store/field-text.ts';
import { Connection } from '../../collector/store/connection.ts';
import type { FieldValue, LogSource } from '../../collector/normalize/event.ts';
import { SIGMA_SCHEMA } from '../../collector/store/sigma-schema.ts';
import type { EventRow } from '../../collector/store/store.ts';
import type {
  ClickHouseQuery,
  ClickHouseSchema,
  CorrelationHit,
  Engine,
  HistoryFinding,
  HistoryPlan,
  HistoryRow,
} from '../../rules/sigma/index.ts';
import { runOverHistory, ShapedEvent } from '../../rules/sigma/index.ts';
import { startTestEngine } from './store-engine.ts';

/** The events' table as SQL from rules reads it. */
export const schema: ClickHouseSchema = {
  ...SIGMA_SCHEMA,
  select: [
    'seq',
    'time',
    'message',
    'fields',
    'json_fields',
    'log_products',
    'log_categories',
    'log_services',
  ],
  orderBy: ['time', 'batch', 'row'],
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
  /** The events that the query selects, in its order; `ref` is their index. */
  read(query: ClickHouseQuery): Promise<(HistoryRow & { ref: string })[]>;
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
      let batch = await store.lastBatch();
      const rows = events.map((event, seq) => toRow(event, seq));
      const receivedMs = Date.UTC(2026, 10, 22);
      for (let at = 0; at < rows.length; at += BATCH_ROWS) {
        batch += 1;
        await store.insert({ batch, receivedMs, rows: rows.slice(at, at + BATCH_ROWS) });
      }
      const query = `SELECT DISTINCT name FROM events ARRAY JOIN json_fields AS name WHERE match(fields[name], '^[[{]')`;
      return connection.rows({ query, params: {} }, (row) => String((row as { name: unknown }).name));
    },
    read: ({ query, params }) => connection.rows({ query, params }, toHistoryRow),
    close: async () => {
      await store.close();
      await connection.close();
      await running.close();
    },
  };
}

const rowSchema = z.object({
  seq: z.string(),
  time: z.string(),
  message: z.string(),
  fields: z.unknown(),
  json_fields: z.array(z.string()),
  log_products: z.array(z.string()),
  log_categories: z.array(z.string()),
  log_services: z.array(z.string()),
});

function toHistoryRow(value: unknown): HistoryRow & { ref: string } {
  const row = rowSchema.parse(value);
  const event: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  event['message'] = row.message;
  for (const [name, text] of Object.entries(row.fields as Record<string, string>))
    event[name] = row.json_fields.includes(name) ? fromFieldText(text) : text;
  return {
    ref: row.seq,
    timeMs: Date.parse(`${row.time.replace(' ', 'T')}Z`),
    event,
    logsource: row.log_products.map((product, at) => ({
      product: product === '' ? undefined : product,
      category: row.log_categories[at] === '' ? undefined : row.log_categories[at],
      service: row.log_services[at] === '' ? undefined : row.log_services[at],
    })),
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
    readHour: 472_222,
    hits: [],
    event: {
      timeMs,
      logsources,
      columns: {},
      fields: ShapedEvent.from(fields as Record<string, FieldValue>),
      message,
      parsed: true,
    },
  };
}

/** What the matcher and the correlator say of the events on their way in. */
export function liveFindings(engine: Engine, events: readonly StoredEvent[]): Live {
  const matches = new Map<string, number[]>(engine.compiled.map(({ info }) => [info.id, []]));
  const hits: CorrelationHit[] = [];
  const correlator = engine.correlator();
  for (const [index, stored] of events.entries()) {
    const { event, logsource, timeMs } = seenBy(stored);
    for (const match of engine.match(event, logsource)) {
      matches.get(match.rule.id)?.push(index);
      hits.push(...correlator.push(match, event, timeMs, String(index)));
    }
  }
  hits.push(...correlator.advance(Number.MAX_SAFE_INTEGER));
  return { matches, hits };
}

export interface Live {
  /** Indexes of the events that each rule matches. */
  matches: ReadonlyMap<string, readonly number[]>;
  hits: readonly CorrelationHit[];
}

/** The event as the matcher sees it: the message is lent to the fields. */
export function seenBy({ timeMs, fields, message, logsources }: StoredEvent): HistoryRow {
  const event = Object.hasOwn(fields, 'message')
    ? fields
    : (Object.assign(Object.create(null), fields, { message }) as Record<string, unknown>);
  return { timeMs, event, logsource: logsources };
}

export function hitsOf(findings: readonly HistoryFinding<HistoryRow>[]): CorrelationHit[] {
  return findings.flatMap((finding) => (finding.kind === 'correlation' ? [finding.hit] : []));
}

/** Reads what the plan asks for and decides over it. */
export async function findingsOf(
  store: HistoryStore,
  plan: HistoryPlan,
): Promise<HistoryFinding<HistoryRow>[]> {
  const findings: HistoryFinding<HistoryRow>[] = [];
  for await (const finding of runOverHistory(plan, await store.read(plan.query))) findings.push(finding);
  return findings;
}
