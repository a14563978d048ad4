/**
 * `npm run bench -- delivery`: what others notice of one agent that disturbs. Honest agents send at a steady pace; beside
 * them one pours 150 days of events, or has rows that the store refuses. Quiet and disturbed times take turns on the same
 * collector, so that what else the machine does is in both.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { enrolFleet } from '../../collector/simulate/enrol-fleet.ts';
import { seeded } from '../../collector/simulate/made-up.ts';
import { makeFrames, makeRecord } from '../../collector/simulate/records.ts';
import { SimSession } from '../../collector/simulate/sim-session.ts';
import { prepareJoinToken, startCollectorProcess } from '../simulate/collector-process.ts';
import { refuseRowsOf } from '../simulate/refuse-rows.ts';
import { percentile } from './cpu.ts';

const DAY_MS = 86_400_000;
const DAYS = 150;
const TICK_MS = 20;
/** As the collector's policy tells agents. */
const IN_FLIGHT_MAX = 16;
const DISTURBING_FRAME = 500;
const FRAME = 20;
const LANE = 1;

interface Latency {
  acks: number;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
}

interface Result {
  case: string;
  agents: number;
  perSecond: number;
  seconds: number;
  rounds: number;
  quiet: Latency;
  disturbed: Latency;
  /** Of the disturbing agent, meanwhile. */
  poured: number;
  pouredAcked: number;
  lost: number;
}

interface Disturbance {
  /** Frames of the disturbing agent, one after the other. */
  frame: (at: number) => readonly string[];
  /** What happens before it begins. */
  before?: (dataDir: string, agentId: string) => Promise<void>;
  /** Events a second it sends; left out, as fast as acknowledged. */
  perSecond?: number;
}

/** Made before anything is measured: making records would hold up the acknowledgements that are timed. */
const DISTURBING_FRAMES = 80;

function cycle(make: (at: number) => string[]): Disturbance['frame'] {
  const frames = Array.from({ length: DISTURBING_FRAMES }, (_, at) => make(at));
  return (at) => frames[at % frames.length] ?? [];
}

/** A host that was away: what it has kept, oldest first. */
function returning(nowMs: number): Disturbance['frame'] {
  const random = seeded(11);
  return cycle((at) => {
    const atMs = nowMs - DAYS * DAY_MS * (1 - at / DISTURBING_FRAMES);
    return Array.from({ length: DISTURBING_FRAME }, (_, n) => makeRecord(random, atMs + n * 1_000));
  });
}

/** Failed logins at any time of 150 days: each is late, each concerns a correlation. */
function scattered(nowMs: number): Disturbance['frame'] {
  const random = seeded(12);
  return cycle(() =>
    Array.from({ length: DISTURBING_FRAME }, (_, n) => {
      const time = new Date(nowMs - random() * DAYS * DAY_MS).toISOString().replace('Z', '+00:00');
      return JSON.stringify({
        kind: 'log',
        at: nowMs,
        channel: 'linux-syslog',
        origin: '/var/log/auth.log',
        text: `${time} srv sshd[${n}]: Failed password for root from 203.0.113.${n % 200} port ${1_024 + n} ssh2`,
      });
    }),
  );
}

const CASES: Readonly<Record<string, (nowMs: number) => Disturbance>> = {
  returning: (nowMs) => ({ frame: returning(nowMs) }),
  scattered: (nowMs) => ({ frame: scattered(nowMs) }),
  refused: (nowMs) => {
    const frames = makeFrames(FRAME, nowMs);
    return { frame: (at) => frames[at % frames.length] ?? [], before: refuseRowsOf, perSecond: 500 };
  },
};

const latencyOf = (ms: readonly number[]): Latency => ({
  acks: ms.length,
  p50Ms: Math.round(percentile(ms, 0.5)),
  p99Ms: Math.round(percentile(ms, 0.99)),
  maxMs: Math.round(percentile(ms, 1)),
});

/** Frames of all in turn at a pace, until the time is over. */
async function pace(
  sessions: readonly SimSession[],
  frames: readonly (readonly string[])[],
  perSecond: number,
  seconds: number,
): Promise<void> {
  const startMs = performance.now();
  let turn = 0;
  for (;;) {
    const elapsedMs = performance.now() - startMs;
    if (elapsedMs >= seconds * 1_000) return;
    while (turn * FRAME < (elapsedMs / 1_000) * perSecond) {
      sessions[turn % sessions.length]?.send(LANE, frames[turn % frames.length] ?? []);
      turn += 1;
    }
    await sleep(TICK_MS);
  }
}

