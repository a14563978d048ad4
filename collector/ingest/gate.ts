/**
 * The agents' door: WebSocket upgrades on AGENT_PATH, one AgentSession per socket.
 * Invariants: messages of a socket are handled in order; a socket's reading stops while the pipeline is full;
 * an agent has one open session, the newest; a peer that is silent for two heartbeats is cut off.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { setImmediate as yieldToLoop } from 'node:timers/promises';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import type { AgentPolicy, CollectorBye, DownMessage } from '../protocol/down.ts';
import { ERRORS, ProtocolError, type ErrorCode } from '../protocol/error.ts';
import { LIMITS } from '../protocol/limits.ts';
import { codeForVersion } from '../protocol/older-peer.ts';
import type { Hello, Loss } from '../protocol/up.ts';
import { AGENT_PATH, SUBPROTOCOL } from '../protocol/version.ts';
import type { ToldAccount } from './account.ts';
import type { AdmittedBatch } from './admitted.ts';
import { AgentBudget } from './agent-budget.ts';
import type { LaneBook } from './lane-book.ts';
import { AgentSession, type KnownAgent, type SessionEvents } from './session.ts';

export interface GateOptions {
  lanes: LaneBook;
  collectorFingerprint: string;
  policy: AgentPolicy;
  findAgent: (agentId: string) => Promise<KnownAgent | undefined>;
  noteSession: (hello: Hello, clockSkewMs: number) => Promise<void>;
  recordLoss: (loss: { agentId: string; epoch: string } & Omit<Loss, 'type' | 'signature'>) => Promise<void>;
  recordAccount: (account: { agentId: string; epoch: string } & ToldAccount) => Promise<boolean>;
  accept: (batch: AdmittedBatch) => void;
  /** Sockets open at once, authenticated or not. */
  socketsMax: number;
  /** Sockets that have not proved who they are yet; more are turned away at once. */
  unauthenticatedMax: number;
  /** Sessions, losses and accounts of one agent, since each is a row of the control plane. */
  writesPerMinuteMax: number;
  heartbeatMs: number;
  now: () => number;
  emit: <K extends keyof SessionEvents>(event: K, detail: SessionEvents[K]) => void;
  /** A session opened or closed. */
  onPresence: (agentId: string, online: boolean) => void;
  /** A defect of ours, not the peer's. */
  onFault: (error: unknown) => void;
}

interface Peer {
  socket: WebSocket;
  session: AgentSession;
  /** Messages in arrival order, handled one after the other. */
  queue: Promise<void>;
  queued: number;
  alive: boolean;
  handshake: NodeJS.Timeout | undefined;
  /** Set once it has proved who it is. */
  agentId: string | undefined;
}

/** A hello and a proof: what a peer may send before it has proved who it is. */
const HANDSHAKE_BYTES_MAX = 2 * LIMITS.controlBytesMax;

/** Messages of one socket that may wait behind a slow one before its reading is paused. */
const QUEUE_PAUSE = 16;
/** Handling frames holds up the event loop no longer than this and one frame. */
const TURN_MS_MAX = 10;

export class AgentGate {
  readonly #options: GateOptions;
  readonly #wss: WebSocketServer;
  readonly #peers = new Set<Peer>();
  readonly #byAgent = new Map<string, Peer>();
  readonly #heartbeat: NodeJS.Timeout;
  readonly #budget: AgentBudget;
  #turns: Promise<void> = Promise.resolve();
  #turnBeganMs = 0;
  #full = false;
  #stopping = false;

