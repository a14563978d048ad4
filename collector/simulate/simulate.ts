/**
 * `vonggac simulate`: enrols so many hosts, connects them all, lets them send for a while and says what came of it.
 * Its result is a stable interface: keys may be added at the end, none changes its meaning.
 */
import { enrolFleet } from './enrol-fleet.ts';
import { newEpoch } from './identity.ts';
import { Fleet, type FleetState } from './fleet.ts';
import { type Part, POPULATIONS, type PopulationName } from './profiles.ts';
import { seeded } from './made-up.ts';

export interface SimulateOptions {
  url: string;
  token: string;
  agents: number;
  /** In all. */
  eventsPerSecond: number;
  seconds: number;
  population: PopulationName;
  /** Hour of the day at which the hosts begin. */
  hour: number;
  seed: number;
  stateDir: string | undefined;
  /** Ends it early; what was sent until then is reported. */
  signal: AbortSignal;
  now: () => number;
  sleep: (ms: number) => Promise<void>;
  onPhase: (phase: 'enrol' | 'connect' | 'send' | 'settle') => void;
  /** Called about every half second. */
  onProgress: (state: FleetState & { enrolled: number; p99AckMs: number | null }) => void;
  /** What the store holds of an epoch; undefined when it cannot be asked. */
  stored: (epoch: string) => Promise<{ rows: number; distinct: number } | undefined>;
}

export interface SimulateResult {
  sent: number;
  acked: number;
  lost: number;
  duplicates: number;
  p50AckMs: number | null;
  p99AckMs: number | null;
  /** `store`: lost and duplicates were counted in the event store; `acks`: lost is what was not acknowledged. */
  checked: 'store' | 'acks';
  agents: number;
  /** Most agents online at once. */
  onlineMax: number;
  /** From the first connection until all were online; null when that was not reached. */
  connectSeconds: number | null;
  eventsPerSecond: number;
  /** Sessions that ended and had to be made again, and connections that failed. */
  reconnects: number;
  failures: number;
}

const POLL_MS = 100;
const REPORT_POLLS = 5;
const CONNECT_SECONDS_MAX = 300;
const SETTLE_SECONDS_MAX = 120;

/** @throws EnrolRefusedError when the collector admits nobody with this token, OtherCertificateError, CollectorUnreachableError */
export async function simulate(options: SimulateOptions): Promise<SimulateResult> {
  const { url, token, agents, eventsPerSecond, seconds, signal, now, sleep, stateDir } = options;
  const parts: readonly Part[] = POPULATIONS[options.population];
  const allAtOnce = parts.some(({ profile }) => profile.allAtOnce);
  const none: FleetState = { online: 0, onlineMax: 0, sent: 0, acked: 0, reconnects: 0, failures: 0 };
  options.onPhase('enrol');
  const enrolled = await enrolFleet({
    url,
    token,
    count: agents,
    stateDir,
    signal,
    sleep,
    onProgress: (count) => options.onProgress({ ...none, enrolled: count, p99AckMs: null }),
  });
  const epoch = newEpoch();
  const fleet = new Fleet({
    identities: enrolled.map((identity) => ({ ...identity, epoch })),
    parts,
    eventsPerSecond,
    hour: options.hour,
    random: seeded(options.seed),
    now,
  });
  const wait = async (secondsMax: number, done: () => boolean): Promise<boolean> => {
    const endMs = performance.now() + secondsMax * 1_000;
    for (let polls = 1; !done(); polls += 1) {
      if (performance.now() >= endMs || signal.aborted) return false;
      await sleep(POLL_MS);
      if (polls % REPORT_POLLS !== 0) continue;
      options.onProgress({
        ...fleet.state,
        enrolled: enrolled.length,
        p99AckMs: fleet.latency.quantile(0.99),
      });
    }
    return true;
  };
  try {
    options.onPhase('connect');
    const beganMs = performance.now();
    fleet.start();
    if (allAtOnce) fleet.startSending();
    const allOnline = await wait(CONNECT_SECONDS_MAX, () => fleet.state.online >= fleet.wanted);
    const connectSeconds = allOnline ? (performance.now() - beganMs) / 1_000 : null;
    options.onPhase('send');
    const sendingMs = allAtOnce ? beganMs : performance.now();
    fleet.startSending();
    await wait(seconds, () => false);
    fleet.stopSending();
    const sentSeconds = Math.max(0.001, (performance.now() - sendingMs) / 1_000);
    options.onPhase('settle');
    await wait(SETTLE_SECONDS_MAX, () => fleet.state.acked >= fleet.state.sent);
    const { sent, acked, onlineMax, reconnects, failures } = fleet.state;
    const stored = await options.stored(epoch);
    return {
      sent,
      acked,
      lost: sent - (stored?.distinct ?? acked),
      duplicates: stored === undefined ? 0 : stored.rows - stored.distinct,
      p50AckMs: fleet.latency.quantile(0.5),
      p99AckMs: fleet.latency.quantile(0.99),
      checked: stored === undefined ? 'acks' : 'store',
      agents: enrolled.length,
      onlineMax,
      connectSeconds: connectSeconds === null ? null : Number(connectSeconds.toFixed(1)),
      eventsPerSecond: Math.round(sent / sentSeconds),
      reconnects,
      failures,
    };
  } finally {
    fleet.stop();
  }
}
