/**
 * Keeps the agent within what it may cost its machine. It only ever makes work wait, the least urgent first, and says
 * what waited; it ends nothing, and whatever the load every kind of work goes on, however slowly.
 */
import { setImmediate } from 'node:timers/promises';
import type { LaneName } from '#protocol/lane.ts';
import type { Clock } from '../clock.ts';
import type { GovernorConfig } from '../governor-config.ts';
import type { Pace } from '../pace.ts';
import type { GovernedSource } from '../source-runner.ts';
import type { CostReader } from './cost-reader.ts';
import { ACCOUNT_WINDOW_MS, CpuAccount } from './cpu-account.ts';
import { MemoryWatch } from './memory-watch.ts';
import type { Relief } from './memory-watch.ts';
import type { Pause } from './pause-file.ts';
import { Slowdowns } from './slowdowns.ts';
import type { SlowReason, Slowdown } from './slowdowns.ts';
import { TERMS } from './work-class.ts';
import type { WorkClass } from './work-class.ts';

export interface GovernorOptions {
  config: GovernorConfig;
  /** Cores of the machine that the agent may run on. */
  cores: number;
  clock: Clock;
  cost: CostReader;
  onBattery: () => boolean;
  /** The pause somebody asked for, at that wall clock time. */
  pause: (nowMs: number) => Pause | undefined;
  /** Gives memory back; told when `rssMbMax` is exceeded. */
  reliefs?: readonly Relief[] | undefined;
  signal: AbortSignal;
}

export type GovernorNews =
  | ({ kind: 'slowed' } & Slowdown & { over: boolean })
  /** Scans wait. */
  | { kind: 'paused'; reason: 'battery' | 'request'; until: number | undefined }
  | { kind: 'resumed'; reason: 'battery' | 'request'; pausedMs: number }
  /** `relieved`: what was told to give memory back. */
  | { kind: 'memory-over'; rssBytes: number; relieved: readonly string[] }
  | { kind: 'memory-within'; rssBytes: number; overMs: number };

export interface GovernorStatus {
  /** Of the whole machine, over the last minute. */
  cpuPercent: number;
  cpuPercentMax: number;
  rssBytes: number;
  rssBytesMax: number;
  paused: { reason: 'battery' | 'request'; since: number; until: number | undefined } | undefined;
  slowed: readonly Slowdown[];
}

/** Own CPU is asked for at most this often. */
const NOTE_EVERY_MS = 5;
const WAIT_MS_MIN = 10;
const WAIT_MS_MAX = 1_000;
/** How long work may go on before the event loop gets a turn. */
const BREATH_MS = 15;

export class Governor {
  readonly #options: GovernorOptions;
  readonly #account: CpuAccount;
  readonly #memory: MemoryWatch;
  readonly #slowdowns = new Slowdowns();
  /** CPU in all by monotonic time, a minute of it. */
  readonly #past: { atMs: number; cpuMs: number }[] = [];
  /** Reads that were refused, by source and lane. */
  readonly #refused = new Map<string, { firstMs: number; lastMs: number }>();
  #notedAtMs: number;
  #breathedAtMs: number;
  #rssBytes = 0;
  #paused: GovernorStatus['paused'];

  constructor(options: GovernorOptions) {
    const { config, cores, clock, cost, reliefs = [] } = options;
    this.#options = options;
    const atMs = clock.monotonicMs();
    const { cpuMs, rssBytes } = cost.read();
    this.#account = new CpuAccount(config.cpuPercentMax, cores, atMs, cpuMs);
    this.#memory = new MemoryWatch(config.rssMbMax * 1_048_576, reliefs, clock);
    this.#notedAtMs = atMs;
    this.#breathedAtMs = atMs;
    this.#rssBytes = rssBytes;
    this.#past.push({ atMs, cpuMs });
    this.#lookForPause();
  }

