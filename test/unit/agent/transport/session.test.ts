/** The session's protocol against a scripted transport: what is sent when, and how it ends. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AgentPolicy, DownMessage } from '#protocol/down.ts';
import { ERROR_CODES, ERRORS } from '#protocol/error.ts';
import { decodeFrame } from '#protocol/frame.ts';
import type { UpMessage } from '#protocol/up.ts';
import { PROTOCOL_VERSION } from '#protocol/version.ts';
import type { Clock } from '../../../../agent/clock.ts';
import type { Spool } from '../../../../agent/spool/spool.ts';
import { Bandwidth } from '../../../../agent/transport/bandwidth.ts';
import { rememberSpool } from '../../../../agent/transport/reconcile.ts';
import { runSession } from '../../../../agent/transport/session.ts';
import type { SessionEnd, SessionEvent, SessionOptions } from '../../../../agent/transport/session.ts';
import type { Transport, TransportClose, TransportListener } from '../../../../agent/transport/transport.ts';
import {
  START_MS,
  logItem,
  makeFolder,
  openTestSpool,
  readLane,
  removeFolder,
} from '../../../support/agent/spool-fixture.ts';

class FakeTransport implements Transport {
  readonly peerFingerprint = 'f'.repeat(64);
  readonly sent: (string | Buffer)[] = [];
  idleMsMax: number | undefined;
  closed = false;
  #listener: TransportListener | undefined;

  /** Accounts are answered at once and left out: what they say is the tally's tests' matter. */
  send(message: string | Buffer): void {
    const said = typeof message === 'string' ? (JSON.parse(message) as UpMessage) : undefined;
    if (said?.type !== 'tally') this.sent.push(message);
    else queueMicrotask(() => this.closed || this.receive({ type: 'tally-ack', id: said.id }));
  }
  listen(listener: TransportListener): void {
    this.#listener = listener;
  }
  setIdleMsMax(ms: number): void {
    this.idleMsMax = ms;
  }
  close(): void {
    this.drop({ reason: 'closed here' });
  }
  drop(close: TransportClose): void {
    if (this.closed) return;
    this.closed = true;
    this.#listener?.onClose(close);
  }
  receive(message: DownMessage | string): void {
    this.#listener?.onText(typeof message === 'string' ? message : JSON.stringify(message));
  }
  get messages(): UpMessage[] {
    return this.sent.flatMap((message) =>
      typeof message === 'string' ? [JSON.parse(message) as UpMessage] : [],
    );
  }
  get frames(): { lane: number; firstSeq: number; count: number }[] {
    return this.sent.flatMap((message) => {
      if (typeof message === 'string') return [];
      const { lane, firstSeq, count } = decodeFrame(message);
      return [{ lane, firstSeq, count }];
    });
  }
}

const AGENT_ID = randomUUID();
const BULK = 2;
let folder: string;
let spool: Spool;
let transport: FakeTransport;
let stopping: AbortController;
let events: SessionEvent[];
/** Sleepers of the session's clock, by duration. */
let sleepers: Map<number, () => void>;
let nowMs: number;
/** What the wall clock was set by. */
let setByMs: number;
let bandwidth: Bandwidth;

beforeEach(() => {
  folder = makeFolder();
  spool = openTestSpool(folder);
  transport = new FakeTransport();
  stopping = new AbortController();
  events = [];
  sleepers = new Map();
  nowMs = START_MS;
  setByMs = 0;
  bandwidth = new Bandwidth(clock);
});

afterEach(() => {
  stopping.abort();
  transport.close();
  spool.close();
  removeFolder(folder);
});

const clock: Clock = {
  now: () => nowMs + setByMs,
  monotonicMs: () => nowMs,
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      sleepers.set(ms, resolve);
      signal?.addEventListener('abort', () => resolve(), { once: true });
    }),
};

function begin(more: Partial<SessionOptions> = {}): Promise<SessionEnd> {
  return runSession({
    transport,
    spool,
    memory: rememberSpool(spool.status()),
    agentId: AGENT_ID,
    agentVersion: '1.2.3',
    host: { hostname: 'h', platform: 'linux', osName: '', osVersion: '', arch: 'x64', timeZone: 'UTC' },
    sign: (bytes) => Buffer.from(bytes).toString('base64').slice(0, 8),
    clock,
    bandwidth,
    signal: stopping.signal,
    onEvent: (event) => events.push(event),
    ...more,
  });
}

