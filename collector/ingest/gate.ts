/**
 * The agents' door: WebSocket upgrades on AGENT_PATH, one Peer per socket, whose messages go to the desk (desk.ts).
 * Invariants: an agent has one open session, the newest; a peer that is silent for two heartbeats is cut off; who has
 * not proved who it is within the handshake's time, or sends more than a handshake takes, is too.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { AgentPolicy, CollectorBye } from '../protocol/down.ts';
import { ERRORS, ProtocolError, type ErrorCode } from '../protocol/error.ts';
import { LIMITS } from '../protocol/limits.ts';
import { codeForVersion, forVersion } from '../protocol/older-peer.ts';
import type { Hello } from '../protocol/up.ts';
import { AGENT_PATH, SUBPROTOCOL } from '../protocol/version.ts';
import { AgentBudget } from './agent-budget.ts';
import { Desk } from './desk.ts';
import { Account } from './fair-line.ts';
import type { LaneBook } from './lane-book.ts';
import { networkOf } from './network.ts';
import { Peer, type Message, type PeerHost } from './peer.ts';
import { listenTo, meter, PeerSocket } from './peer-socket.ts';
import { servedFingerprint } from './served-certificate.ts';
import type { KnownAgent, SessionContext, SessionEvents, SessionPorts } from './session.ts';

export interface GateOptions {
  lanes: LaneBook;
  /** SHA-256 of the certificate served now, for sockets that do not tell theirs. */
  collectorFingerprint: () => string;
  policy: AgentPolicy;
  /** Certificates that agents are told to trust; undefined when there is nothing to say. */
  announced?: (() => readonly string[] | undefined) | undefined;
  findAgent: SessionPorts['findAgent'];
  /** @throws ProtocolError when the key is used on another machine */
  noteSession: (hello: Hello, clockSkewMs: number) => Promise<void>;
  trusted: SessionPorts['trusted'];
  recordLoss: SessionPorts['recordLoss'];
  recordAccount: SessionPorts['recordAccount'];
  accept: SessionPorts['accept'];
  /** Bytes that have arrived and wait to be handed on, before those who have most of them are no longer read. */
  waitingBytesMax: number;
  /** Sockets open at once, authenticated or not. */
  socketsMax: number;
  /** Sockets that have not proved who they are yet; more are turned away at once. */
  unauthenticatedMax: number;
  /** Sessions and losses of one agent, since each is a row of the control plane. */
  writesPerMinuteMax: number;
  heartbeatMs: number;
  now: () => number;
  emit: <K extends keyof SessionEvents>(event: K, detail: SessionEvents[K]) => void;
  /** A session opened or closed. */
  onPresence: (agentId: string, online: boolean, network: string) => void;
  /** A defect of ours, not the peer's. */
  onFault: (error: unknown) => void;
}

