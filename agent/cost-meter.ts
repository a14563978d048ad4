/** What the agent has cost so far, since its start and over the last hour: CPU, memory, disk and line. */
import fs from 'node:fs';
import os from 'node:os';
import { z } from 'zod';

export const costSchema = z.object({
  /** Resident now, and at most since the start. */
  rssBytes: z.int(),
  rssBytesPeak: z.int().default(0),
  /** Of the agent's own process, since its start. */
  cpuMs: z.number(),
  /** How long it runs. */
  sinceMs: z.number(),
  /** Of all cores together, percent: since the start, and over the last hour. */
  machinePercent: z.number().default(0),
  machinePercentHour: z.number().default(0),
  /** Over the line since the start, without what TLS and TCP add. */
  sentBytes: z.int().default(0),
  /** To the disk since the start, as the system counts; null where it does not. */
  writtenBytes: z.int().nullable().default(null),
});

export type CostStatus = z.infer<typeof costSchema>;

export interface CostMeterOptions {
  /** Since the process began: its settings may change in between. */
  uptimeMs?: (() => number) | undefined;
  /** User and system time of this process. */
  cpuMs?: (() => number) | undefined;
  rssBytes?: (() => number) | undefined;
  rssBytesPeak?: (() => number) | undefined;
  writtenBytes?: (() => number | null) | undefined;
  cores?: number | undefined;
}

const HOUR_MS = 3_600_000;
const SAMPLE_EVERY_MS = 60_000;

export class CostMeter {
  readonly #options: { [Name in keyof CostMeterOptions]-?: NonNullable<CostMeterOptions[Name]> };
  /** CPU by time, a minute apart, the oldest first: an hour of them and one before. */
  readonly #samples: { atMs: number; cpuMs: number }[] = [];

  constructor(options: CostMeterOptions = {}) {
    this.#options = {
      uptimeMs: options.uptimeMs ?? (() => process.uptime() * 1_000),
      cpuMs: options.cpuMs ?? ownCpuMs,
      rssBytes: options.rssBytes ?? (() => process.memoryUsage.rss()),
      rssBytesPeak: options.rssBytesPeak ?? (() => process.resourceUsage().maxRSS * 1_024),
      writtenBytes: options.writtenBytes ?? ownWrittenBytes,
      cores: options.cores ?? os.availableParallelism(),
    };
    this.#samples.push({ atMs: 0, cpuMs: 0 });
  }

  read(sentBytes: number): CostStatus {
    const { uptimeMs, cpuMs, rssBytes, rssBytesPeak, writtenBytes } = this.#options;
    const now = { atMs: uptimeMs(), cpuMs: cpuMs() };
    if (now.atMs - (this.#samples.at(-1)?.atMs ?? 0) >= SAMPLE_EVERY_MS) this.#samples.push(now);
    // One that lies an hour back stays, to count from.
    while ((this.#samples[1]?.atMs ?? Infinity) <= now.atMs - HOUR_MS) this.#samples.shift();
    const [hourAgo = now] = this.#samples;
    const rss = rssBytes();
    return {
      rssBytes: rss,
      rssBytesPeak: Math.max(rss, rssBytesPeak()),
      cpuMs: Math.round(now.cpuMs),
      sinceMs: Math.round(now.atMs),
      machinePercent: this.#percent(now.cpuMs, now.atMs),
      machinePercentHour: this.#percent(now.cpuMs - hourAgo.cpuMs, now.atMs - hourAgo.atMs),
      sentBytes,
      writtenBytes: writtenBytes(),
    };
  }

  #percent(cpuMs: number, spanMs: number): number {
    return Number(((cpuMs / Math.max(spanMs, 1) / this.#options.cores) * 100).toFixed(3));
  }
}

function ownCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** What really went to the disk, page cache and files of memory left out. */
function ownWrittenBytes(): number | null {
  try {
    const text = fs.readFileSync('/proc/self/io', 'latin1');
    const digits = /^write_bytes: (\d+)$/m.exec(text)?.[1];
    return digits === undefined ? null : Number(digits);
  } catch {
    // A system without it, or one that keeps it from its own process.
    return null;
  }
}