const challenge: DownMessage = { type: 'challenge', nonce: Buffer.alloc(32, 7).toString('base64') };

function welcome(
  changes: {
    marks?: { lane: number; seq: number }[];
    window?: number;
    policy?: Partial<AgentPolicy>;
  } = {},
): DownMessage {
  return {
    type: 'welcome',
    protocol: PROTOCOL_VERSION,
    sessionId: randomUUID(),
    serverTimeMs: START_MS + 5_000,
    marks: changes.marks ?? [],
    policy: { version: 3, idleMsMax: 30_000, inFlightBatchesMax: changes.window ?? 8, ...changes.policy },
  };
}

function open(changes: Parameters<typeof welcome>[0] = {}): Promise<SessionEnd> {
  const end = begin();
  transport.receive(challenge);
  transport.receive(welcome(changes));
  return end;
}

test('hello comes first, the proof answers the challenge, and no batch goes before the welcome', () => {
  spool.commit('s', [logItem('bulk', ['a'])]);
  void begin();
  expect(transport.messages).toMatchObject([
    { type: 'hello', agentId: AGENT_ID, epoch: spool.epoch, clockMs: START_MS, agentVersion: '1.2.3' },
  ]);
  transport.receive(challenge);
  expect(transport.messages.map(({ type }) => type)).toEqual(['hello', 'proof']);
  expect(transport.frames).toEqual([]);
  transport.receive(welcome());
  expect(transport.frames).toEqual([{ lane: BULK, firstSeq: 1, count: 1 }]);
});

test('lanes are sent by priority, and an ack deletes', () => {
  spool.commit('s', [logItem('bulk', ['a', 'b']), logItem('standard', ['c']), logItem('security', ['d'])]);
  void open();
  expect(transport.frames).toEqual([
    { lane: 0, firstSeq: 1, count: 1 },
    { lane: 1, firstSeq: 1, count: 1 },
    { lane: BULK, firstSeq: 1, count: 2 },
  ]);
  transport.receive({ type: 'ack', lane: BULK, seq: 1 });
  expect(readLane(spool, BULK).map(([seq]) => seq)).toEqual([2]);
  expect(events).toContainEqual({ kind: 'acknowledged', lane: BULK, seq: 1 });
});

test('a new commit is sent at once, when the window allows', async () => {
  void open({ window: 1 });
  spool.commit('s', [logItem('bulk', ['a'])]);
  await expect.poll(() => transport.frames.length).toBe(1);
  spool.commit('s', [logItem('security', ['b'])]);
  await Promise.resolve();
  expect(transport.frames).toHaveLength(1);
  transport.receive({ type: 'ack', lane: BULK, seq: 1 });
  expect(transport.frames.at(-1)).toEqual({ lane: 0, firstSeq: 1, count: 1 });
});

test('no frame is above 1,000 records or the bytes of a batch', () => {
  const long = '\u0001'.repeat(20_000);
  spool.commit('s', [
    logItem(
      'bulk',
      Array.from({ length: 1_200 }, () => 'x'),
    ),
  ]);
  spool.commit('s', [
    logItem(
      'bulk',
      Array.from({ length: 20 }, () => long),
    ),
  ]);
  void open({ window: 32 });
  expect(transport.frames.every(({ count }) => count <= 1_000)).toBe(true);
  expect(transport.frames.reduce((sum, { count }) => sum + count, 0)).toBe(1_220);
});

test('the policy sets window and silence; an older one is ignored', () => {
  void open();
  expect(transport.idleMsMax).toBe(30_000);
  transport.receive({ type: 'config', policy: { version: 2, idleMsMax: 1_000, inFlightBatchesMax: 1 } });
  expect(transport.idleMsMax).toBe(30_000);
  transport.receive({ type: 'config', policy: { version: 4, idleMsMax: 2_000, inFlightBatchesMax: 1 } });
  expect(transport.idleMsMax).toBe(2_000);
});