/** A hello and a proof: what a peer may send before it has proved who it is. */
const HANDSHAKE_BYTES_MAX = 2 * LIMITS.controlBytesMax;
/** Peers are looked after in turns of about this length, so that thousands of pings do not go out at once. */
const BEAT_MS = 1_000;
const LEAVE_MS_MAX = 5_000;
const STOP_RETRY_MS = 1_000;
/** Sessions told of a new policy before everything else has its turn. */
const TOLD_AT_ONCE = 100;
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
  /** In the order they came. */
  readonly #strangers = new Set<Peer>();
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

  constructor(options: GateOptions) {
    this.#options = options;
    this.#budget = new AgentBudget(options.writesPerMinuteMax, options.now);
    this.#desk = new Desk({
      waitingBytesMax: options.waitingBytesMax,
      clock,
      peers: () => this.#peers,
      onError: (peer, error) => this.#refuse(peer, error),
    });
    this.sessions = {
      lanes: options.lanes,
      now: options.now,
      newSessionId: () => randomUUID(),
      newNonce: () => randomBytes(32).toString('base64'),
      ports: {
        findAgent: options.findAgent,
        policyOf: () => this.#policy(),
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
      const refusal = this.#refusal(request);
      if (refusal !== undefined) {
        this.#options.emit('session.refused', { code: refusal.code });
        socket.end(`HTTP/1.1 ${refusal.status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
        return;
      }
      this.#wss.handleUpgrade(request, socket, head, (ws) =>
        this.#admit(ws, socket, networkOf(request.socket.remoteAddress)),
      );
    });
  }

  #refusal(request: IncomingMessage): { status: string; code: ErrorCode } | undefined {
    const path = (request.url ?? '').split('?', 1)[0];
    if (path !== AGENT_PATH) return { status: '404 Not Found', code: 'bad-frame' };
    if (this.#stopping) return { status: '503 Service Unavailable', code: 'shutting-down' };
    const { socketsMax, unauthenticatedMax } = this.#options;
    if (this.#peers.size >= socketsMax || this.#strangers.size >= unauthenticatedMax) {
      return { status: '429 Too Many Requests', code: 'too-many-requests' };
    }
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
    if (!offered.includes(SUBPROTOCOL)) return { status: '400 Bad Request', code: 'version-unsupported' };
    return undefined;
  }

  #admit(socket: PeerSocket, stream: Duplex, network: string): void {
    const fingerprint = servedFingerprint(stream) ?? this.#options.collectorFingerprint();
    const peer = new Peer(socket, this, fingerprint, STRANGERS, this.#slotOfNext, clock(), network);
    this.#slotOfNext = (this.#slotOfNext + 1) % this.#slots;
    this.#peers.add(peer);
    this.#strangers.add(peer);
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
    if (!peer.isOpen) return;
    this.#strangers.delete(peer);
    this.#desk.transfer(peer, this.#accountOf(agent.agencyId));
    const older = this.#byAgent.get(agentId);
    this.#byAgent.set(agentId, peer);
    if (older !== undefined && older !== peer) {
      this.#refuse(older, new ProtocolError('replaced', 'a newer session of this agent took over'));
    }
    this.#options.onPresence(agentId, true, peer.network);
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
    this.#strangers.delete(peer);
    this.#leaving.delete(peer);
    peer.session.close();
    this.#desk.forget(peer);
    const { agentId } = peer;
    if (agentId === undefined || this.#byAgent.get(agentId) !== peer) return;
    this.#byAgent.delete(agentId);
    this.#options.onPresence(agentId, false, peer.network);
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
    const code = codeForVersion(peer.session.protocol, bye.code);
    peer.send({ ...bye, code });
    peer.session.close();
    peer.resume(); // a paused socket would never see the peer's closing frame
    peer.socket.close(ERRORS[code].closeStatus, code);
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

  #policy(): AgentPolicy {
    const { policy, announced } = this.#options;
    const fingerprints = announced?.();
    return fingerprints === undefined ? policy : { ...policy, fingerprints: [...fingerprints] };
  }

  /** Tells every open session the policy as it is now, a part at a time. */
  async announce(): Promise<void> {
    for (const [place, peer] of [...this.#byAgent.values()].entries()) {
      if (place % TOLD_AT_ONCE === TOLD_AT_ONCE - 1) await new Promise(setImmediate);
      const { sender, protocol } = peer.session;
      const said = sender && forVersion(protocol, { type: 'config', policy: this.#policy() });
      if (said !== undefined) peer.send(said);
    }
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
    for (const peer of this.#strangers) {
      if (peer.connectedMs > nowMs - LIMITS.handshakeMsMax) break;
      if (this.#leaving.has(peer)) continue;
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
      this.#bye(peer, { type: 'bye', code: 'shutting-down', message, retryAfterMs: STOP_RETRY_MS });
    await this.#desk.settled();
  }

  /** Cuts off whoever has not left by now. */
  terminate(): void {
    for (const peer of this.#peers) peer.socket.terminate();
    this.#wss.close();
  }
}
