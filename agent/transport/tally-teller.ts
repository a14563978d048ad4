/**
 * Tells the collector what became of the records: an account at the session's opening, each minute when something
 * changed, and at its end. Invariants: one account is under way at a time; its rows and the sequences given are of one
 * moment; only what was acknowledged counts as told.
 */
import { LIMITS } from '#protocol/limits.ts';
import type { Tally, TallyEntry } from '#protocol/up.ts';
import type { Clock } from '../clock.ts';
import type { Spool } from '../spool/spool.ts';
import type { TallyRow } from '../spool/tally.ts';

const TELL_EVERY_MS = 60_000;
/** An account that was not acknowledged by then could not be written down, and is told anew. */
const ANSWER_MS_MAX = 300_000;
const ROWS_MAX = LIMITS.tallyEntriesMax * LIMITS.tallyPartsMax;

export interface TallyTellerOptions {
  spool: Spool;
  send: (tally: Tally) => void;
  clock: Clock;
  /** Aborts with the session. */
  signal: AbortSignal;
  /** Runs work on the spool; what goes wrong in it is the session's to judge. */
  guard: (work: () => void) => void;
}

interface Told {
  id: number;
  rows: readonly TallyRow[];
  atMs: number;
  /** More was to tell than fits one account. */
  more: boolean;
}

export class TallyTeller {
  readonly #options: TallyTellerOptions;
  #lastId = 0;
  #told: Told | undefined;

  constructor(options: TallyTellerOptions) {
    this.#options = options;
  }

  /** Tells now and each minute, until the session is over. */
  async run(): Promise<void> {
    const { clock, signal, guard } = this.#options;
    while (!signal.aborted) {
      guard(() => this.tell());
      await clock.sleep(TELL_EVERY_MS, signal);
    }
  }

  /** Tells what has changed since it was told, when anything has. */
  tell(): void {
    const { spool, clock } = this.#options;
    const nowMs = clock.monotonicMs();
    if (this.#told !== undefined && nowMs - this.#told.atMs < ANSWER_MS_MAX) return;
    const changed = spool.untoldTally(ROWS_MAX + 1);
    const rows = changed.slice(0, ROWS_MAX);
    if (rows.length === 0) return;
    const more = changed.length > rows.length;
    for (let from = 0; from < rows.length; from += LIMITS.tallyEntriesMax) {
      const part = rows.slice(from, from + LIMITS.tallyEntriesMax);
      this.#tellPart(part, from + part.length === rows.length, more);
    }
    this.#told = { id: this.#lastId, rows, atMs: nowMs, more };
  }

  #tellPart(rows: readonly TallyRow[], isLast: boolean, more: boolean): void {
    const { spool, send } = this.#options;
    const { countsId, sinceMs } = spool.tallyScope;
    // While there is more to tell, nobody can say what is missing: no sequences then.
    const lanes = more ? [] : spool.status().lanes.map(({ lane, nextSeq }) => ({ lane, seq: nextSeq - 1 }));
    this.#lastId += 1;
    send({
      type: 'tally',
      id: this.#lastId,
      entries: rows.map(toEntry),
      ...(isLast ? { scope: { countsId, sinceMs, lanes } } : {}),
    });
  }

  /** The collector has written it down. */
  acknowledged(id: number): void {
    const told = this.#told;
    if (told?.id !== id) return;
    this.#told = undefined;
    this.#options.spool.tallyTold(told.rows);
    if (told.more) this.tell();
  }
}

function toEntry({ hourMs, lane, channel, produced, limited, dropped }: TallyRow): TallyEntry {
  return { hourMs, lane, channel, produced, limited: { ...limited }, dropped: { ...dropped } };
}
