/**
 * Bytes per stored event, by column, against `zstd -9` over the same events as NDJSON in one piece. Records go the
 * product's own way: normalised, matched, inserted in batches; then all merges are done.
 *
 * Three NDJSONs of the same events, in the order in which they came. `document`: all that the store keeps of an event,
 * with its message, fields, log sources and hits, as a store of documents keeps it. `plain`: time, agent, host, message
 * and fields alone. `wire`: the records before they were understood.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { constants, zstdCompressSync } from 'node:zlib';
import { z } from 'zod';
import type { SourceRecord } from '#protocol/record.ts';
import { Detector } from '../../collector/detect/detector.ts';
import { loadRuleBook, type RuleBook } from '../../collector/detect/rule-book.ts';
import { Connection } from '../../collector/store/connection.ts';
import { openStore } from '../../collector/store/open-store.ts';
import type { EventRow } from '../../collector/store/store.ts';
import { seeded } from '../../collector/simulate/made-up.ts';
import { cpuMicros } from './cpu.ts';
import {
  corpusFolder,
  factRecords,
  interleave,
  lineRecords,
  madeRecords,
  type Random,
  windowsRecords,
} from './mix.ts';

const AGENTS = 200;
/** Records that an agent sends in one frame, at most. */
const FRAME_MAX = 20;
const BATCH_ROWS = 10_000;
const NOW_MS = Date.UTC(2026, 10, 25, 12);
/** Time between batches. */
const BATCH_MS = 500;
/** The smallest column that is listed, bytes per event. */
const LISTED_MIN = 0.05;

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

interface Ndjson {
  bytesPerEvent: number;
  zstd9PerEvent: number;
  /** Stored bytes to these, without and with the text indexes. */
  ratio: number;
  ratioWithTextIndex: number;
}

interface Result {
  set: string;
  events: number;
  withHits: number;
  storedPerEvent: number;
  textIndexPerEvent: number;
  engineMicrosPerEvent: number;
  columns: Record<string, number>;
  ndjson: Record<string, Ndjson>;
}

function hexOf(random: Random, digits: number): string {
  return Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join('');
}

/** Rows as the collector makes them of frames from many agents. */
function rowsOf(records: readonly SourceRecord[], book: RuleBook, random: Random): EventRow[] {
  const detector = new Detector(book, {
    onUnparsed: () => undefined,
    onFault: (error) => {
      throw error;
    },
  });
  const senders = Array.from({ length: AGENTS }, (_, at) => ({
    agentId: [8, 4, 4, 4, 12].map((digits) => hexOf(random, digits)).join('-'),
    epoch: hexOf(random, 32),
    hostname: `host-${at}`,
    timeZone: 'UTC',
    agencyId: at % 20,
    seq: 0,
  }));
  const rows: EventRow[] = [];
  for (let at = 0; at < records.length;) {
    const sender = senders[Math.floor(random() * AGENTS)];
    if (sender === undefined) break;
    const frame = records.slice(at, at + 1 + Math.floor(random() * FRAME_MAX));
    const admitted = frame.map((record) => ({ seq: (sender.seq += 1), record }));
    rows.push(...detector.rows({ sender, lane: 1, records: admitted }, NOW_MS));
    at += frame.length;
  }
  return rows;
}

const toDocument = (row: EventRow): string =>
  JSON.stringify({
    agent: { id: row.agentId, epoch: row.epoch, lane: row.lane, seq: row.seq },
    received: new Date(NOW_MS).toISOString(),
    time: new Date(row.event.timeMs).toISOString(),
    hostname: row.hostname,
    agency: row.agencyId,
    channel: row.channel,
    origin: row.origin,
    logsources: row.event.logsources,
    parsed: row.event.parsed,
    message: String(row.event.message),
    fields: row.event.fields.toRecord(),
    hits: row.hits,
  });

const toPlain = (row: EventRow): string =>
  JSON.stringify({
    '@timestamp': new Date(row.event.timeMs).toISOString(),
    'agent.id': row.agentId,
    hostname: row.hostname,
    message: String(row.event.message),
    ...row.event.fields.toRecord(),
  });

function zstd9(lines: readonly string[]): { bytes: number; compressed: number } {
  const bytes = Buffer.from(`${lines.join('\n')}\n`);
  const params = { [constants.ZSTD_c_compressionLevel]: 9 };
  return { bytes: bytes.length, compressed: zstdCompressSync(bytes, { params }).length };
}

const sized = z.object({ name: z.string(), bytes: z.coerce.number() });

