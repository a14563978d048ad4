/**
 * Which program a process runs, to say who started another: as /proc tells while it lives, else as the last start of it
 * that the audit told. What /proc says of a process that is younger than the event is about somebody else.
 */
import fs from 'node:fs';
import path from 'node:path';
import { bootTimeMs, readProcessStat, TICKS_PER_SECOND } from '../host/process-stat.ts';

export interface ParentProgram {
  exe: string;
  /** Arguments as the kernel keeps them, each ended by NUL; '' where it is not known. */
  proctitle: string;
}

const KNOWN_MAX = 2_048;
/** A number is given to another process sooner or later. */
const KNOWN_MS_MAX = 600_000;
/** So long what /proc said of a living process stands: a script starts many programs in a row. */
const LIVING_MS = 1_000;
const TITLE_BYTES_MAX = 1_024;
/** Both clocks are coarse. */
const ROUNDING_MS = 50;

export class ParentPrograms {
  readonly #proc: string;
  #bootMs: number | undefined;
  readonly #known = new Map<number, ParentProgram & { at: number }>();
  readonly #lately = new Map<number, ParentProgram & { at: number }>();

  /** @param proc where the kernel shows its processes. */
  constructor(proc = '/proc') {
    this.#proc = proc;
  }

  /** A program was started in this process. */
  learn(pid: number, exe: string, commandLine: string, at: number): void {
    this.#lately.delete(pid);
    this.#known.delete(pid);
    this.#known.set(pid, { exe, proctitle: commandLine, at });
    for (const [oldest] of this.#known) {
      if (this.#known.size <= KNOWN_MAX) break;
      this.#known.delete(oldest);
    }
  }

  /** @param at time of the event, milliseconds since 1970. */
  find(pid: number, at: number): ParentProgram | undefined {
    const lately = this.#lately.get(pid);
    if (lately !== undefined && Math.abs(at - lately.at) <= LIVING_MS) return lately;
    const living = pid > 0 ? this.#living(pid, at) : undefined;
    if (living !== undefined) {
      if (this.#lately.size >= KNOWN_MAX) this.#lately.clear();
      this.#lately.set(pid, { ...living, at });
      return living;
    }
    const known = this.#known.get(pid);
    return known !== undefined && at >= known.at && at - known.at <= KNOWN_MS_MAX ? known : undefined;
  }

  #living(pid: number, at: number): ParentProgram | undefined {
    const folder = path.join(this.#proc, String(pid));
    try {
      const started = this.#startMs(pid);
      if (started === undefined || started > at + ROUNDING_MS) return undefined;
      const exe = fs.readlinkSync(path.join(folder, 'exe'));
      return { exe, proctitle: firstBytes(path.join(folder, 'cmdline')) };
    } catch {
      // It has ended, or is not ours to look at: what the audit told of it stands.
      return undefined;
    }
  }

  #startMs(pid: number): number | undefined {
    const stat = readProcessStat(pid, this.#proc);
    if (stat === undefined) return undefined;
    this.#bootMs ??= bootTimeMs(this.#proc);
    return this.#bootMs + (stat.startTicks / TICKS_PER_SECOND) * 1_000;
  }
}

function firstBytes(file: string): string {
  const descriptor = fs.openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(TITLE_BYTES_MAX);
    const count = fs.readSync(descriptor, bytes, 0, bytes.length, 0);
    return bytes.subarray(0, count).toString('utf8').toWellFormed();
  } finally {
    fs.closeSync(descriptor);
  }
}
