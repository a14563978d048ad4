/**
 * Where what has arrived is handled, in fair turns (fair-line.ts), a few milliseconds at a stretch. Invariants: messages
 * of a peer are handled in order of their lane, and a control message in order with all; while the store is behind
 * nothing is handed on; what waits is bounded: a peer that has enough waiting is not read, then accounts that hold more
 * than their share, then nobody.
 */
import { setImmediate as yieldToLoop } from 'node:timers/promises';
import { frameSize } from '../protocol/frame.ts';
import { LIMITS } from '../protocol/limits.ts';
import { FairLine, URGENCIES, type Account, type Urgency } from './fair-line.ts';
import { sizeOf, urgencyOf, type Message, type Peer } from './peer.ts';
import type { Meter, QuotaBook } from './quota-book.ts';

export interface DeskOptions {
  /** Bytes that may wait here, as they came over the wire; at twice of it nobody is read any more. */
  waitingBytesMax: number;
  /** Milliseconds of a clock that only goes forward. */
  clock: () => number;
  /** All sockets, for when those of a whole account are no longer read, or all are again. */
  peers: () => Iterable<Peer>;
  quotas: QuotaBook;
  /** The stage behind takes nothing of this agent for now. */
  holds: (agentId: string) => boolean;
  /** Whether those who work on frames beside this thread can take more; asked again when one of theirs is done. */
  hasRoom: () => boolean;
  /** A frame has to wait for a quota. */
  onHeld: (quotaId: number) => void;
  /** What a message does wrong ends its own session. */
  onError: (peer: Peer, error: unknown) => void;
}

/**
 * What of one peer may wait before its socket is no longer read: more than an agent may have unacknowledged, so that a
 * security frame is not stuck behind others in a socket.
 */
const PEER_MESSAGES_MAX = LIMITS.inFlightBatchesMax + 8;
const PEER_BYTES_MAX = 4 * 1_048_576;
/** Handling messages holds up the event loop no longer than this and one message. */
const TURN_MS_MAX = 10;
/** How often those are looked at again who wait for a quota, or for the stage behind. */
const HELD_MS = 100;
const NO_METERS: readonly Meter[] = [];

type Reading = 'all' | 'within-share' | 'none';

export class Desk {
  readonly #options: DeskOptions;
  readonly #line = new FairLine<Peer>();
  #waitingBytes = 0;
  #accountsWaiting = 0;
  #reading: Reading = 'all';
  #full = false;
  #isWorking = false;
  /** Who has to wait for a quota, or for the stage behind. */
  readonly #held = new Set<Peer>();
  #heldTimer: NodeJS.Timeout | undefined;
  /** Control messages being handled, and the turns. */
  readonly #underWay = new Set<Promise<void>>();

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  /** The stage behind cannot take more: nothing is handed on until it can. */
  get full(): boolean {
    return this.#full;
  }

  setFull(full: boolean): void {
    this.#full = full;
    this.#work();
  }

