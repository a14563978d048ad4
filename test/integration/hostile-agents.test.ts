/** What a hostile or broken peer may do to a real collector: refused with a code, counted, the others unharmed. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import https from 'node:https';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { ERRORS, type ErrorCode } from '../../collector/protocol/error.ts';
import { encodeFrame } from '../../collector/protocol/frame.ts';
import { formatJoinToken, parseJoinToken } from '../../collector/protocol/join-token.ts';
import { AGENT_PATH, SUBPROTOCOL } from '../../collector/protocol/version.ts';
import {
  prepareJoinToken,
  startCollectorProcess,
  withRegistry,
  type CollectorProcess,
} from '../../scripts/simulate/collector-process.ts';
import { enrolSimAgent, type SimIdentity } from '../../collector/simulate/identity.ts';
import { SimSession } from '../../collector/simulate/sim-session.ts';

const line = (text: string): string =>
  JSON.stringify({ kind: 'log', at: Date.now(), channel: 'sshd', origin: '/var/log/auth.log', text });

let dataDir: string;
let token: string;
let collector: CollectorProcess;
let good: SimSession;

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'vonggac-hostile-'));
  token = await prepareJoinToken(dataDir, 50);
  collector = await startCollectorProcess({ dataDir });
  good = new SimSession(await enrolSimAgent({ url: collector.url, token, hostname: 'good' }));
  await good.open();
});

afterAll(async () => {
  good?.close();
  await collector?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** After each attack the well-behaved agent's events still go through. */
async function othersAreUnharmed(): Promise<void> {
  good.send(0, [line('still here')]);
  await good.settled();
  expect(good.closed).toBeUndefined();
  expect(good.stats.acked).toBe(good.stats.sent);
}

const enrol = (): Promise<SimIdentity> => enrolSimAgent({ url: collector.url, token, hostname: 'attacker' });

/** Opens an honest session, does one bad thing, and says how it was closed. */
async function closedAfter(attack: (session: SimSession) => void): Promise<{ code: number; reason: string }> {
  const session = new SimSession(await enrol());
  await session.open();
  attack(session);
  const closed = await session.whenClosed();
  session.close();
  return closed;
}

describe('frames', () => {
  const bomb = (): Buffer => {
    const body = zlib.zstdCompressSync(Buffer.alloc(200_000_000, 0x20));
    const header = Buffer.alloc(24);
    header.writeUInt8(0x56, 0);
    header.writeUInt8(1, 1);
    header.writeUInt8(1, 2);
    header.writeUInt32LE(1, 4);
    header.writeBigUInt64LE(1n, 8);
    header.writeUInt32LE(1_000_000, 16);
    return Buffer.concat([header, body]);
  };

  test.each<[string, () => Buffer | string, ErrorCode]>([
    ['random bytes', () => randomBytes(5_000), 'bad-frame'],
    ['an empty frame', () => Buffer.alloc(0), 'bad-frame'],
    ['a zstd bomb', bomb, 'bad-frame'],
    ['a gap in the sequence', () => encodeFrame({ lane: 0, firstSeq: 1_000 }, [line('x')]), 'out-of-order'],
    ['a control message that is not JSON', () => 'hello', 'bad-frame'],
    ['a second hello', () => '{"type":"hello"}', 'bad-frame'],
    [
      'a control message of 100 KB',
      () => JSON.stringify({ type: 'bye', reason: 'x'.repeat(100_000) }),
      'too-large',
    ],
  ])('%s ends the session with its code', async (_, attack, code) => {
    const closed = await closedAfter((session) => session.sendRaw(attack()));
    expect(closed).toEqual({ code: ERRORS[code].closeStatus, reason: code });
    await othersAreUnharmed();
  });

  test('a frame larger than any may be is cut off by the socket itself', async () => {
    const closed = await closedAfter((session) => session.sendRaw(Buffer.alloc(3_000_000)));
    expect(closed.code).toBe(1009);
    await othersAreUnharmed();
  });

  test('a frame sent again is stored once and acknowledged', async () => {
    const identity = await enrol();
    const session = new SimSession(identity);
    await session.open();
    const mark = `replayed ${identity.agentId}`;
    const frame = encodeFrame({ lane: 0, firstSeq: 1 }, [line(mark)]);
    for (let time = 0; time < 5; time += 1) session.sendRaw(frame);
    session.send(0, [line(mark)]); // the same sequence once more, by the client's own count
    await session.settled();
    session.close();
    const metrics = await scrape();
    expect(metrics.get('vonggac_events_duplicate_total')).toBeGreaterThanOrEqual(5);
    await othersAreUnharmed();
  });
});

