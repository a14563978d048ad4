/**
 * What the agent costs: its own CPU and memory, and those of the programs it runs (journalctl, dpkg-query ...). As a
 * systemd service of its own it asks its control group, which forgets no child; elsewhere it adds up children that
 * ended (the kernel counts them) and children that run (looked for once a minute).
 */
import fs from 'node:fs';
import path from 'node:path';

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

/** Ticks of /proc are hundredths of a second on every Linux there is. */
const TICK_MS = 10;
const PAGE_BYTES = 4_096;
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

interface ProcessStat {
  parentPid: number;
  ticks: number;
  /** Of children that ended and were waited for. */
  childTicks: number;
  rssBytes: number;
}

function readText(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'latin1');
  } catch {
    // A process that has ended, or a system without it: there is nothing to count.
    return undefined;
  }
}

/** /proc/PID/stat; the name in brackets may hold anything, brackets included. */
function parseStat(text: string): ProcessStat {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const number = (index: number): number => Number(fields[index] ?? 0);
  return {
    parentPid: number(1),
    ticks: number(11) + number(12),
    childTicks: number(13) + number(14),
    rssBytes: number(21) * PAGE_BYTES,
  };
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
    this.#monotonicMs = options.monotonicMs ?? (() => performance.now());
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
    const text = readText(path.join(this.#procRoot, String(pid), 'stat'));
    return text === undefined ? undefined : parseStat(text);
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