  /** Bytes that have arrived and were not handed on. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** A new socket: it is read unless nobody is. */
  admit(peer: Peer): void {
    if (this.#reading === 'none') peer.pause();
  }

  receive(peer: Peer, message: Message): void {
    peer.push(message);
    this.#count(peer, sizeOf(message));
    this.#tighten();
    if (!this.#mayRead(peer, PEER_MESSAGES_MAX)) peer.pause();
    this.#lineUp(peer);
  }

  /** From now on the peer shares with that account. */
  transfer(peer: Peer, account: Account): void {
    const bytes = peer.inboxBytes;
    if (bytes > 0) this.#count(peer, -bytes);
    peer.account = account;
    if (bytes > 0) this.#count(peer, bytes);
  }

  /** The peer has gone, and what of it waits goes with it. */
  forget(peer: Peer): void {
    for (let message = peer.takeFirst(); message !== undefined; message = peer.takeFirst())
      this.#count(peer, -sizeOf(message));
    this.#held.delete(peer);
    this.#relax(peer);
  }

  /** Resolves when nothing is being handled. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  #count(peer: Peer, bytes: number): void {
    const { account } = peer;
    if (account.waitingBytes === 0) this.#accountsWaiting += 1;
    account.waitingBytes += bytes;
    if (account.waitingBytes === 0) this.#accountsWaiting -= 1;
    this.#waitingBytes += bytes;
  }

  #isOverShare(peer: Peer): boolean {
    return peer.account.waitingBytes > this.#options.waitingBytesMax / Math.max(1, this.#accountsWaiting);
  }

  #mayRead(peer: Peer, messagesMax: number): boolean {
    if (this.#reading === 'none' || (this.#reading === 'within-share' && this.#isOverShare(peer)))
      return false;
    return peer.inbox.length < messagesMax && peer.inboxBytes < PEER_BYTES_MAX;
  }

  #tighten(): void {
    const { waitingBytesMax, peers } = this.#options;
    if (this.#reading !== 'none' && this.#waitingBytes > 2 * waitingBytesMax) {
      this.#reading = 'none';
      for (const peer of peers()) peer.pause();
    } else if (this.#reading === 'all' && this.#waitingBytes > waitingBytesMax) {
      this.#reading = 'within-share';
      for (const peer of peers()) if (this.#isOverShare(peer)) peer.pause();
    }
  }

  /** Something of the peer was handled: it, or everybody, may be read again. */
  #relax(peer: Peer): void {
    const { waitingBytesMax, peers } = this.#options;
    if (this.#reading !== 'all' && this.#waitingBytes < waitingBytesMax / 2) {
      this.#reading = 'all';
      for (const other of peers()) if (this.#mayRead(other, PEER_MESSAGES_MAX)) other.resume();
    } else if (peer.paused && this.#mayRead(peer, PEER_MESSAGES_MAX / 2)) peer.resume();
  }

  #lineUp(peer: Peer): void {
    if (peer.busy || peer.inbox.length === 0) return;
    if (peer.session.sender === undefined) {
      // Who has yet to prove who it is has no account to share with: its few messages are handled as they come.
      this.#handle(peer, peer.takeFirst());
      return;
    }
    for (const urgency of URGENCIES) {
      if (peer.nextBytes(urgency) === 0) continue;
      if (this.#isHeld(peer, urgency)) this.#hold(peer);
      else this.#line.enter(peer, urgency);
    }
    this.#work();
  }

  #work(): void {
    if (this.#isWorking || this.#full || !this.#options.hasRoom()) return;
    this.#isWorking = true;
    this.#keep(this.#takeTurns());
  }

  async #takeTurns(): Promise<void> {
    const { clock, hasRoom } = this.#options;
    await yieldToLoop();
    let beganMs = clock();
    while (!this.#full && hasRoom()) {
      const turn = this.#line.next();
      if (turn === undefined) break;
      this.#handle(turn.member, turn.member.take(turn.urgency));
      if (clock() - beganMs < TURN_MS_MAX) continue;
      await yieldToLoop();
      beganMs = clock();
    }
    this.#isWorking = false;
  }

  #handle(peer: Peer, message: Message | undefined): void {
    if (message === undefined) return;
    this.#count(peer, -sizeOf(message));
    if (!peer.isOpen) return; // gone, or told to go
    if ('text' in message) {
      peer.busy = true;
      this.#keep(this.#handleText(peer, message.text));
      return;
    }
    try {
      const work = peer.session.onBatch(message.frame);
      if (work !== undefined) {
        peer.busy = true;
        this.#keep(this.#handleFrame(peer, message.frame, work));
        return;
      }
      this.#charge(peer, message.frame);
    } catch (error) {
      this.#options.onError(peer, error);
    }
    this.#goOn(peer);
  }

  /** The frame is worked on beside this thread. */
  async #handleFrame(peer: Peer, frame: Buffer, work: Promise<void>): Promise<void> {
    try {
      await work;
      this.#charge(peer, frame);
    } catch (error) {
      this.#options.onError(peer, error);
    }
    peer.busy = false;
    this.#goOn(peer);
    this.#work();
  }

  async #handleText(peer: Peer, text: string): Promise<void> {
    try {
      await peer.session.onText(text);
    } catch (error) {
      this.#options.onError(peer, error);
    }
    peer.busy = false;
    this.#goOn(peer);
  }

  #metersOf(peer: Peer): readonly Meter[] {
    const { quotas } = this.#options;
    const { sender } = peer.session;
    if (quotas.isEmpty || sender === undefined) return NO_METERS;
    if (peer.metersVersion !== quotas.version) {
      peer.metersVersion = quotas.version;
      peer.meters = quotas.metersOf({ ...sender, groupId: peer.groupId });
    }
    return peer.meters;
  }

  #isHeld(peer: Peer, urgency: Urgency): boolean {
    const { sender } = peer.session;
    if (sender !== undefined && this.#options.holds(sender.agentId)) return true;
    const nowMs = this.#options.clock();
    for (const meter of this.#metersOf(peer)) {
      if (meter.heldMs(urgency, nowMs) === 0) continue;
      if (!this.#held.has(peer)) this.#options.onHeld(meter.rule.id);
      return true;
    }
    return false;
  }

  /** The frame has been handed on, so its header is true. */
  #charge(peer: Peer, frame: Buffer): void {
    const meters = this.#metersOf(peer);
    if (meters.length === 0) return;
    const { count, payloadBytes } = frameSize(frame);
    const nowMs = this.#options.clock();
    for (const meter of meters) meter.take(urgencyOf(frame), count, payloadBytes, nowMs);
  }

  #hold(peer: Peer): void {
    this.#held.add(peer);
    this.#heldTimer ??= setTimeout(() => {
      this.#heldTimer = undefined;
      const waited = [...this.#held];
      this.#held.clear();
      for (const other of waited) this.#lineUp(other);
    }, HELD_MS);
    this.#heldTimer.unref();
  }

  #goOn(peer: Peer): void {
    this.#relax(peer);
    this.#lineUp(peer);
  }

  #keep(work: Promise<void>): void {
    this.#underWay.add(work);
    void work.finally(() => this.#underWay.delete(work));
  }
}
