/**
 * One agent's socket: what has arrived and not been handled, in order of arrival. Thousands are open, so a peer has no
 * closures and no timers of its own; whoever holds it reads the flags.
 */
import type { DownMessage } from '../protocol/down.ts';
import type { Hello } from '../protocol/up.ts';
import type { Account, LineMember, Urgency } from './fair-line.ts';
import type { Meter } from './quota-book.ts';
import type { PeerSocket } from './peer-socket.ts';
import { SECURITY_LANE, standingOf, type Standing } from './standing.ts';
import { AgentSession, type KnownAgent, type SessionContext, type SessionLink } from './session.ts';

export type Message = { text: string; standing?: Standing | undefined } | { frame: Buffer };

/** Where the lane stands in a frame (protocol/frame.ts). */
const LANE_OFFSET = 3;

/** What a peer needs of its gate. */
export interface PeerHost {
  readonly sessions: SessionContext;
  received(peer: Peer, message: Message): void;
  opened(peer: Peer, agent: KnownAgent, hello: Hello, clockSkewMs: number): Promise<void>;
  /** The socket found the stream broken, and closes by itself. */
  broken(code: string | undefined): void;
  closed(peer: Peer): void;
}

const NOTHING: readonly Message[] = [];

export class Peer implements LineMember, SessionLink {
  readonly socket: PeerSocket;
  readonly session: AgentSession;
  readonly host: PeerHost;
  readonly collectorFingerprint: string;
  /** Which beat of the heart it belongs to. */
  readonly slot: number;
  /** Of a clock that only goes forward. */
  readonly connectedMs: number;
  /** Address it came from. */
  readonly remote: string;
  account: Account;
  /** Set once it has proved who it is. */
  agentId: string | undefined;
  /** Heard of since the last beat. */
  alive = true;
  /** Not read: it cannot show that it is alive. */
  paused = false;
  /** A message of its is being handled; the next one waits. */
  busy = false;
  groupId: number | null = null;
  /** What counts what it sends, as of that version of the quotas. */
  meters: readonly Meter[] = [];
  metersVersion = -1;
  /** Ends the counting of what a stranger sends. */
  stopMeter: (() => void) | undefined;
  #inbox: Message[] | undefined;
  #inboxBytes = 0;

  constructor(
    socket: PeerSocket,
    host: PeerHost,
    collectorFingerprint: string,
    account: Account,
    slot: number,
    connectedMs: number,
    remote: string,
  ) {
    this.socket = socket;
    this.collectorFingerprint = collectorFingerprint;
    this.host = host;
    this.account = account;
    this.slot = slot;
    this.connectedMs = connectedMs;
    this.remote = remote;
    this.session = new AgentSession(host.sessions, this);
  }

  get isOpen(): boolean {
    return this.socket.readyState === this.socket.OPEN;
  }

  send(message: DownMessage): void {
    if (this.isOpen) this.socket.send(JSON.stringify(message));
  }

  opened(agent: KnownAgent, hello: Hello, clockSkewMs: number): Promise<void> {
    return this.host.opened(this, agent, hello, clockSkewMs);
  }

  received(bytes: Buffer, isBinary: boolean): void {
    this.alive = true;
    this.host.received(this, isBinary ? { frame: bytes } : { text: bytes.toString('utf8') });
  }

  get inbox(): readonly Message[] {
    return this.#inbox ?? NOTHING;
  }

  get inboxBytes(): number {
    return this.#inboxBytes;
  }

  push(message: Message): void {
    (this.#inbox ??= []).push(message);
    this.#inboxBytes += sizeOf(message);
  }

  /**
   * Index of the next message of that urgency. A control message at the head is urgent, and the rest waits for it;
   * further back it stands where standing.ts puts it.
   */
  #find(urgency: Urgency): number {
    for (const [index, message] of this.inbox.entries()) {
      if ('text' in message) {
        if (index === 0) return urgency === 0 ? 0 : -1;
        const standing = (message.standing ??= standingOf(message.text));
        if (standing === 'behind-all') return -1;
        if (standing === urgency) return index;
      } else if (urgencyOf(message.frame) === urgency) return index;
    }
    return -1;
  }

  nextBytes(urgency: Urgency): number {
    if (this.busy) return 0;
    const message = this.inbox[this.#find(urgency)];
    return message === undefined ? 0 : sizeOf(message);
  }

  take(urgency: Urgency): Message | undefined {
    const index = this.#find(urgency);
    return index < 0 ? undefined : this.#remove(index);
  }

  takeFirst(): Message | undefined {
    return this.inbox.length === 0 ? undefined : this.#remove(0);
  }

  #remove(index: number): Message | undefined {
    const [message] = this.#inbox?.splice(index, 1) ?? [];
    if (message === undefined) return undefined;
    this.#inboxBytes -= sizeOf(message);
    if (this.#inbox?.length === 0) this.#inbox = undefined;
    return message;
  }

  pause(): void {
    if (this.paused) return;
    this.paused = true;
    this.socket.pause();
  }

  resume(): void {
    if (!this.paused) return;
    this.paused = false;
    this.alive = true; // what it said meanwhile has yet to be read
    this.socket.resume();
  }
}

export function sizeOf(message: Message): number {
  // At least one byte, so that an empty frame has its turn, and is refused, like any other.
  return Math.max(1, 'text' in message ? message.text.length : message.frame.length);
}

export function urgencyOf(frame: Buffer): Urgency {
  return frame[LANE_OFFSET] === SECURITY_LANE ? 0 : 1;
}
