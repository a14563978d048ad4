/**
 * A collector as the protocol describes it, over a real TLS server and real WebSockets, keeping everything in
 * memory. It checks every signature and every sequence; what an agent does wrong is in `faults`.
 */
import { randomBytes, randomUUID, verify } from 'node:crypto';
import { once } from 'node:events';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { decodePublicKey } from '#protocol/agent-key.ts';
import type { AgentPolicy, DownMessage } from '#protocol/down.ts';
import { enrolRequestSchema } from '#protocol/enrol.ts';
import { ERRORS } from '#protocol/error.ts';
import type { ErrorCode } from '#protocol/error.ts';
import { decodeFrame } from '#protocol/frame.ts';
import { formatJoinToken } from '#protocol/join-token.ts';
import { recordSchema } from '#protocol/record.ts';
import type { SourceRecord } from '#protocol/record.ts';
import type { CommandReport } from '#protocol/command.ts';
import type { PolicyReport } from '#protocol/policy.ts';
import { enrolBytes, lossBytes, proofBytes } from '#protocol/signing.ts';
import { upMessageSchema } from '#protocol/up.ts';
import type { Hello, Loss } from '#protocol/up.ts';
import { AGENT_PATH, ENROL_PATH, PROTOCOL_VERSION, SUBPROTOCOL } from '#protocol/version.ts';
import { makeCertificate } from './certificate.ts';
import type { TestCertificate } from './certificate.ts';

function verifies(publicKey: string, bytes: Buffer, signature: string): boolean {
  return verify(null, bytes, decodePublicKey(publicKey), Buffer.from(signature, 'base64'));
}

export interface StoredLane {
  mark: number;
  records: SourceRecord[];
  losses: Pick<Loss, 'fromSeq' | 'toSeq' | 'reason'>[];
  /** Sequences that arrived again after they were stored. */
  resent: number;
}

export interface TestCollectorOptions {
  /** One of several in front of one store. */
  sharing?: Pick<TestCollector, 'agents' | 'stored'> | undefined;
  certificate?: TestCertificate;
  port?: number;
  /** Address it listens on; default 127.0.0.1. */
  host?: string;
  idleMsMax?: number;
  inFlightBatchesMax?: number;
  /** Answers pings; default true. */
  answersPings?: boolean;
}

export class TestCollector {
  readonly #options: TestCollectorOptions;
  readonly #server: https.Server;
  readonly #sockets = new Set<WebSocket>();
  /** Below TLS: a handshake that has not ended is no connection to the server yet. */
  readonly #connections = new Set<Socket>();
  readonly #watchers = new Set<() => void>();
  readonly certificate: TestCertificate;
  readonly joinToken = {
    id: randomBytes(9).toString('base64url'),
    secret: randomBytes(24).toString('base64url'),
  };
  /** Public key by agent id. */
  readonly agents: Map<string, string>;
  /** By epoch, then by lane. */
  readonly stored: Map<string, Map<number, StoredLane>>;
  readonly hellos: Hello[] = [];
  readonly enrolments: unknown[] = [];
  readonly byes: string[] = [];
  /** What agents said they trust, in order. */
  readonly trusted: (readonly string[])[] = [];
  /** What agents said of their policies, in order. */
  readonly policyReports: PolicyReport[] = [];
  /** What agents said of commands, in order. */
  readonly commandReports: CommandReport[] = [];
  acksCommands = true;
  /** Reports are acknowledged; default true. */
  acksPolicies = true;
  /** What an agent is told when it reports. */
  atReport: (report: PolicyReport) => readonly DownMessage[] = () => [];
  readonly faults: string[] = [];
  /** HTTP requests other than enrolment. */
  readonly requests: string[] = [];
  sessions = 0;
  /** Known once started. */
  port = 0;
  /** Said with each welcome, over what the options say. */
  policy: Partial<AgentPolicy> = {};
  /** Batches are stored, but not acknowledged. */
  holdAcks = false;
  /** Batches are neither stored nor acknowledged. */
  dropBatches = false;
  /** Refuses enrolment or sessions with this code. */
  refuseWith: { code: ErrorCode; retryAfterMs?: number } | undefined;

