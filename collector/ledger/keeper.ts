/**
 * Keeps the ledger level with the event store: counts the rows of new batches, a few batches at a time.
 * Invariants: only batches known to be durable are counted, each once (the cursor moves with the counts); a store that
 * was put back to an older state is counted anew.
 */
import { setImmediate as yieldToLoop } from 'node:timers/promises';
import type { EventStore, FirstRow, RowTally, SpoolResetRow } from '../store/store.ts';

/** Sequences of a lane that are neither stored nor declared lost. */
export interface SequenceGap {
  agent_id: string;
  epoch: string;
  lane: number;
  after_seq: number;
  to_seq: number;
  missing: number;
}

export interface KeeperPorts<G extends SequenceGap> {
  store: Pick<EventStore, 'tallyRows' | 'spoolResets' | 'firstRows'>;
  readCursor: () => Promise<number>;
  /** One transaction; @returns gaps found. */
  apply: (step: {
    afterBatch: number;
    toBatch: number;
    tallies: readonly RowTally[];
    resets: readonly SpoolResetRow[];
  }) => Promise<G[]>;
  /** What is counted is counted anew. */
  forget: (first: readonly FirstRow[]) => Promise<void>;
  /** Highest batch known to be durable. */
  head: () => number;
  onGaps: (gaps: readonly G[]) => void;
  onRecount: () => void;
  onError: (error: unknown) => void;
}

/** Batches counted in one transaction; halved while they hold more than TALLIES_PER_STEP, for short pauses. */
const BATCHES_PER_STEP = 64;
const TALLIES_PER_STEP = 2_000;
/** The agents' own records, which may tell of a spool begun anew. */
const AGENT_CHANNEL = 'agent';

export class LedgerKeeper<G extends SequenceGap> {
  readonly #ports: KeeperPorts<G>;
  readonly #everyMs: number;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #batchesPerStep = BATCHES_PER_STEP;
  #stopped = false;

  constructor(ports: KeeperPorts<G>, everyMs: number) {
    this.#ports = ports;
    this.#everyMs = everyMs;
  }

  /** @param lastBatch highest batch in the store; below the cursor it was put back to an older state */
  async start(lastBatch: number): Promise<void> {
    const { readCursor, store, forget, onRecount } = this.#ports;
    if (lastBatch < (await readCursor())) {
      onRecount();
      await forget(await store.firstRows());
    }
    this.#timer = setInterval(() => void this.settle().catch(this.#ports.onError), this.#everyMs);
    this.#timer.unref();
  }

  /** Resolves when everything that was durable at the call is counted. */
  async settle(): Promise<void> {
    const to = this.#ports.head();
    while (!this.#stopped && (await this.#ports.readCursor()) < to) {
      this.#running ??= this.#pass(to).finally(() => {
        this.#running = undefined;
      });
      await this.#running;
    }
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopped = true;
    await this.#running?.catch(this.#ports.onError);
  }

  async #pass(to: number): Promise<void> {
    let after = await this.#ports.readCursor();
    while (after < to && !this.#stopped) {
      const step = Math.min(to, after + this.#batchesPerStep);
      await this.#step(after, step);
      after = step;
      await yieldToLoop();
    }
  }

  async #step(afterBatch: number, toBatch: number): Promise<void> {
    const { store, apply, onGaps } = this.#ports;
    const tallies = await store.tallyRows(afterBatch, toBatch);
    const resets = tallies.some(({ channel }) => channel === AGENT_CHANNEL)
      ? await store.spoolResets(afterBatch, toBatch)
      : [];
    const gaps = await apply({ afterBatch, toBatch, tallies, resets });
    if (gaps.length > 0) onGaps(gaps);
    const factor = tallies.length > TALLIES_PER_STEP ? 0.5 : 2;
    this.#batchesPerStep = Math.min(BATCHES_PER_STEP, Math.max(1, Math.floor(this.#batchesPerStep * factor)));
  }
}
