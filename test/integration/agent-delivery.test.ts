/** Sources to collector over real TLS and WebSockets, with signatures: nothing lost, nothing twice, whatever breaks. */
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ROTATION_PATH } from '#protocol/version.ts';
import { LANES } from '#protocol/lane.ts';
import { enrol } from '../../agent/enrol.ts';
import type { Identity } from '../../agent/identity.ts';
import { makeLogger } from '../../agent/log.ts';
import { runAgent } from '../../agent/main.ts';
import type { AgentEnd, AgentOptions } from '../../agent/agent-options.ts';
import { readStatus } from '../../agent/status-file.ts';
import { makeCertificate } from '../support/agent/certificate.ts';
import { ScriptedSource, hastyClock } from '../support/agent/scripted-source.ts';
import { logItem, makeFolder, openTestSpool, removeFolder, textsOf } from '../support/agent/spool-fixture.ts';
import { startTestCollector } from '../support/agent/test-collector.ts';
import type { TestCollector, TestCollectorOptions } from '../support/agent/test-collector.ts';

const SECURITY = 0;
const STANDARD = 1;
const BULK = 2;
const MIB = 1_048_576;

const host = {
  hostname: 'may-01',
  platform: 'linux',
  osName: 'Debian',
  osVersion: '13',
  arch: 'x64',
  timeZone: 'Asia/Ho_Chi_Minh',
} as const;

let folder: string;
let collector: TestCollector;
let identity: Identity;
let stops: (() => Promise<AgentEnd>)[];

async function begin(options: TestCollectorOptions = {}): Promise<void> {
  collector = await startTestCollector(options);
  const { url, token } = collector;
  const stateDir = path.join(folder, 'state');
  identity = await enrol({ url, token, stateDir, host, machineId: '', agentVersion: '0', now: Date.now });
}

beforeEach(() => {
  folder = makeFolder();
  stops = [];
});

afterEach(async () => {
  for (const stop of stops) await stop().catch(() => undefined);
  await collector.stop();
  removeFolder(folder);
});

interface Running {
  source: ScriptedSource;
  end: Promise<AgentEnd>;
  stop: () => Promise<AgentEnd>;
}

function start(changes: Partial<AgentOptions> = {}, source = new ScriptedSource()): Running {
  const stopping = new AbortController();
  const end = runAgent({
    config: { stateDir: path.join(folder, 'state'), spool: { bytesMax: 64 * MIB, whenFull: 'hold' } },
    identity,
    host,
    agentVersion: '0',
    sources: [{ source, canWait: true }],
    logger: makeLogger('silent'),
    signal: stopping.signal,
    clock: hastyClock(),
    ...changes,
  });
  const stop = (): Promise<AgentEnd> => {
    stopping.abort();
    return end;
  };
  stops.push(stop);
  return { source, end, stop };
}

/** Texts of the log records stored in a lane, in order. */
function texts(lane: number): string[] {
  return collector.records(lane).flatMap((record) => (record.kind === 'log' ? [record.text] : []));
}

function actions(): string[] {
  return collector.records(SECURITY).flatMap((record) => (record.kind === 'agent' ? [record.action] : []));
}