describe('sessions', () => {
  test('another agent’s identity with a key of one’s own is refused', async () => {
    const [victim, attacker] = [await enrol(), await enrol()];
    const stolen = new SimSession({ ...victim, privateKey: attacker.privateKey });
    await expect(stolen.open()).rejects.toThrow(String(ERRORS['bad-proof'].closeStatus));
    await othersAreUnharmed();
  });

  test('an identity nobody enrolled is refused', async () => {
    const unknown = new SimSession({ ...(await enrol()), agentId: 'b7c9a1de-4f1b-4c3e-9a55-0d3f6a1b2c3d' });
    await expect(unknown.open()).rejects.toThrow(String(ERRORS['unknown-agent'].closeStatus));
  });

  test('a newer session of an agent takes over from the older one', async () => {
    const identity = await enrol();
    const [older, newer] = [new SimSession(identity), new SimSession(identity)];
    await older.open();
    await newer.open();
    expect(await older.whenClosed()).toEqual({ code: ERRORS.replaced.closeStatus, reason: 'replaced' });
    newer.close();
    await othersAreUnharmed();
  });

  test('a peer that never says hello is cut off, and a hundred of them hinder nobody', async () => {
    const url = collector.url.replace(/^http/, 'ws') + AGENT_PATH;
    const silent = Array.from(
      { length: 100 },
      () => new WebSocket(url, SUBPROTOCOL, { rejectUnauthorized: false }),
    );
    const closed = silent.map((socket) => new Promise<number>((resolve) => socket.on('close', resolve)));
    await Promise.all(silent.map((socket) => new Promise((resolve) => socket.on('open', resolve))));
    await othersAreUnharmed();
    expect(new Set(await Promise.all(closed))).toEqual(new Set([ERRORS['handshake-timeout'].closeStatus]));
  });

  test('a peer that sends more than a handshake takes is cut off at once, not kept in memory', async () => {
    const url = collector.url.replace(/^http/, 'ws') + AGENT_PATH;
    const flood = Array.from(
      { length: 20 },
      () => new WebSocket(url, SUBPROTOCOL, { rejectUnauthorized: false }),
    );
    const closed = flood.map((socket) => new Promise<number>((resolve) => socket.on('close', resolve)));
    for (const socket of flood) {
      socket.on('error', () => undefined); // it is cut off while it writes
      socket.on('open', () => socket.send(Buffer.alloc(900_000), { fin: false }));
    }
    // With 1006 the line was cut; a wait for the handshake's end would have a code of its own.
    expect(new Set(await Promise.all(closed))).toEqual(new Set([1006]));
    await othersAreUnharmed();
  });

  test('an agent that opens sessions without end is told to slow down', async () => {
    const identity = await enrol();
    const refused = async (): Promise<string | undefined> => {
      const session = new SimSession({ ...identity, epoch: randomBytes(16).toString('hex') });
      try {
        await session.open();
        return undefined;
      } catch (error) {
        return String(error);
      } finally {
        session.close();
      }
    };
    let answer: string | undefined;
    // Two minutes' worth, in case one begins meanwhile.
    for (let count = 0; count < 1_300 && answer === undefined; count += 1) answer = await refused();
    expect(answer).toContain(String(ERRORS['too-many-requests'].closeStatus));
    await othersAreUnharmed();
  }, 120_000);

  test('an agent revoked on the command line loses its open session within five seconds', async () => {
    const identity = await enrol();
    const session = new SimSession(identity);
    await session.open();
    session.send(0, [line('before')]);
    await session.settled();
    await promisify(execFile)(process.execPath, [
      path.join(import.meta.dirname, '../../collector/cli.ts'),
      'agent',
      'revoke',
      identity.agentId,
      '--data',
      dataDir,
    ]);
    // From the command's answer on: how long a process takes to start is this machine's affair.
    const answeredMs = performance.now();
    expect(await session.whenClosed()).toEqual({ code: ERRORS.revoked.closeStatus, reason: 'revoked' });
    expect(performance.now() - answeredMs).toBeLessThan(5_000);
    await expect(new SimSession(identity).open()).rejects.toThrow(String(ERRORS.revoked.closeStatus));
    await othersAreUnharmed();
  });

  test.each([
    ['another path', '/agent/v2', SUBPROTOCOL, 404],
    ['another subprotocol', AGENT_PATH, 'vonggac.v0', 400],
  ])('an upgrade on %s is refused', async (_, route, subprotocol, status) => {
    const socket = new WebSocket(collector.url.replace(/^http/, 'ws') + route, subprotocol, {
      rejectUnauthorized: false,
    });
    const refused = new Promise<number | undefined>((resolve, reject) => {
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode));
      socket.on('error', reject);
    });
    expect(await refused).toBe(status);
  });
});

