/**
 * The agents' door: WebSocket upgrades on AGENT_PATH, one Peer per socket, whose messages go to the desk (desk.ts).
 * Invariants: an agent has one open session, the newest; a peer that is silent for two heartbeats is cut off; who has
 * not proved who it is within the handshake's time, or sends more than a handshake takes, is too.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { AgentPolicy, CollectorBye, DownMessage } from '../protocol/down.ts';
import { ERRORS, ProtocolError, type ErrorCode } from '../protocol/error.ts';
import { LIMITS } from '../protocol/limits.ts';
import { forVersion } from '../protocol/older-peer.ts';
import type { Hello } from '../protocol/up.ts';
import { SUBPROTOCOL } from '../protocol/version.ts';
import { addressGroup } from './address.ts';
import { AgentBudget } from './agent-budget.ts';
import { sharePolicy } from './bandwidth.ts';
import { Desk } from './desk.ts';
import { Account } from './fair-line.ts';
import type { GateOptions } from './gate-options.ts';
import { networkOf } from './network.ts';
import { Peer, type Message, type PeerHost } from './peer.ts';
import { listenTo, meter, PeerSocket } from './peer-socket.ts';
import type { Sender } from './quota-book.ts';
import { returnHintMs } from './return-hint.ts';
import { servedFingerprint } from './served-certificate.ts';
import type { KnownAgent, SessionContext } from './session.ts';
import { Strangers } from './strangers.ts';
import { BUSY, judgeUpgrade, refuseUpgrade, STOPPING, type UpgradeRefusal } from './upgrade.ts';

/** A hello and a proof: what a peer may send before it has proved who it is. */
const HANDSHAKE_BYTES_MAX = 2 * LIMITS.controlBytesMax;
/** Peers are looked after in turns of about this length, so that thousands of pings do not go out at once. */
const BEAT_MS = 1_000;
const LEAVE_MS_MAX = 5_000;
/** Longer than any honest handshake takes, even over a thin line. */
const STRANGER_IDLE_MS = 3_000;
/** Sessions told of a new policy before everything else has its turn. */
const TOLD_AT_ONCE = 100;
/**
 * Batches that an agent under a quota may have under way: what is held back waits in the spools rather than here, where
 * an agency with much of it waiting would no longer be read, its security lanes included.
 */
const QUOTA_WINDOW = 4;
/** Account of those who have not proved who they are. */
const STRANGERS = new Account(-1);

const clock = (): number => performance.now();

const peerServer = () =>
  new WebSocketServer<typeof PeerSocket>({
    noServer: true,
    WebSocket: PeerSocket,
    maxPayload: LIMITS.frameBytesMax,
    perMessageDeflate: false,
    clientTracking: false,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });

export class AgentGate implements PeerHost {
  readonly sessions: SessionContext;
  readonly #options: GateOptions;
  readonly #wss = peerServer();
  readonly #peers = new Set<Peer>();
  readonly #strangers: Strangers;
  /** Told to go, in that order, and when those who do not answer the closing handshake are cut off. */
  readonly #leaving = new Map<Peer, number>();
  readonly #byAgent = new Map<string, Peer>();
  readonly #accounts = new Map<number, Account>();
  readonly #desk: Desk;
  readonly #heartbeat: NodeJS.Timeout;
  readonly #slots: number;
  #slot = 0;
  #slotOfNext = 0;
  readonly #budget: AgentBudget;
  #stopping = false;
  #onEmpty: () => void = () => undefined;

