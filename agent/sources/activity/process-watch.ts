/**
 * Starts of processes, by looking at /proc now and then. What lives shorter than one look is not seen: how many the
 * kernel has started in the meantime (threads among them) is told beside how many were seen, so the gap is known.
 */
import fs from 'node:fs';
import path from 'node:path';
import { listProcesses, readProcess, readStart, type ProcessFacts } from './read-process.ts';

/** Starts told of one look; the rest is counted. */
const STARTS_MAX = 500;

/** The newest processes that were seen: those of one clock tick, since ticks are a hundredth of a second. */
export interface Newest {
  ticks: number;
  pids: number[];
}

export interface ProcessLook {
  started: ProcessFacts[];
  /** Seen and not told: more than one look tells. */
  uncounted: number;
}

export interface ProcessTally {
  seen: number;
  /** What the kernel started, threads included. */
  kernelStarts: number;
}

export class ProcessWatch {
  readonly #procRoot: string;
  /** Start ticks by pid. */
  #known = new Map<number, number>();
  #lastPid = '';
  #tally: ProcessTally = { seen: 0, kernelStarts: 0 };
  #kernelBefore: number;
  #isFirst = true;
  #newest: Newest = { ticks: 0, pids: [] };

  constructor(procRoot = '/proc') {
    this.#procRoot = procRoot;
    this.#kernelBefore = this.#kernelStarts();
  }

  /**
   * @param since at the first look: what began later is new, the agent was away; undefined: nothing is
   */
  look(since?: Newest): ProcessLook {
    // The newest pid stands at the end of loadavg: while it is the same nothing has started.
    const lastPid = this.#read('loadavg').trim().split(' ').at(-1) ?? '';
    if (!this.#isFirst && lastPid !== '' && lastPid === this.#lastPid) return { started: [], uncounted: 0 };
    this.#lastPid = lastPid;
    const known = new Map<number, number>();
    const started: ProcessFacts[] = [];
    let uncounted = 0;
    for (const pid of listProcesses(this.#procRoot)) {
      const before = this.#known.get(pid);
      if (before !== undefined) {
        known.set(pid, before);
        continue;
      }
      const start = readStart(this.#procRoot, pid);
      if (start === undefined) continue;
      known.set(pid, start.startTicks);
      this.#note(pid, start.startTicks);
      if (this.#isFirst && (since === undefined || wasSeen(since, pid, start.startTicks))) continue;
      if (started.length >= STARTS_MAX) {
        uncounted += 1;
        continue;
      }
      const facts = readProcess(this.#procRoot, pid);
      if (facts !== undefined) started.push(facts);
    }
    this.#known = known;
    this.#isFirst = false;
    this.#tally.seen += started.length + uncounted;
    return { started, uncounted };
  }

  /** Of all looks so far. */
  get newest(): Newest {
    return this.#newest;
  }

  #note(pid: number, ticks: number): void {
    if (ticks > this.#newest.ticks) this.#newest = { ticks, pids: [pid] };
    else if (ticks === this.#newest.ticks) this.#newest = { ticks, pids: [...this.#newest.pids, pid] };
  }

  /** Since it was last taken. */
  takeTally(): ProcessTally {
    const now = this.#kernelStarts();
    const tally = { ...this.#tally, kernelStarts: Math.max(0, now - this.#kernelBefore) };
    this.#kernelBefore = now;
    this.#tally = { seen: 0, kernelStarts: 0 };
    return tally;
  }

  /** Which boot this is; ticks of another mean nothing. */
  bootId(): string {
    return this.#read('sys/kernel/random/boot_id').trim();
  }

  #kernelStarts(): number {
    return Number(/^processes (\d+)$/m.exec(this.#read('stat'))?.[1] ?? 0);
  }

  #read(name: string): string {
    try {
      return fs.readFileSync(path.join(this.#procRoot, name), 'latin1');
    } catch {
      // A container may hide it: then every look is a full one, and there is no count of the kernel's.
      return '';
    }
  }
}

function wasSeen({ ticks, pids }: Newest, pid: number, startTicks: number): boolean {
  return startTicks < ticks || (startTicks === ticks && pids.includes(pid));
}
