/**
 * Whose turn it is when more has arrived than can be handled: deficit round-robin by bytes over accounts (agencies), and
 * round-robin over the members (agents) of an account. Urgent work (the security lane) goes first, but leaves the rest
 * one byte in URGENT_SHARE, so that a flood of it starves nobody. Invariant: a member stands in a line once at most.
 */
import { Fifo } from './fifo.ts';

/** 0: the security lane and control messages; 1: everything else. */
export type Urgency = 0 | 1;
export const URGENCIES: readonly Urgency[] = [0, 1];

export interface LineMember {
  readonly account: Account;
  /** Bytes of its next piece of work of that urgency; 0 when there is none to be done now. */
  nextBytes(urgency: Urgency): number;
}

/** What an account may take in one round. */
const QUANTUM_BYTES = 262_144;
const URGENT_SHARE = 8;
/** What urgent work may take at a stretch while the rest waits. */
const URGENT_BYTES_MAX = URGENT_SHARE * QUANTUM_BYTES;

/** Members that share turns, and what of theirs waits. */
export class Account {
  readonly id: number;
  /** Bytes its members have waiting: kept by whoever queues them. */
  waitingBytes = 0;

  constructor(id: number) {
    this.id = id;
  }
}

class Place<M> {
  readonly members = new Fifo<M>();
  deficit = 0;
}

/** The line of one urgency. */
class Ring<M extends LineMember> {
  readonly #urgency: Urgency;
  readonly #places = new Map<Account, Place<M>>();
  #order = new Fifo<Account>();
  readonly #inside = new Set<M>();

  constructor(urgency: Urgency) {
    this.#urgency = urgency;
  }

  enter(member: M): void {
    if (this.#inside.has(member)) return;
    this.#inside.add(member);
    let place = this.#places.get(member.account);
    if (place === undefined) {
      this.#places.set(member.account, (place = new Place()));
      this.#order.push(member.account);
    }
    place.members.push(member);
  }

  get isEmpty(): boolean {
    return this.#places.size === 0;
  }

  next(): { member: M; bytes: number } | undefined {
    for (let account = this.#order.peek(); account !== undefined; account = this.#order.peek()) {
      const place = this.#places.get(account);
      const member = place?.members.peek();
      if (place === undefined || member === undefined) {
        this.#order.shift();
        this.#places.delete(account);
        continue;
      }
      const bytes = member.nextBytes(this.#urgency);
      if (bytes > place.deficit) {
        place.deficit += QUANTUM_BYTES;
        this.#order.shift();
        this.#order.push(account);
        continue;
      }
      place.members.shift();
      this.#inside.delete(member);
      if (bytes === 0) continue; // it has left, or its work was taken another way
      place.deficit -= bytes;
      return { member, bytes };
    }
    return undefined;
  }
}

export class FairLine<M extends LineMember> {
  readonly #urgent = new Ring<M>(0);
  readonly #rest = new Ring<M>(1);
  /** What urgent work may still take before the rest is due. */
  #urgentBytes = URGENT_BYTES_MAX;

  /** The member has work of that urgency. Once it was given a turn, it enters again for the next. */
  enter(member: M, urgency: Urgency): void {
    (urgency === 0 ? this.#urgent : this.#rest).enter(member);
  }

  /** Whose turn it is, and for which work; undefined when nobody waits. */
  next(): { member: M; urgency: Urgency } | undefined {
    if (this.#rest.isEmpty || this.#urgentBytes > 0) {
      const urgent = this.#urgent.next();
      if (urgent !== undefined) {
        if (!this.#rest.isEmpty) this.#urgentBytes -= urgent.bytes;
        return { member: urgent.member, urgency: 0 };
      }
    }
    const rest = this.#rest.next();
    if (rest !== undefined) {
      this.#urgentBytes = Math.min(URGENT_BYTES_MAX, this.#urgentBytes + rest.bytes * (URGENT_SHARE - 1));
      return { member: rest.member, urgency: 1 };
    }
    const urgent = this.#urgent.next();
    return urgent && { member: urgent.member, urgency: 0 };
  }
}
