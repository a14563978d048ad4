/** What CIM told last, for a few minutes: categories of the inventory that are due together share one start of PowerShell. */
import type { Host } from '../host/host.ts';
import { monotonicNow } from '../monotonic-now.ts';
import { lookAtCim, type CimAnswer, type CimRow } from './cim-look.ts';
import { CIM_SECTIONS, type CimSection } from './cim-sections.ts';

const KEPT_MS = 5 * 60_000;
const NAMES = Object.keys(CIM_SECTIONS) as CimSection[];

export class CimError extends Error {
  override readonly name = 'CimError';
}

export class KeptCim {
  readonly #host: Host;
  readonly #monotonicMs: () => number;
  #drop: NodeJS.Timeout | undefined;
  #kept: { atMs: number; answers: Promise<ReadonlyMap<CimSection, CimAnswer>> } | undefined;

  /** @param monotonicMs on a clock that nobody sets */
  constructor(host: Host, monotonicMs: () => number = monotonicNow) {
    this.#host = host;
    this.#monotonicMs = monotonicMs;
  }

  async ask(section: CimSection, signal?: AbortSignal): Promise<CimAnswer> {
    const now = this.#monotonicMs();
    if (this.#kept === undefined || now - this.#kept.atMs >= KEPT_MS) {
      this.#kept = { atMs: now, answers: lookAtCim(this.#host, NAMES, signal) };
      // Some megabytes: not to be held until somebody asks again.
      clearTimeout(this.#drop);
      this.#drop = setTimeout(() => (this.#kept = undefined), KEPT_MS).unref();
    }
    const answers = await this.#kept.answers;
    return answers.get(section) ?? { kind: 'unread', reason: 'it was not asked' };
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
