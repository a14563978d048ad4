/**
 * The loss ledger at work: agents' accounts come in through the desk, the keeper counts what is stored, duplicates are
 * noted; all of it ends in the control plane. Counting never holds up the events.
 */
import type { ToldAccount } from '../../ingest/account.ts';
import type { RecordClaims } from '../../ingest/admitted.ts';
import { claimsOf } from '../../ingest/validate.ts';
import { DuplicateNotes } from '../../ledger/duplicate-notes.ts';
import { LedgerKeeper } from '../../ledger/keeper.ts';
import { TallyDesk } from '../../ledger/tally-desk.ts';
import type { Registry } from '../../registry/database.ts';
import {
  addDuplicates,
  applyCount,
  forgetCounts,
  readLedgerCursor,
  type Gap,
} from '../../registry/ledger-count.ts';
import { CellBudget } from '../../registry/cell-budget.ts';
import { compactLedger } from '../../registry/ledger-compact.ts';
import { recordAccounts, type Account } from '../../registry/ledger-told.ts';
import type { EventStore } from '../../store/store.ts';
import type { Logger } from '../../telemetry/log.ts';

const LEDGER = {
  /** Agents tell their counts each minute; the store is counted as often. */
  countEveryMs: 60_000,
  /** Short, since a host that shuts down waits for the answer. */
  accountLingerMs: 100,
  duplicatesEveryMs: 5_000,
  compactEveryMs: 3_600_000,
} as const;

export interface LedgerOptions {
  registry: Registry;
  store: EventStore;
  /** Highest batch known to be durable. */
  head: () => number;
  log: Logger;
  onGaps: (gaps: readonly Gap[]) => void;
}

export class LedgerService {
  readonly #options: LedgerOptions;
  readonly #desk: TallyDesk<Account>;
  readonly #keeper: LedgerKeeper<Gap>;
  readonly #duplicates = new DuplicateNotes();
  readonly #budget = new CellBudget();
  #timer: NodeJS.Timeout | undefined;
  #compactTimer: NodeJS.Timeout | undefined;

  constructor(options: LedgerOptions) {
    const { registry, store, log } = options;
    const { db, now } = registry;
    this.#options = options;
    this.#desk = new TallyDesk(
      {
        write: async (accounts) => {
          const refused = await recordAccounts(db, accounts, now());
          for (const agentId of refused) {
            log.warn({ agentId }, 'an agent tells of more hours and channels than an honest one can have');
          }
          return refused;
        },
        onError: (error) => log.error({ err: error }, 'the counts of agents could not be written down'),
      },
      LEDGER.accountLingerMs,
    );
    this.#keeper = new LedgerKeeper(
      {
        store,
        readCursor: () => readLedgerCursor(db),
        apply: (step) =>
          applyCount(db, {
            ...step,
            resets: step.resets.map(({ agentId, epoch, readHour, lost }) => ({
              agent_id: agentId,
              epoch,
              hour: readHour,
              lost: lost ?? null,
            })),
            nowMs: now(),
            budget: this.#budget,
            onOverflow: (agentId, cells) =>
              log.warn(
                { agentId, cells },
                'rows of an agent claim more hours and channels than an honest one can have; they are counted under none',
              ),
          }),
        forget: (first) => forgetCounts(db, first),
        head: options.head,
        onGaps: (gaps) => {
          for (const gap of gaps) log.error({ ...gap }, 'sequences are neither stored nor declared lost');
          options.onGaps(gaps);
        },
        onRecount: () => log.warn('the event store is older than the ledger: its rows are counted anew'),
        onError: (error) => log.error({ err: error }, 'the stored rows could not be counted; trying again'),
      },
      LEDGER.countEveryMs,
    );
  }

  /** @param lastBatch highest batch in the store */
  async start(lastBatch: number): Promise<void> {
    await this.#keeper.start(lastBatch);
    this.startNotes();
  }

  /** Notes of duplicates only: where another collector counts what is stored. */
  startNotes(): void {
    this.#timer ??= setInterval(() => void this.#flushDuplicates(), LEDGER.duplicatesEveryMs);
    this.#timer.unref();
    this.#compactTimer = setInterval(() => void this.#compact(), LEDGER.compactEveryMs);
    this.#compactTimer.unref();
  }

  /** What an agent counted. @returns whether it is written down */
  recordAccount(account: { agentId: string; epoch: string } & ToldAccount): Promise<boolean> {
    const { agentId, epoch, entries, scope } = account;
    return this.#desk.take({ agentId, epoch, entries, ...scope });
  }

  noteDuplicates(agentId: string, lane: number, records: readonly unknown[]): void {
    for (const record of records) {
      const { channel, atMs }: RecordClaims = claimsOf(record);
      this.#duplicates.add({ agentId, lane, channel, atMs });
    }
  }

  /** Resolves when everything told and everything durable at the call is in the ledger. */
  async settle(): Promise<void> {
    await this.#desk.flush();
    await this.#flushDuplicates();
    await this.#keeper.settle();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    clearInterval(this.#compactTimer);
    await this.settle();
    await this.#keeper.stop();
  }

  async #compact(): Promise<void> {
    const { registry, log } = this.#options;
    try {
      await compactLedger(registry.db, Math.floor(registry.now() / LEDGER.compactEveryMs));
    } catch (error) {
      log.error({ err: error }, 'old hours of the ledger could not be put together; trying again');
    }
  }

  async #flushDuplicates(): Promise<void> {
    const notes = this.#duplicates.take();
    if (notes.length === 0) return;
    try {
      const { db, now } = this.#options.registry;
      await addDuplicates(db, notes, { nowMs: now(), budget: this.#budget });
    } catch (error) {
      this.#options.log.error({ err: error, notes: notes.length }, 'duplicates could not be written down');
    }
  }
}