  constructor(certificate: TestCertificate, options: TestCollectorOptions) {
    this.#options = options;
    this.agents = options.sharing?.agents ?? new Map();
    this.stored = options.sharing?.stored ?? new Map();
    this.certificate = certificate;
    this.#server = https.createServer(
      { cert: certificate.cert, key: certificate.key },
      (request, response) => {
        let body = '';
        request.on('data', (part: Buffer) => (body += part.toString()));
        request.on('end', () => {
          const { status, json } =
            request.method === 'POST' && request.url === ENROL_PATH
              ? this.#enrol(body)
              : this.#notFound(request.url);
          response.writeHead(status, { 'content-type': 'application/json' });
          response.end(JSON.stringify(json));
          this.#changed();
        });
      },
    );
    const wss = new WebSocketServer({
      server: this.#server,
      path: AGENT_PATH,
      autoPong: options.answersPings ?? true,
      handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
    });
    wss.on('connection', (ws) => this.#accept(ws));
  }

  async start(): Promise<void> {
    this.#server.on('connection', (socket: Socket) => {
      this.#connections.add(socket);
      socket.once('close', () => this.#connections.delete(socket));
    });
    this.#server.listen(this.#options.port ?? 0, this.#options.host ?? '127.0.0.1');
    await once(this.#server, 'listening');
    this.port = (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `https://${(this.#options.host ?? '127.0.0.1').replace(/^(.*:.*)$/, '[$1]')}:${this.port}`;
  }

  get token(): string {
    return formatJoinToken({ ...this.joinToken, fingerprint: this.certificate.fingerprint });
  }

  /** Ends all connections at once, like a killed process, and stops listening. */
  async stop(): Promise<void> {
    for (const ws of this.#sockets) ws.terminate();
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#connections) socket.destroy();
    await closed;
  }

  /** Cuts the connections and goes on listening. */
  cut(): void {
    for (const ws of this.#sockets) ws.terminate();
  }

  /** All records of a lane over all epochs. */
  records(lane: number): SourceRecord[] {
    return [...this.stored.values()].flatMap((lanes) => lanes.get(lane)?.records ?? []);
  }

  lane(epoch: string, lane: number): StoredLane {
    const lanes = this.stored.get(epoch) ?? new Map<number, StoredLane>();
    this.stored.set(epoch, lanes);
    const found = lanes.get(lane) ?? { mark: 0, records: [], losses: [], resent: 0 };
    lanes.set(lane, found);
    return found;
  }

  /** Resolves when `condition` holds; looked at after everything that happens here. */
  until(condition: () => boolean): Promise<void> {
    if (condition()) return Promise.resolve();
    return new Promise((resolve) => {
      const look = (): void => {
        if (!condition()) return;
        this.#watchers.delete(look);
        resolve();
      };
      this.#watchers.add(look);
    });
  }

  /** Acknowledges everything stored. */
  releaseAcks(): void {
    this.holdAcks = false;
    for (const ws of this.#sockets) ws.emit('test-release');
  }

  /** Sends something to every connected agent. */
  broadcast(message: DownMessage | string | Buffer): void {
    for (const ws of this.#sockets) {
      ws.send(typeof message === 'string' || message instanceof Buffer ? message : JSON.stringify(message));
    }
  }

  #changed(): void {
    for (const look of this.#watchers) look();
  }

  #notFound(url: string | undefined): { status: number; json: unknown } {
    this.requests.push(url ?? '');
    return { status: 404, json: {} };
  }

  #enrol(body: string): { status: number; json: unknown } {
    const request = enrolRequestSchema.parse(JSON.parse(body));
    this.enrolments.push(request);
    const { publicKey, tokenId, tokenSecret, signature } = request;
    const signed = enrolBytes({ publicKey, tokenId, collectorFingerprint: this.certificate.fingerprint });
    const known = tokenId === this.joinToken.id && tokenSecret === this.joinToken.secret;
    const code =
      this.refuseWith?.code ?? (known && verifies(publicKey, signed, signature) ? undefined : 'bad-token');
    if (code !== undefined) return { status: 403, json: { error: { code, message: 'no' } } };
    const agentId = randomUUID();
    this.agents.set(agentId, publicKey);
    return { status: 201, json: { agentId, agencyName: 'Sở Thử nghiệm' } };
  }

  #accept(ws: WebSocket): void {
    this.#sockets.add(ws);
    ws.on('close', () => {
      this.#sockets.delete(ws);
      this.#changed();
    });
    ws.on('error', () => undefined);
    const nonce = randomBytes(32).toString('base64');
    let hello: Hello | undefined;
    let open = false;
    const send = (message: DownMessage): void => ws.send(JSON.stringify(message));
    const fault = (text: string): void => {
      this.faults.push(text);
      ws.close(4400);
    };
    const expected = new Map<number, number>();
    const ack = (lane: number, epoch: string): void => {
      if (!this.holdAcks) send({ type: 'ack', lane, seq: this.lane(epoch, lane).mark });
    };
    ws.on('test-release', () => {
      if (hello === undefined) return;
      for (const lane of this.stored.get(hello.epoch)?.keys() ?? []) ack(lane, hello.epoch);
    });
    ws.on('message', (data: Buffer, isBinary) => {
      if (isBinary) {
        if (!open || hello === undefined) return fault('a batch before the welcome');
        if (this.dropBatches) return undefined;
        this.#batch(hello.epoch, data, expected, fault);
        ack(data.readUInt8(3), hello.epoch);
        return this.#changed();
      }
      const message = upMessageSchema.parse(JSON.parse(data.toString()));
      switch (message.type) {
        case 'hello':
          hello = message;
          this.hellos.push(message);
          if (this.refuseWith === undefined) send({ type: 'challenge', nonce });
          else {
            send({ type: 'bye', message: 'no', ...this.refuseWith });
            ws.close(ERRORS[this.refuseWith.code].closeStatus);
          }
          break;
        case 'proof': {
          if (hello === undefined) return fault('a proof before hello');
          const { agentId, epoch } = hello;
          const collectorFingerprint = this.certificate.fingerprint;
          const bytes = proofBytes({ agentId, epoch, nonce, collectorFingerprint });
          if (!verifies(this.agents.get(agentId) ?? '', bytes, message.signature)) return fault('bad proof');
          open = true;
          this.sessions += 1;
          const marks = [...(this.stored.get(epoch) ?? [])].map(([lane, { mark }]) => ({ lane, seq: mark }));
          send({
            type: 'welcome',
            protocol: PROTOCOL_VERSION,
            sessionId: randomUUID(),
            serverTimeMs: Date.now(),
            marks,
            policy: {
              version: 1,
              idleMsMax: this.#options.idleMsMax ?? 60_000,
              inFlightBatchesMax: this.#options.inFlightBatchesMax ?? 8,
              ...this.policy,
            },
          });
          break;
        }
        case 'trusted':
          if (!open) return fault('trust before the welcome');
          this.trusted.push(message.fingerprints);
          break;
        case 'policy-report':
          if (!open) return fault('a policy report before the welcome');
          this.policyReports.push(message);
          if (this.acksPolicies) send({ type: 'policy-ack', issue: message.running?.issue ?? 0 });
          for (const told of this.atReport(message)) send(told);
          break;
        case 'command-report':
          if (!open) return fault('a command report before the welcome');
          this.commandReports.push(message);
          if (this.acksCommands) send({ type: 'command-ack', id: message.id, report: message.report });
          break;
        case 'tally':
          if (!open) return fault('a tally before the welcome');
          send({ type: 'tally-ack', id: message.id });
          break;
        case 'loss': {
          if (!open || hello === undefined) return fault('a loss before the welcome');
          this.#loss(hello, message, expected, fault);
          ack(message.lane, hello.epoch);
          break;
        }
        case 'bye':
          this.byes.push(message.reason);
          break;
      }
      return this.#changed();
    });
  }

  #batch(epoch: string, frame: Buffer, expected: Map<number, number>, fault: (text: string) => void): void {
    const { lane, firstSeq, count, records } = decodeFrame(frame);
    const stored = this.lane(epoch, lane);
    const next = expected.get(lane) ?? stored.mark + 1;
    if (firstSeq !== next) return fault(`lane ${lane}: batch at ${firstSeq}, expected ${next}`);
    expected.set(lane, firstSeq + count);
    for (const [index, record] of records.entries()) {
      const seq = firstSeq + index;
      if (seq <= stored.mark) stored.resent += 1;
      else {
        stored.records.push(recordSchema.parse(record));
        stored.mark = seq;
      }
    }
    return undefined;
  }

  #loss(hello: Hello, loss: Loss, expected: Map<number, number>, fault: (text: string) => void): void {
    const { agentId, epoch } = hello;
    const { lane, fromSeq, toSeq, reason, signature } = loss;
    const bytes = lossBytes({ agentId, epoch, lane, fromSeq, toSeq, reason });
    if (!verifies(this.agents.get(agentId) ?? '', bytes, signature)) return fault('bad signature of a loss');
    const stored = this.lane(epoch, lane);
    const next = expected.get(lane) ?? stored.mark + 1;
    if (fromSeq !== next) return fault(`lane ${lane}: loss at ${fromSeq}, expected ${next}`);
    expected.set(lane, toSeq + 1);
    stored.losses.push({ fromSeq, toSeq, reason });
    stored.mark = toSeq;
    return undefined;
  }
}

export async function startTestCollector(options: TestCollectorOptions = {}): Promise<TestCollector> {
  const collector = new TestCollector(options.certificate ?? (await makeCertificate()), options);
  await collector.start();
  return collector;
}
