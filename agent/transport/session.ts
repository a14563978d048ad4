/**
 * One session with the collector: hello -> challenge -> proof -> welcome, then batches and acks until bye.
 * Nothing of the spool is sent before the welcome; only an ack deletes from it.
 */
import { downMessageSchema } from '#protocol/down.ts';
import type { AgentPolicy, DownMessage, Welcome } from '#protocol/down.ts';
import { ERRORS, ERROR_CODES, ProtocolError } from '#protocol/error.ts';
import type { ErrorCode } from '#protocol/error.ts';
import { LIMITS } from '#protocol/limits.ts';
import { proofBytes } from '#protocol/signing.ts';
import type { Hardware } from '#protocol/hardware.ts';
import type { UpMessage } from '#protocol/up.ts';
import type { HostFacts } from '#protocol/message-fields.ts';
import { PROTOCOL_VERSION, PROTOCOL_VERSIONS_SERVED } from '#protocol/version.ts';
import type { Clock } from '../clock.ts';
import { SpoolFullError } from '../spool/spool-error.ts';
import type { Spool, SpoolStatus } from '../spool/spool.ts';
import type { Bandwidth } from './bandwidth.ts';
import { reconcile } from './reconcile.ts';
import type { SentMemory } from './reconcile.ts';
import type { SignedDesk } from './signed-desk.ts';
import { Sender } from './sender.ts';
import { TallyTeller } from './tally-teller.ts';
import type { Transport, TransportClose } from './transport.ts';

/** How long a stop waits for the last account to be written down. */
const LAST_WORD_MS_MAX = 400;

/** Version of the protocol that knows what is signed apart: policies, commands. */
const SIGNED_PROTOCOL = 3;

const CLOCK_CHECK_MS = 5_000;
/** What slewing does to a clock in a long session stays below it. */
const CLOCK_STEP_MS_MIN = 5_000;

export type SessionEnd =
  | { kind: 'stopped' }
  /** The line broke, or the collector went away without a word. */
  | { kind: 'closed'; reason: string }
  | { kind: 'refused'; code: ErrorCode; message: string; retryAfterMs?: number | undefined }
  /** The collector does not keep to the protocol. */
  | { kind: 'violation'; message: string }
  /** The spool goes on under another epoch: connect again at once. */
  | { kind: 'epoch-changed'; message: string };

export type SessionEvent =
  | { kind: 'online'; sessionId: string; policy: AgentPolicy; clockSkewMs: number }
  | { kind: 'sent'; lane: number; lastSeq: number }
  | { kind: 'acknowledged'; lane: number; seq: number }
  /** Settings of the collector, as they hold from now on. */
  | { kind: 'policy'; policy: AgentPolicy }
  /** The collector has stored less than it acknowledged: it was restored. What is still kept of it is sent again. */
  | { kind: 'refill'; lane: number; storedSeq: number; acknowledgedSeq: number }
  | { kind: 'delete-postponed'; error: SpoolFullError };

export interface SessionOptions {
  transport: Transport;
  spool: Spool;
  memory: SentMemory;
  agentId: string;
  agentVersion: string;
  host: HostFacts;
  /** What identifies the machine; left out when nothing does. */
  hardware?: Hardware | undefined;
  /**
   * The collector, heard over one certificate, says which to trust.
   * @returns whether that is written down durably
   */
  announce?: ((fingerprints: readonly string[], heardOver: string) => boolean) | undefined;
  /** Takes in what is signed apart, where the collector's version knows it. */
  signed?: SignedDesk | undefined;
  /** Ed25519 signature, base64. */
  sign: (bytes: Uint8Array) => string;
  clock: Clock;
  bandwidth: Bandwidth;
  /** Ends the session politely. */
  signal: AbortSignal;
  onEvent: (event: SessionEvent) => void;
}

/** Runs one session to its end; never rejects for what the peer or the line does. */
export function runSession(options: SessionOptions): Promise<SessionEnd> {
  return new Promise((resolve, reject) => {
    new Session(options, resolve, reject).start();
  });
}

