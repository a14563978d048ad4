/**
 * The floor of the ingest benchmark: decompress, JSON.parse, Arrow, insert. Prints CPU microseconds per event of this
 * process and its engine.
 */
import process from 'node:process';
import { decodeFrame, encodeFrame } from '#protocol/frame.ts';
import { openStore } from '../../collector/store/open-store.ts';
import type { EventRow } from '../../collector/store/store.ts';
import { cpuMicros } from './cpu.ts';
import { makeRecord, seeded } from '../../collector/simulate/records.ts';

const BATCH_ROWS = 10_000;

const [dataDir = '', frameText = '', eventsText = ''] = process.argv.slice(2);
const frameEvents = Number(frameText);
const events = Number(eventsText);
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const opened = await openStore({ dataDir, log: quiet });
const enginePid = opened.engine?.pid;
if (enginePid === undefined) throw new Error('the floor needs the embedded engine');

const random = seeded(7);
const frames = Array.from({ length: 64 }, () =>
  encodeFrame(
    { lane: 1, firstSeq: 1 },
    Array.from({ length: frameEvents }, () => makeRecord(random, Date.now())),
  ),
);

/** The text alone is kept: the floor interprets nothing. */
function row(record: unknown, seq: number): EventRow {
  const message =
    typeof record === 'object' && record !== null && 'text' in record ? String(record.text) : '';
  return {
    agentId: '00000000-0000-4000-8000-000000000000',
    epoch: '0'.repeat(32),
    lane: 1,
    seq,
    hostname: 'floor',
    agencyId: 1,
    channel: 'log',
    origin: '',
    readHour: Math.floor(Date.now() / 3_600_000),
    hits: [],
    event: { timeMs: Date.now(), logsources: [], columns: {}, fields: {}, message, parsed: true },
  };
}

const before = process.cpuUsage();
const engineBefore = cpuMicros(enginePid);
let seq = 0;
let batch = 0;
let rows: EventRow[] = [];
for (let frame = 0; seq < events; frame += 1) {
  const bytes = frames[frame % frames.length];
  if (bytes === undefined) break;
  for (const record of decodeFrame(bytes).records) rows.push(row(record, (seq += 1)));
  if (rows.length < BATCH_ROWS) continue;
  batch += 1;
  await opened.store.insert({ batch, receivedMs: Date.now(), rows });
  rows = [];
}
const used = process.cpuUsage(before);
const total = used.user + used.system + cpuMicros(enginePid) - engineBefore;
await opened.close();
process.stdout.write(String(total / seq));
