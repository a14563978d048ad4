/**
 * One simulated agent: real key, real enrolment, real TLS session and frames; records are made up and nothing is
 * spooled. What it sends it keeps until acknowledged, and after a reconnect sends again from the stored mark.
 */
import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import https from 'node:https';
import { WebSocket } from 'ws';
import { encodePublicKey } from '#protocol/agent-key.ts';
import { downMessageSchema, type DownMessage, type Welcome } from '#protocol/down.ts';
import { enrolResponseSchema } from '#protocol/enrol.ts';
import { encodeFrame } from '#protocol/frame.ts';
import { parseJoinToken } from '#protocol/join-token.ts';
import { enrolBytes, proofBytes } from '#protocol/signing.ts';
import type { HostFacts } from '#protocol/up.ts';
import { AGENT_PATH, ENROL_PATH, PROTOCOL_VERSION, SUBPROTOCOL } from '#protocol/version.ts';

export interface SimIdentity {
  agentId: string;
  privateKey: KeyObject;
  url: string;
  fingerprint: string;
  host: HostFacts;
  epoch: string;
}

const VERSION = '0.0.0-simulated';

/** Registers a new key with a join token. @throws Error with the collector's answer */
export async function enrolSimAgent(options: {
  url: string;
  token: string;
  hostname: string;
}): Promise<SimIdentity> {
  const token = parseJoinToken(options.token);
  if (token === undefined) throw new Error('this is not a whole join token');
  const keys = generateKeyPairSync('ed25519');
  const publicKey = encodePublicKey(keys.publicKey);
  const host: HostFacts = {
    hostname: options.hostname,
    platform: 'linux',
    osName: 'Debian GNU/Linux',
    osVersion: '12',
    arch: 'x64',
    timeZone: 'UTC',
  };
  const signed = enrolBytes({ publicKey, tokenId: token.id, collectorFingerprint: token.fingerprint });
  const body = JSON.stringify({
    tokenId: token.id,
    tokenSecret: token.secret,
    publicKey,
    signature: sign(null, signed, keys.privateKey).toString('base64'),
    agentVersion: VERSION,
    host,
    machineId: randomBytes(16).toString('hex'),
  });
  const answer = await post(new URL(ENROL_PATH, options.url), body);
  const { agentId } = enrolResponseSchema.parse(answer);
  return {
    agentId,
    privateKey: keys.privateKey,
    url: options.url,
    fingerprint: token.fingerprint,
    host,
    epoch: randomBytes(16).toString('hex'),
  };
}

/** The certificate is not checked here: this stands in for many agents on loopback, not for one in the field. */
function post(url: URL, body: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const options = { method: 'POST', headers, rejectUnauthorized: false, agent: false };
    const request = https.request(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        if (response.statusCode === 200) resolve(JSON.parse(text));
        else reject(new Error(`enrolment was answered with ${response.statusCode}: ${text}`));
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

export interface SimStats {
  sent: number;
  acked: number;
  /** Milliseconds from sending a frame to its acknowledgement, one per frame. */
  ackMs: number[];
}

interface InFlight {
  lane: number;
  lastSeq: number;
  count: number;
  frame: Buffer;
  sentMs: number;
}

/** An open session. */
export class SimSession {
  readonly stats: SimStats = { sent: 0, acked: 0, ackMs: [] };
  readonly #identity: SimIdentity;
  #socket: WebSocket | undefined;
  readonly #nextSeq: number[] = [];
  #inFlight: InFlight[] = [];
  #waiters: (() => void)[] = [];
  closed: { code: number; reason: string } | undefined;

  constructor(identity: SimIdentity) {
    this.#identity = identity;
  }

  /** Connects and resolves at `welcome`. @throws Error when the session is refused */
  async open(): Promise<Welcome> {
    const { url, agentId, epoch, host, fingerprint, privateKey } = this.#identity;
    const socket = new WebSocket(new URL(AGENT_PATH, url.replace(/^http/, 'ws')), SUBPROTOCOL, {
      rejectUnauthorized: false,
      perMessageDeflate: false,
    });
    this.#socket = socket;
    this.closed = undefined;
    return new Promise((resolve, reject) => {
      socket.on('error', reject);
      socket.on('close', (code, reason) => {
        this.closed = { code, reason: reason.toString() };
        this.#wake();
        reject(new Error(`closed with ${code} ${reason.toString()}`));
      });
      socket.on('open', () => {
        const hello = {
          type: 'hello',
          protocol: PROTOCOL_VERSION,
          agentId,
          agentVersion: VERSION,
          host,
          epoch,
          clockMs: Date.now(),
        };
        socket.send(JSON.stringify(hello));
      });
      socket.on('message', (data: Buffer) => {
        const message: DownMessage = downMessageSchema.parse(JSON.parse(data.toString('utf8')));
        if (message.type === 'challenge') {
          const bytes = proofBytes({
            agentId,
            epoch,
            nonce: message.nonce,
            collectorFingerprint: fingerprint,
          });
          socket.send(
            JSON.stringify({ type: 'proof', signature: sign(null, bytes, privateKey).toString('base64') }),
          );
        } else if (message.type === 'welcome') {
          for (const mark of message.marks) this.#acknowledge(mark.lane, mark.seq);
          for (const entry of this.#inFlight) socket.send(entry.frame);
          resolve(message);
        } else if (message.type === 'ack') this.#acknowledge(message.lane, message.seq);
      });
    });
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
      this.stats.ackMs.push(nowMs - entry.sentMs);
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