class Session {
  readonly #options: SessionOptions;
  readonly #resolve: (end: SessionEnd) => void;
  readonly #reject: (error: unknown) => void;
  readonly #over = new AbortController();
  #state: 'hello-sent' | 'proof-sent' | 'open' = 'hello-sent';
  #helloAtMs = 0;
  #policyVersion = -1;
  #sender: Sender | undefined;
  #nextPump: { atMs: number; cancel: AbortController } | undefined;
  #teller: TallyTeller | undefined;

  constructor(options: SessionOptions, resolve: (end: SessionEnd) => void, reject: (error: unknown) => void) {
    this.#options = options;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  start(): void {
    const { transport, signal, clock, spool, agentId, agentVersion, host, hardware = [] } = this.#options;
    transport.listen({
      onText: (text) => this.#guard(() => this.#receive(text)),
      onClose: (close) => this.#closed(close),
    });
    if (this.#over.signal.aborted) return;
    if (signal.aborted) {
      this.#stop();
      return;
    }
    signal.addEventListener('abort', () => this.#stop(), { once: true, signal: this.#over.signal });
    this.#helloAtMs = clock.now();
    this.#send({
      type: 'hello',
      protocol: PROTOCOL_VERSION,
      agentId,
      agentVersion,
      host,
      epoch: spool.epoch,
      clockMs: this.#helloAtMs,
      ...(hardware.length === 0 ? {} : { hardware: [...hardware] }),
    });
    void this.#watchClock();
    void clock.sleep(LIMITS.handshakeMsMax, this.#over.signal).then(() => {
      if (this.#state !== 'open')
        this.#end({ kind: 'closed', reason: 'the collector did not finish the handshake' });
    });
  }

  /** The collector measured this host's clock at the hello: when the clock is set since, it has to be measured again. */
  async #watchClock(): Promise<void> {
    const { clock } = this.#options;
    const offset = (): number => clock.now() - clock.monotonicMs();
    const before = offset();
    while (!this.#over.signal.aborted) {
      await clock.sleep(CLOCK_CHECK_MS, this.#over.signal);
      if (this.#over.signal.aborted || Math.abs(offset() - before) < CLOCK_STEP_MS_MIN) continue;
      this.#send({ type: 'bye', reason: 'reconfigure' });
      this.#end({ kind: 'closed', reason: 'the clock of this host was set' });
    }
  }

  #send(message: UpMessage): void {
    const text = JSON.stringify(message);
    this.#sender?.charge(text.length);
    this.#options.transport.send(text);
  }

  #end(end: SessionEnd): void {
    if (this.#over.signal.aborted) return;
    this.#over.abort();
    if (this.#state === 'open') this.#options.signed?.closed();
    this.#options.transport.close();
    this.#resolve(end);
  }

  /** The end comes with the close of the line, so that the farewell has left before the process does. */
  #stop(): void {
    const leave = (): void => {
      if (this.#over.signal.aborted) return;
      this.#send({ type: 'bye', reason: 'shutdown' });
      this.#options.transport.close();
    };
    // The last word on what it counted has a moment to arrive; what does not is told at the next start.
    this.#guard(() => this.#teller?.tell());
    if (this.#teller?.isWaiting !== true) {
      leave();
      return;
    }
    const answered = this.#teller.answered();
    void Promise.race([answered, this.#options.clock.sleep(LAST_WORD_MS_MAX, this.#over.signal)]).then(leave);
  }

  /** What the peer does wrong ends the session; what is our own defect rejects it. */
  #guard(work: () => void): void {
    if (this.#over.signal.aborted) return;
    try {
      work();
    } catch (error) {
      if (error instanceof ProtocolError) {
        this.#send({ type: 'bye', reason: 'error' });
        this.#end({ kind: 'violation', message: error.message });
        return;
      }
      this.#over.abort();
      this.#options.transport.close();
      this.#reject(error);
    }
  }

  #closed(close: TransportClose): void {
    if (this.#options.signal.aborted) {
      this.#end({ kind: 'stopped' });
      return;
    }
    const code = ERROR_CODES.find((name) => ERRORS[name].closeStatus === close.status);
    if (code !== undefined) this.#end({ kind: 'refused', code, message: close.reason });
    else
      this.#end({
        kind: 'closed',
        reason: close.reason || `the line closed (status ${close.status ?? 'none'})`,
      });
  }