  constructor(options: GateOptions) {
    this.#options = options;
    this.#wss = new WebSocketServer({
      noServer: true,
      maxPayload: LIMITS.frameBytesMax,
      perMessageDeflate: false,
      clientTracking: false,
      handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
    });
    this.#budget = new AgentBudget(options.writesPerMinuteMax, options.now);
    this.#heartbeat = setInterval(() => this.#beat(), options.heartbeatMs);
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
      this.#wss.handleUpgrade(request, socket, head, (ws) => {
        this.#meter(socket, this.#welcomeSocket(ws));
      });
    });
  }

  #refusal(request: IncomingMessage): { status: string; code: ErrorCode } | undefined {
    const path = (request.url ?? '').split('?', 1)[0];
    if (path !== AGENT_PATH) return { status: '404 Not Found', code: 'bad-frame' };
    if (this.#stopping) return { status: '503 Service Unavailable', code: 'shutting-down' };
    const unauthenticated = this.#peers.size - this.#byAgent.size;
    if (this.#peers.size >= this.#options.socketsMax || unauthenticated >= this.#options.unauthenticatedMax) {
      return { status: '429 Too Many Requests', code: 'too-many-requests' };
    }
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
    if (!offered.includes(SUBPROTOCOL)) return { status: '400 Bad Request', code: 'version-unsupported' };
    return undefined;
  }

  /** Cuts a peer off that sends more than a handshake takes: whoever it is, it may not fill our memory. */
  #meter(stream: Duplex, peer: Peer): void {
    let bytes = 0;
    const count = (chunk: Buffer): void => {
      if (peer.agentId !== undefined) return void stream.off('data', count);
      bytes += chunk.length;
      if (bytes <= HANDSHAKE_BYTES_MAX) return;
      stream.off('data', count);
      this.#options.emit('session.refused', { code: 'too-large' });
      peer.socket.terminate();
    };
    stream.on('data', count);
  }

  #welcomeSocket(socket: WebSocket): Peer {
    const options = this.#options;
    const session = new AgentSession({
      sessionId: randomUUID(),
      nonce: randomBytes(32).toString('base64'),
      collectorFingerprint: options.collectorFingerprint,
      policy: options.policy,
      lanes: options.lanes,
      now: options.now,
      send: (message) => this.#send(socket, message),
      ports: {
        findAgent: options.findAgent,
        opened: (opened, hello, clockSkewMs) => this.#opened(peer, opened, hello, clockSkewMs),
        recordLoss: (loss) => {
          this.#spend(loss.agentId);
          return options.recordLoss(loss);
        },
        recordAccount: (account) => {
          this.#spend(account.agentId);
          return options.recordAccount(account);
        },
        accept: options.accept,
        emit: options.emit,
      },
    });
    const peer: Peer = {
      socket,
      session,
      queue: Promise.resolve(),
      queued: 0,
      alive: true,
      handshake: undefined,
      agentId: undefined,
    };
    peer.handshake = setTimeout(() => {
      this.#refuse(peer, new ProtocolError('handshake-timeout', 'no proof within the handshake time'));
    }, LIMITS.handshakeMsMax);
    this.#peers.add(peer);
    if (this.#full) socket.pause();
    socket.on('message', (data, isBinary) => this.#enqueue(peer, data, isBinary));
    socket.on('pong', () => (peer.alive = true));
    socket.on('ping', () => (peer.alive = true));
    socket.on('error', (error: Error & { code?: string }) => {
      // ws reports a broken or oversized frame here and closes by itself.
      const tooLarge = error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';
      this.#options.emit('session.refused', { code: tooLarge ? 'too-large' : 'bad-frame' });
    });
    socket.on('close', () => this.#closed(peer));
    return peer;
  }

  #enqueue(peer: Peer, data: RawData, isBinary: boolean): void {
    peer.alive = true;
    peer.queued += 1;
    if (peer.queued >= QUEUE_PAUSE) peer.socket.pause();
    peer.queue = peer.queue.then(async () => {
      try {
        if (peer.socket.readyState === peer.socket.OPEN) {
          if (isBinary) await this.#inTurn(peer, asBuffer(data));
          else await peer.session.onText(asBuffer(data).toString('utf8'));
        }
      } catch (error) {
        this.#refuse(peer, error);
      }
      peer.queued -= 1;
      if (peer.queued === 0 && !this.#full) peer.socket.resume();
    });
  }

  /** Frames of all sockets are handled one after the other, and everything else gets its turn in between. */
  #inTurn(peer: Peer, frame: Buffer): Promise<void> {
    const handled = this.#turns.then(async () => {
      if (performance.now() - this.#turnBeganMs >= TURN_MS_MAX) {
        await yieldToLoop();
        this.#turnBeganMs = performance.now();
      }
      if (peer.socket.readyState === peer.socket.OPEN) peer.session.onBatch(frame);
    });
    // What a frame does wrong ends its own session; the next frame is not concerned.
    this.#turns = handled.catch(() => undefined);
    return handled;
  }

  async #opened(peer: Peer, session: AgentSession, hello: Hello, clockSkewMs: number): Promise<void> {
    peer.agentId = hello.agentId;
    this.#spend(hello.agentId);
    await this.#options.noteSession(hello, clockSkewMs);
    if (peer.socket.readyState !== peer.socket.OPEN) return;
    clearTimeout(peer.handshake);
    const older = this.#byAgent.get(hello.agentId);
    this.#byAgent.set(hello.agentId, peer);
    if (older !== undefined && older.session !== session) {
      this.#refuse(older, new ProtocolError('replaced', 'a newer session of this agent took over'));
    }
    this.#options.onPresence(hello.agentId, true);
  }

  /** @throws ProtocolError */
  #spend(agentId: string): void {
    if (this.#budget.take(agentId)) return;
    throw new ProtocolError(
      'too-many-requests',
      'this agent opens sessions, declares losses or tells its counts too often',
    );
  }

  #closed(peer: Peer): void {
    clearTimeout(peer.handshake);
    this.#peers.delete(peer);
    peer.session.close();
    const { agentId } = peer;
    if (agentId === undefined || this.#byAgent.get(agentId) !== peer) return;
    this.#byAgent.delete(agentId);
    this.#options.onPresence(agentId, false);
  }

  #send(socket: WebSocket, message: DownMessage): void {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
  }

  #refuse(peer: Peer, error: unknown): void {
    const known = error instanceof ProtocolError ? error : undefined;
    if (known === undefined) this.#options.onFault(error);
    const code = known?.code ?? 'server-error';
    const bye: CollectorBye = { type: 'bye', code, message: known?.message ?? 'internal error' };
    this.#options.emit('session.refused', { code });
    this.#bye(peer, bye);
  }

  #bye(peer: Peer, bye: CollectorBye): void {
    const code = codeForVersion(peer.session.protocol, bye.code);
    this.#send(peer.socket, { ...bye, code });
    peer.session.close();
    peer.socket.resume(); // a paused socket would never see the peer's closing frame
    peer.socket.close(ERRORS[code].closeStatus, code);
    // A peer that does not answer the closing handshake is cut off by the next beat.
    peer.alive = false;
  }

  /** The store holds more of this lane: the agent's session, if one is open, hears of it. */
  acknowledge(agentId: string, lane: number): void {
    this.#byAgent.get(agentId)?.session.acknowledge(lane);
  }

  /** Back-pressure: while full, no socket is read. */
  setFull(full: boolean): void {
    if (full === this.#full) return;
    this.#full = full;
    for (const peer of this.#peers) {
      if (full) peer.socket.pause();
      else {
        peer.alive = true; // what it said meanwhile has yet to be read
        if (peer.queued < QUEUE_PAUSE) peer.socket.resume();
      }
    }
  }

  get full(): boolean {
    return this.#full;
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
    for (const peer of this.#peers) {
      // An unread socket cannot show that it is alive; its agent must hear that we are.
      if (!this.#full) {
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
    const peers = [...this.#peers];
    for (const peer of peers) {
      this.#bye(peer, {
        type: 'bye',
        code: 'shutting-down',
        message: 'the collector is stopping',
        retryAfterMs: 1_000,
      });
    }
    await Promise.all(peers.map((peer) => peer.queue));
  }

  /** Cuts off whoever has not left by now. */
  terminate(): void {
    for (const peer of this.#peers) peer.socket.terminate();
    this.#wss.close();
  }
}

function asBuffer(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}