/** Lets time pass in steps; what sleeps wakes up when it is due. @returns bytes on the wire by step. */
async function pass(steps: number, stepMs: number): Promise<number[]> {
  const sent: number[] = [];
  for (let step = 0; step < steps; step += 1) {
    const before = transport.sent.length;
    nowMs += stepMs;
    for (const wake of sleepers.values()) wake();
    await new Promise((resolve) => setImmediate(resolve));
    sent.push(transport.sent.slice(before).reduce((sum, message) => sum + message.length, 0));
  }
  return sent;
}

function words(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${randomUUID()} ${index} ${randomUUID()}`);
}

test('under a cap no second sends much more than it allows, and all of them together no more', async () => {
  spool.commit('s', [logItem('bulk', words(3_000))]);
  void open({ window: 32, policy: { bytesPerSecondMax: 10_000 } });
  const sent = await pass(10, 1_000);
  expect(Math.max(...sent)).toBeLessThan(22_000);
  const total = transport.sent.slice(2).reduce((sum, message) => sum + message.length, 0);
  expect(total).toBeGreaterThan(80_000);
  // A second saved up at the beginning, and one frame overdrawn at the end.
  expect(total).toBeLessThan(10 * 10_000 + 2 * 10_000 + 1_000);
});

test('under a thin cap a security record waits a second or two, not for the rest of the bulk lane', async () => {
  spool.commit('s', [logItem('bulk', words(2_000))]);
  void open({ window: 32, policy: { bytesPerSecondMax: 2_000 } });
  await pass(4, 1_000);
  spool.commit('s', [logItem('security', ['alarm'])]);
  const before = transport.frames.length;
  await pass(2, 1_000);
  expect(transport.frames.slice(before).map(({ lane }) => lane)).toContain(0);
  expect(transport.frames.slice(before)[0]?.lane).toBe(0);
});

test('a new cap holds at once, and none lets everything go', async () => {
  spool.commit('s', [logItem('bulk', words(500))]);
  void open({ window: 32, policy: { bytesPerSecondMax: 256 } });
  await pass(2, 1_000);
  expect(transport.frames.reduce((sum, { count }) => sum + count, 0)).toBeLessThan(100);
  transport.receive({ type: 'config', policy: { version: 4, idleMsMax: 30_000, inFlightBatchesMax: 32 } });
  expect(transport.frames.reduce((sum, { count }) => sum + count, 0)).toBe(500);
});

test('old records have a bound of their own, which does not hold up the news of other lanes', async () => {
  spool.close();
  spool = openTestSpool(folder, { now: () => nowMs });
  spool.commit('s', [logItem('standard', words(2_000))]);
  nowMs += 3_600_000;
  const policy = { catchUpBytesPerSecondMax: 1_000, catchUpAgeMs: 60_000 };
  const end = open({ window: 32, policy });
  const caughtUp = (): number =>
    transport.frames.filter(({ lane }) => lane === 1).reduce((sum, { count }) => sum + count, 0);
  expect(caughtUp()).toBeLessThan(100);
  const sent = await pass(5, 1_000);
  expect(Math.max(...sent)).toBeLessThan(4_000);
  expect(caughtUp()).toBeLessThan(500);
  const before = transport.frames.length;
  spool.commit('s', [logItem('bulk', ['news'])]);
  await expect.poll(() => transport.frames.slice(before)).toEqual([{ lane: BULK, firstSeq: 1, count: 1 }]);
  stopping.abort();
  await end;
});

test('the difference of the clocks is measured without the time the line takes', () => {
  void begin();
  transport.receive(challenge);
  nowMs += 200;
  transport.receive(welcome());
  expect(events).toContainEqual(expect.objectContaining({ kind: 'online', clockSkewMs: -4_900 }));
});

test('the mark of the welcome deletes what an earlier session got through', () => {
  spool.commit('s', [logItem('bulk', ['a', 'b', 'c'])]);
  void open({ marks: [{ lane: BULK, seq: 2 }] });
  expect(spool.status().lanes[BULK]).toMatchObject({ acknowledgedSeq: 2, waiting: 1 });
  expect(transport.frames).toEqual([{ lane: BULK, firstSeq: 3, count: 1 }]);
});

test('what a restored collector lacks is sent again from what is kept; the rest is named as lost', () => {
  spool.commit('s', [logItem('security', ['a', 'b', 'c']), logItem('bulk', ['d', 'e'])]);
  spool.acknowledge(0, 3);
  spool.acknowledge(BULK, 2);
  spool.commit('s', [logItem('security', ['f']), logItem('bulk', ['g'])]);
  spool.tallyTold(spool.untoldTally(100));
  void open({ marks: [{ lane: 0, seq: 1 }] });
  expect(transport.frames).toEqual([
    { lane: 0, firstSeq: 2, count: 3 },
    { lane: BULK, firstSeq: 3, count: 1 },
  ]);
  expect(transport.messages.filter(({ type }) => type === 'loss')).toMatchObject([
    { lane: BULK, fromSeq: 1, toSeq: 2, reason: 'not-retained' },
  ]);
  expect(events).toContainEqual({ kind: 'refill', lane: 0, storedSeq: 1, acknowledgedSeq: 3 });
  // Acknowledged for the second time, it changes nothing.
  transport.receive({ type: 'ack', lane: 0, seq: 2 });
  expect(spool.status().lanes[0]).toMatchObject({ acknowledgedSeq: 3, waiting: 1 });
  // Its counts may have gone with its records.
  expect(spool.untoldTally(100)).toHaveLength(2);
});

test('an ack of what an earlier session sent may overtake sending it again', async () => {
  spool.commit('s', [logItem('bulk', ['a', 'b', 'c'])]);
  const end = begin();
  // Waits ahead of it in the window, so the bulk lane has not been sent again yet.
  spool.commit('s', [logItem('security', ['d'])]);
  transport.receive(challenge);
  transport.receive(welcome({ window: 1 }));
  expect(transport.frames).toEqual([{ lane: 0, firstSeq: 1, count: 1 }]);
  transport.receive({ type: 'ack', lane: BULK, seq: 2 });
  expect(readLane(spool, BULK).map(([seq]) => seq)).toEqual([3]);
  transport.receive({ type: 'ack', lane: 0, seq: 1 });
  expect(transport.frames.at(-1)).toEqual({ lane: BULK, firstSeq: 3, count: 1 });
  stopping.abort();
  await expect(end).resolves.toEqual({ kind: 'stopped' });
});

test('a new epoch begins after what both histories share, which the collector has', async () => {
  spool.commit('s', [logItem('bulk', ['a', 'b'])]);
  const end = begin();
  spool.commit('s', [logItem('bulk', ['c'])]);
  const { epoch } = spool;
  transport.receive(challenge);
  transport.receive(welcome({ marks: [{ lane: BULK, seq: 7 }] }));
  await expect(end).resolves.toMatchObject({ kind: 'epoch-changed' });
  expect(spool.epoch).not.toBe(epoch);
  expect(spool.status().lanes[BULK]).toMatchObject({ waiting: 1, nextSeq: 2, acknowledgedSeq: 0 });
  expect(readLane(spool, BULK).map(([seq]) => seq)).toEqual([1]);
});

test('a mark this spool never reached begins a new epoch, under which everything is sent', async () => {
  const end = begin();
  spool.commit('s', [logItem('bulk', ['a'])]);
  const { epoch } = spool;
  transport.receive(challenge);
  transport.receive(welcome({ marks: [{ lane: BULK, seq: 7 }] }));
  await expect(end).resolves.toMatchObject({ kind: 'epoch-changed' });
  expect(spool.epoch).not.toBe(epoch);
  expect(readLane(spool, BULK).map(([seq]) => seq)).toEqual([1]);
  expect(transport.frames).toEqual([]);
});

test('a spool that begins a new epoch meanwhile ends the session, and a late ack deletes nothing', async () => {
  spool.commit('s', [logItem('bulk', ['a'])]);
  const end = open();
  spool.renewEpoch();
  transport.receive({ type: 'ack', lane: BULK, seq: 1 });
  await expect(end).resolves.toMatchObject({ kind: 'epoch-changed' });
  expect(spool.status().lanes[BULK]?.waiting).toBe(1);
});

test('being stopped says goodbye', async () => {
  const end = open();
  stopping.abort();
  await expect(end).resolves.toEqual({ kind: 'stopped' });
  expect(transport.messages.at(-1)).toEqual({ type: 'bye', reason: 'shutdown' });
  expect(transport.closed).toBe(true);
});

test('a collector that does not finish the handshake in time is left', async () => {
  const end = begin();
  transport.receive(challenge);
  sleepers.get(10_000)?.();
  await expect(end).resolves.toMatchObject({ kind: 'closed' });
  expect(transport.closed).toBe(true);
});

test.each(ERROR_CODES)('the close status of %s means that code, even without a bye', async (code) => {
  const end = open();
  transport.drop({ status: ERRORS[code].closeStatus, reason: 'r' });
  await expect(end).resolves.toEqual({ kind: 'refused', code, message: 'r' });
});

test('a bye carries its hint when to come back', async () => {
  const end = open();
  transport.receive({ type: 'bye', code: 'shutting-down', message: 'm', retryAfterMs: 5_000 });
  await expect(end).resolves.toEqual({
    kind: 'refused',
    code: 'shutting-down',
    message: 'm',
    retryAfterMs: 5_000,
  });
});

test('a line that breaks is no refusal', async () => {
  const end = open();
  transport.drop({ status: 1006, reason: '' });
  await expect(end).resolves.toMatchObject({ kind: 'closed' });
});

test.each<[string, (DownMessage | string)[]]>([
  ['a welcome without a challenge', [welcome()]],
  ['a second challenge', [challenge, challenge]],
  ['an ack before the welcome', [challenge, { type: 'ack', lane: 0, seq: 0 }]],
  ['an ack of what was not sent', [challenge, welcome(), { type: 'ack', lane: 0, seq: 1 }]],
  ['an ack of a lane that does not exist', [challenge, welcome(), '{"type":"ack","lane":7,"seq":0}']],
  ['a protocol of another version', [challenge, { ...welcome(), protocol: 9 } as DownMessage]],
  ['no JSON', ['{']],
  ['an unknown type', ['{"type":"hack"}']],
  ['an unknown field', [JSON.stringify({ ...challenge, more: 1 })]],
  ['a message above the limit', [`{"type":"${'x'.repeat(70_000)}"}`]],
])('%s is a violation', async (_, messages) => {
  const end = begin();
  for (const message of messages) transport.receive(message);
  await expect(end).resolves.toMatchObject({ kind: 'violation' });
  expect(transport.messages.at(-1)).toEqual({ type: 'bye', reason: 'error' });
});

test('a clock that is set ends the session, so that it is measured again; one that goes on does not', async () => {
  const end = open();
  const tick = async (): Promise<void> => {
    sleepers.get(5_000)?.();
    await new Promise(setImmediate);
  };
  nowMs += 5_000;
  setByMs = 1_000;
  await tick();
  expect(transport.messages.at(-1)).not.toMatchObject({ type: 'bye' });
  setByMs = -3_600_000;
  await tick();
  await expect(end).resolves.toMatchObject({ kind: 'closed' });
  expect(transport.messages.at(-1)).toEqual({ type: 'bye', reason: 'reconfigure' });
});

test('what to trust is answered only when it is written down', async () => {
  const heard: unknown[] = [];
  let written = true;
  const end = begin({
    announce: (fingerprints, heardOver) => {
      heard.push([fingerprints, heardOver]);
      return written;
    },
  });
  const fingerprints = ['ab'.repeat(32), 'cd'.repeat(32)];
  const policy = { version: 3, idleMsMax: 30_000, inFlightBatchesMax: 4, fingerprints };
  transport.receive(challenge);
  transport.receive({
    type: 'welcome',
    protocol: PROTOCOL_VERSION,
    sessionId: randomUUID(),
    serverTimeMs: START_MS,
    marks: [],
    policy,
  });
  expect(transport.messages.at(-1)).toEqual({ type: 'trusted', fingerprints });
  written = false;
  const more = [...fingerprints, 'ef'.repeat(32)];
  transport.receive({ type: 'config', policy: { ...policy, fingerprints: more } });
  expect(transport.messages.at(-1)).toEqual({ type: 'trusted', fingerprints });
  expect(heard).toEqual([
    [fingerprints, transport.peerFingerprint],
    [more, transport.peerFingerprint],
  ]);
  stopping.abort();
  await end;
});
