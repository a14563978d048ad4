/**
 * The agent looks after itself: that nobody stops its process, traces it, sets its clock, or changes what it runs from.
 * It cannot prevent any of it from root; it says so, in records that go first.
 */
import type { SourceItem } from '../sources/source.ts';
import { agentItem } from '../agent-record.ts';
import type { OwnFiles } from './own-files.ts';
import { tracerOf } from './tracer.ts';

export interface SelfWatchOptions {
  now: () => number;
  monotonicMs: () => number;
  /** Since boot, sleep of the machine included; undefined where it cannot be known. */
  uptimeMs: () => number | undefined;
  /** Own CPU so far. */
  cpuMs: () => number;
  files: OwnFiles;
  /** Default `/proc`. */
  procRoot?: string | undefined;
}

/** What slewing and a late look do to a clock stays below it. */
const JUMP_MS_MIN = 5_000;
/** A look that comes so much later than the last was not let run. */
const FROZEN_MS_MIN = 15_000;
/** Who was busy himself for this share of the gap was not stopped. */
const BUSY_SHARE = 0.5;
const FILES_EVERY_MS = 15_000;

interface Moment {
  wallMs: number;
  monotonicMs: number;
  uptimeMs: number | undefined;
  cpuMs: number;
}

export class SelfWatch {
  readonly #options: SelfWatchOptions;
  #last: Moment;
  #filesAtMs: number;
  #tracer: number | undefined;

  constructor(options: SelfWatchOptions) {
    this.#options = options;
    this.#last = this.#moment();
    this.#filesAtMs = this.#last.monotonicMs;
  }

  /** To be called every few seconds. @returns records for what happened since the last call */
  look(): SourceItem[] {
    const before = this.#last;
    const now = this.#moment();
    this.#last = now;
    return [...this.#clock(before, now), ...this.#freeze(before, now), ...this.#trace(), ...this.#files(now)];
  }

  #moment(): Moment {
    const { now, monotonicMs, uptimeMs, cpuMs } = this.#options;
    return { wallMs: now(), monotonicMs: monotonicMs(), uptimeMs: uptimeMs(), cpuMs: cpuMs() };
  }

  #clock(before: Moment, now: Moment): SourceItem[] {
    const passedMs = now.monotonicMs - before.monotonicMs;
    // The monotonic clock stands still while the machine sleeps, the one since boot does not.
    const sleptMs =
      now.uptimeMs === undefined || before.uptimeMs === undefined
        ? 0
        : Math.max(0, now.uptimeMs - before.uptimeMs - passedMs);
    const jumpMs = now.wallMs - before.wallMs - passedMs - sleptMs;
    if (Math.abs(jumpMs) < JUMP_MS_MIN) return [];
    const detail = {
      direction: jumpMs > 0 ? 'forward' : 'back',
      byMs: Math.round(Math.abs(jumpMs)),
      before: Math.round(before.wallMs),
    };
    return [agentItem(now.wallMs, 'clock-jumped', 'clock', detail)];
  }

  #freeze(before: Moment, now: Moment): SourceItem[] {
    const gapMs = now.monotonicMs - before.monotonicMs;
    const cpuMs = now.cpuMs - before.cpuMs;
    if (gapMs < FROZEN_MS_MIN || cpuMs > gapMs * BUSY_SHARE) return [];
    const detail = { gapMs: Math.round(gapMs), cpuMs: Math.round(cpuMs) };
    return [agentItem(now.wallMs, 'frozen', 'process', detail)];
  }

  #trace(): SourceItem[] {
    const tracer = tracerOf(this.#options.procRoot ?? '/proc');
    const before = this.#tracer;
    this.#tracer = tracer?.pid;
    if (tracer === undefined || tracer.pid === before) return [];
    const { pid, image, commandLine } = tracer;
    return [agentItem(this.#options.now(), 'traced', 'process', { pid, image, commandLine })];
  }

  #files(now: Moment): SourceItem[] {
    if (now.monotonicMs - this.#filesAtMs < FILES_EVERY_MS) return [];
    this.#filesAtMs = now.monotonicMs;
    return this.#options.files.look(now.wallMs);
  }
}