  /** @param subject the source, as it is called in what is told */
  pace(subject: string, work: WorkClass): Pace {
    return { turn: () => this.#turn(subject, work) };
  }

  /** @param pulled as what the source's pulls count; undefined for one that cannot wait */
  govern(subject: string, pulled: WorkClass | undefined): GovernedSource {
    return {
      pace: this.pace(subject, 'scan'),
      urgentPace: this.pace(subject, 'security'),
      pull: pulled === undefined ? undefined : this.pace(subject, pulled),
      mayRead: (lane) => this.#mayRead(subject, lane),
      recordsMax: () => this.recordsMax,
    };
  }

  /** Records of one transaction: fewer while memory is short, so that less lies around at once. */
  get recordsMax(): number | undefined {
    return this.#memory.isOver ? 200 : undefined;
  }

  /** To be called every few seconds. @returns what has changed and is worth a record */
  look(): GovernorNews[] {
    const { clock, cost } = this.#options;
    const atMs = clock.monotonicMs();
    const nowMs = clock.now();
    const { cpuMs, rssBytes } = cost.read();
    this.#account.note(atMs, cpuMs);
    this.#notedAtMs = atMs;
    this.#rssBytes = rssBytes;
    this.#past.push({ atMs, cpuMs });
    while (this.#past.length > 2 && (this.#past[1]?.atMs ?? atMs) <= atMs - ACCOUNT_WINDOW_MS)
      this.#past.shift();
    const slowed = this.#slowdowns.takeNews(nowMs).map((news) => ({ kind: 'slowed' as const, ...news }));
    return [...this.#memory.look(rssBytes), ...this.#lookForPause(), ...slowed];
  }

  status(): GovernorStatus {
    const { config, clock, cores } = this.#options;
    const first = this.#past[0];
    const last = this.#past.at(-1);
    const spanMs = (last?.atMs ?? 0) - (first?.atMs ?? 0);
    const spentMs = Math.max(0, (last?.cpuMs ?? 0) - (first?.cpuMs ?? 0));
    return {
      cpuPercent: spanMs > 0 ? (spentMs / spanMs / cores) * 100 : 0,
      cpuPercentMax: config.cpuPercentMax,
      rssBytes: this.#rssBytes,
      rssBytesMax: config.rssMbMax * 1_048_576,
      paused: this.#paused,
      slowed: this.#slowdowns.current(clock.now()),
    };
  }

  #lookForPause(): GovernorNews[] {
    const { config, clock, onBattery, pause } = this.#options;
    const nowMs = clock.now();
    const asked = pause(nowMs);
    const next: GovernorStatus['paused'] =
      asked === undefined
        ? config.pauseOnBattery && onBattery()
          ? { reason: 'battery', since: nowMs, until: undefined }
          : undefined
        : { reason: 'request', since: asked.since, until: asked.until };
    const before = this.#paused;
    if (next?.reason === before?.reason) {
      // Asked again, for longer or shorter: the same pause goes on.
      if (next !== undefined && before !== undefined) this.#paused = { ...next, since: before.since };
      return [];
    }
    this.#paused = next;
    return [
      ...(before === undefined
        ? []
        : [{ kind: 'resumed' as const, reason: before.reason, pausedMs: Math.max(0, nowMs - before.since) }]),
      ...(next === undefined ? [] : [{ kind: 'paused' as const, reason: next.reason, until: next.until }]),
    ];
  }

  /** Why that work has to wait now. */
  #obstacle(work: WorkClass): SlowReason | undefined {
    const terms = TERMS[work];
    if (terms.pausable && this.#paused !== undefined) return this.#paused.reason;
    if (terms.waitsForMemory && this.#memory.isOver) return 'memory';
    this.#noteCpu();
    return this.#account.share < terms.shareMin ? 'cpu' : undefined;
  }

  /** What waits here asks again: time between two refusals is time it waited. */
  #mayRead(subject: string, lane: LaneName): boolean {
    const { clock } = this.#options;
    const key = `${subject}\0${lane}`;
    const reason = this.#obstacle(lane);
    const atMs = clock.monotonicMs();
    const since = this.#refused.get(key);
    if (since !== undefined && reason !== undefined) {
      this.#slowdowns.note(subject, lane, reason, atMs - since.lastMs, clock.now());
      since.lastMs = atMs;
    }
    if (
      reason === undefined ||
      (since !== undefined && atMs - since.firstMs >= this.#waitMsMax(lane, reason))
    ) {
      this.#refused.delete(key);
      return true;
    }
    if (since === undefined) this.#refused.set(key, { firstMs: atMs, lastMs: atMs });
    return false;
  }

  #waitMsMax(work: WorkClass, reason: SlowReason): number {
    const { waitMsMax } = TERMS[work];
    return reason === 'memory' ? this.#memory.waitMsMax(waitMsMax) : waitMsMax;
  }

  #noteCpu(): void {
    const { clock, cost } = this.#options;
    const atMs = clock.monotonicMs();
    if (atMs - this.#notedAtMs < NOTE_EVERY_MS) return;
    this.#notedAtMs = atMs;
    this.#account.note(atMs, cost.ownCpuMs() + cost.childrenCpuMs);
  }

  async #turn(subject: string, work: WorkClass): Promise<void> {
    const { clock, signal } = this.#options;
    const { shareMin } = TERMS[work];
    let begunMs = clock.monotonicMs();
    let reason = this.#obstacle(work);
    if (reason === undefined) {
      if (begunMs - this.#breathedAtMs < BREATH_MS) return;
      await setImmediate();
      this.#breathedAtMs = clock.monotonicMs();
      return;
    }
    while (reason !== undefined && !signal.aborted) {
      const waitMsMax = this.#waitMsMax(work, reason);
      const left = waitMsMax - (clock.monotonicMs() - begunMs);
      const wanted = reason === 'cpu' ? this.#account.waitMs(shareMin) : WAIT_MS_MAX;
      const waitMs = Math.max(WAIT_MS_MIN, Math.min(wanted, WAIT_MS_MAX, left));
      const fromMs = clock.monotonicMs();
      await clock.sleep(waitMs, signal);
      this.#slowdowns.note(subject, work, reason, clock.monotonicMs() - fromMs, clock.now());
      const next = this.#obstacle(work);
      const costly = next === 'cpu' || next === 'memory';
      // A pause ends when it ends; for CPU and memory every work gets its turn at last.
      if (costly && clock.monotonicMs() - begunMs >= waitMsMax) break;
      if (!costly) begunMs = clock.monotonicMs();
      reason = next;
    }
    this.#breathedAtMs = clock.monotonicMs();
  }
}
