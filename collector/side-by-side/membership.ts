/**
 * This collector among others: its lease, the batch numbers it takes, and the burial of collectors that have fallen.
 * Invariants: without a valid lease nothing is inserted, judged by clocks of this process that began before the lease
 * was renewed, so it ends here before it ends for the others; a collector is buried only when it was seen not to renew
 * its lease for longer than that, and no insert that was under way then is under way now.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RegistryDb } from '../registry/database.ts';
import {
  buryCollector,
  claimBatch,
  endLease,
  enterCollector,
  LeaseLostError,
  NeighbourError,
  neighbours,
  renewLease,
  settleBatch,
  settledHead,
} from '../registry/leases.ts';
import { NeighbourWatch } from './neighbour-watch.ts';

export interface MembershipOptions {
  db: RegistryDb;
  /** Host and process, for people. */
  name: string;
  /** Highest batch in the event store. */
  head: number;
  /** Events lie where no other collector can read them, so there may be none. */
  ownStore: boolean;
  /** Resolves when every insert that is under way now has ended. */
  outlastInserts: () => Promise<void>;
  /** Sees to what else a fallen collector left, before its agents are free. */
  atBurial: (trx: RegistryDb, collectorId: string) => Promise<void>;
  /** The lease is lost for good: this process has to end. */
  onLost: (error: Error) => void;
  onFault: (what: string, error: unknown) => void;
  /** Milliseconds of a clock that only goes forward. */
  clock?: () => number;
  /** Milliseconds of the clock on the wall, which goes on while a machine is suspended. */
  wall?: () => number;
}

const LEASE_MS = 5_000;
const RENEW_MS = 1_000;
/** For a request that was on its way when its sender's lease ended. */
const GRACE_MS = 1_000;
const WATCH = { unchangedMs: LEASE_MS + GRACE_MS, leftMs: GRACE_MS, gapMsMax: 3 * RENEW_MS };

export class Membership {
  /** UUID of this life. */
  readonly id = randomUUID();
  readonly #options: MembershipOptions;
  readonly #clock: () => number;
  readonly #wall: () => number;
  readonly #watch = new NeighbourWatch(WATCH);
  /** Ends of the lease by either clock. */
  #validUntil = { clockMs: 0, wallMs: 0 };
  #timer: NodeJS.Timeout | undefined;
  #beating: Promise<void> | undefined;
  #burying: Promise<void> | undefined;
  #lost = false;

  private constructor(options: MembershipOptions) {
    this.#options = options;
    this.#clock = options.clock ?? (() => performance.now());
    this.#wall = options.wall ?? Date.now;
  }

  /** @throws NeighbourError */
  static async enter(options: MembershipOptions): Promise<Membership> {
    const member = new Membership(options);
    const { db, name, head, ownStore } = options;
    const giveUpMs = member.#clock() + LEASE_MS + GRACE_MS;
    for (;;) {
      try {
        const leaseEnds = member.#leaseFromNow();
        await enterCollector(db, { id: member.id, name, leaseMs: LEASE_MS, head, ownStore });
        member.#validUntil = leaseEnds;
        break;
      } catch (error) {
        // Its lease may be that of this collector's life before.
        if (!(error instanceof NeighbourError) || member.#clock() > giveUpMs) throw error;
        await sleep(RENEW_MS);
      }
    }
    member.#timer = setInterval(() => member.#beat(), RENEW_MS);
    return member;
  }

  /** Whether it may still insert. */
  get holds(): boolean {
    const { clockMs, wallMs } = this.#validUntil;
    return !this.#lost && this.#clock() < clockMs && this.#wall() < wallMs;
  }

  #leaseFromNow(): { clockMs: number; wallMs: number } {
    return { clockMs: this.#clock() + LEASE_MS, wallMs: this.#wall() + LEASE_MS };
  }

  /** @throws LeaseLostError when nothing may be inserted now */
  require(): void {
    if (!this.holds)
      throw new LeaseLostError('the lease of this collector is not renewed: nothing is inserted');
  }

  /** @throws LeaseLostError, or the control plane's error */
  async claimBatch(): Promise<number> {
    this.require();
    return claimBatch(this.#options.db, this.id);
  }

  /** Others may read past the batch. Later claims settle it too, so a failure only delays. */
  settle(batch: number): void {
    settleBatch(this.#options.db, this.id, batch).catch((error: unknown) =>
      this.#options.onFault('a batch could not be reported as stored', error),
    );
  }

  settledHead(): Promise<number> {
    return settledHead(this.#options.db);
  }

  /** Ends the lease; what was begun is seen to by the others. */
  async leave(): Promise<void> {
    clearInterval(this.#timer);
    await this.#beating;
    await this.#burying;
    this.#lost = true;
    await endLease(this.#options.db, this.id);
  }

  #beat(): void {
    this.#beating ??= this.#renew().finally(() => {
      this.#beating = undefined;
    });
    this.#burying ??= this.#buryFallen().finally(() => {
      this.#burying = undefined;
    });
  }

  async #renew(): Promise<void> {
    const leaseEnds = this.#leaseFromNow();
    try {
      if (await renewLease(this.#options.db, this.id, LEASE_MS)) {
        this.#validUntil = leaseEnds;
        return;
      }
    } catch (error) {
      this.#options.onFault('the lease could not be renewed', error);
      return;
    }
    this.giveUp(new LeaseLostError('the lease of this collector has run out'));
  }

  /** Inserts nothing more; others take over when the lease has run out. */
  giveUp(error: Error): void {
    if (this.#lost) return;
    this.#lost = true;
    clearInterval(this.#timer);
    this.#options.onLost(error);
  }

  async #buryFallen(): Promise<void> {
    const { db, outlastInserts, onFault } = this.#options;
    try {
      const fallen = this.#watch.look(await neighbours(db, this.id), this.#clock());
      if (fallen.length === 0) return;
      await outlastInserts();
      for (const neighbour of fallen) await buryCollector(db, neighbour, this.#options.atBurial);
    } catch (error) {
      this.#watch.forget();
      onFault('collectors that have fallen could not be buried', error);
    }
  }
}
