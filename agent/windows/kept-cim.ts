/**
 * What CIM told last, for a few minutes: categories of the inventory that are due together share one start of PowerShell. What may
 * wait for the domain has one of its own, so that it costs the others nothing.
 */
import type { Host } from '../host/host.ts';
import { monotonicNow } from '../monotonic-now.ts';
import { lookAtCim, type CimAnswer, type CimRow } from './cim-look.ts';
import { CIM_SECTIONS, type CimSection } from './cim-sections.ts';

const KEPT_MS = 5 * 60_000;
/** Members of groups are looked up where they are from. */
const SLOW: ReadonlySet<CimSection> = new Set(['groups']);
const NAMES = Object.keys(CIM_SECTIONS) as CimSection[];

interface Kept {
  atMs: number;
  answers: Promise<ReadonlyMap<CimSection, CimAnswer>>;
}

export class CimError extends Error {
  override readonly name = 'CimError';
}

export class KeptCim {
  readonly #host: Host;
  readonly #monotonicMs: () => number;
  /** By whether it is of the slow ones. */
  readonly #kept = new Map<boolean, Kept>();

  /** @param monotonicMs on a clock that nobody sets */
  constructor(host: Host, monotonicMs: () => number = monotonicNow) {
    this.#host = host;
    this.#monotonicMs = monotonicMs;
  }

  async ask(section: CimSection, signal?: AbortSignal): Promise<CimAnswer> {
    const now = this.#monotonicMs();
    const isSlow = SLOW.has(section);
    let kept = this.#kept.get(isSlow);
    if (kept === undefined || now - kept.atMs >= KEPT_MS) {
      const names = NAMES.filter((name) => SLOW.has(name) === isSlow);
      kept = { atMs: now, answers: lookAtCim(this.#host, names, signal) };
      this.#keep(isSlow, kept);
    }
    const answers = await kept.answers;
    return answers.get(section) ?? { kind: 'unread', reason: 'it was not asked' };
  }

  /** Some megabytes: not to be held until somebody asks again. */
  #keep(isSlow: boolean, kept: Kept): void {
    this.#kept.set(isSlow, kept);
    setTimeout(() => {
      if (this.#kept.get(isSlow) === kept) this.#kept.delete(isSlow);
    }, KEPT_MS).unref();
  }

  /** @throws CimError when it cannot be told */
  async rows(
    section: CimSection,
    signal?: AbortSignal,
  ): Promise<{ rows: readonly CimRow[]; truncated: boolean }> {
    const answer = await this.ask(section, signal);
    if (answer.kind === 'unread') throw new CimError(`${section}: ${answer.reason}`);
    return answer;
  }
}