async function pour(
  session: SimSession,
  { frame, perSecond }: Disturbance,
  signal: AbortSignal,
): Promise<void> {
  const startMs = performance.now();
  let sent = 0;
  for (let at = 0; !signal.aborted; at += 1) {
    const records = frame(at);
    session.send(LANE, records);
    sent += records.length;
    if (perSecond === undefined) await session.settled(IN_FLIGHT_MAX - 1);
    else {
      while (!signal.aborted && sent > ((performance.now() - startMs) / 1_000) * perSecond)
        await sleep(TICK_MS);
    }
    await sleep(0);
  }
}

interface Options {
  agents: number;
  perSecond: number;
  seconds: number;
  rounds: number;
}

async function measure(name: string, disturbance: Disturbance, options: Options): Promise<Result> {
  const { agents, perSecond, seconds, rounds } = options;
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'vonggac-bench-'));
  try {
    const token = await prepareJoinToken(dataDir, agents + 1);
    const collector = await startCollectorProcess({ dataDir });
    try {
      const identities = await enrolFleet({
        url: collector.url,
        token,
        count: agents + 1,
        signal: new AbortController().signal,
        sleep,
        onProgress: () => undefined,
      });
      const sessions = identities.map((identity) => new SimSession(identity));
      for (const session of sessions) await session.open();
      const [disturbing, ...honest] = sessions;
      const agentId = identities[0]?.agentId;
      if (disturbing === undefined || agentId === undefined) throw new Error('nobody was enrolled');
      const frames = makeFrames(FRAME, Date.now());
      const acks = (): number[] => honest.map(({ stats }) => stats.ackMs.length);
      const since = (marks: readonly number[]): number[] =>
        honest.flatMap(({ stats }, at) => stats.ackMs.slice(marks[at]));
      const settle = (): Promise<unknown> => Promise.all(honest.map((session) => session.settled()));

      await pace(honest, frames, perSecond, Math.min(5, seconds));
      await settle();
      await disturbance.before?.(dataDir, agentId);
      const quiet: number[] = [];
      const disturbed: number[] = [];
      let pouredAcked = 0;
      for (let round = 0; round < rounds; round += 1) {
        let marks = acks();
        await pace(honest, frames, perSecond, seconds);
        await settle();
        quiet.push(...since(marks));

        const pouring = new AbortController();
        const before = disturbing.stats.acked;
        const poured = pour(disturbing, disturbance, pouring.signal);
        marks = acks();
        await pace(honest, frames, perSecond, seconds);
        pouring.abort();
        pouredAcked += disturbing.stats.acked - before;
        await settle();
        disturbed.push(...since(marks));
        await poured;
        // What is left of it would disturb the quiet time that follows.
        await disturbing.settled();
      }
      for (const session of sessions) session.close();
      const lost = honest.reduce((sum, { stats }) => sum + stats.sent - stats.acked, 0);
      return {
        case: name,
        ...options,
        quiet: latencyOf(quiet),
        disturbed: latencyOf(disturbed),
        poured: disturbing.stats.sent,
        pouredAcked,
        lost,
      };
    } finally {
      await collector.stop();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

function describe(r: Result): string {
  const said = ({ p50Ms, p99Ms, maxMs }: Latency): string =>
    `p50 ${p50Ms} ms, p99 ${p99Ms} ms, longest ${maxMs} ms`;
  return [
    `delivery, ${r.case}: ${r.agents} honest agents, ${r.perSecond} events/s, ${r.rounds} rounds of ${r.seconds} s, ${r.lost} lost`,
    `  ack alone: ${said(r.quiet)}`,
    `  ack beside the disturbing agent: ${said(r.disturbed)}`,
    `  the disturbing agent sent ${r.poured} events, of which ${r.pouredAcked} were acknowledged meanwhile`,
  ].join('\n');
}

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      agents: { type: 'string', default: '50' },
      eps: { type: 'string', default: '2000' },
      seconds: { type: 'string', default: '10' },
      rounds: { type: 'string', default: '3' },
      case: { type: 'string', multiple: true, default: Object.keys(CASES) },
    },
  });
  const options = {
    agents: Number(values.agents),
    perSecond: Number(values.eps),
    seconds: Number(values.seconds),
    rounds: Number(values.rounds),
  };
  for (const name of values.case) {
    const disturbance = CASES[name];
    if (disturbance === undefined)
      throw new Error(`there is no case ${name}: ${Object.keys(CASES).join(', ')}`);
    const result = await measure(name, disturbance(Date.now()), options);
    process.stdout.write(`${values.json ? JSON.stringify(result) : describe(result)}\n`);
  }
}
