/**
 * Fills an event store for the recovery bench, says so while an insert is under way, and waits to be killed. The first
 * and the last batches go through the store's own inserts; the engine copies the first ones, under other batches and
 * sequences and an hour later each time, until there are enough. Marks are saved where a running collector would have
 * saved them: what comes after the copies has to be read again.
 */
import { setInterval } from 'node:timers';
import { z } from 'zod';
import { recordSchema } from '#protocol/record.ts';
import { normalize } from '../../collector/normalize/normalize.ts';
import { ClickHouseStore } from '../../collector/store/clickhouse-store.ts';
import { Connection } from '../../collector/store/connection.ts';
import { openStore } from '../../collector/store/open-store.ts';
import type { EventRow } from '../../collector/store/store.ts';
import { MadeUp, seeded } from '../../collector/simulate/made-up.ts';
import { makeRecord } from '../../collector/simulate/records.ts';

const [dataDir = '', eventsText = ''] = process.argv.slice(2);
const events = Number(eventsText);
const BATCH_ROWS = 10_000;
/** Batches before the copies and after them. */
const FIRST_BATCHES = 20;
const LAST_BATCHES = 30;
const AGENTS = 1_000;
/** Events that are made; the rest repeats them under other names and times. */
const DISTINCT = 30_000;
const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 10, 25, 1);

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const random = seeded(7);
const made = new MadeUp(random, START_MS);
const agents = Array.from({ length: AGENTS }, (_, at) => ({
  agentId: [8, 4, 4, 4, 12].map((digits) => made.hex(digits)).join('-'),
  epoch: made.hex(32),
  hostname: `host-${at}`,
}));
const models = Array.from({ length: DISTINCT }, () =>
  normalize(recordSchema.parse(JSON.parse(makeRecord(random, START_MS))), {
    hostname: 'host',
    timeZone: 'UTC',
    receivedMs: START_MS,
  }),
);

function rowOf(index: number, timeMs: number): EventRow | undefined {
  const agent = agents[index % AGENTS];
  const model = models[index % DISTINCT];
  if (agent === undefined || model === undefined) return undefined;
  return {
    ...agent,
    lane: 1,
    seq: Math.floor(index / AGENTS) + 1,
    agencyId: index % 20,
    channel: 'log/made',
    origin: '',
    readHour: Math.floor(timeMs / HOUR_MS),
    hits: [],
    event: { ...model, timeMs },
  };
}

const { store, engine } = await openStore({ dataDir, log: quiet });
if (engine === undefined || !(store instanceof ClickHouseStore))
  throw new Error('the embedded engine is needed');
const connection = new Connection({ socketPath: engine.socketPath });

/** Inserts one batch of rows that no other has. */
function insert(batch: number): Promise<void> {
  const receivedMs = START_MS + batch * 500;
  const rows = Array.from({ length: BATCH_ROWS }, (_, at) =>
    rowOf(batch * BATCH_ROWS + at, receivedMs - 1_000 + Math.floor(at / 20)),
  );
  return store.insert({ batch, receivedMs, rows: rows.filter((row) => row !== undefined) });
}

/** Copies the first batches once; the new ones are numbered from `batch + 1`. */
async function copy(batch: number): Promise<void> {
  const names = await connection.rows(
    {
      query: `SELECT name FROM system.columns WHERE database = currentDatabase() AND table = 'events'
        AND default_kind = '' ORDER BY position`,
      params: {},
    },
    (row) => z.object({ name: z.string() }).parse(row).name,
  );
  const changed: Readonly<Record<string, string>> = {
    batch: 'batch + {by:UInt64}',
    seq: 'seq + intDiv({by:UInt64} * {rows:UInt64}, {agents:UInt64})',
    time: 'time + toIntervalHour(intDiv({by:UInt64}, {first:UInt64}) % 20)',
  };
  await connection.command(
    `INSERT INTO events (${names.join(', ')}) SELECT ${names.map((name) => changed[name] ?? name).join(', ')}
      FROM events WHERE batch <= {first:UInt64}`,
    { by: batch, rows: BATCH_ROWS, agents: AGENTS, first: FIRST_BATCHES },
    { max_execution_time: 3_600 },
  );
}

let batch = 0;
while (batch < FIRST_BATCHES) await insert((batch += 1));
for (; (batch + LAST_BATCHES) * BATCH_ROWS < events; batch += FIRST_BATCHES) await copy(batch);
await store.checkpointMarks();
for (const end = batch + LAST_BATCHES; batch < end;) await insert((batch += 1));
const underWay = insert(batch + 1);
process.send?.({ enginePid: engine.pid, stored: batch * BATCH_ROWS });
// The parent kills the engine, and then this process.
underWay.catch(() => undefined);
setInterval(() => undefined, 1_000);