  #receive(text: string): void {
    const message = parse(text);
    switch (message.type) {
      case 'challenge':
        this.#expect('hello-sent', message);
        this.#prove(message.nonce);
        return;
      case 'welcome':
        this.#expect('proof-sent', message);
        this.#open(message);
        return;
      case 'ack':
        this.#expect('open', message);
        this.#acknowledge(message.lane, message.seq);
        return;
      case 'config':
        this.#expect('open', message);
        if (message.policy.version >= this.#policyVersion) this.#apply(message.policy);
        this.#pump();
        return;
      case 'tally-ack':
        this.#expect('open', message);
        this.#unlessFull(() => this.#teller?.acknowledged(message.id));
        return;
      case 'signing-keys':
      case 'policy-document':
      case 'policy-ack':
      case 'command':
      case 'command-ack':
        this.#expect('open', message);
        this.#options.signed?.receive(message);
        return;
      case 'bye':
        this.#end({
          kind: 'refused',
          code: message.code,
          message: message.message,
          retryAfterMs: message.retryAfterMs,
        });
    }
  }

  #expect(state: 'hello-sent' | 'proof-sent' | 'open', message: DownMessage): void {
    if (this.#state === state) return;
    throw new ProtocolError('out-of-order', `the collector sent ${message.type} in state ${this.#state}`);
  }

  #prove(nonce: string): void {
    const { agentId, spool, transport, sign } = this.#options;
    const collectorFingerprint = transport.peerFingerprint;
    this.#state = 'proof-sent';
    this.#send({
      type: 'proof',
      signature: sign(proofBytes({ agentId, epoch: spool.epoch, nonce, collectorFingerprint })),
    });
  }

  #open(welcome: Welcome): void {
    const { spool, memory, transport, agentId, sign, clock, bandwidth, onEvent } = this.#options;
    if (!PROTOCOL_VERSIONS_SERVED.includes(welcome.protocol)) {
      throw new ProtocolError('version-unsupported', `the collector speaks protocol ${welcome.protocol}`);
    }
    if (this.#epochChanged()) return;
    const status = spool.status();
    const reconciled = reconcile(welcome.marks, status, memory);
    if (reconciled.kind === 'foreign-history') {
      const { lane, mark, shared } = reconciled;
      for (const [sharedLane, seq] of shared.entries()) spool.acknowledge(sharedLane, seq);
      spool.renewEpoch();
      this.#send({ type: 'bye', reason: 'reconfigure' });
      this.#end({
        kind: 'epoch-changed',
        message: `the collector has lane ${lane} up to ${mark}, which this spool never sent: an older disk image was put back`,
      });
      return;
    }
    this.#noteSession();
    const nowMs = clock.now();
    const halfWayMs = (nowMs - this.#helloAtMs) / 2;
    this.#sender = new Sender({
      transport,
      spool,
      agentId,
      sign,
      memory,
      marks: reconciled.marks,
      acknowledged: status.lanes.map(({ acknowledgedSeq }) => acknowledgedSeq),
      inFlightBatchesMax: welcome.policy.inFlightBatchesMax,
      bandwidth,
      clock,
      onSent: (lane, lastSeq) => onEvent({ kind: 'sent', lane, lastSeq }),
    });
    this.#state = 'open';
    this.#apply(welcome.policy);
    onEvent({
      kind: 'online',
      sessionId: welcome.sessionId,
      policy: welcome.policy,
      clockSkewMs: Math.round(nowMs - halfWayMs - welcome.serverTimeMs),
    });
    for (const [lane, mark] of reconciled.marks.entries()) {
      const { acknowledgedSeq = 0 } = status.lanes[lane] ?? {};
      if (mark > acknowledgedSeq) this.#delete(lane, mark);
      if (mark < acknowledgedSeq) onEvent({ kind: 'refill', lane, storedSeq: mark, acknowledgedSeq });
    }
    this.#tellAgain(reconciled.marks, status);
    this.#tellCounts();
    if (welcome.protocol >= SIGNED_PROTOCOL)
      this.#options.signed?.opened((said) => this.#send(said), this.#options.transport.lineEnd);
    void this.#followSpool();
  }

  #tellCounts(): void {
    const { spool, clock, memory } = this.#options;
    this.#teller = new TallyTeller({
      spool,
      send: (tally) => this.#send(tally),
      clock,
      signal: this.#over.signal,
      // Counts of another epoch are the next session's to tell.
      guard: (work) => this.#guard(() => (spool.epoch === memory.epoch ? this.#unlessFull(work) : undefined)),
    });
    void this.#teller.run();
  }

  /** What it has forgotten of the records it may have forgotten of the counts, too. */
  #tellAgain(marks: readonly number[], { lanes }: SpoolStatus): void {
    if (lanes.every(({ acknowledgedSeq, lane }) => (marks[lane] ?? 0) >= acknowledgedSeq)) return;
    this.#unlessFull(() => this.#options.spool.retellTally());
  }

  /** Durable before anything is sent. A full disk is emptied by sending, so it does not keep from it. */
  #noteSession(): void {
    this.#unlessFull(() => this.#options.spool.noteSession());
  }

  #unlessFull(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof SpoolFullError)) throw error;
      this.#options.onEvent({ kind: 'delete-postponed', error });
    }
  }

  #apply(policy: AgentPolicy): void {
    this.#policyVersion = policy.version;
    this.#options.transport.setIdleMsMax(policy.idleMsMax);
    this.#sender?.setWindow(policy.inFlightBatchesMax);
    this.#options.bandwidth.apply(policy);
    this.#options.onEvent({ kind: 'policy', policy });
    this.#trust(policy);
  }

  /** Said back only when it is written down: the collector changes its certificate on the strength of it. */
  #trust({ fingerprints }: AgentPolicy): void {
    const { announce, transport } = this.#options;
    if (fingerprints === undefined || announce === undefined) return;
    if (!announce(fingerprints, transport.peerFingerprint)) return;
    this.#send({ type: 'trusted', fingerprints });
  }

  #acknowledge(lane: number, seq: number): void {
    if (this.#epochChanged()) return;
    this.#sender?.acknowledged(lane, seq);
    this.#delete(lane, seq);
    this.#pump();
  }

  #delete(lane: number, seq: number): void {
    const { spool, onEvent } = this.#options;
    // Refused, it stays until a later ack of the lane, or the next welcome, deletes it.
    this.#unlessFull(() => spool.acknowledge(lane, seq));
    onEvent({ kind: 'acknowledged', lane, seq });
  }

  #pump(): void {
    const waitMs = this.#sender?.pump();
    if (!this.#epochChanged() && waitMs !== undefined) this.#pumpIn(waitMs);
  }

  /** One pump lies ahead at a time: the earliest. */
  #pumpIn(waitMs: number): void {
    const { clock } = this.#options;
    const atMs = clock.monotonicMs() + waitMs;
    if (this.#nextPump !== undefined && this.#nextPump.atMs <= atMs) return;
    this.#nextPump?.cancel.abort();
    const cancel = new AbortController();
    this.#nextPump = { atMs, cancel };
    void clock.sleep(waitMs, AbortSignal.any([cancel.signal, this.#over.signal])).then(() => {
      if (cancel.signal.aborted) return;
      this.#nextPump = undefined;
      this.#guard(() => this.#pump());
    });
  }

  async #followSpool(): Promise<void> {
    const { spool } = this.#options;
    while (!this.#over.signal.aborted) {
      const changed = spool.changed(this.#over.signal);
      this.#guard(() => this.#pump());
      await changed;
    }
  }

  /** Sequences of another epoch mean other records: nothing may be sent or deleted any more. */
  #epochChanged(): boolean {
    if (this.#options.spool.epoch === this.#options.memory.epoch) return false;
    this.#send({ type: 'bye', reason: 'reconfigure' });
    this.#end({ kind: 'epoch-changed', message: 'the spool began a new epoch' });
    return true;
  }
}

/** @throws ProtocolError */
function parse(text: string): DownMessage {
  if (text.length > LIMITS.controlBytesMax) {
    throw new ProtocolError('too-large', `a control message of ${text.length} characters`);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new ProtocolError('bad-frame', 'the collector sent a message that is not JSON', { cause: error });
  }
  const parsed = downMessageSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new ProtocolError('bad-frame', `the collector sent an unknown message: ${parsed.error.message}`, {
    cause: parsed.error,
  });
}
