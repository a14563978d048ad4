/** The syslog receiver over real sockets: framing, limits, back-pressure, TLS; every drop is counted. */
import { execFileSync } from 'node:child_process';
import dgram from 'node:dgram';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import tls from 'node:tls';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { laneNumber } from '#protocol/lane.ts';
import type { SourceRecord } from '#protocol/record.ts';
import { systemClock } from '../../agent/clock.ts';
import { runSource } from '../../agent/source-runner.ts';
import type { SourceItem } from '../../agent/sources/source.ts';
import { makeCertificate } from '../support/agent/certificate.ts';
import { makeFolder, openTestSpool, readLane, removeFolder } from '../support/agent/spool-fixture.ts';
import { closed, connectTcp, receiver, sendTcp, sendUdp } from '../support/syslog-senders.ts';
import type { Receiver } from '../support/syslog-senders.ts';
import { start, texts } from '../unit/agent/sources/source-harness.ts';
import type { Run } from '../unit/agent/sources/source-harness.ts';

const hasIpv6 = Object.values(os.networkInterfaces()).some((found) =>
  found?.some(({ address }) => address === '::1'),
);

interface Told {
  records: SourceRecord[];
  /** By reason. */
  dropped: Record<string, number>;
}

/** A busy machine may take long; what is waited for comes. */
const WAIT = { timeout: 60_000 };

let run: Run | undefined;
let pulling: Promise<SourceItem | undefined> | undefined;

afterEach(async () => {
  await run?.stop();
  run = undefined;
  pulling = undefined;
});

/** Opens the listener, as the agent does by its first pull. */
async function open({ source, port }: Receiver): Promise<number> {
  run = start(source);
  pulling = run.pull();
  return port;
}

/** Pulls until so many records and drops have come. */
async function gather(count: number): Promise<Told> {
  const told: Told = { records: [], dropped: {} };
  for (let seen = 0; seen < count;) {
    const item = await (pulling ?? run?.pull());
    pulling = undefined;
    if (item === undefined) throw new Error(`the listener ended after ${seen} of ${count}`);
    told.records.push(...item.records);
    seen += item.records.length;
    for (const { reason, count: dropped } of item.limited ?? []) {
      told.dropped[reason] = (told.dropped[reason] ?? 0) + dropped;
      seen += dropped;
    }
  }
  return told;
}

const numbered = (count: number, padding = 0): string[] =>
  Array.from({ length: count }, (_, index) => `<13>message ${index}${'x'.repeat(padding)}`);