async function stored(rows: readonly EventRow[]): Promise<Omit<Result, 'set' | 'withHits' | 'ndjson'>> {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'vonggac-bench-'));
  const opened = await openStore({ dataDir, log: quiet });
  try {
    const { engine, store } = opened;
    if (engine?.pid === undefined) throw new Error('this bench needs the embedded engine');
    const connection = new Connection({ socketPath: engine.socketPath });
    const before = cpuMicros(engine.pid);
    for (let at = 0, batch = 1; at < rows.length; at += BATCH_ROWS, batch += 1)
      await store.insert({
        batch,
        receivedMs: NOW_MS + batch * BATCH_MS,
        rows: rows.slice(at, at + BATCH_ROWS),
      });
    await connection.command('OPTIMIZE TABLE events FINAL', {}, { max_execution_time: 3_600 });
    const micros = cpuMicros(engine.pid) - before;
    const list = (query: string): Promise<z.infer<typeof sized>[]> =>
      connection.rows({ query, params: {} }, (row) => sized.parse(row));
    const part = "active AND table = 'events'";
    const [total] = await list(
      `SELECT 'total' AS name, sum(bytes_on_disk) AS bytes FROM system.parts WHERE ${part}`,
    );
    const columns = await list(
      `SELECT column AS name, sum(column_data_compressed_bytes) AS bytes FROM system.parts_columns WHERE ${part}
        GROUP BY column ORDER BY bytes DESC`,
    );
    const indexes = await list(
      `SELECT name, data_compressed_bytes AS bytes FROM system.data_skipping_indices
        WHERE table = 'events' AND type = 'text'`,
    );
    await connection.close();
    const each = (bytes: number): number => bytes / rows.length;
    return {
      events: rows.length,
      storedPerEvent: each(total?.bytes ?? Number.NaN),
      textIndexPerEvent: each(indexes.reduce((sum, { bytes }) => sum + bytes, 0)),
      engineMicrosPerEvent: each(micros),
      columns: Object.fromEntries(
        columns
          .map(({ name, bytes }) => [name, each(bytes)] as const)
          .filter(([, bytes]) => bytes >= LISTED_MIN),
      ),
    };
  } finally {
    await opened.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function measure(
  set: string,
  records: readonly SourceRecord[],
  book: RuleBook,
  random: Random,
): Promise<Result> {
  const rows = rowsOf(records, book, random);
  const result = await stored(rows);
  const { storedPerEvent, textIndexPerEvent } = result;
  const against = (lines: readonly string[]): Ndjson => {
    const { bytes, compressed } = zstd9(lines);
    const zstd9PerEvent = compressed / rows.length;
    return {
      bytesPerEvent: bytes / rows.length,
      zstd9PerEvent,
      ratio: (storedPerEvent - textIndexPerEvent) / zstd9PerEvent,
      ratioWithTextIndex: storedPerEvent / zstd9PerEvent,
    };
  };
  return {
    set,
    ...result,
    withHits: rows.filter((row) => row.hits.length > 0).length,
    ndjson: {
      document: against(rows.map(toDocument)),
      plain: against(rows.map(toPlain)),
      wire: against(records.map((record) => JSON.stringify(record))),
    },
  };
}

/** Record sets by name, made when asked for; with the corpus at hand its real events too. */
function recordSets(events: number, root: string | undefined): Record<string, () => SourceRecord[]> {
  const simulated = (): SourceRecord[] => madeRecords(events, seeded(7), NOW_MS - 600_000);
  const facts = (): SourceRecord[] => factRecords(Math.ceil(events / 50), seeded(8), NOW_MS - 3_600_000);
  if (root === undefined) return { simulated, facts };
  const windows = (): SourceRecord[] => windowsRecords(root, events);
  const lines = (): SourceRecord[] => lineRecords(root, NOW_MS - 7_200_000);
  const mix = (): SourceRecord[] => interleave([simulated(), windows(), lines(), facts()], seeded(9));
  return { simulated, windows, lines, mix };
}

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      events: { type: 'string', default: '100000' },
      set: { type: 'string', multiple: true },
    },
  });
  const root = corpusFolder();
  if (root === undefined) process.stderr.write('no corpus (VONGGAC_CORPUS): made records only\n');
  const book = await loadRuleBook([path.join(import.meta.dirname, '../../rules/detections')]);
  for (const [set, records] of Object.entries(recordSets(Number(values.events), root))) {
    if (values.set !== undefined && !values.set.includes(set)) continue;
    const result = await measure(set, records(), book, seeded(7));
    process.stdout.write(`${values.json ? JSON.stringify(result) : describe(result)}\n`);
  }
}

function describe(result: Result): string {
  const two = (value: number): string => value.toFixed(2);
  const columns = Object.entries(result.columns).map(([name, bytes]) => `${name} ${two(bytes)}`);
  return [
    `bytes, ${result.set}: ${result.events} events, ${result.withHits} with hits`,
    `  stored ${two(result.storedPerEvent)} B/event, text indexes ${two(result.textIndexPerEvent)} of them;` +
      ` engine ${two(result.engineMicrosPerEvent)} µs/event with all merges`,
    ...Object.entries(result.ndjson).map(
      ([name, one]) =>
        `  ${name.padEnd(8)} NDJSON ${one.bytesPerEvent.toFixed(0)} B/event, zstd -9 ${two(one.zstd9PerEvent)};` +
        ` ratio ${two(one.ratio)} without text indexes, ${two(one.ratioWithTextIndex)} with`,
    ),
    `  columns: ${columns.join(', ')}`,
  ].join('\n');
}
