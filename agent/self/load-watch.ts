/**
 * Use of CPU, memory and disk: looked at once a minute, told once an hour as one record about the agent's own look
 * (`scan-completed` of the subject `load`, which every collector of this version takes). Invariant: what is kept between two
 * records does not grow, and what cannot be read is told as a source that failed, once.
 */
import { agentItem } from '../agent-record.ts';
import type { SourceItem } from '../sources/source.ts';
import type { DiskReading, LoadReading } from './read-load.ts';

export interface LoadWatchOptions {
  now: () => number;
  monotonicMs: () => number;
  readLoad: () => LoadReading;
  readDisk: () => Promise<DiskReading>;
  /** Of this process: its CPU time so far, and what it holds. */
  readOwn: () => OwnReading;
  cores: number;
}

const SAMPLE_MS = 60_000;
const TELL_MS = 3_600_000;
/** The first word comes soon, so that a host is known to be watched. */
const FIRST_TELL_MS = 300_000;
const MIB = 1_048_576;

export interface OwnReading {
  cpuMs: number;
  rssBytes: number;
}

interface Span {
  beganMs: number;
  ownCpuMs: number;
  samples: number;
  /** Sums of the spans between two samples. */
  busy: number;
  all: number;
  cpuPercentMax: number;
  memoryUsedSum: number;
  memoryUsedMax: number;
}

const percent = (part: number, whole: number): number =>
  whole <= 0 ? 0 : Math.round((1_000 * Math.min(part, whole)) / whole) / 10;

export class LoadWatch {
  readonly #options: LoadWatchOptions;
  #span: Span;
  #lastCpu: LoadReading['cpu'];
  #sampledMs = -Infinity;
  #tellAfterMs = FIRST_TELL_MS;
  #fault = '';

  constructor(options: LoadWatchOptions) {
    this.#options = options;
    this.#span = this.#begin();
  }

  /** To be called every few seconds. */
  async look(): Promise<SourceItem[]> {
    const ms = this.#options.monotonicMs();
    if (ms - this.#sampledMs < SAMPLE_MS) return [];
    this.#sampledMs = ms;
    try {
      const reading = this.#options.readLoad();
      this.#add(reading);
      if (ms - this.#span.beganMs < this.#tellAfterMs) return [];
      const items = [await this.#tell(reading, ms)];
      this.#fault = '';
      this.#tellAfterMs = TELL_MS;
      this.#span = this.#begin();
      return items;
    } catch (error) {
      const message = String(error);
      if (message === this.#fault) return [];
      this.#fault = message;
      return [agentItem(this.#options.now(), 'source-failed', 'load', { message })];
    }
  }

  #begin(): Span {
    return {
      beganMs: this.#options.monotonicMs(),
      ownCpuMs: this.#options.readOwn().cpuMs,
      samples: 0,
      busy: 0,
      all: 0,
      cpuPercentMax: 0,
      memoryUsedSum: 0,
      memoryUsedMax: 0,
    };
  }

  #add({ cpu, memoryUsedBytes }: LoadReading): void {
    const span = this.#span;
    const last = this.#lastCpu;
    this.#lastCpu = cpu;
    span.samples += 1;
    span.memoryUsedSum += memoryUsedBytes;
    span.memoryUsedMax = Math.max(span.memoryUsedMax, memoryUsedBytes);
    if (cpu === undefined || last === undefined) return;
    const all = cpu.all - last.all;
    const busy = Math.max(0, cpu.busy - last.busy);
    // Counters of processors that were taken away or of a machine that was moved may go back.
    if (all <= 0) return;
    span.all += all;
    span.busy += Math.min(busy, all);
    span.cpuPercentMax = Math.max(span.cpuPercentMax, percent(busy, all));
  }

  async #tell({ memoryTotalBytes }: LoadReading, ms: number): Promise<SourceItem> {
    const { beganMs, ownCpuMs, samples, busy, all, cpuPercentMax, memoryUsedSum, memoryUsedMax } = this.#span;
    const disk = await this.#options.readDisk();
    const own = this.#options.readOwn();
    const mib = (bytes: number): number => Math.round(bytes / MIB);
    const item = agentItem(this.#options.now(), 'scan-completed', 'load', {
      cpuPercent: all === 0 ? null : percent(busy, all),
      cpuPercentMax: all === 0 ? null : cpuPercentMax,
      memoryTotalMb: mib(memoryTotalBytes),
      memoryUsedMb: mib(memoryUsedSum / samples),
      memoryUsedMbMax: mib(memoryUsedMax),
      diskTotalMb: mib(disk.totalBytes),
      diskUsedMb: mib(disk.usedBytes),
      agentCpuPercent: percent(own.cpuMs - ownCpuMs, (ms - beganMs) * this.#options.cores),
      agentMemoryMb: mib(own.rssBytes),
      samples,
      overMs: Math.round(ms - beganMs),
    });
    return { ...item, lane: 'standard' };
  }
}
