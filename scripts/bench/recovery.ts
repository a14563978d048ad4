/**
 * Recovery after kill -9: how long the engine's bare opening takes (start and SELECT 1), and how long until the store
 * is open and the marks and the last batch are read. The database is filled through the store's own inserts, and the
 * engine dies with an insert under way; it is killed again before each measurement, so that none opens what was closed.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { startEngine } from '../../collector/engine/supervisor.ts';
import { Connection } from '../../collector/store/connection.ts';
import { openStore } from '../../collector/store/open-store.ts';
import { percentile } from './cpu.ts';

const FILLER = path.join(import.meta.dirname, 'recovery-fill.ts');
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const filled = z.object({ enginePid: z.number(), stored: z.number() });

interface Result {
  events: number;
  bareMs: number;
  storeMs: number;
  ratio: number;
  lanes: number;
  lastBatch: number;
}

/** Fills the database and kills filler and engine; returns how many events were stored for certain. */
async function fillAndKill(dataDir: string, events: number): Promise<number> {
  const child = fork(FILLER, [dataDir, String(events)], { execArgv: [] });
  const [message] = await once(child, 'message');
  const { enginePid, stored } = filled.parse(message);
  process.kill(enginePid, 'SIGKILL');
  child.kill('SIGKILL');
  await once(child, 'exit');
  return stored;
}

async function bareMs(dataDir: string): Promise<number> {
  const start = performance.now();
  const engine = await startEngine({ dataDir, log: quiet });
  const connection = new Connection({ socketPath: engine.socketPath });
  await connection.rows({ query: 'SELECT 1 AS value', params: {} }, (row) => row);
  const ms = performance.now() - start;
  await connection.close();
  await killed(engine);
  return ms;
}

async function killed(engine: Awaited<ReturnType<typeof startEngine>>): Promise<void> {
  const stopped = engine.stop();
  if (engine.pid !== undefined) process.kill(engine.pid, 'SIGKILL');
  await stopped;
}

async function storeMs(dataDir: string): Promise<{ ms: number; lanes: number; lastBatch: number }> {
  const start = performance.now();
  const { store, engine } = await openStore({ dataDir, log: quiet });
  const [marks, lastBatch] = await Promise.all([store.readMarks(), store.lastBatch()]);
  const ms = performance.now() - start;
  await store.close();
  if (engine !== undefined) await killed(engine);
  return { ms, lanes: marks.length, lastBatch };
}

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      events: { type: 'string', default: '500000' },
      runs: { type: 'string', default: '5' },
    },
  });
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'vonggac-bench-'));
  try {
    const events = await fillAndKill(dataDir, Number(values.events));
    const bare: number[] = [];
    const opened: { ms: number; lanes: number; lastBatch: number }[] = [];
    for (let turn = 0; turn < Number(values.runs); turn += 1) {
      bare.push(await bareMs(dataDir));
      opened.push(await storeMs(dataDir));
    }
    const [bareMedian, openMedian] = [bare, opened.map(({ ms }) => ms)].map((list) => percentile(list, 0.5));
    const result: Result = {
      events,
      bareMs: Math.round(bareMedian ?? Number.NaN),
      storeMs: Math.round(openMedian ?? Number.NaN),
      ratio: Number(((openMedian ?? Number.NaN) / (bareMedian ?? Number.NaN)).toFixed(2)),
      lanes: opened.at(-1)?.lanes ?? 0,
      lastBatch: opened.at(-1)?.lastBatch ?? 0,
    };
    process.stdout.write(`${values.json ? JSON.stringify(result) : describe(result)}\n`);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

function describe(result: Result): string {
  return [
    `recovery after kill -9, ${result.events} events stored, ${result.lanes} lanes, last batch ${result.lastBatch}`,
    `  engine alone ${result.bareMs} ms; engine, marks and last batch ${result.storeMs} ms; ratio ${result.ratio}`,
  ].join('\n');
}
