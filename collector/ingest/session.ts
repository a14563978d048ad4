/**
 * One agent's session: a state machine over control messages and batch frames, free of sockets and clocks.
 * Order: hello -> challenge -> proof -> welcome -> batches and losses -> bye. Invariants: nothing is admitted before
 * the proof; events are admitted in sequence order of their lane; only what the store holds is acknowledged;
 * whatever breaks the protocol ends the session with a code of protocol/error.ts.
 */
import { verify } from 'node:crypto';
import { decodePublicKey } from '../protocol/agent-key.ts';
import type { AgentPolicy, DownMessage } from '../protocol/down.ts';
import { ProtocolError, type ErrorCode } from '../protocol/error.ts';
import { decodeFrame, readHeader, type FrameHeader } from '../protocol/frame.ts';
import { LIMITS } from '../protocol/limits.ts';
import type { CommandReport } from '../protocol/command.ts';
import type { PolicyReport } from '../protocol/policy.ts';
import { forVersion } from '../protocol/older-peer.ts';
import { lossBytes, proofBytes } from '../protocol/signing.ts';
import { upMessageSchema, type Hello, type Loss, type Proof, type Tally } from '../protocol/up.ts';
import { PROTOCOL_VERSION, PROTOCOL_VERSIONS_SERVED } from '../protocol/version.ts';
import { AccountInParts, type ToldAccount } from './account.ts';
import type { AdmittedBatch, FrameWork, InterpretedFrame, SenderFacts } from './admitted.ts';
import type { LaneBook } from './lane-book.ts';

/** What the registry knows of an agent, as far as a session needs it. */
export interface KnownAgent {
  agentId: string;
  /** Raw Ed25519 public key, 32 bytes, base64. */
  publicKey: string;
  revoked: boolean;
  agencyId: number;
  groupId: number | null;
}

export interface SessionEvents {
  'session.opened': { agentId: string; clockSkewMs: number };
  'session.refused': { code: ErrorCode };
  'events.received': { count: number; bytes: number };
  'events.duplicate': { count: number; agentId: string; lane: number; records: readonly unknown[] };
  'events.rejected': { count: number };
  'events.lost': { count: number; reason: string };
}

export interface SessionPorts {
  /** @throws ProtocolError when the agent is known and may not open a session now */
  findAgent: (agentId: string) => Promise<KnownAgent | undefined>;
  /** What this agent is told at its welcome. */
  policyOf: (agent: KnownAgent) => AgentPolicy;
  /** Writes the loss down durably; called before its sequences count as covered. */
  recordLoss: (loss: { agentId: string; epoch: string } & Omit<Loss, 'type' | 'signature'>) => Promise<void>;
  /** Writes down what the agent counted; @returns whether that was done */
  recordAccount: (account: { agentId: string; epoch: string } & ToldAccount) => Promise<boolean>;
  /** The agent has written down which certificates of the collector it trusts. */
  trusted: (agentId: string, fingerprints: readonly string[]) => Promise<void>;
  /**
   * Takes in what the agent says of its policy.
   * @param isFirst of this session. @returns what the agent is told
   */
  policyReported: (
    agentId: string,
    report: PolicyReport,
    isFirst: boolean,
  ) => Promise<readonly DownMessage[]>;
  /** Takes in what the agent says of a command. @returns what the agent is told */
  commandReported: (agentId: string, report: CommandReport) => Promise<readonly DownMessage[]>;
  /**
   * Makes rows of a frame, here or beside this thread; a frame of the agent comes after the one before is done.
   * @throws ProtocolError (the promise is rejected with it) when it is no such frame
   */
  interpret: (work: FrameWork) => InterpretedFrame | Promise<InterpretedFrame>;
  accept: (batch: AdmittedBatch) => void;
  emit: <K extends keyof SessionEvents>(event: K, detail: SessionEvents[K]) => void;
}

/** What all sessions share. */
export interface SessionContext {
  lanes: LaneBook;
  ports: SessionPorts;
  now: () => number;
  /** UUID. */
  newSessionId: () => string;
  /** 32 random bytes, base64. */
  newNonce: () => string;
}

/** The peer of one session. */
export interface SessionLink {
  /** SHA-256 of the certificate that the peer was shown (DER), lower-case hex. */
  readonly collectorFingerprint: string;
  send: (message: DownMessage) => void;
  /** The session is authenticated; an older one of the same agent has to go. */
  opened: (agent: KnownAgent, hello: Hello, clockSkewMs: number) => Promise<void>;
}