describe('UDP', () => {
  test('a datagram is a record with its sender; what is empty is none', async () => {
    const port = await open(receiver({ protocol: 'udp' }));
    await sendUdp(port, [
      '',
      '<34>Jun 15 09:00:00 fw app: hi\n',
      Buffer.from('\0\r\n'),
      Buffer.from([0x61, 0, 0xff, 0x62]),
    ]);
    const { records, dropped } = await gather(2);
    expect(records).toEqual([
      {
        kind: 'log',
        at: 1_750_000_000_000,
        channel: 'linux-syslog',
        origin: 'syslog://127.0.0.1',
        text: '<34>Jun 15 09:00:00 fw app: hi',
      },
      expect.objectContaining({ text: 'a\0\uFFFDb', repaired: true }),
    ]);
    expect(dropped).toEqual({});
  });

  test('of a message that is too long the rest is counted', async () => {
    const port = await open(receiver({ protocol: 'udp' }, { messageBytesMax: 500 }));
    await sendUdp(port, ['x'.repeat(1_234)]);
    expect((await gather(1)).records).toMatchObject([{ text: 'x'.repeat(500), cutBytes: 734 }]);
  });

  test('senders of other networks are counted and named, not heard', async () => {
    const port = await open(receiver({ protocol: 'udp', allow: ['192.0.2.0/24', '2001:db8::/32'] }));
    await sendUdp(port, ['a', 'b']);
    expect(await gather(2)).toEqual({ records: [], dropped: { 'not-allowed': 2 } });
    expect(run?.problems.map(({ subject }) => subject)).toEqual(['127.0.0.1']);
  });

  test('a sender above its rate is cut back, the others are not', async () => {
    const port = await open(
      receiver({ protocol: 'udp' }, { recordsPerSecondMax: 10 }, { monotonicMs: () => 1_000 }),
    );
    await sendUdp(port, numbered(80));
    const { records, dropped } = await gather(80);
    expect(texts(records)).toEqual(numbered(50));
    expect(dropped).toEqual({ 'sender-rate': 30 });
    expect(run?.problems).toHaveLength(1);
  });

  test('what comes while the spool takes nothing is counted when it does not fit', async () => {
    const port = await open(receiver({ protocol: 'udp' }, {}, { inboxRecordsMax: 50 }));
    await sendUdp(port, ['first']);
    expect(texts((await gather(1)).records)).toEqual(['first']);
    await sendUdp(port, numbered(200));
    // Loopback delivers at once: the listener only needs its turns, while nobody pulls.
    for (let turn = 0; turn < 200; turn += 1) await setImmediate();
    const { records, dropped } = await gather(200);
    expect(texts(records).slice(0, 50)).toEqual(numbered(50));
    expect(dropped['queue-full']).toBeGreaterThan(0);
    expect(records.length + (dropped['queue-full'] ?? 0)).toBe(200);
  });

  test.skipIf(process.platform !== 'linux')('what the kernel threw away is counted, too', async () => {
    const sent = 20_000;
    const stopping = new AbortController();
    const { source, port } = receiver({ protocol: 'udp' }, {}, { inboxRecordsMax: sent });
    const items = source.open({
      positions: { get: () => undefined, entries: () => [] },
      now: () => 1,
      signal: stopping.signal,
      report: () => undefined,
    });
    const stream = items[Symbol.asyncIterator]();
    const first = stream.next();
    // While another process sends, this one does nothing but wait for it.
    const script = `
      const socket = require('node:dgram').createSocket('udp4');
      let left = ${sent};
      const send = () => (left-- > 0 ? socket.send(Buffer.alloc(1000, 'x'), ${await port}, '127.0.0.1', send) : socket.close());
      send();`;
    execFileSync(process.execPath, ['-e', script]);
    let seen = (await first).value?.records.length ?? 0;
    for (let turn = 0; turn < 2_000; turn += 1) await setImmediate();
    stopping.abort();
    const dropped: Record<string, number> = {};
    for (let next = await stream.next(); next.done !== true; next = await stream.next()) {
      seen += next.value.records.length;
      for (const { reason, count } of next.value.limited ?? [])
        dropped[reason] = (dropped[reason] ?? 0) + count;
    }
    expect(dropped).toEqual({ 'kernel-buffer': sent - seen });
    expect(seen).toBeGreaterThan(0);
    expect(seen).toBeLessThan(sent);
  });

  test.skipIf(!hasIpv6)('both families on one socket, each sender under its own address', async () => {
    const port = await open(receiver({ protocol: 'udp', address: '::' }));
    await sendUdp(port, ['six'], '::1');
    await sendUdp(port, ['four'], '127.0.0.1');
    const { records } = await gather(2);
    const origins = records.map((record) => (record.kind === 'log' ? [record.text, record.origin] : []));
    expect(Object.fromEntries(origins)).toEqual({ six: 'syslog://[::1]', four: 'syslog://127.0.0.1' });
  });
});

