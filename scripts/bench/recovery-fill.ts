/** Fills an event store for the recovery bench, says so while an insert is under way, and waits to be killed. */
import { setInterval } from 'node:timers';
import { recordSchema } from '#protocol/record.ts';
import { normalize } from '../../collector/normalize/normalize.ts';
import { openStore } from '../../collector/store/open-store.ts';
import type { EventRow } from '../../collector/store/store.ts';
import { MadeUp, seeded } from '../../collector/simulate/made-up.ts';
import { makeRecord } from '../../collector/simulate/records.ts';

const [dataDir = '', eventsText = ''] = process.argv.slice(2);
const events = Number(eventsText);
const BATCH_ROWS = 10_000;
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
for (let first = 0, batch = 1; ; first += BATCH_ROWS, batch += 1) {
  const receivedMs = START_MS + batch * 500;
  const rows = Array.from({ length: BATCH_ROWS }, (_, at) =>
    rowOf(first + at, receivedMs - 1_000 + at / 20 - ((at / 20) % 1)),
  );
  const stored = store.insert({ batch, receivedMs, rows: rows.filter((row) => row !== undefined) });
  if (first >= events) {
    process.send?.({ enginePid: engine?.pid, stored: first });
    stored.catch(() => undefined);
    break;
  }
  await stored;
}
// The parent kills.
setInterval(() => undefined, 1_000);
