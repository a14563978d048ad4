/** An agent of the version before, frozen as it was, against the collector of today. */
import { sign } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { encodeFrame } from '#protocol/frame.ts';
import { proofBytes } from '#protocol/signing.ts';
import { AGENT_PATH, SUBPROTOCOL } from '#protocol/version.ts';
import {
  prepareJoinToken,
  startCollectorProcess,
  type CollectorProcess,
} from '../../scripts/simulate/collector-process.ts';
import { enrolSimAgent, type SimIdentity } from '../../collector/simulate/identity.ts';
import { downMessageSchema, type DownMessage } from '../fixtures/protocol-2/down.ts';

let dataDir: string;
let collector: CollectorProcess;
let token: string;

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'vonggac-older-'));
  token = await prepareJoinToken(dataDir, 3);
  collector = await startCollectorProcess({ dataDir });
});

afterAll(async () => {
  await collector.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** Speaks one version of the protocol and checks every word it hears against version 2. */
class OldPeer {
  readonly heard: DownMessage[] = [];
  readonly #identity: SimIdentity;
  readonly #socket: WebSocket;
  readonly closed: Promise<number>;
  #changed: () => void = () => undefined;

  constructor(identity: SimIdentity, protocol: number) {
    this.#identity = identity;
    const { agentId, epoch, host } = identity;
    const url = new URL(AGENT_PATH, identity.url.replace(/^http/, 'ws'));
    this.#socket = new WebSocket(url, SUBPROTOCOL, { rejectUnauthorized: false });
    this.closed = new Promise((resolve) => this.#socket.on('close', resolve));
    const hello = {
      type: 'hello',
      protocol,
      agentId,
      agentVersion: '0.0.9',
      host,
      epoch,
      clockMs: Date.now(),
    };
    this.#socket.on('open', () => this.#socket.send(JSON.stringify(hello)));
    this.#socket.on('message', (data: Buffer) => {
      this.heard.push(downMessageSchema.parse(JSON.parse(data.toString())));
      this.#changed();
    });
  }

  /** The first message of that type, past or to come. */
  async hears<T extends DownMessage['type']>(type: T): Promise<Extract<DownMessage, { type: T }>> {
    const isWanted = (message: DownMessage): message is Extract<DownMessage, { type: T }> =>
      message.type === type;
    for (;;) {
      const found = this.heard.find(isWanted);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => (this.#changed = resolve));
    }
  }

  async open(): Promise<void> {
    const { agentId, epoch, fingerprint, privateKey } = this.#identity;
    const { nonce } = await this.hears('challenge');
    const bytes = proofBytes({ agentId, epoch, nonce, collectorFingerprint: fingerprint });
    this.#socket.send(
      JSON.stringify({ type: 'proof', signature: sign(null, bytes, privateKey).toString('base64') }),
    );
    await this.hears('welcome');
  }

  send(data: Buffer | string): void {
    this.#socket.send(data);
  }

  end(): void {
    this.#socket.terminate();
  }
}

const line = (n: number): string =>
  JSON.stringify({
    kind: 'log',
    at: n,
    channel: 'linux-syslog',
    origin: '/var/log/syslog',
    text: `line ${n}`,
  });

test('version 2 is served: it understands every word, and its events are stored and acknowledged', async () => {
  const peer = new OldPeer(await enrolSimAgent({ url: collector.url, token, hostname: 'old' }), 2);
  await peer.open();
  expect(await peer.hears('welcome')).toMatchObject({ protocol: 2 });
  peer.send(encodeFrame({ lane: 1, firstSeq: 1 }, [line(1), line(2)]));
  expect(await peer.hears('ack')).toEqual({ type: 'ack', lane: 1, seq: 2 });
  peer.end();
});

test('version 2 hears why it is refused in a word that it knows', async () => {
  const identity = await enrolSimAgent({ url: collector.url, token, hostname: 'old-2' });
  const peer = new OldPeer(identity, 2);
  await peer.open();
  peer.send('{"type":"nonsense"}');
  expect(await peer.hears('bye')).toMatchObject({ code: 'bad-frame' });
  expect(await peer.closed).toBe(4400);
});

test('a version to come is refused, and told which are served', async () => {
  const peer = new OldPeer(await enrolSimAgent({ url: collector.url, token, hostname: 'new' }), 4);
  const bye = await peer.hears('bye');
  expect(bye).toMatchObject({ code: 'version-unsupported' });
  expect(bye.message).toContain('3, 2');
});