type State =
  | { name: 'hello' }
  | { name: 'proof'; hello: Hello; agent: KnownAgent; nonce: string; clockSkewMs: number }
  /** The key lies here as text: as an object it would cost every session more memory than all else it holds. */
  | { name: 'open'; sender: SenderFacts; publicKey: string }
  | { name: 'closed' };

/**
 * A hello that was long on its way looks like a clock that is behind: what a slow handshake can make of it is not
 * corrected.
 */
const SKEW_MS_MIN = LIMITS.handshakeMsMax;

/** What a loss weighs while it waits for the store, so that losses too are held back when it is behind. */
const LOSS_BYTES = 256;

const HELLO: State = { name: 'hello' };
const CLOSED: State = { name: 'closed' };

export class AgentSession {
  readonly #context: SessionContext;
  readonly #link: SessionLink;
  #state: State = HELLO;
  #protocol = PROTOCOL_VERSION;
  /** Highest sequence acknowledged in this session, per lane. */
  readonly #acked: number[] = [];
  /** While one is under way. */
  #account: AccountInParts | undefined;
  #hasReported = false;

  constructor(context: SessionContext, link: SessionLink) {
    this.#context = context;
    this.#link = link;
  }

  /** Set once the session is open. */
  get sender(): SenderFacts | undefined {
    return this.#state.name === 'open' ? this.#state.sender : undefined;
  }

  /** Version of the protocol that the peer speaks: the newest until it has said so. */
  get protocol(): number {
    return this.#protocol;
  }

  #send(message: DownMessage): void {
    const said = forVersion(this.#protocol, message);
    if (said !== undefined) this.#link.send(said);
  }