describe('TCP', () => {
  test('frames split and mixed as senders do it', async () => {
    const port = await open(receiver({ protocol: 'tcp' }));
    const pieces = [
      '<1>one\n1',
      '1 <2>tw',
      'o\nline',
      '\n',
      '<3>three\r',
      '\n\0',
      '8 <4>',
      'f\0ur!',
      '0 ',
      '<5>five',
    ];
    await sendTcp(port, pieces);
    const told = await gather(5);
    expect(texts(told.records)).toEqual(['<1>one', '<2>two\nline', '<3>three', '<4>f\0ur!', '<5>five']);
    expect(told.dropped).toEqual({});
  });

  test('a count beyond reason ends the connection, is counted, and takes nothing with it', async () => {
    const port = await open(receiver({ protocol: 'tcp' }));
    await sendTcp(port, ['<1>before\n99999999 <2>x']);
    const told = await gather(2);
    expect(texts(told.records)).toEqual(['<1>before']);
    expect(told.dropped).toEqual({ 'bad-frame': 1 });
    await sendTcp(port, ['<3>again\n']);
    expect(texts((await gather(1)).records)).toEqual(['<3>again']);
  });

  test('a sender waits while the spool takes nothing, and nothing is dropped', async () => {
    const chunks = 30;
    const perChunk = 1_000;
    const all = numbered(chunks * perChunk, 1_000);
    const port = await open(receiver({ protocol: 'tcp' }, {}, { inboxRecordsMax: 200 }));
    const socket = await connectTcp(port);
    let written = 0;
    for (let chunk = 0; chunk < chunks; chunk += 1) {
      const messages = all.slice(chunk * perChunk, (chunk + 1) * perChunk);
      socket.write(`${messages.join('\n')}\n`, () => {
        written += 1;
      });
    }
    socket.end();
    // The first pull is under way already; nobody asks for more, and in the end nothing moves.
    await pulling;
    const readings: number[] = [];
    await expect
      .poll(() => {
        readings.push(written);
        return readings.length > 5 && new Set(readings.slice(-5)).size === 1;
      }, WAIT)
      .toBe(true);
    expect(written).toBeLessThan(chunks);
    const { records, dropped } = await gather(all.length);
    expect(texts(records)).toEqual(all);
    expect(dropped).toEqual({});
    expect(written).toBe(chunks);
  });

  test('connections beyond those of one address, and of all, are sent away; a closed one makes room', async () => {
    const port = await open(
      receiver({ protocol: 'tcp' }, { connectionsMax: 3, connectionsPerAddressMax: 2 }),
    );
    const first = await connectTcp(port);
    const second = await connectTcp(port);
    const third = await connectTcp(port);
    await closed(third);
    first.write('<1>a\n');
    expect(texts((await gather(1)).records)).toEqual(['<1>a']);
    first.destroy();
    let arrived = false;
    const got = gather(1).then(() => {
      arrived = true;
    });
    await expect
      .poll(async () => {
        const next = await connectTcp(port);
        const gone = closed(next);
        next.end('<2>b\n');
        await gone;
        return arrived;
      }, WAIT)
      .toBe(true);
    await got;
    second.destroy();
    expect(run?.problems.map(({ message }) => message)).toContain('it was sent away: too many connections');
  });

  test('who is silent too long is let go', async () => {
    const port = await open(receiver({ protocol: 'tcp' }, { idleMsMax: 100 }));
    const socket = await connectTcp(port);
    socket.write('<1>half');
    await closed(socket);
    expect(texts((await gather(1)).records)).toEqual(['<1>half']);
  });

  test('senders of other networks are sent away', async () => {
    const port = await open(receiver({ protocol: 'tcp', allow: ['192.0.2.1'] }));
    await closed(await connectTcp(port));
    expect(run?.problems.map(({ subject }) => subject)).toEqual(['127.0.0.1']);
  });

  test('what was received when the agent stops is still handed on', async () => {
    const abort = new AbortController();
    const { source, port } = receiver({ protocol: 'tcp' });
    const stream = source.open({
      positions: { get: () => undefined, entries: () => [] },
      now: () => 1,
      signal: abort.signal,
      report: () => undefined,
    });
    const items = stream[Symbol.asyncIterator]();
    const first = items.next();
    await sendTcp(await port, ['<1>a\n']);
    expect((await first).value?.records).toHaveLength(1);
    await sendTcp(await port, ['<2>b\n<3>c\n']);
    abort.abort();
    const rest: SourceRecord[] = [];
    for (let next = await items.next(); next.done !== true; next = await items.next()) {
      rest.push(...next.value.records);
    }
    expect(texts(rest)).toEqual(['<2>b', '<3>c']);
  });

  test('a port that is taken is a failure with its name, to be tried again', async () => {
    const server = net.createServer().listen(0, '127.0.0.1');
    const socket = dgram.createSocket('udp4').bind(0, '127.0.0.1');
    await Promise.all([once(server, 'listening'), once(socket, 'listening')]);
    const bound = server.address();
    const tcpPort = typeof bound === 'object' && bound !== null ? bound.port : 0;
    const listeners = [
      { protocol: 'tcp', port: tcpPort },
      { protocol: 'udp', port: socket.address().port },
    ] as const;
    for (const listener of listeners)
      await expect(start(receiver(listener).source).pull()).rejects.toThrow(/EADDRINUSE/);
    server.close();
    socket.close();
  });
});