function numbered(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}`);
}

test('what a source yields is stored once and in order, each lane by itself', async () => {
  await begin();
  const { source, stop } = start();
  for (let at = 1; at <= 5_000; at += 50) source.push(logItem('bulk', numbered(at, at + 49)));
  source.push(logItem('standard', numbered(1, 10)), logItem('security', numbered(1, 10)));
  await collector.until(() => texts(BULK).length >= 5_000 && texts(SECURITY).length >= 10);
  await stop();
  expect(texts(BULK)).toEqual(numbered(1, 5_000));
  expect(texts(STANDARD)).toEqual(numbered(1, 10));
  expect(texts(SECURITY)).toEqual(numbered(1, 10));
  expect(collector.faults).toEqual([]);
});

test('a clean stop is announced before the agent goes, and the next start says that nothing died', async () => {
  await begin();
  const first = start();
  await collector.until(() => actions().includes('started'));
  await expect(first.stop()).resolves.toEqual({ kind: 'stopped' });
  expect(actions()).toEqual(['started', 'stopping']);
  await collector.until(() => collector.byes.length > 0);
  expect(collector.byes).toEqual(['shutdown']);
  const second = start();
  await collector.until(() => actions().length === 3);
  await second.stop();
  const started = collector
    .records(SECURITY)
    .filter((record) => record.kind === 'agent' && record.action === 'started');
  expect(started.map((record) => record.kind === 'agent' && record.detail?.['lastRunDied'])).toEqual([
    false,
    false,
  ]);
  expect(readStatus(path.join(folder, 'state'))?.state).toBe('stopped');
});

test('a collector that restarts gets everything once', async () => {
  await begin();
  const { source, stop } = start();
  source.push(logItem('bulk', numbered(1, 100)));
  await collector.until(() => texts(BULK).length === 100);
  const before = collector;
  await collector.stop();
  source.push(logItem('bulk', numbered(101, 200)));
  collector = await startTestCollector({ certificate: before.certificate, port: before.port });
  for (const [id, key] of before.agents) collector.agents.set(id, key);
  for (const [epoch, lanes] of before.stored) collector.stored.set(epoch, lanes);
  source.push(logItem('bulk', numbered(201, 300)));
  await collector.until(() => texts(BULK).length >= 300);
  await stop();
  expect(texts(BULK)).toEqual(numbered(1, 300));
  expect(collector.faults).toEqual([]);
});

test('what was stored but whose ack was lost is not sent again: the mark of the next welcome tells', async () => {
  await begin();
  const { source, stop } = start();
  collector.holdAcks = true;
  source.push(logItem('bulk', numbered(1, 100)));
  await collector.until(() => texts(BULK).length === 100);
  collector.cut();
  collector.holdAcks = false;
  await collector.until(() => collector.sessions === 2);
  source.push(logItem('bulk', numbered(101, 101)));
  await collector.until(() => texts(BULK).length === 101);
  await stop();
  expect([...collector.stored.values()].map((lanes) => lanes.get(BULK)?.resent)).toEqual([0]);
  expect(collector.faults).toEqual([]);
});

test('what was sent but not stored is sent again', async () => {
  await begin();
  const { source, stop } = start();
  await collector.until(() => actions().includes('started'));
  collector.dropBatches = true;
  source.push(logItem('bulk', numbered(1, 100)));
  await expect.poll(() => source.left).toBe(0);
  collector.cut();
  collector.dropBatches = false;
  await collector.until(() => texts(BULK).length >= 100);
  await stop();
  expect(texts(BULK)).toEqual(numbered(1, 100));
  expect(collector.faults).toEqual([]);
});

test('no more batches are in flight than the policy allows', async () => {
  await begin({ inFlightBatchesMax: 2 });
  collector.holdAcks = true;
  const { source, stop } = start();
  await collector.until(() => actions().length === 1);
  for (let at = 1; at <= 5_000; at += 1_000) source.push(logItem('bulk', numbered(at, at + 999)));
  await expect.poll(() => source.left).toBe(0);
  await collector.until(() => texts(BULK).length >= 1_000);
  // One batch of the security lane and one of the bulk lane wait; only an ack lets more through.
  expect(texts(BULK).length).toBe(1_000);
  collector.releaseAcks();
  await collector.until(() => texts(BULK).length === 5_000);
  await stop();
});

test('records dropped by a full spool are named as lost, counted, and the rest arrives', async () => {
  await begin();
  const { certificate, port } = collector;
  const [agents, stored] = [collector.agents, collector.stored];
  await collector.stop();
  const line = 'x'.repeat(10_000);
  const { source, stop } = start({
    config: { stateDir: path.join(folder, 'state'), spool: { bytesMax: MIB, whenFull: 'drop-oldest' } },
  });
  for (let at = 0; at < 300; at += 10)
    source.push(
      logItem(
        'bulk',
        Array.from({ length: 10 }, () => line),
      ),
    );
  await expect.poll(() => source.left).toBe(0);
  collector = await startTestCollector({ certificate, port });
  for (const [id, key] of agents) collector.agents.set(id, key);
  for (const [epoch, lanes] of stored) collector.stored.set(epoch, lanes);
  source.push(logItem('bulk', ['last']));
  await collector.until(() => texts(BULK).includes('last'));
  await collector.until(() => actions().includes('spool-dropped'));
  await stop();
  const [lanes] = collector.stored.values();
  const lane = lanes?.get(BULK);
  const lost = (lane?.losses ?? []).reduce((sum, { fromSeq, toSeq }) => sum + toSeq - fromSeq + 1, 0);
  expect(lost).toBeGreaterThan(0);
  expect(lost + texts(BULK).length).toBe(301);
  expect(collector.faults).toEqual([]);
});

test('near its limit the spool holds back a source that can wait, and nothing is dropped', async () => {
  await begin();
  collector.holdAcks = true;
  const { source, stop } = start({
    config: { stateDir: path.join(folder, 'state'), spool: { bytesMax: 16 * MIB, whenFull: 'hold' } },
  });
  const line = 'x'.repeat(200_000);
  for (let at = 0; at < 120; at += 1) source.push(logItem('bulk', [`${at} ${line}`]));
  const holding = (): boolean | undefined => readStatus(path.join(folder, 'state'))?.spool.holding;
  await expect.poll(holding, { timeout: 60_000 }).toBe(true);
  expect(source.left).toBeGreaterThan(0);
  collector.releaseAcks();
  await collector.until(() => texts(BULK).length === 120);
  await stop();
  expect([...collector.stored.values()].flatMap((lanes) => lanes.get(BULK)?.losses)).toEqual([]);
  expect(readStatus(path.join(folder, 'state'))?.spool.droppedRecords).toBe(0);
});

test('an agent the collector has revoked stops with its reason', async () => {
  await begin();
  const { end } = start();
  await collector.until(() => collector.sessions === 1);
  collector.refuseWith = { code: 'revoked' };
  collector.broadcast({ type: 'bye', code: 'revoked', message: 'thu hồi' });
  await expect(end).resolves.toEqual({ kind: 'refused', code: 'revoked', message: 'thu hồi' });
  expect(readStatus(path.join(folder, 'state'))?.state).toBe('refused');
});

test('a collector that is busy is tried again', async () => {
  await begin();
  collector.refuseWith = { code: 'too-many-requests', retryAfterMs: 100 };
  const { source, stop } = start();
  await collector.until(() => collector.hellos.length >= 2);
  collector.refuseWith = undefined;
  source.push(logItem('bulk', ['x']));
  await collector.until(() => texts(BULK).length === 1);
  await stop();
  expect(collector.faults).toEqual([]);
});

test('a line that fell silent is given up and made anew', async () => {
  await begin({ idleMsMax: 1_000, answersPings: false });
  start();
  await collector.until(() => collector.sessions >= 2);
  expect(collector.faults).toEqual([]);
});

test.each<[string, string | Buffer]>([
  ['no JSON', 'garbage'],
  ['no known message', '{"type":"format-disk"}'],
  ['an ack of what was never sent', '{"type":"ack","lane":0,"seq":1000000}'],
  ['a second welcome', '{"type":"challenge","nonce":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}'],
  ['a binary message', Buffer.from([1, 2, 3])],
  [
    'a message above the limit',
    JSON.stringify({ type: 'bye', code: 'revoked', message: 'x'.repeat(70_000) }),
  ],
])('a collector that sends %s is left, and nothing is deleted for it', async (_, message) => {
  await begin();
  collector.holdAcks = true;
  const { source, stop } = start();
  source.push(logItem('bulk', numbered(1, 10)));
  await collector.until(() => texts(BULK).length === 10 && collector.sessions === 1);
  collector.broadcast(message);
  await collector.until(() => collector.sessions === 2);
  collector.holdAcks = false;
  source.push(logItem('bulk', numbered(11, 20)));
  await collector.until(() => texts(BULK).length === 20);
  await stop();
  expect(texts(BULK)).toEqual(numbered(1, 20));
});

test('a server with another certificate is told nothing, and the right one is found again', async () => {
  await begin();
  const { certificate, port, agents } = collector;
  await collector.stop();
  const impostor = await startTestCollector({ certificate: await makeCertificate(), port });
  const { source, stop } = start();
  source.push(logItem('bulk', ['x']));
  const stateDir = path.join(folder, 'state');
  await expect
    .poll(() => readStatus(stateDir)?.link.problem?.cause, { timeout: 60_000 })
    .toBe('wrong-certificate');
  expect(impostor.hellos).toEqual([]);
  // Asked only what it has to show from the right one.
  expect(new Set(impostor.requests)).toEqual(new Set([ROTATION_PATH]));
  await impostor.stop();
  collector = await startTestCollector({ certificate, port });
  for (const [id, key] of agents) collector.agents.set(id, key);
  await collector.until(() => texts(BULK).length === 1);
  await stop();
});

test('after an older disk image was put back the agent goes on under a new epoch', async () => {
  await begin();
  const stateDir = path.join(folder, 'state');
  const first = start();
  first.source.push(logItem('bulk', numbered(1, 10)));
  await collector.until(() => texts(BULK).length === 10);
  await first.stop();
  fs.cpSync(stateDir, path.join(folder, 'image'), { recursive: true });
  const second = start();
  second.source.push(logItem('bulk', numbered(11, 20)));
  await collector.until(() => texts(BULK).length === 20);
  await second.stop();
  fs.rmSync(stateDir, { recursive: true });
  fs.cpSync(path.join(folder, 'image'), stateDir, { recursive: true });
  const third = start();
  // More than the collector has of the old epoch: the sequences alone would not tell.
  third.source.push(logItem('bulk', numbered(101, 150)));
  await collector.until(() => texts(BULK).includes('line 150'));
  await third.stop();
  expect(collector.stored.size).toBe(2);
  expect(texts(BULK)).toEqual([...numbered(1, 20), ...numbered(101, 150)]);
  expect(collector.faults).toEqual([]);
});

test('a collector whose store was put back gets security records again and hears what is gone', async () => {
  await begin();
  const first = start();
  first.source.push(logItem('bulk', numbered(1, 10)), logItem('security', numbered(1, 10)));
  await collector.until(() => texts(BULK).length === 10 && texts(SECURITY).length === 10);
  // As of the backup.
  const backup = structuredClone(collector.stored);
  first.source.push(logItem('bulk', numbered(11, 20)), logItem('security', numbered(11, 20)));
  await collector.until(() => texts(BULK).length === 20 && texts(SECURITY).length === 20);
  await first.stop();
  collector.stored.clear();
  for (const [epoch, lanes] of backup) collector.stored.set(epoch, lanes);
  const second = start();
  second.source.push(logItem('bulk', numbered(21, 30)), logItem('security', numbered(21, 30)));
  await collector.until(() => texts(BULK).length === 20 && texts(SECURITY).length === 30);
  await second.stop();
  const [lanes] = collector.stored.values();
  expect(texts(SECURITY)).toEqual(numbered(1, 30));
  // Started, stopping, started, stopping: the agent's own words are of that lane, too.
  expect(actions()).toEqual(['started', 'stopping', 'started', 'stopping']);
  expect(lanes?.get(SECURITY)).toMatchObject({ losses: [], resent: 0 });
  expect(lanes?.get(BULK)?.losses).toEqual([{ fromSeq: 11, toSeq: 20, reason: 'not-retained' }]);
  expect(texts(BULK)).toEqual([...numbered(1, 10), ...numbered(21, 30)]);
  expect(collector.faults).toEqual([]);
});

test('a source that fails is started again; its failure and recovery are reported, the other goes on', async () => {
  await begin();
  const bad = new ScriptedSource('bad');
  const good = new ScriptedSource('good');
  const { stop } = start({
    sources: [
      { source: bad, canWait: true },
      { source: good, canWait: true },
    ],
  });
  bad.push(logItem('bulk', ['before']), new Error('no more'), logItem('bulk', ['after']));
  good.push(logItem('standard', ['good']));
  await collector.until(() => texts(BULK).includes('after') && actions().includes('source-recovered'));
  await stop();
  expect(texts(BULK)).toEqual(['before', 'after']);
  expect(texts(STANDARD)).toEqual(['good']);
  expect(actions()).toEqual(['started', 'source-failed', 'source-recovered', 'stopping']);
});

test('a second agent on the same state folder is refused', async () => {
  await begin();
  start();
  await collector.until(() => collector.sessions === 1);
  await expect(start().end).rejects.toThrow('another agent is already running');
});

test('everything that was waiting when the line was down is in the spool', async () => {
  await begin();
  await collector.stop();
  const { source, stop } = start();
  source.push(logItem('security', numbered(1, 3)));
  await expect.poll(() => source.left).toBe(0);
  await stop();
  const spool = openTestSpool(path.join(folder, 'state'));
  expect(textsOf(spool.lease(LANES.indexOf('security'), 1, { eventsMax: 3, bytesMax: MIB }))).toEqual(
    numbered(1, 3),
  );
  spool.close();
  collector = await startTestCollector();
});
