/**
 * Connections by the thousand from many addresses, each stuck or hostile in its own way, while honest agents go on. More
 * of them with VONGGAC_HOSTILE_ATTEMPTS=100000.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AGENT_PATH, SUBPROTOCOL } from '../../collector/protocol/version.ts';
import { enrolSimAgent } from '../../collector/simulate/identity.ts';
import { Latency } from '../../collector/simulate/latency.ts';
import { connectTls } from '../../collector/simulate/site.ts';
import { SimSession } from '../../collector/simulate/sim-session.ts';
import {
  prepareJoinToken,
  startCollectorProcess,
  type CollectorProcess,
} from '../../scripts/simulate/collector-process.ts';
import { parseJoinToken } from '../../collector/protocol/join-token.ts';

const ATTEMPTS = Number(process.env['VONGGAC_HOSTILE_ATTEMPTS'] ?? 1_000);
/** Attackers' sockets open at once. */
const AT_ONCE = 400;
const ADDRESSES = 20;
/** A stuck socket is held this long by its attacker. */
const HOLD_MS = 300;
const EVERY_MS = 50;
/** Far above what it is when nothing is wrong, far below what an attack would make of it if it got through. */
const ACK_MS_MAX = 10_000;

let dataDir: string;
let collector: CollectorProcess;
let token: string;

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'vonggac-storm-'));
  token = await prepareJoinToken(dataDir, 20);
  collector = await startCollectorProcess({ dataDir });
});

afterAll(async () => {
  await collector?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const UPGRADE = [
  `GET ${AGENT_PATH} HTTP/1.1`,
  'Host: collector',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  `Sec-WebSocket-Key: ${Buffer.alloc(16, 1).toString('base64')}`,
  `Sec-WebSocket-Protocol: ${SUBPROTOCOL}`,
  '\r\n',
].join('\r\n');

/** A masked frame's head that claims a gigabyte. */
const GIGABYTE = Buffer.from([0x82, 0xff, 0, 0, 0, 0, 0x40, 0, 0, 0, 1, 2, 3, 4]);

/** What is written, with or without TLS, before the attacker falls silent. */
const ATTACKS: readonly { tls: boolean; say: () => (Buffer | string)[] }[] = [
  { tls: false, say: () => [] },
  { tls: false, say: () => [randomBytes(200)] },
  { tls: false, say: () => [Buffer.from([0x16, 0x03, 0x01])] },
  { tls: true, say: () => [] },
  { tls: true, say: () => ['GET / HTTP/1.1\r\nHost: x\r\nX-Slow: '] },
  { tls: true, say: () => [UPGRADE] },
  { tls: true, say: () => [UPGRADE, randomBytes(500)] },
  { tls: true, say: () => [UPGRADE, GIGABYTE] },
];

function attack(index: number): Promise<void> {
  const { port } = new URL(collector.url);
  const localAddress = `127.9.0.${1 + (index % ADDRESSES)}`;
  const { tls, say } = ATTACKS[index % ATTACKS.length] ?? { tls: false, say: () => [] };
  const fingerprint = parseJoinToken(token)?.fingerprint ?? '';
  return new Promise((resolve) => {
    const socket = tls
      ? connectTls({ url: collector.url, pin: { fingerprint }, localAddress })
      : net.connect({ port: Number(port), host: '127.0.0.1', localAddress });
    const timer = setTimeout(() => socket.destroy(), HOLD_MS + 2_000);
    socket.on('error', () => undefined); // being cut off is what it is here for
    socket.on('close', () => {
      clearTimeout(timer);
      resolve();
    });
    socket.on(tls ? 'secureConnect' : 'connect', () => {
      for (const part of say()) socket.write(part);
      setTimeout(() => socket.destroy(), HOLD_MS);
    });
    socket.resume();
  });
}

test(
  'a storm of hostile connections leaves honest agents their sessions, and a new one gets in',
  async () => {
    const latency = new Latency();
    const identity = await enrolSimAgent({ url: collector.url, token, hostname: 'honest' });
    const honest = new SimSession(identity, { onAck: (ms) => latency.add(ms) });
    await honest.open();
    const line = JSON.stringify({
      kind: 'log',
      at: Date.now(),
      channel: 'sshd',
      origin: '/x',
      text: 'still here',
    });
    const sender = setInterval(() => {
      if (honest.inFlight < 16) honest.send(0, [line]);
    }, EVERY_MS);
    const late = new SimSession(await enrolSimAgent({ url: collector.url, token, hostname: 'late' }));
    try {
      let next = 0;
      let admitted: Promise<unknown> | undefined;
      const attacker = async (): Promise<void> => {
        while (next < ATTEMPTS) {
          const index = next;
          next += 1;
          if (index > ATTEMPTS / 2) admitted ??= late.open();
          await attack(index);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, attacker));
      await admitted;
      expect(late.closed).toBeUndefined();
    } finally {
      clearInterval(sender);
    }
    await honest.settled();
    expect(honest.closed).toBeUndefined();
    expect(honest.stats.acked).toBe(honest.stats.sent);
    expect(latency.quantile(1)).toBeLessThan(ACK_MS_MAX);
    late.close();
    honest.close();
  },
  60_000 + ATTEMPTS * 20,
);
