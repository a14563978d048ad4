/**
 * Transactions of one process in the order they were asked for, each tried again when the server undid it for the
 * sake of another (SQLSTATE 40001, 40P01). So a transaction's function changes nothing but the database.
 * A waiting transaction holds no connection, so reads are never starved.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Kysely, type TransactionBuilder } from 'kysely';

/** serialization_failure, deadlock_detected: the server has undone the transaction and asks for another try. */
const TRY_AGAIN = new Set(['40001', '40P01']);
const TRIES_MAX = 5;
const PAUSE_MS = 10;

/** Runs jobs one after the other. */
export class JobQueue {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(job: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(job);
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}

function isUndone(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && typeof error.code === 'string' && TRY_AGAIN.has(error.code)
  );
}

/** @throws the last try's error */
export async function retryUndone<T>(attempt: () => Promise<T>, pauseMs = PAUSE_MS): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!isUndone(error) || tries >= TRIES_MAX) throw error;
      await sleep(pauseMs * 2 ** (tries - 1));
    }
  }
}

export class QueueingKysely<DB> extends Kysely<DB> {
  readonly #queue = new JobQueue();

  override transaction(): TransactionBuilder<DB> {
    const builder = super.transaction();
    const execute: TransactionBuilder<DB>['execute'] = builder.execute.bind(builder);
    builder.execute = (callback) => this.#queue.run(() => retryUndone(() => execute(callback)));
    return builder;
  }
}
