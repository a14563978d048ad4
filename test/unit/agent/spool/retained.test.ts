/** What stays in the spool after its acknowledgement, for a collector that was restored from an older copy. */
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lanePolicies } from '../../../../agent/spool/lane-policy.ts';
import type { Spool } from '../../../../agent/spool/spool.ts';
import type { SpoolOptions } from '../../../../agent/spool/sqlite-spool.ts';
import { DatabaseSync } from 'node:sqlite';
import {
  ALL,
  START_MS,
  logItem,
  makeFolder,
  openTestSpool,
  readLane,
  removeFolder,
  textsOf,
} from '../../../support/agent/spool-fixture.ts';

const SECURITY = 0;
const BULK = 2;
const HOUR_MS = 3_600_000;

let folder: string;
let nowMs: number;
let spool: Spool;

function open(options: Partial<SpoolOptions> = {}): Spool {
  spool = openTestSpool(folder, { now: () => nowMs, ...options });
  return spool;
}

beforeEach(() => {
  folder = makeFolder();
  nowMs = START_MS;
});

afterEach(() => {
  spool.close();
  removeFolder(folder);
});

const retained = (): number =>
  spool.status().lanes.reduce((sum, { retainedBytes }) => sum + retainedBytes, 0);
/** Sequences of the lane that can be had, acknowledged or not. */
const held = (lane: number): number[] => readLane(spool, lane, 0).map(([seq]) => seq);

test('an acknowledged security record can be leased again for 48 hours, a bulk one cannot', () => {
  open();
  spool.commit('s', [logItem('security', ['a', 'b']), logItem('bulk', ['c'])]);
  spool.acknowledge(SECURITY, 2);
  spool.acknowledge(BULK, 1);
  expect(spool.status()).toMatchObject({ waitingBytes: 0 });
  expect(retained()).toBeGreaterThan(0);
  expect(textsOf(spool.lease(SECURITY, 0, ALL))).toEqual(['a', 'b']);
  expect(textsOf(spool.lease(SECURITY, 1, ALL))).toEqual(['b']);
  expect(spool.lease(BULK, 0, ALL)).toBeUndefined();
  spool.close();
  open();
  expect(textsOf(spool.lease(SECURITY, 0, ALL))).toEqual(['a', 'b']);
});

test('the time runs from the acknowledgement, not from the event: a week offline does not shorten it', () => {
  open();
  spool.commit('s', [logItem('security', ['a'])]);
  nowMs += 7 * 24 * HOUR_MS;
  spool.acknowledge(SECURITY, 1);
  nowMs += 47 * HOUR_MS;
  spool.commit('s', [logItem('security', ['b'])]);
  spool.acknowledge(SECURITY, 2);
  expect(held(SECURITY)).toEqual([1, 2]);
  nowMs += 2 * HOUR_MS;
  spool.commit('s', [logItem('bulk', ['x'])]);
  // The first one went with the border that the second acknowledgement drew.
  nowMs += 48 * HOUR_MS;
  spool.commit('s', [logItem('bulk', ['x'])]);
  expect(held(SECURITY)).toEqual([2]);
});

test('what is kept is bounded, and gives way to what waits; the oldest goes first', () => {
  open({ bytesMax: 40_000, retainBytesMax: 10_000 });
  const line = 'x'.repeat(1_000);
  for (let seq = 1; seq <= 20; seq += 1) {
    spool.commit('s', [logItem('security', [line])]);
    spool.acknowledge(SECURITY, seq);
  }
  expect(retained()).toBeLessThanOrEqual(10_000);
  expect(held(SECURITY).at(0)).toBeGreaterThan(10);
  expect(held(SECURITY).at(-1)).toBe(20);
  for (let round = 0; round < 34; round += 1) spool.commit('s', [logItem('bulk', [line])]);
  const { waitingBytes, droppedRecords } = spool.status();
  expect(waitingBytes + retained()).toBeLessThanOrEqual(40_000);
  expect(droppedRecords).toBe(0);
  expect(held(SECURITY).length).toBeLessThan(6);
});

test('a policy of 0 lets go at the next look', () => {
  open();
  spool.commit('s', [logItem('security', ['a'])]);
  spool.acknowledge(SECURITY, 1);
  spool.applyPolicies(lanePolicies({}, { retainMs: 0 }));
  spool.commit('s', [logItem('bulk', ['x'])]);
  expect(retained()).toBe(0);
  expect(held(SECURITY)).toEqual([]);
});

test('under a new epoch nothing of the old one is kept', () => {
  open();
  spool.commit('s', [logItem('security', ['a', 'b'])]);
  spool.acknowledge(SECURITY, 1);
  spool.renewEpoch();
  expect(retained()).toBe(0);
  expect(readLane(spool, SECURITY, 0)).toHaveLength(1);
  expect(textsOf(spool.lease(SECURITY, 0, ALL))).toEqual(['b']);
});

test('a damaged copy is no loss: it had arrived', () => {
  open();
  spool.commit('s', [logItem('security', ['a'])]);
  spool.commit('s', [logItem('security', ['b'])]);
  spool.acknowledge(SECURITY, 2);
  spool.close();
  const db = new DatabaseSync(path.join(folder, 'spool.db'));
  db.exec("UPDATE chunk SET payload = CAST(x'00' || substr(payload, 2) AS BLOB) WHERE first_seq = 1");
  db.close();
  open();
  expect(spool.lease(SECURITY, 0, ALL)).toMatchObject({ firstSeq: 2 });
  expect(spool.losses(SECURITY)).toEqual([]);
  expect(spool.status().droppedRecords).toBe(0);
});

test('when the disk is nearly full copies give way, half of them a minute', () => {
  let freeBytes = 1e12;
  open({ freeBytes: () => freeBytes });
  for (let seq = 1; seq <= 8; seq += 1) spool.commit('s', [logItem('security', ['x'.repeat(1_000)])]);
  spool.acknowledge(SECURITY, 8);
  const before = retained();
  freeBytes = 1_000;
  for (const share of [0.5, 0.25]) {
    nowMs += 60_000;
    spool.commit('s', [logItem('bulk', ['x'])]);
    expect(retained()).toBe(before * share);
  }
  expect(held(SECURITY)).toEqual([7, 8]);
});