describe('enrolment', () => {
  const parsed = () => {
    const value = parseJoinToken(token);
    if (value === undefined) throw new Error('the test’s own token');
    return value;
  };

  test.each<[string, () => string]>([
    [
      'with a wrong secret',
      () => formatJoinToken({ ...parsed(), secret: randomBytes(24).toString('base64url') }),
    ],
    ['that does not exist', () => formatJoinToken({ ...parsed(), id: randomBytes(9).toString('base64url') })],
  ])('a token %s is refused', async (_, forged) => {
    await expect(enrolSimAgent({ url: collector.url, token: forged(), hostname: 'x' })).rejects.toMatchObject(
      { code: 'bad-token' },
    );
  });

  test('an expired token and a used-up one are refused alike', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'vonggac-token-'));
    const spent = await prepareJoinToken(folder, 1);
    const expired = await prepareJoinToken(folder, 5);
    await withRegistry(folder, async ({ db }) => {
      const id = parseJoinToken(expired)?.id ?? '';
      await db
        .updateTable('join_token')
        .set({ expires_ms: Date.now() - 1 })
        .where('id', '=', id)
        .execute();
    });
    const own = await startCollectorProcess({ dataDir: folder });
    try {
      await enrolSimAgent({ url: own.url, token: spent, hostname: 'first' });
      for (const one of [spent, expired]) {
        await expect(enrolSimAgent({ url: own.url, token: one, hostname: 'second' })).rejects.toMatchObject({
          code: 'bad-token',
        });
      }
    } finally {
      await own.stop();
      await rm(folder, { recursive: true, force: true });
    }
  });
});

test('every refusal is counted', async () => {
  const metrics = await scrape();
  const codes = [
    'bad-frame',
    'too-large',
    'out-of-order',
    'bad-proof',
    'unknown-agent',
    'replaced',
    'handshake-timeout',
  ];
  const uncounted = codes.filter((code) => !metrics.get(`vonggac_sessions_refused_total{code="${code}"}`));
  expect(uncounted).toEqual([]);
});

/** Metrics by name with labels. */
function scrape(): Promise<Map<string, number>> {
  return new Promise((resolve, reject) => {
    https
      .get(`${collector.url}/metrics`, { rejectUnauthorized: false, agent: false }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => {
          const lines = text.split('\n').filter((entry) => entry !== '' && !entry.startsWith('#'));
          resolve(
            new Map(
              lines.map((entry) => [
                entry.slice(0, entry.lastIndexOf(' ')),
                Number(entry.slice(entry.lastIndexOf(' '))),
              ]),
            ),
          );
        });
      })
      .on('error', reject);
  });
}
