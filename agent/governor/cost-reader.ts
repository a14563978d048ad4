/**
 * What the agent costs: its own CPU and memory, and those of the programs it runs (journalctl, dpkg-query ...). As a
 * systemd service of its own it asks its control group, which forgets no child; elsewhere it adds up children that
 * ended (the kernel counts them) and children that run (looked for once a minute).
 */
import fs from 'node:fs';
import path from 'node:path';
import { readProcessStat, TICKS_PER_SECOND } from '../host/process-stat.ts';
import type { ProcessStat } from '../host/process-stat.ts';
import { monotonicNow } from '../monotonic-now.ts';

export interface Cost {
  /** User and system time of agent and children since an arbitrary start, milliseconds; may lose a child's share. */
  cpuMs: number;
  /** Resident memory of agent and children. */
  rssBytes: number;
}

export interface CostReader {
  /** The agent's own CPU, children not counted: cheap enough for every few milliseconds. */
  ownCpuMs(): number;
  /** CPU of children as last looked at. */
  readonly childrenCpuMs: number;
  /** Looks at everything: once a second or less. */
  read(): Cost;
}

const TICK_MS = 1_000 / TICKS_PER_SECOND;
const CHILDREN_EVERY_MS = 60_000;

export interface CostReaderOptions {
  /** Default `/proc`. */
  procRoot?: string | undefined;
  /** Default `/sys/fs/cgroup`. */
  cgroupRoot?: string | undefined;
  pid?: number | undefined;
  monotonicMs?: (() => number) | undefined;
  cpuUsage?: (() => { user: number; system: number }) | undefined;
  rss?: (() => number) | undefined;
}

function readText(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'latin1');
  } catch {
    // A process that has ended, or a system without it: there is nothing to count.
    return undefined;
  }
}

export class ProcessCostReader implements CostReader {
  readonly #procRoot: string;
  readonly #pid: number;
  readonly #monotonicMs: () => number;
  readonly #cpuUsage: () => { user: number; system: number };
  readonly #rss: () => number;
  /** cpu.stat of a control group that is the agent's alone. */
  readonly #cpuStat: string | undefined;
  #children: number[] = [];
  #childrenAtMs = -Infinity;
  #childrenCpuMs = 0;

  constructor(options: CostReaderOptions = {}) {
    this.#procRoot = options.procRoot ?? '/proc';
    this.#pid = options.pid ?? process.pid;
    this.#monotonicMs = options.monotonicMs ?? monotonicNow;
    this.#cpuUsage = options.cpuUsage ?? (() => process.cpuUsage());
    this.#rss = options.rss ?? (() => process.memoryUsage.rss());
    this.#cpuStat = this.#ownGroup(options.cgroupRoot ?? '/sys/fs/cgroup');
  }

  /** A service's group holds the service alone; any other may be shared with a whole login session. */
  #ownGroup(root: string): string | undefined {
    const group = /^0::(\/.*\.service)$/m.exec(
      readText(path.join(this.#procRoot, String(this.#pid), 'cgroup')) ?? '',
    )?.[1];
    if (group === undefined || !/\/vonggac[^/]*\.service$/.test(group)) return undefined;
    const file = path.join(root, group, 'cpu.stat');
    return readText(file) === undefined ? undefined : file;
  }

  get childrenCpuMs(): number {
    return this.#childrenCpuMs;
  }

  ownCpuMs(): number {
    const { user, system } = this.#cpuUsage();
    return (user + system) / 1_000;
  }

  read(): Cost {
    const own = this.ownCpuMs();
    const running = this.#runningChildren();
    const usageUs = /^usage_usec (\d+)$/m.exec(
      this.#cpuStat === undefined ? '' : (readText(this.#cpuStat) ?? ''),
    )?.[1];
    const counted =
      usageUs === undefined
        ? (this.#stat(this.#pid)?.childTicks ?? 0) * TICK_MS +
          running.reduce((sum, { ticks, childTicks }) => sum + (ticks + childTicks) * TICK_MS, 0)
        : Number(usageUs) / 1_000 - own;
    this.#childrenCpuMs = Math.max(0, counted);
    return {
      cpuMs: own + this.#childrenCpuMs,
      rssBytes: this.#rss() + running.reduce((sum, { rssBytes }) => sum + rssBytes, 0),
    };
  }

  #stat(pid: number): ProcessStat | undefined {
    return readProcessStat(pid, this.#procRoot);
  }

  #runningChildren(): ProcessStat[] {
    const nowMs = this.#monotonicMs();
    if (nowMs - this.#childrenAtMs >= CHILDREN_EVERY_MS) {
      this.#childrenAtMs = nowMs;
      this.#children = this.#findChildren();
    }
    return this.#children.flatMap((pid) => {
      const stat = this.#stat(pid);
      return stat?.parentPid === this.#pid ? [stat] : [];
    });
  }

  #findChildren(): number[] {
    let names: string[];
    try {
      names = fs.readdirSync(this.#procRoot);
    } catch {
      // No /proc on this system: the agent counts itself only.
      return [];
    }
    return names
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => pid !== this.#pid && this.#stat(pid)?.parentPid === this.#pid);
  }
}
