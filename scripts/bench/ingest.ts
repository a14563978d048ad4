/**
 * Ingest benchmark: agents send frames of a plausible mix at a set pace (0 = as fast as acks allow) to a real
 * collector process over TLS; the floor is a bare pipeline over the same frames in the same run: zstd, JSON.parse,
 * Arrow and insert into a store of the same kind, without sessions, validation, normalising or rules.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { prepareJoinToken, startCollectorProcess } from '../simulate/collector-process.ts';
import { enrolSimAgent } from '../../collector/simulate/identity.ts';
import { SimSession } from '../../collector/simulate/sim-session.ts';
import { childrenOf, cpuMicros, percentile, rssMb } from './cpu.ts';
import { makeRecord, seeded } from '../../collector/simulate/records.ts';

interface Result {
  agents: number;
  frameEvents: number;
  targetPerSecond: number;
  seconds: number;
  eventsPerSecond: number;
  collectorMicrosPerEvent: number;
  engineMicrosPerEvent: number;
  ackP50Ms: number;
  ackP99Ms: number;
  /** Longest time that the collector's event loop stood still, and in half of the seconds. */
  loopMaxMs: number;
  loopP50Ms: number;
  lost: number;
  rssMb: number;
  engineRssMb: number;
  floorMicrosPerEvent: number;
  ratioToFloor: number;
}

const PROBE = pathToFileURL(path.join(import.meta.dirname, 'loop-probe.ts')).href;

/** Pace of the senders: one tick. */
const TICK_MS = 20;

async function load(options: {
  agents: number;
  frameEvents: number;
  perSecond: number;
  seconds: number;
  dataDir: string;
}): Promise<Omit<Result, 'floorMicrosPerEvent' | 'ratioToFloor'>> {
  const { agents, frameEvents, perSecond, seconds, dataDir } = options;
  const token = await prepareJoinToken(dataDir, agents);
  const collector = await startCollectorProcess({
    dataDir,
    env: { NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --import ${PROBE}`.trim() },
  });
  const loopMs: number[] = [];
  try {
    const engine = childrenOf(collector.pid)[0] ?? 0;
    const random = seeded(7);
    const sessions: SimSession[] = [];
    for (let index = 0; index < agents; index += 1) {
      const session = new SimSession(
        await enrolSimAgent({ url: collector.url, token, hostname: `sim-${index}` }),
      );
      await session.open();
      sessions.push(session);
    }
    // Frames are made beforehand, so that the sender's work does not count as the collector's time.
    const pool = Array.from({ length: 64 }, () =>
      Array.from({ length: frameEvents }, () => makeRecord(random, Date.now())),
    );
    let turn = 0;
    const sendOne = (): boolean => {
      for (let tried = 0; tried < sessions.length; tried += 1) {
        const session = sessions[turn % sessions.length];
        turn += 1;
        if (session === undefined || session.inFlight >= 16) continue;
        session.send(1, pool[turn % pool.length] ?? []);
        return true;
      }
      return false;
    };
    const before = { collector: cpuMicros(collector.pid), engine: cpuMicros(engine) };
    collector.child.on('message', (message) => {
      if (typeof message === 'object' && 'maxMs' in message) loopMs.push(Number(message.maxMs));
    });
    const start = performance.now();
    let sent = 0;
    while (performance.now() - start < seconds * 1_000) {
      const due =
        perSecond === 0 ? Number.POSITIVE_INFINITY : ((performance.now() - start) / 1_000) * perSecond;
      while (sent < due && sendOne()) sent += frameEvents;
      await sleep(perSecond === 0 ? 1 : TICK_MS);
    }
    await Promise.all(sessions.map((session) => session.settled()));
    const elapsed = (performance.now() - start) / 1_000;
    const after = { collector: cpuMicros(collector.pid), engine: cpuMicros(engine) };
    const stats = sessions.map((session) => session.stats);
    const acked = stats.reduce((sum, one) => sum + one.acked, 0);
    const total = stats.reduce((sum, one) => sum + one.sent, 0);
    const ackMs = stats.flatMap((one) => one.ackMs);
    const memory = { collector: rssMb(collector.pid), engine: rssMb(engine) };
    for (const session of sessions) session.close();
    return {
      agents,
      frameEvents,
      targetPerSecond: perSecond,
      seconds: round(elapsed, 1),
      eventsPerSecond: Math.round(acked / elapsed),
      collectorMicrosPerEvent: round((after.collector - before.collector) / acked, 1),
      engineMicrosPerEvent: round((after.engine - before.engine) / acked, 1),
      ackP50Ms: Math.round(percentile(ackMs, 0.5)),
      ackP99Ms: Math.round(percentile(ackMs, 0.99)),
      loopMaxMs: Math.round(percentile(loopMs, 1)),
      loopP50Ms: Math.round(percentile(loopMs, 0.5)),
      lost: total - acked,
      rssMb: Math.round(memory.collector),
      engineRssMb: Math.round(memory.engine),
    };
  } finally {
    await collector.stop();
  }
}

/** CPU of the bare pipeline per event, microseconds, process and engine together. */
async function floor(dataDir: string, frameEvents: number, events: number): Promise<number> {
  const script = path.join(import.meta.dirname, 'ingest-floor.ts');
  const child = spawn(process.execPath, [script, dataDir, String(frameEvents), String(events)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`the floor's process ended with ${code}`);
  return Number(output);
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits));

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      agents: { type: 'string', default: '50' },
      frame: { type: 'string', default: '100' },
      eps: { type: 'string', default: '20000' },
      seconds: { type: 'string', default: '20' },
    },
  });
  const options = {
    agents: Number(values.agents),
    frameEvents: Number(values.frame),
    seconds: Number(values.seconds),
  };
  const results: Result[] = [];
  for (const perSecond of [Number(values.eps), 0]) {
    const dataDir = await mkdtemp(path.join(os.tmpdir(), 'vonggac-bench-'));
    const floorDir = await mkdtemp(path.join(os.tmpdir(), 'vonggac-floor-'));
    try {
      const measured = await load({ ...options, perSecond, dataDir });
      const floorMicros = await floor(floorDir, options.frameEvents, 200_000);
      const total = measured.collectorMicrosPerEvent + measured.engineMicrosPerEvent;
      results.push({
        ...measured,
        floorMicrosPerEvent: round(floorMicros, 1),
        ratioToFloor: round(total / floorMicros, 2),
      });
    } finally {
      await rm(dataDir, { recursive: true, force: true });
      await rm(floorDir, { recursive: true, force: true });
    }
  }
  for (const result of results)
    process.stdout.write(`${values.json ? JSON.stringify(result) : describe(result)}\n`);
}

function describe(r: Result): string {
  const pace =
    r.targetPerSecond === 0 ? 'as fast as acknowledged' : `${r.targetPerSecond} events/s asked for`;
  return [
    `ingest, ${r.agents} agents, ${r.frameEvents} events a frame, ${pace}, ${r.seconds} s`,
    `  ${r.eventsPerSecond} events/s stored and acknowledged, ${r.lost} lost`,
    `  ack p50 ${r.ackP50Ms} ms, p99 ${r.ackP99Ms} ms`,
    `  event loop stood still at most ${r.loopMaxMs} ms; median of each second's longest ${r.loopP50Ms} ms`,
    `  CPU per event: collector ${r.collectorMicrosPerEvent} µs + engine ${r.engineMicrosPerEvent} µs; bare floor ${r.floorMicrosPerEvent} µs; ratio ${r.ratioToFloor}`,
    `  memory: collector ${r.rssMb} MB, engine ${r.engineRssMb} MB`,
  ].join('\n');
}