  constructor(options: GateOptions) {
    this.#options = options;
    this.#budget = new AgentBudget(options.writesPerMinuteMax, options.now);
    this.#desk = new Desk({
      waitingBytesMax: options.waitingBytesMax,
      quotas: options.quotas,
      onHeld: options.onHeld,
      holds: options.holds ?? (() => false),
      hasRoom: options.hasRoom ?? (() => true),
      clock,
      peers: () => this.#peers,
      onError: (peer, error) => this.#refuse(peer, error),
    });
    this.#strangers = new Strangers({
      max: options.unauthenticatedMax,
      perAddressMax: options.unauthenticatedPerAddressMax,
      idleMs: STRANGER_IDLE_MS,
      clock,
    });
    this.sessions = {
      lanes: options.lanes,
      now: options.now,
      newSessionId: () => randomUUID(),
      newNonce: () => randomBytes(32).toString('base64'),
      ports: {
        findAgent: options.findAgent,
        policyOf: (agent) => this.#policy(agent),
        recordLoss: (loss) => {
          this.#spend(loss.agentId);
          return options.recordLoss(loss);
        },
        recordAccount: (account) => {
          this.#spend(account.agentId);
          return options.recordAccount(account);
        },
        trusted: (agentId, fingerprints) => {
          this.#spend(agentId);
          return options.trusted(agentId, fingerprints);
        },
        policyReported: (agentId, report, isFirst) => {
          this.#spend(agentId);
          return options.policyReported(agentId, report, isFirst);
        },
        commandReported: (agentId, report) => {
          this.#spend(agentId);
          return options.commandReported(agentId, report);
        },
        interpret: options.interpret,
        accept: options.accept,
        emit: options.emit,
      },
    };
    this.#slots = Math.max(1, Math.round(options.heartbeatMs / BEAT_MS));
    this.#heartbeat = setInterval(() => this.#beat(), options.heartbeatMs / this.#slots);
    this.#heartbeat.unref();
  }

  /** Takes over upgrades on AGENT_PATH; any other upgrade is refused. */
  attach(server: Server): void {
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      socket.on('error', () => socket.destroy()); // a peer that vanishes during the upgrade
      const remote = request.socket.remoteAddress ?? '';
      const refusal = judgeUpgrade(request) ?? this.#judgeRoom(addressGroup(remote));
      if (refusal !== undefined) {
        this.#options.emit('session.refused', { code: refusal.code });
        return refuseUpgrade(socket, refusal, this.#hintMs());
      }
      this.#wss.handleUpgrade(request, socket, head, (ws) => this.#admit(ws, socket, remote));
    });
  }

  #judgeRoom(address: string): UpgradeRefusal | undefined {
    if (this.#stopping) return STOPPING;
    if (this.#peers.size >= this.#options.socketsMax) return BUSY;
    const room = this.#strangers.judge(address);
    if (room === 'no') return BUSY;
    if (room === 'yes') return undefined;
    const message = 'others wait, and there was no proof yet';
    this.#refuse(room.inPlaceOf, new ProtocolError('handshake-timeout', message));
    return undefined;
  }

  /** When those may come back who were not let in, or are told to go. */
  #hintMs(): number {
    const { waitingOutside, admissionsPerSecond } = this.#options;
    const agents = (): number => this.#byAgent.size + this.#strangers.size + waitingOutside();
    return returnHintMs({ agents, perSecond: admissionsPerSecond, random: Math.random });
  }

  #admit(socket: PeerSocket, stream: Duplex, remote: string): void {
    const fingerprint = servedFingerprint(stream) ?? this.#options.collectorFingerprint();
    const peer = new Peer(socket, this, fingerprint, STRANGERS, this.#slotOfNext, clock(), remote);
    this.#slotOfNext = (this.#slotOfNext + 1) % this.#slots;
    this.#peers.add(peer);
    this.#strangers.add(peer, addressGroup(remote));
    this.#desk.admit(peer);
    socket.peer = peer;
    listenTo(socket);
    // Whoever it is, it may not fill our memory.
    peer.stopMeter = meter(stream, HANDSHAKE_BYTES_MAX, () => {
      this.#options.emit('session.refused', { code: 'too-large' });
      socket.terminate();
    });
  }

  received(peer: Peer, message: Message): void {
    this.#desk.receive(peer, message);
  }

  broken(code: string | undefined): void {
    const tooLarge = code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';
    this.#options.emit('session.refused', { code: tooLarge ? 'too-large' : 'bad-frame' });
  }

  async opened(peer: Peer, agent: KnownAgent, hello: Hello, clockSkewMs: number): Promise<void> {
    const { agentId } = agent;
    peer.agentId = agentId;
    peer.stopMeter?.();
    peer.stopMeter = undefined;
    this.#spend(agentId);
    await this.#options.noteSession(hello, clockSkewMs);
    const { ownership } = this.#options;
    await ownership?.take(agentId, () => peer.isOpen);
    if (!peer.isOpen) return;
    // From here to its place in the list nothing is awaited: who gives the agent away finds the session.
    if (ownership?.owns(agentId) === false) {
      throw new ProtocolError('replaced', 'another collector takes this agent over');
    }
    this.#strangers.delete(peer);
    peer.groupId = agent.groupId;
    this.#desk.transfer(peer, this.#accountOf(agent.agencyId));
    this.#options.bandwidth.joined(agentId, agent.agencyId, peer.remote);
    const older = this.#byAgent.get(agentId);
    this.#byAgent.set(agentId, peer);
    if (older !== undefined && older !== peer) {
      this.#refuse(older, new ProtocolError('replaced', 'a newer session of this agent took over'));
    }
    this.#options.onPresence(agentId, true, networkOf(peer.remote), peer.remote);
  }

  #accountOf(agencyId: number): Account {
    let account = this.#accounts.get(agencyId);
    if (account === undefined) this.#accounts.set(agencyId, (account = new Account(agencyId)));
    return account;
  }

  /** @throws ProtocolError */
  #spend(agentId: string): void {
    if (this.#budget.take(agentId)) return;
    throw new ProtocolError(
      'too-many-requests',
      'this agent opens sessions, declares losses or tells its counts too often',
    );
  }

  closed(peer: Peer): void {
    this.#peers.delete(peer);
    if (this.#peers.size === 0) this.#onEmpty();
    this.#strangers.delete(peer);
    this.#leaving.delete(peer);
    peer.session.close();
    this.#desk.forget(peer);
    const { agentId } = peer;
    if (agentId === undefined || this.#byAgent.get(agentId) !== peer) return;
    this.#byAgent.delete(agentId);
    this.#options.bandwidth.left(agentId);
    this.#options.onPresence(agentId, false, networkOf(peer.remote), peer.remote);
  }

  #refuse(peer: Peer, error: unknown): void {
    const known = error instanceof ProtocolError ? error : undefined;
    if (known === undefined) this.#options.onFault(error);
    const code = known?.code ?? 'server-error';
    this.#options.emit('session.refused', { code });
    const { message = 'internal error', retryAfterMs } = known ?? {};
    this.#bye(peer, { type: 'bye', code, message, retryAfterMs });
  }

  #bye(peer: Peer, bye: CollectorBye): void {
    const { code } = bye;
    peer.send(bye);
    peer.session.close();
    peer.resume(); // a paused socket would never see the peer's closing frame
    peer.socket.close(ERRORS[code].closeStatus, code);
    this.#strangers.delete(peer);
    if (!this.#leaving.has(peer)) this.#leaving.set(peer, clock() + LEAVE_MS_MAX);
  }

  /** The store holds more of this lane: the agent's session, if one is open, hears of it. */
  acknowledge(agentId: string, lane: number): void {
    this.#byAgent.get(agentId)?.session.acknowledge(lane);
  }

  /** Back-pressure: while full, nothing is handed on, and who has enough waiting is not read. */
  setFull(full: boolean): void {
    this.#desk.setFull(full);
  }

  get full(): boolean {
    return this.#desk.full;
  }

  #policy({ agentId, agencyId, groupId }: Sender): AgentPolicy {
    const { policy, announced, bandwidth, quotas } = this.#options;
    const fingerprints = announced?.();
    const { inFlightBatchesMax } = policy;
    const isCounted = quotas.covers({ agencyId, groupId });
    return {
      ...policy,
      inFlightBatchesMax: isCounted ? Math.min(QUOTA_WINDOW, inFlightBatchesMax) : inFlightBatchesMax,
      ...(fingerprints === undefined ? {} : { fingerprints: [...fingerprints] }),
      ...sharePolicy(bandwidth.shareOf(agentId)),
    };
  }

  /** Tells open sessions the policy as it is now, a part at a time. @param agentIds left out, all */
  async announce(agentIds: Iterable<string> = [...this.#byAgent.keys()]): Promise<void> {
    let told = 0;
    for (const agentId of agentIds) {
      const peer = this.#byAgent.get(agentId);
      const sender = peer?.session.sender;
      if (peer === undefined || sender === undefined) continue;
      const policy = this.#policy({ agentId, agencyId: sender.agencyId, groupId: peer.groupId });
      const said = forVersion(peer.session.protocol, { type: 'config', policy });
      if (said !== undefined) peer.send(said);
      told += 1;
      if (told % TOLD_AT_ONCE === 0) await new Promise(setImmediate);
    }
  }

  /** Says something to an agent, if it has a session here. */
  tell(agentId: string, messages: readonly DownMessage[]): void {
    this.#byAgent.get(agentId)?.session.tell(messages);
  }

  /** Agents with an open session. */
  agentsOnline(): Iterable<string> {
    return this.#byAgent.keys();
  }

  isOnline(agentId: string): boolean {
    return this.#byAgent.has(agentId);
  }

  get onlineCount(): number {
    return this.#byAgent.size;
  }

  /** Ends the agent's session, if any, with a code. */
  disconnect(agentId: string, code: ErrorCode, message: string): boolean {
    const peer = this.#byAgent.get(agentId);
    if (peer === undefined) return false;
    this.#refuse(peer, new ProtocolError(code, message));
    return true;
  }

  #beat(): void {
    this.#slot = (this.#slot + 1) % this.#slots;
    const nowMs = clock();
    for (const [peer, deadlineMs] of this.#leaving) {
      if (deadlineMs > nowMs) break;
      peer.socket.terminate();
    }
    for (const peer of this.#strangers.before(nowMs - LIMITS.handshakeMsMax)) {
      this.#refuse(peer, new ProtocolError('handshake-timeout', 'no proof within the handshake time'));
    }
    for (const peer of this.#peers) {
      if (peer.slot !== this.#slot || this.#leaving.has(peer)) continue;
      // An unread socket cannot show that it is alive; its agent must hear that we are.
      if (!peer.paused) {
        if (!peer.alive) {
          peer.socket.terminate();
          continue;
        }
        peer.alive = false;
      }
      peer.socket.ping();
    }
  }

  /** Says goodbye to everyone and resolves when all messages under way are handled. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#heartbeat);
    const message = 'the collector is stopping';
    for (const peer of this.#peers)
      this.#bye(peer, { type: 'bye', code: 'shutting-down', message, retryAfterMs: this.#hintMs() });
    await this.#desk.settled();
  }

  /** Resolves when nobody is left. */
  async left(): Promise<void> {
    if (this.#peers.size === 0) return;
    await new Promise<void>((resolve) => (this.#onEmpty = resolve));
  }

  /** Cuts off whoever has not left by now. */
  terminate(): void {
    for (const peer of this.#peers) peer.socket.terminate();
    this.#wss.close();
  }
}
