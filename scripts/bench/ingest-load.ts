/**
 * Load for the ingest benchmark: simulated agents send frames over TLS to a real collector process, at a pace or as
 * fast as it acknowledges. A warm-up that compiles code and opens files is not counted.
 */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { prepareJoinToken, startCollectorProcess } from '../simulate/collector-process.ts';
import { enrolFleet } from '../../collector/simulate/enrol-fleet.ts';
import { SimSession } from '../../collector/simulate/sim-session.ts';
import { childrenOf, cpuMicros, percentile, rssMb } from './cpu.ts';

export interface LoadOptions {
  agents: number;
  frameEvents: number;
  /** Events a second of all agents together; 0 is as fast as acknowledged. */
  perSecond: number;
  seconds: number;
  warmUpSeconds: number;
  dataDir: string;
  rules: readonly string[];
  frames: readonly (readonly string[])[];
  /** Folder for a processor profile of the collector; left out, none is made. */
  profileDir?: string | undefined;
}

export interface LoadResult {
  rulesLoaded: number;
  rulesRejected: number;
  agents: number;
  frameEvents: number;
  targetPerSecond: number;
  seconds: number;
  events: number;
  eventsPerSecond: number;
  collectorMicrosPerEvent: number;
  engineMicrosPerEvent: number;
  ackP50Ms: number;
  ackP99Ms: number;
  /** Longest time that the collector's event loop stood still, and the median of each second's longest. */
  loopMaxMs: number;
  loopP50Ms: number;
  lost: number;
  rssMb: number;
  engineRssMb: number;
}

const PROBE = pathToFileURL(path.join(import.meta.dirname, 'loop-probe.ts')).href;

/** Pace of the senders: one tick. */
const TICK_MS = 20;
/** As the collector's policy tells agents. */
const IN_FLIGHT_MAX = 16;
/** Sessions that are opened at once. */
const OPENING = 16;

async function openSessions(url: string, token: string, agents: number): Promise<SimSession[]> {
  const identities = await enrolFleet({
    url,
    token,
    count: agents,
    signal: new AbortController().signal,
    sleep,
    onProgress: () => undefined,
  });
  const sessions: SimSession[] = [];
  const left = identities.values();
  const open = async (): Promise<void> => {
    for (const identity of left) {
      const session = new SimSession(identity);
      await session.open();
      sessions.push(session);
    }
  };
  await Promise.all(Array.from({ length: Math.min(OPENING, agents) }, open));
  return sessions;
}

/** Sends in turn for all sessions until the time is over. */
async function send(sessions: readonly SimSession[], options: LoadOptions, seconds: number): Promise<void> {
  const { frames, frameEvents, perSecond } = options;
  let turn = 0;
  const sendOne = (): boolean => {
    for (let tried = 0; tried < sessions.length; tried += 1) {
      const session = sessions[turn % sessions.length];
      turn += 1;
      if (session === undefined || session.inFlight >= IN_FLIGHT_MAX) continue;
      session.send(1, frames[turn % frames.length] ?? []);
      return true;
    }
    return false;
  };
  const startMs = performance.now();
  let sent = 0;
  for (;;) {
    const elapsedMs = performance.now() - startMs;
    if (elapsedMs >= seconds * 1_000) return;
    const due = perSecond === 0 ? Number.POSITIVE_INFINITY : (elapsedMs / 1_000) * perSecond;
    while (sent < due && sendOne()) sent += frameEvents;
    await sleep(perSecond === 0 ? 1 : TICK_MS);
  }
}

/** What the collector wrote into its log about the rules it loaded. */
async function rulesIn(dataDir: string): Promise<{ loaded: number; rejected: number }> {
  const folder = path.join(dataDir, 'logs');
  for (const name of await readdir(folder)) {
    for (const line of (await readFile(path.join(folder, name), 'utf8')).split('\n')) {
      const said: unknown = line === '' ? undefined : JSON.parse(line);
      if (typeof said !== 'object' || said === null || !('rules' in said) || !('rejected' in said)) continue;
      return { loaded: Number(said.rules), rejected: Number(said.rejected) };
    }
  }
  throw new Error('the collector did not say how many rules it loaded');
}

export async function load(options: LoadOptions): Promise<LoadResult> {
  const { agents, dataDir, profileDir } = options;
  const token = await prepareJoinToken(dataDir, agents);
  const profile = profileDir === undefined ? '' : `--cpu-prof --cpu-prof-dir=${profileDir}`;
  const collector = await startCollectorProcess({
    dataDir,
    env: {
      NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --import ${PROBE} ${profile}`.trim(),
      ...(options.rules.length > 0 && { VONGGAC_RULES: options.rules.join(path.delimiter) }),
    },
  });
  const loopMs: number[] = [];
  try {
    const engine = childrenOf(collector.pid)[0] ?? 0;
    const sessions = await openSessions(collector.url, token, agents);
    const settled = (): Promise<void[]> => Promise.all(sessions.map((session) => session.settled()));
    await send(sessions, options, options.warmUpSeconds);
    await settled();
    const cpu = (): { collector: number; engine: number } => ({
      collector: cpuMicros(collector.pid),
      engine: cpuMicros(engine),
    });
    const warm = sessions.map(({ stats }) => ({ ...stats, acks: stats.ackMs.length }));
    const before = cpu();
    collector.child.on('message', (message) => {
      if (typeof message === 'object' && 'maxMs' in message) loopMs.push(Number(message.maxMs));
    });
    const startMs = performance.now();
    await send(sessions, options, options.seconds);
    await settled();
    const elapsed = (performance.now() - startMs) / 1_000;
    const after = cpu();
    const sum = (of: (stats: { sent: number; acked: number }) => number): number =>
      sessions.reduce((total, { stats }, at) => total + of(stats) - of(warm[at] ?? stats), 0);
    const acked = sum((stats) => stats.acked);
    const ackMs = sessions.flatMap(({ stats }, at) => stats.ackMs.slice(warm[at]?.acks));
    const memory = { collector: rssMb(collector.pid), engine: rssMb(engine) };
    for (const session of sessions) session.close();
    const rules = await rulesIn(dataDir);
    return {
      rulesLoaded: rules.loaded,
      rulesRejected: rules.rejected,
      agents,
      frameEvents: options.frameEvents,
      targetPerSecond: options.perSecond,
      seconds: Number(elapsed.toFixed(1)),
      events: acked,
      eventsPerSecond: Math.round(acked / elapsed),
      collectorMicrosPerEvent: (after.collector - before.collector) / acked,
      engineMicrosPerEvent: (after.engine - before.engine) / acked,
      ackP50Ms: Math.round(percentile(ackMs, 0.5)),
      ackP99Ms: Math.round(percentile(ackMs, 0.99)),
      loopMaxMs: Math.round(percentile(loopMs, 1)),
      loopP50Ms: Math.round(percentile(loopMs, 0.5)),
      lost: sum((stats) => stats.sent) - acked,
      rssMb: Math.round(memory.collector),
      engineRssMb: Math.round(memory.engine),
    };
  } finally {
    await collector.stop();
  }
}
