/**
 * The floor of the ingest benchmark, in a process of its own: frames are decompressed and parsed, and rows go as Arrow
 * columns into a store like the collector's, 10,000 at a time. No session, validation, normalising or matching: what
 * each record becomes was worked out before (`rows`), or is its text alone (`text`).
 */
import path from 'node:path';
import process from 'node:process';
import { z } from 'zod';
import { decodeFrame, encodeFrame } from '#protocol/frame.ts';
import { Detector } from '../../collector/detect/detector.ts';
import { loadRuleBook } from '../../collector/detect/rule-book.ts';
import { admitRecord } from '../../collector/ingest/validate.ts';
import type { FieldValue } from '../../collector/normalize/event.ts';
import { ShapedEvent } from '../../rules/sigma/index.ts';
import { openStore } from '../../collector/store/open-store.ts';
import type { EventRow } from '../../collector/store/store.ts';
import { cpuMicros } from './cpu.ts';
import { makeFrames } from '../../collector/simulate/records.ts';

const floorOptionsSchema = z.strictObject({
  dataDir: z.string(),
  frameEvents: z.number(),
  events: z.number(),
  warmUpEvents: z.number(),
  agents: z.number(),
  rules: z.array(z.string()),
  kind: z.enum(['rows', 'text']),
  nowMs: z.number(),
});
export type FloorOptions = z.infer<typeof floorOptionsSchema>;

export interface FloorResult {
  /** CPU per event of the process that decodes and encodes, and of the engine. */
  processMicros: number;
  engineMicros: number;
  /** Rows of the stored mix that a rule hit, in a thousand. */
  hitsPerThousand: number;
}

const BATCH_ROWS = 10_000;
const ROOT = path.dirname(path.dirname(import.meta.dirname));

const EMPTY = {
  timeMs: 0,
  logsources: [],
  columns: {},
  fields: new ShapedEvent<FieldValue>(),
  parsed: true,
} as const;

/** The stored row of every distinct record, but for its name. */
async function storedRows(options: FloorOptions, frames: readonly string[][]): Promise<EventRow[][]> {
  const book = await loadRuleBook([path.join(ROOT, 'rules', 'detections'), ...options.rules], ROOT);
  const detector = new Detector(book, {
    onUnparsed: () => undefined,
    onFault: (error) => {
      throw error;
    },
  });
  const sender = { agentId: '', epoch: '', hostname: 'floor', timeZone: 'UTC', agencyId: 1 };
  return frames.map((frame) =>
    detector.rows(
      {
        sender,
        lane: 1,
        records: frame.map((json, at) => admitRecord(at + 1, JSON.parse(json))),
      },
      options.nowMs,
    ),
  );
}

function textRow(record: unknown): EventRow {
  const message =
    typeof record === 'object' && record !== null && 'text' in record ? String(record.text) : '';
  return {
    agentId: '',
    epoch: '',
    lane: 1,
    seq: 0,
    hostname: 'floor',
    agencyId: 1,
    channel: 'log',
    origin: '',
    readHour: Math.floor(Date.now() / 3_600_000),
    hits: [],
    event: { ...EMPTY, message },
  };
}

async function measure(options: FloorOptions): Promise<FloorResult> {
  const { frameEvents, events, warmUpEvents, agents, kind } = options;
  const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const records = makeFrames(frameEvents, options.nowMs);
  const known = kind === 'rows' ? await storedRows(options, records) : [];
  const frames = records.map((frame) => encodeFrame({ lane: 1, firstSeq: 1 }, frame));
  const opened = await openStore({ dataDir: options.dataDir, log: quiet });
  const enginePid = opened.engine?.pid;
  if (enginePid === undefined) throw new Error('the floor needs the embedded engine');
  const names = Array.from({ length: agents }, (_, at) => ({
    agentId: `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`,
    epoch: String(at).padStart(32, '0'),
  }));
  const epoch = '0'.repeat(32);
  let seq = 0;
  let batch = 0;
  let frame = 0;
  const insert = async (upTo: number): Promise<void> => {
    let rows: EventRow[] = [];
    for (; seq < upTo; frame += 1) {
      const at = frame % frames.length;
      const decoded = decodeFrame(frames[at] ?? Buffer.alloc(0)).records;
      const name = names[frame % names.length] ?? { agentId: '', epoch };
      for (const [index, record] of decoded.entries()) {
        rows.push({ ...(known[at]?.[index] ?? textRow(record)), ...name, seq: (seq += 1) });
      }
      if (rows.length < BATCH_ROWS && seq < upTo) continue;
      batch += 1;
      await opened.store.insert({ batch, receivedMs: options.nowMs, rows });
      rows = [];
    }
  };
  await insert(warmUpEvents);
  const before = { process: process.cpuUsage(), engine: cpuMicros(enginePid), seq };
  await insert(warmUpEvents + events);
  const used = process.cpuUsage(before.process);
  const engine = cpuMicros(enginePid) - before.engine;
  await opened.close();
  const measured = seq - before.seq;
  const hits = known.flat().filter((row) => row.hits.length > 0).length;
  return {
    processMicros: (used.user + used.system) / measured,
    engineMicros: engine / measured,
    hitsPerThousand: known.length === 0 ? 0 : (hits / known.flat().length) * 1_000,
  };
}

process.stdout.write(
  JSON.stringify(await measure(floorOptionsSchema.parse(JSON.parse(process.argv[2] ?? '')))),
);
