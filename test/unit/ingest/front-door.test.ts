/** The door in front of a TLS server, with real sockets. */
import { once } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FrontDoor, type DoorRefusal } from '../../../collector/ingest/front-door.ts';
import { returnHintMs } from '../../../collector/ingest/return-hint.ts';
import { WaitingLine } from '../../../collector/ingest/waiting-line.ts';
import { socketBudget } from '../../../collector/ingest/socket-budget.ts';
import { makeCertificate } from '../../support/agent/certificate.ts';

describe('the line', () => {
  test('addresses take turns, however many of one of them wait', () => {
    const line = new WaitingLine<string>({ waitingMax: 100 });
    for (let count = 0; count < 50; count += 1) line.enter('flood', `flood ${count}`);
    line.enter('quiet', 'quiet 0');
    const order = [1, 2, 3].map(() => line.next(() => true));
    expect(order).toEqual(['flood 0', 'quiet 0', 'flood 1']);
    expect(line.size).toBe(48);
  });

  test('when it is full, the last of the longest queue goes', () => {
    const line = new WaitingLine<string>({ waitingMax: 3 });
    for (const name of ['a', 'b', 'c']) expect(line.enter('flood', name)).toBeUndefined();
    expect(line.enter('quiet', 'd')).toBe('c');
    expect(line.enter('flood', 'e')).toBe('e');
  });

  test('an address that may not enter holds up no other', () => {
    const line = new WaitingLine<string>({ waitingMax: 9 });
    line.enter('held', 'a');
    line.enter('free', 'b');
    expect(line.next((address) => address !== 'held')).toBe('b');
    expect(line.next((address) => address !== 'held')).toBeUndefined();
    line.leave('held', 'a');
    expect(line.size).toBe(0);
  });
});

describe('the door', () => {
  let certificate: { key: string; cert: string };
  let server: tls.Server;
  let door: FrontDoor;
  let refused: DoorRefusal[];
  let nowMs: number;
  let port: number;
  let open: net.Socket[];

  beforeAll(async () => {
    certificate = await makeCertificate();
  });

  beforeEach(async () => {
    [refused, nowMs, open] = [[], 0, []];
    server = tls.createServer({ ...certificate });
    server.on('tlsClientError', () => undefined);
    server.on('secureConnection', (socket) => socket.on('error', () => undefined).write('in'));
    door = new FrontDoor({
      socketsMax: 8,
      handshakesMax: 2,
      handshakesPerAddressMax: 2,
      waitingMax: 4,
      waitMsMax: 1_000,
      stuckMs: 100,
      clock: () => nowMs,
      onRefused: (why) => refused.push(why),
    });
    door.attach(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  });

  afterEach(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });

  /** Says nothing: a handshake that gets nowhere. */
  const silent = async (): Promise<net.Socket> => {
    const socket = net.connect(port, '127.0.0.1');
    open.push(socket.on('error', () => undefined));
    await once(socket, 'connect');
    return socket;
  };
  const honest = async (): Promise<string> => {
    const socket = tls.connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
    open.push(socket.on('error', () => undefined));
    const [said] = await once(socket, 'data');
    return String(said);
  };
  const until = async (done: () => boolean): Promise<void> => {
    while (!done()) await new Promise(setImmediate);
  };

  test('who is let in speaks TLS as ever, and makes room when done', async () => {
    expect(await Promise.all([honest(), honest(), honest(), honest()])).toEqual(['in', 'in', 'in', 'in']);
    expect([door.handshakes, door.waiting, refused]).toEqual([0, 0, []]);
    expect(door.handshakesPerSecondMax).toBe(4);
  });

  test('silent peers hold an honest one up until they count as stuck', async () => {
    await silent();
    await silent();
    await until(() => door.handshakes === 2);
    const waiting = honest();
    await until(() => door.waiting === 1);
    nowMs = 200;
    await silent();
    expect(await waiting).toBe('in');
    expect(refused).toContain('handshake-stuck');
  });

  test('more than may wait, or may be open, are turned away and counted', async () => {
    for (let count = 0; count < 12; count += 1) await silent();
    await until(() => refused.length >= 6);
    expect(new Set(refused)).toEqual(new Set(['line-full']));
    expect([door.handshakes, door.waiting]).toEqual([2, 4]);
  });

  test('who leaves while waiting leaves the line', async () => {
    await silent();
    await silent();
    const third = await silent();
    await until(() => door.waiting === 1);
    third.destroy();
    await until(() => door.waiting === 0);
    expect(refused).toEqual([]);
  });
});

test('ten thousand agents are told to come back over as long as it takes to let them in', () => {
  const hints = Array.from({ length: 1_000 }, (_, index) =>
    returnHintMs({ agents: () => 10_000, perSecond: () => 500, random: () => index / 1_000 }),
  );
  expect(Math.min(...hints)).toBe(1_000);
  expect(Math.max(...hints)).toBeGreaterThan(25_000);
  expect(Math.max(...hints)).toBeLessThan(40_000);
  expect(returnHintMs({ agents: () => 10, perSecond: () => 0, random: () => 0.99 })).toBeLessThan(1_100);
});

test('a low limit of open files lowers how many sockets may be open, and says so', () => {
  const limits = (files: string): string =>
    `Limit  Soft\nMax open files            ${files}       524288  files\n`;
  expect(socketBudget(limits('1024'))).toEqual({
    socketsMax: 524,
    shortOf: { limit: 1_024, wanted: 11_500 },
  });
  expect(socketBudget(limits('524288'))).toEqual({ socketsMax: 20_000, shortOf: undefined });
  expect(socketBudget(undefined)).toEqual({ socketsMax: 20_000, shortOf: undefined });
});