test('records and drops are in the spool in one transaction each', async () => {
  const folder = makeFolder();
  const spool = openTestSpool(folder);
  const stopping = new AbortController();
  const { source, port } = receiver(
    { protocol: 'udp', lane: 'security' },
    { recordsPerSecondMax: 10 },
    { monotonicMs: () => 1_000 },
  );
  const running = runSource({
    source,
    spool,
    clock: systemClock,
    random: Math.random,
    signal: stopping.signal,
    onEvent: () => undefined,
  });
  await sendUdp(await port, numbered(75));
  const count = (): number[] =>
    spool
      .untoldTally(10)
      .filter(({ channel }) => channel === 'log/linux-syslog')
      .flatMap(({ produced, limited }) => [produced, limited['sender-rate'] ?? 0]);
  await expect.poll(count, WAIT).toEqual([75, 25]);
  stopping.abort();
  await running;
  expect(readLane(spool, laneNumber('security'))).toHaveLength(50);
  spool.close();
  removeFolder(folder);
});

describe('TLS', () => {
  let folder: string;
  let cert: string;
  let key: string;

  beforeEach(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vonggac-syslog-'));
    ({ cert, key } = await makeCertificate(undefined, ['localhost']));
    fs.writeFileSync(path.join(folder, 'cert.pem'), cert);
    fs.writeFileSync(path.join(folder, 'key.pem'), key);
  });

  afterEach(() => fs.promises.rm(folder, { recursive: true }));

  const files = (): { certFile: string; keyFile: string } => ({
    certFile: path.join(folder, 'cert.pem'),
    keyFile: path.join(folder, 'key.pem'),
  });

  async function sendTls(port: number, text: string, options: tls.ConnectionOptions = {}): Promise<void> {
    const socket = tls.connect({ host: '127.0.0.1', servername: 'localhost', port, ca: cert, ...options });
    const gone = closed(socket);
    await once(socket, 'secureConnect');
    socket.end(text);
    await gone;
  }

  test('messages come encrypted, one connection after the other within the limit of one', async () => {
    const port = await open(receiver({ protocol: 'tls', tls: files() }, { connectionsPerAddressMax: 1 }));
    await sendTls(port, '6 <1>tls');
    expect(texts((await gather(1)).records)).toEqual(['<1>tls']);
    await expect.poll(() => sendTls(port, '<2>next\n').then(() => 'sent', String), WAIT).toBe('sent');
    expect(texts((await gather(1)).records)).toEqual(['<2>next']);
  });

  test('a sender that speaks plain text is named, and the next one is served', async () => {
    const port = await open(receiver({ protocol: 'tls', tls: files() }));
    const plain = await connectTcp(port);
    plain.write('<1>not encrypted\n');
    await closed(plain);
    await sendTls(port, '<2>next\n');
    expect(texts((await gather(1)).records)).toEqual(['<2>next']);
    expect(run?.problems.map(({ message }) => message).join()).toContain('TLS could not be agreed on');
  });

  test('where senders must show a certificate, one without is refused', async () => {
    const clientCaFile = path.join(folder, 'cert.pem');
    const port = await open(receiver({ protocol: 'tls', tls: { ...files(), clientCaFile } }));
    // TLS 1.2: the refusal is part of the handshake.
    await expect(sendTls(port, '<1>a\n', { maxVersion: 'TLSv1.2' })).rejects.toThrow(
      /handshake|alert|reset|closed/i,
    );
    await sendTls(port, '<2>b\n', { cert, key });
    expect(texts((await gather(1)).records)).toEqual(['<2>b']);
  });
});