  /** A control message arrived. @throws ProtocolError */
  async onText(text: string): Promise<void> {
    if (Buffer.byteLength(text) > LIMITS.controlBytesMax) {
      throw new ProtocolError('too-large', `control message over ${LIMITS.controlBytesMax} bytes`);
    }
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch (error) {
      throw new ProtocolError('bad-frame', 'control message is not JSON', { cause: error });
    }
    const parsed = upMessageSchema.safeParse(json);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw new ProtocolError(
        'bad-frame',
        `control message: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
      );
    }
    const message = parsed.data;
    const state = this.#state;
    switch (message.type) {
      case 'hello':
        if (state.name !== 'hello') throw new ProtocolError('out-of-order', 'hello comes first and once');
        return this.#onHello(message);
      case 'proof':
        if (state.name !== 'proof') throw new ProtocolError('out-of-order', 'proof answers a challenge');
        return this.#onProof(message, state);
      case 'loss':
        if (state.name !== 'open') throw new ProtocolError('out-of-order', 'loss before welcome');
        return this.#onLoss(message, state.sender, state.publicKey);
      case 'tally':
        if (state.name !== 'open') throw new ProtocolError('out-of-order', 'tally before welcome');
        return this.#onTally(message, state.sender);
      case 'trusted':
        if (state.name !== 'open') throw new ProtocolError('out-of-order', 'trust before welcome');
        return this.#context.ports.trusted(state.sender.agentId, message.fingerprints);
      case 'policy-report':
        if (state.name !== 'open') throw new ProtocolError('out-of-order', 'policy report before welcome');
        return this.#onPolicyReport(state.sender, message);
      case 'command-report':
        if (state.name !== 'open') throw new ProtocolError('out-of-order', 'command report before welcome');
        return this.#onCommandReport(state.sender, message);
      case 'bye':
        this.#state = CLOSED;
        return undefined;
    }
  }

  /**
   * A batch frame arrived. @returns a promise when it is worked on beside this thread: until that is settled, nothing
   * else of this peer is handled. @throws ProtocolError
   */
  onBatch(bytes: Buffer): void | Promise<void> {
    const state = this.#state;
    if (state.name !== 'open') throw new ProtocolError('out-of-order', 'batch before welcome');
    const { sender } = state;
    const header = readHeader(bytes);
    const skip = this.#newFrom(sender, header, bytes);
    if (skip === undefined) return undefined;
    const work = this.#context.ports.interpret({ sender, frame: bytes, skip });
    if (!(work instanceof Promise)) return this.#admit(sender, header, bytes, skip, work);
    return work.then((interpreted) => this.#admitLater(sender, header, bytes, skip, interpreted));
  }

  /** @returns how many of the frame's records are known already; undefined when all are, and the agent was told. */
  #newFrom({ agentId, epoch }: SenderFacts, header: FrameHeader, bytes: Buffer): number | undefined {
    const { lanes, ports } = this.#context;
    const { lane, firstSeq, count, payloadBytes } = header;
    const admission = lanes.judge(agentId, epoch, lane, firstSeq, count);
    if (admission.kind === 'gap') {
      throw new ProtocolError(
        'out-of-order',
        `lane ${lane}: sequence ${firstSeq} arrived where ${admission.expected} is due`,
      );
    }
    if (admission.kind === 'new') return admission.skip;
    const { records } = decodeFrame(bytes);
    ports.emit('events.received', { count, bytes: payloadBytes });
    ports.emit('events.duplicate', { count, agentId, lane, records });
    this.acknowledge(lane);
    return undefined;
  }

  /** What came of a frame meanwhile decides: another session of the agent, or the end of this one. */
  #admitLater(
    sender: SenderFacts,
    header: FrameHeader,
    bytes: Buffer,
    skip: number,
    interpreted: InterpretedFrame,
  ): void | Promise<void> {
    if (this.#state.name !== 'open') return undefined; // what is not admitted is still due
    const now = this.#newFrom(sender, header, bytes);
    if (now === skip) return this.#admit(sender, header, bytes, skip, interpreted);
    return now === undefined ? undefined : this.onBatch(bytes);
  }

  #admit(
    sender: SenderFacts,
    header: FrameHeader,
    bytes: Buffer,
    skip: number,
    { rows, rejected }: InterpretedFrame,
  ): void {
    const { lanes, ports } = this.#context;
    const { agentId, epoch } = sender;
    const { lane, firstSeq, count, payloadBytes } = header;
    ports.emit('events.received', { count, bytes: payloadBytes });
    if (skip > 0) {
      const records = decodeFrame(bytes).records.slice(0, skip);
      ports.emit('events.duplicate', { count: skip, agentId, lane, records });
    }
    if (rejected > 0) ports.emit('events.rejected', { count: rejected });
    ports.accept({ sender, lane, lastSeq: firstSeq + count - 1, rows, bytes: payloadBytes });
    // Only now: what could not be handed on is still due, and the agent sends it again.
    lanes.admit(agentId, epoch, lane, firstSeq, count);
  }

  /** Tells the agent how far the lane is stored, when that is news in this session. */
  acknowledge(lane: number): void {
    if (this.#state.name !== 'open') return;
    const { agentId, epoch } = this.#state.sender;
    const seq = this.#context.lanes.committed(agentId, epoch, lane);
    if (seq <= (this.#acked[lane] ?? 0)) return;
    this.#acked[lane] = seq;
    this.#send({ type: 'ack', lane, seq });
  }

  close(): void {
    this.#state = CLOSED;
  }

  async #onHello(hello: Hello): Promise<void> {
    // Before anything is waited for.
    const clockSkewMs = hello.clockMs - this.#context.now();
    if (!PROTOCOL_VERSIONS_SERVED.includes(hello.protocol)) {
      throw new ProtocolError(
        'version-unsupported',
        `protocol ${hello.protocol} is not served here; versions served: ${PROTOCOL_VERSIONS_SERVED.join(', ')}`,
      );
    }
    this.#protocol = hello.protocol;
    const agent = await this.#context.ports.findAgent(hello.agentId);
    if (agent === undefined) throw new ProtocolError('unknown-agent', 'this agent is not enrolled here');
    if (agent.revoked) throw new ProtocolError('revoked', 'this agent has been revoked');
    if (this.#state.name !== 'hello') return; // closed meanwhile
    const nonce = this.#context.newNonce();
    this.#state = { name: 'proof', hello, agent, nonce, clockSkewMs };
    this.#send({ type: 'challenge', nonce });
  }

  async #onProof(
    proof: Proof,
    state: { hello: Hello; agent: KnownAgent; nonce: string; clockSkewMs: number },
  ): Promise<void> {
    const { hello, agent, nonce, clockSkewMs } = state;
    const { lanes, ports, now, newSessionId } = this.#context;
    const { collectorFingerprint } = this.#link;
    const key = decodePublicKey(agent.publicKey);
    const signed = proofBytes({ agentId: hello.agentId, epoch: hello.epoch, nonce, collectorFingerprint });
    if (!verify(null, signed, key, Buffer.from(proof.signature, 'base64'))) {
      throw new ProtocolError('bad-proof', 'the signature does not fit the enrolled key');
    }
    const serverTimeMs = now();
    const sender: SenderFacts = {
      agentId: agent.agentId,
      epoch: hello.epoch,
      hostname: hello.host.hostname,
      timeZone: hello.host.timeZone,
      agencyId: agent.agencyId,
      ...(Math.abs(clockSkewMs) > SKEW_MS_MIN ? { clockSkewMs } : {}),
    };
    await this.#link.opened(agent, hello, clockSkewMs);
    // A revocation ends the session that is listed; one that came before it was listed shows in the registry.
    if ((await ports.findAgent(hello.agentId))?.revoked !== false) {
      throw new ProtocolError('revoked', 'this agent has been revoked');
    }
    if (this.#state.name !== 'proof') return; // closed meanwhile
    this.#state = { name: 'open', sender, publicKey: agent.publicKey };
    const marks = lanes.marksOf(agent.agentId, hello.epoch);
    for (const mark of marks) this.#acked[mark.lane] = mark.seq;
    this.#send({
      type: 'welcome',
      protocol: hello.protocol,
      sessionId: newSessionId(),
      serverTimeMs,
      marks,
      policy: ports.policyOf(agent),
    });
    ports.emit('session.opened', { agentId: agent.agentId, clockSkewMs });
  }

  async #onPolicyReport({ agentId }: { agentId: string }, report: PolicyReport): Promise<void> {
    const isFirst = !this.#hasReported;
    this.#hasReported = true;
    this.tell(await this.#context.ports.policyReported(agentId, report, isFirst));
  }

  async #onCommandReport({ agentId }: { agentId: string }, report: CommandReport): Promise<void> {
    this.tell(await this.#context.ports.commandReported(agentId, report));
  }

  /** Says something of the collector's own accord. */
  tell(messages: readonly DownMessage[]): void {
    if (this.#state.name !== 'open') return;
    for (const message of messages) this.#send(message);
  }

  /** Not waited for: events go on meanwhile. What is not answered is told again. */
  #onTally(tally: Tally, sender: SenderFacts): void {
    this.#account ??= new AccountInParts();
    const account = this.#account.add(tally);
    if (account === undefined) return;
    const { agentId, epoch } = sender;
    void this.#context.ports.recordAccount({ agentId, epoch, ...account }).then((written) => {
      this.#account = undefined;
      if (written && this.#state.name === 'open') this.#send({ type: 'tally-ack', id: tally.id });
    });
  }

  async #onLoss(loss: Loss, sender: SenderFacts, publicKey: string): Promise<void> {
    const { lane, fromSeq, toSeq, reason } = loss;
    const { agentId, epoch } = sender;
    if (
      !verify(
        null,
        lossBytes({ agentId, epoch, lane, fromSeq, toSeq, reason }),
        decodePublicKey(publicKey),
        Buffer.from(loss.signature, 'base64'),
      )
    ) {
      throw new ProtocolError('bad-proof', 'the loss record is not signed by this agent');
    }
    if (toSeq < fromSeq) throw new ProtocolError('bad-frame', 'loss ends before it begins');
    const { lanes, ports } = this.#context;
    const place = [agentId, epoch, lane, fromSeq, toSeq - fromSeq + 1] as const;
    const admission = lanes.judge(...place);
    if (admission.kind === 'gap') {
      throw new ProtocolError('out-of-order', `loss from ${fromSeq} where ${admission.expected} is due`);
    }
    if (admission.kind === 'known') {
      this.acknowledge(lane);
      return;
    }
    // Only what moves the lane is written down: what has arrived is not lost, and nobody can write without end.
    await ports.recordLoss({ agentId, epoch, lane, fromSeq: fromSeq + admission.skip, toSeq, reason });
    if (this.#state.name !== 'open') return; // closed meanwhile
    ports.emit('events.lost', { count: toSeq - fromSeq + 1 - admission.skip, reason });
    ports.accept({ sender, lane, lastSeq: toSeq, rows: [], bytes: LOSS_BYTES });
    lanes.admit(...place);
  }
}
