/**
 * One simulated agent's sessions: real key, TLS and frames; nothing is spooled. What it sends it keeps until
 * acknowledged, and after a reconnect sends again from the stored mark.
 */
import { sign } from 'node:crypto';
import { WebSocket, type RawData } from 'ws';
import { downMessageSchema, type AgentPolicy, type DownMessage, type Welcome } from '#protocol/down.ts';
import { encodeFrame } from '#protocol/frame.ts';
import { proofBytes } from '#protocol/signing.ts';
import { AGENT_PATH, PROTOCOL_VERSION, SUBPROTOCOL } from '#protocol/version.ts';
import { SIM_VERSION, type SimIdentity } from './identity.ts';
import { connectTls, type Pin } from './site.ts';

export interface SimStats {
  sent: number;
  acked: number;
  /** Milliseconds from sending a frame to its acknowledgement, one per frame; empty where somebody else takes them. */
  ackMs: number[];
}

interface InFlight {
  lane: number;
  lastSeq: number;
  count: number;
  frame: Buffer;
  sentMs: number;
}

export interface SimSessionOptions {
  /** A connection that takes longer is given up. */
  connectMsMax?: number | undefined;
  /** A frame was acknowledged so long after it was made. */
  onAck?: ((ms: number) => void) | undefined;
  /** The session that was open has ended. */
  onClosed?: (() => void) | undefined;
}

const CONNECT_MS_MAX = 30_000;

export class SimSession {
  readonly stats: SimStats = { sent: 0, acked: 0, ackMs: [] };
  readonly #identity: SimIdentity;
  readonly #options: SimSessionOptions;
  #socket: WebSocket | undefined;
  #ticket: Buffer | undefined;
  readonly #nextSeq: number[] = [];
  #inFlight: InFlight[] = [];
  #waiters: (() => void)[] = [];
  closed: { code: number; reason: string } | undefined;
  /** What the collector wants of this agent; undefined before the first welcome. */
  policy: AgentPolicy | undefined;
  /** How long the collector asked it to stay away, milliseconds. */
  retryAfterMs: number | undefined;

  constructor(identity: SimIdentity, options: SimSessionOptions = {}) {
    this.#identity = identity;
    this.#options = options;
  }

  /** Connects and resolves at `welcome`. @throws Error when the session is refused */
  async open(): Promise<Welcome> {
    const { url, fingerprint, authority, localAddress } = this.#identity;
    const pin: Pin = authority === undefined ? { fingerprint } : { fingerprint: authority, authority: true };
    const socket = new WebSocket(new URL(AGENT_PATH, url.replace(/^http/, 'ws')), SUBPROTOCOL, {
      perMessageDeflate: false,
      handshakeTimeout: this.#options.connectMsMax ?? CONNECT_MS_MAX,
      createConnection: () =>
        connectTls({
          url,
          pin,
          localAddress,
          session: this.#ticket,
          onSession: (ticket) => (this.#ticket = ticket),
        }),
    });
    this.#socket = socket;
    this.closed = undefined;
    this.retryAfterMs = undefined;
    return new Promise((resolve, reject) => {
      socket.on('error', reject);
      socket.on('unexpected-response', (request, response) => {
        const seconds = Number(response.headers['retry-after'] ?? 'none');
        if (Number.isFinite(seconds)) this.retryAfterMs = seconds * 1_000;
        request.destroy();
        reject(new Error(`the collector answered HTTP ${response.statusCode ?? 0} instead of a session`));
      });
      socket.on('close', (code, reason) => this.#onClose(socket, code, reason.toString(), reject));
      socket.on('open', () => this.#hello());
      socket.on('message', (data) => this.#onMessage(data, resolve));
    });
  }

  #onClose(socket: WebSocket, code: number, reason: string, reject: (error: Error) => void): void {
    reject(new Error(`closed with ${code} ${reason}`));
    if (socket !== this.#socket) return;
    this.closed = { code, reason };
    this.#wake();
    this.#options.onClosed?.();
  }

  #hello(): void {
    const { agentId, host, epoch } = this.#identity;
    const clockMs = Date.now();
    const agentVersion = SIM_VERSION;
    this.#say({ type: 'hello', protocol: PROTOCOL_VERSION, agentId, agentVersion, host, epoch, clockMs });
  }

  #onMessage(data: RawData, welcomed: (welcome: Welcome) => void): void {
    const text = Buffer.isBuffer(data) ? data.toString('utf8') : '';
    const message: DownMessage = downMessageSchema.parse(JSON.parse(text));
    switch (message.type) {
      case 'challenge':
        this.#prove(message.nonce);
        return;
      case 'welcome':
        this.policy = message.policy;
        for (const mark of message.marks) this.#acknowledge(mark.lane, mark.seq);
        for (const entry of this.#inFlight) this.#socket?.send(entry.frame);
        welcomed(message);
        return;
      case 'ack':
        this.#acknowledge(message.lane, message.seq);
        return;
      case 'config':
        this.policy = message.policy;
        return;
      case 'bye':
        this.retryAfterMs = message.retryAfterMs;
        return;
      // Said only to who has told or reported something.
      case 'tally-ack':
      case 'signing-keys':
      case 'policy-document':
      case 'policy-ack':
      case 'command':
      case 'command-ack':
    }
  }

  #prove(nonce: string): void {
    const { agentId, epoch, fingerprint, privateKey } = this.#identity;
    const bytes = proofBytes({ agentId, epoch, nonce, collectorFingerprint: fingerprint });
    this.#say({ type: 'proof', signature: sign(null, bytes, privateKey).toString('base64') });
  }

  #say(message: object): void {
    this.#socket?.send(JSON.stringify(message));
  }

  #acknowledge(lane: number, seq: number): void {
    const nowMs = performance.now();
    const open: InFlight[] = [];
    for (const entry of this.#inFlight) {
      if (entry.lane !== lane || entry.lastSeq > seq) {
        open.push(entry);
        continue;
      }
      this.stats.acked += entry.count;
      if (this.#options.onAck === undefined) this.stats.ackMs.push(nowMs - entry.sentMs);
      else this.#options.onAck(nowMs - entry.sentMs);
    }
    this.#inFlight = open;
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiters.splice(0)) wake();
  }

  get inFlight(): number {
    return this.#inFlight.length;
  }

  /** Sends one frame of records, each already JSON. */
  send(lane: number, records: readonly string[]): void {
    const firstSeq = this.#nextSeq[lane] ?? 1;
    this.#nextSeq[lane] = firstSeq + records.length;
    const frame = encodeFrame({ lane, firstSeq }, records);
    this.#inFlight.push({
      lane,
      lastSeq: firstSeq + records.length - 1,
      count: records.length,
      frame,
      sentMs: performance.now(),
    });
    this.stats.sent += records.length;
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(frame);
  }

  /** Sends any bytes as a frame, for tests of what a hostile peer may do. */
  sendRaw(data: Buffer | string): void {
    this.#socket?.send(data);
  }

  /** Resolves when at most `frames` are unacknowledged, or the session has closed. */
  async settled(frames = 0): Promise<void> {
    while (this.#inFlight.length > frames && this.closed === undefined) {
      await new Promise<void>((resolve) => this.#waiters.push(resolve));
    }
  }

  /** Resolves when the collector has closed the session. */
  async whenClosed(): Promise<{ code: number; reason: string }> {
    while (this.closed === undefined) await new Promise<void>((resolve) => this.#waiters.push(resolve));
    return this.closed;
  }

  close(): void {
    this.#socket?.terminate();
  }
}
