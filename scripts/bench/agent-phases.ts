/** The phases of `npm run bench -- agent`: each runs one agent on its own state folder and stops it. */
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BundledAgent } from './bundled-agent.ts';
import { cpuMicros, percentile, rssMb } from './cpu.ts';
import { memoryMapOf } from './memory-map.ts';
import type { MemoryMap } from './memory-map.ts';

/** Until what starting leaves behind has settled. */
const SETTLE_MS = 10_000;
const TICK_MS = 50;
/** The acknowledgements of the last lines. */
const TAIL_MS = 4_000;
const BULK = 2;

export interface Spread {
  median: number;
  min: number;
  max: number;
  samples: number;
}

function spreadOf(values: readonly number[]): Spread {
  return {
    median: percentile(values, 0.5),
    min: Math.min(...values),
    max: Math.max(...values),
    samples: values.length,
  };
}

interface Samples {
  rssMb: Spread;
  /** Percent of one core, by sample. */
  cpuPercent: Spread;
  /** The same over the whole time. */
  cpuPercentOverall: number;
}

/** Once a second. */
async function sample(pid: number, seconds: number): Promise<Samples> {
  const rss: number[] = [];
  const cpu: number[] = [];
  const startMicros = cpuMicros(pid);
  const startMs = performance.now();
  let beforeMicros = startMicros;
  let beforeMs = startMs;
  for (let second = 0; second < seconds; second += 1) {
    await sleep(1_000);
    const [micros, nowMs] = [cpuMicros(pid), performance.now()];
    rss.push(rssMb(pid));
    cpu.push((micros - beforeMicros) / 10 / (nowMs - beforeMs));
    [beforeMicros, beforeMs] = [micros, nowMs];
  }
  const cpuPercentOverall = (beforeMicros - startMicros) / 10 / (beforeMs - startMs);
  return { rssMb: spreadOf(rss), cpuPercent: spreadOf(cpu), cpuPercentOverall };
}

export async function measureIdle(
  agent: BundledAgent,
  seconds: number,
): Promise<{ rssMb: Spread; cpuPercent: number; memory: MemoryMap }> {
  await agent.start({});
  await sleep(SETTLE_MS);
  const { rssMb: rss, cpuPercentOverall } = await sample(agent.pid, seconds);
  const memory = memoryMapOf(agent.pid);
  await agent.stop();
  return { rssMb: rss, cpuPercent: cpuPercentOverall, memory };
}

export interface LoadOptions {
  seconds: number;
  /** Lines a second. */
  eps: number;
  /** Where the log lies. */
  folder: string;
}

const line = (n: number, at: Date): string =>
  `${at.toISOString().replace('Z', '+00:00')} srv app[${1_000 + (n % 50)}]: request ${n} of 192.0.2.${n % 250} for /item/${n % 997} took ${n % 400} ms\n`;

/** Writes lines at a pace until the time is over. @returns when each was written, milliseconds since 1970 */
async function write(log: string, { seconds, eps }: LoadOptions): Promise<number[]> {
  const handle = fs.openSync(log, 'a');
  const written: number[] = [];
  try {
    const startMs = performance.now();
    for (;;) {
      const elapsedMs = performance.now() - startMs;
      if (elapsedMs >= seconds * 1_000) return written;
      const due = Math.floor((elapsedMs / 1_000) * eps) - written.length;
      const now = new Date();
      let text = '';
      for (let at = 0; at < due; at += 1) {
        text += line(written.length + 1, now);
        written.push(now.getTime());
      }
      if (text !== '') fs.writeSync(handle, text);
      await sleep(TICK_MS);
    }
  } finally {
    fs.closeSync(handle);
  }
}

function onlyLog(log: string, governor: object = {}): object {
  return {
    tails: [{ path: log, channel: 'linux-syslog', lane: 'bulk' }],
    watch: [],
    inventory: { enabled: false },
    journald: { enabled: false },
    governor,
  };
}

/** With the default settings and one log more. */
export async function measureLoad(
  agent: BundledAgent,
  options: LoadOptions,
): Promise<{ rssMb: Spread; cpuPercent: Spread; eventsPerSecond: number }> {
  const log = path.join(options.folder, 'load.log');
  fs.writeFileSync(log, '');
  const { tails } = onlyLog(log) as { tails: object[] };
  await agent.start({ tails });
  await sleep(SETTLE_MS);
  const writing = write(log, { ...options, seconds: options.seconds + 2 });
  await sleep(1_000);
  const { rssMb: memory, cpuPercent, cpuPercentOverall } = await sample(agent.pid, options.seconds);
  const written = await writing;
  await sleep(TAIL_MS);
  await agent.stop();
  return {
    rssMb: memory,
    cpuPercent: { ...cpuPercent, median: cpuPercentOverall },
    eventsPerSecond: written.length / (options.seconds + 2),
  };
}

/** The lane holds the log's lines and nothing else, so the n-th line is sequence n. */
export async function measureLatency(
  agent: BundledAgent,
  options: LoadOptions,
): Promise<{ p50Ms: number; p99Ms: number; maxMs: number }> {
  const log = path.join(options.folder, 'latency.log');
  fs.writeFileSync(log, '');
  const acknowledged: { at: number; seq: number }[] = [];
  agent.onLog(({ at, msg, fields }) => {
    if (msg === 'acknowledged' && fields['lane'] === BULK)
      acknowledged.push({ at, seq: Number(fields['seq']) });
  });
  await agent.start(onlyLog(log), 'trace');
  await sleep(2_000);
  const written = await write(log, options);
  await sleep(TAIL_MS);
  await agent.stop();
  const latencies: number[] = [];
  let next = 0;
  for (const { at, seq } of acknowledged) {
    for (; next < seq && next < written.length; next += 1) latencies.push(at - (written[next] ?? at));
  }
  if (latencies.length < written.length)
    throw new Error(`only ${latencies.length} of ${written.length} lines were acknowledged`);
  return {
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    maxMs: percentile(latencies, 1),
  };
}

/** A tree under integrity watch, and nothing else; its baseline is made without a budget. */
export async function measureWatched(
  agent: BundledAgent,
  tree: string,
): Promise<{ rssMb: Spread; baselineSeconds: number }> {
  const startMs = performance.now();
  await agent.start({
    tails: [],
    watch: [{ path: tree }],
    inventory: { enabled: false },
    journald: { enabled: false },
    governor: { cpuPercentMax: 100, rssMbMax: 4_096 },
  });
  const baselineSeconds = (performance.now() - startMs) / 1_000;
  await sleep(SETTLE_MS);
  const { rssMb: memory } = await sample(agent.pid, 10);
  await agent.stop();
  return { rssMb: memory, baselineSeconds };
}
