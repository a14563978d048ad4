/** The counts of the spool: what was produced, what was given up, by channel and hour. */
import fs from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SourceRecord } from '#protocol/record.ts';
import { LIMITS } from '#protocol/limits.ts';
import { tallySchema } from '#protocol/up.ts';
import type { Spool } from '../../../../agent/spool/spool.ts';
import type { SpoolOptions } from '../../../../agent/spool/sqlite-spool.ts';
import { parseRuns, runsOf, skipRuns } from '../../../../agent/spool/tally.ts';
import {
  START_MS,
  logItem,
  logRecord,
  makeFolder,
  openTestSpool,
  readLane,
  removeFolder,
} from '../../../support/agent/spool-fixture.ts';

const HOUR_MS = 3_600_000;
const BULK = 2;
const ALL_ROWS = 10_000;

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

const file = (): string => path.join(folder, 'spool.db');
const untold = (): unknown[] =>
  spool
    .untoldTally(ALL_ROWS)
    .map(({ hourMs, lane, channel, produced, dropped }) => [
      (hourMs - START_MS) / HOUR_MS,
      lane,
      channel,
      produced,
      dropped,
    ]);

test('records are counted by the hour they were read in, their lane and channel', () => {
  open();
  const later: SourceRecord = { ...logRecord('c'), at: START_MS + HOUR_MS };
  const change: SourceRecord = { kind: 'integrity', at: START_MS, change: 'created', path: '/x' };
  spool.commit('s', [
    { ...logItem('bulk', ['a', 'b']), records: [logRecord('a'), logRecord('b'), later] },
    { lane: 'security', records: [change], positions: [] },
  ]);
  expect(untold()).toEqual([
    [0, 0, 'integrity', 1, {}],
    [0, BULK, 'log/sshd', 2, {}],
    [1, BULK, 'log/sshd', 1, {}],
  ]);
});

test('told rows are told once, unless they change or the collector forgot; a message takes them', () => {
  open();
  spool.commit('s', [logItem('bulk', ['a'])]);
  const rows = spool.untoldTally(LIMITS.tallyEntriesMax);
  const entries = rows.map(({ hourMs, lane, channel, produced, limited, dropped }) => ({
    hourMs,
    lane,
    channel,
    produced,
    limited,
    dropped,
  }));
  expect(tallySchema.safeParse({ type: 'tally', id: 1, entries }).success).toBe(true);
  // It changes while the message is under way.
  spool.commit('s', [logItem('bulk', ['b'])]);
  spool.tallyTold(rows);
  expect(untold()).toEqual([[0, BULK, 'log/sshd', 2, {}]]);
  spool.tallyTold(spool.untoldTally(ALL_ROWS));
  expect(untold()).toEqual([]);
  spool.close();
  open();
  expect(untold()).toEqual([]);
  spool.retellTally();
  expect(untold()).toEqual([[0, BULK, 'log/sshd', 2, {}]]);
});

test('what a full spool gives up is counted where it belongs, the acknowledged part of a chunk left out', () => {
  open({ bytesMax: 6_000 });
  const line = 'x'.repeat(1_000);
  const web: SourceRecord = { ...logRecord(line), channel: 'web-access' };
  spool.commit('s', [{ ...logItem('bulk', []), records: [logRecord(line), logRecord(line), web, web] }]);
  spool.acknowledge(BULK, 1);
  spool.commit('s', [logItem('standard', [line, line, line])]);
  expect(spool.losses(BULK)).toEqual([{ lane: BULK, fromSeq: 2, toSeq: 4, reason: 'spool-full' }]);
  expect(untold()).toEqual([
    [0, 1, 'log/sshd', 3, {}],
    [0, BULK, 'log/sshd', 2, { 'spool-full': 1 }],
    [0, BULK, 'log/web-access', 2, { 'spool-full': 2 }],
  ]);
});

test('hours that were told go after eight days, untold ones and those of which something waits stay', () => {
  open();
  spool.commit('s', [logItem('bulk', ['a'])]);
  spool.tallyTold(spool.untoldTally(ALL_ROWS));
  spool.commit('s', [{ ...logItem('bulk', []), records: [{ ...logRecord('b'), at: START_MS + HOUR_MS }] }]);
  nowMs += 9 * 24 * HOUR_MS;
  spool.commit('s', [{ ...logItem('bulk', []), records: [] }]);
  spool.retellTally();
  expect(untold()).toEqual([
    [0, BULK, 'log/sshd', 1, {}],
    [1, BULK, 'log/sshd', 1, {}],
  ]);
  spool.tallyTold(spool.untoldTally(1));
  spool.acknowledge(BULK, 2);
  nowMs += HOUR_MS;
  spool.commit('s', [{ ...logItem('bulk', []), records: [] }]);
  spool.retellTally();
  expect(untold()).toEqual([[1, BULK, 'log/sshd', 1, {}]]);
});

test('runs that are none are not believed', () => {
  expect(parseRuns('')).toBeUndefined();
  expect(parseRuns('{')).toBeUndefined();
  expect(parseRuns('[[1,2,3]]')).toBeUndefined();
  const runs = runsOf([
    { hourMs: 0, channel: 'a' },
    { hourMs: 0, channel: 'a' },
    { hourMs: 0, channel: 'b' },
  ]);
  expect(skipRuns(runs, 1)).toEqual([
    { hourMs: 0, channel: 'a', count: 1 },
    { hourMs: 0, channel: 'b', count: 1 },
  ]);
  expect(skipRuns(runs, 3)).toEqual([]);
});

describe('a spool of version 1', () => {
  /** As the agent before left it. */
  function makeOld(): void {
    const db = new DatabaseSync(file());
    const json = [1, 2, 3].map((n) => JSON.stringify(logRecord(`old ${n}`))).join('\n');
    db.exec(`
      PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL;
      CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
      CREATE TABLE lane (lane INTEGER PRIMARY KEY, next INTEGER NOT NULL, acknowledged INTEGER NOT NULL,
        base INTEGER NOT NULL, bytes INTEGER NOT NULL) STRICT;
      CREATE TABLE chunk (lane INTEGER NOT NULL, first_seq INTEGER NOT NULL, last_seq INTEGER NOT NULL,
        at INTEGER NOT NULL, crc INTEGER NOT NULL, payload BLOB NOT NULL,
        PRIMARY KEY (lane, first_seq)) STRICT, WITHOUT ROWID;
      CREATE TABLE loss (lane INTEGER NOT NULL, from_seq INTEGER NOT NULL, to_seq INTEGER NOT NULL,
        reason TEXT NOT NULL, PRIMARY KEY (lane, from_seq)) STRICT, WITHOUT ROWID;
      CREATE TABLE position (source TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
        PRIMARY KEY (source, key)) STRICT, WITHOUT ROWID;
      INSERT INTO meta VALUES ('epoch', '${'ab'.repeat(16)}'), ('dropped', '0');
      INSERT INTO lane VALUES (0, 1, 0, 0, 0), (1, 1, 0, 0, 0), (2, 8, 5, 4, ${Buffer.byteLength(json) + 64});
      INSERT INTO position VALUES ('s', 'at', '3');
      PRAGMA user_version = 1;
    `);
    // crc32 of what is in it, so that it is read.
    const { crc32 } = process.getBuiltinModule('node:zlib');
    db.prepare('INSERT INTO chunk VALUES (2, 5, 7, ?, ?, ?)').run(START_MS, crc32(json), Buffer.from(json));
    db.close();
  }

  test('is upgraded in place: epoch, positions, sequences and what waits are as they were', () => {
    makeOld();
    open();
    expect(spool.epoch).toBe('ab'.repeat(16));
    expect(spool.positions('s').get('at')).toBe('3');
    expect(spool.status().lanes[BULK]).toMatchObject({ nextSeq: 4, acknowledgedSeq: 1, waiting: 2 });
    expect(readLane(spool, BULK).map(([seq]) => seq)).toEqual([2, 3]);
    spool.commit('s', [logItem('bulk', ['new'])]);
    spool.acknowledge(BULK, 4);
    spool.close();
    open();
    expect(spool.status().lanes[BULK]).toMatchObject({ acknowledgedSeq: 4, waiting: 0 });
  });

  test('counts from the next full hour on, and nothing of what was read before', () => {
    makeOld();
    open({ bytesMax: 2_000 });
    expect(spool.tallyScope.sinceMs).toBe(START_MS + HOUR_MS);
    spool.commit('s', [logItem('security', ['x'.repeat(1_500)])]);
    expect(untold()).toEqual([]);
    const later = { ...logRecord('y'), at: START_MS + HOUR_MS };
    spool.commit('s', [{ ...logItem('bulk', []), records: [later] }]);
    expect(untold()).toEqual([[1, BULK, 'log/sshd', 1, {}]]);
    const { tallyScope } = spool;
    spool.close();
    open({ bytesMax: 2_000 });
    expect(spool.tallyScope).toEqual(tallyScope);
  });

  test('that is damaged before its upgrade is salvaged as ever', () => {
    makeOld();
    const db = new DatabaseSync(file());
    db.exec('DELETE FROM lane WHERE lane = 0');
    db.close();
    open();
    expect(spool.positions('s').get('at')).toBe('3');
    expect(spool.epoch).not.toBe('ab'.repeat(16));
  });
});

describe('a damaged database', () => {
  function filled(): void {
    open();
    spool.commit('s', [logItem('bulk', ['a', 'b'], [{ key: 'at', value: '3' }])]);
    spool.acknowledge(BULK, 1);
    spool.close();
  }

  test('hands its counts on, and what was waiting in it is counted as dropped', () => {
    filled();
    const db = new DatabaseSync(file());
    // The counters no longer make sense; the rest can be read.
    db.exec('UPDATE lane SET base = 99 WHERE lane = 1');
    db.close();
    open();
    expect(untold()).toContainEqual([0, BULK, 'log/sshd', 2, {}]);
    expect(untold()).toContainEqual([0, 0, 'agent', 1, {}]);
  });

  test('that is found so while in use counts its waiting records under their channels', () => {
    open();
    for (let round = 0; round < 300; round += 1) spool.commit('s', [logItem('bulk', ['x'.repeat(8_000)])]);
    spool.close();
    const handle = fs.openSync(file(), 'r+');
    const pages = fs.fstatSync(handle).size / 4_096;
    for (let page = Math.floor(pages / 2); page < pages - 1; page += 1)
      fs.writeSync(handle, Buffer.alloc(4_096, 0xa5), 0, 4_096, page * 4_096);
    fs.closeSync(handle);
    open();
    const { epoch } = spool;
    for (let after = 0; spool.epoch === epoch && after < 300; after += 1)
      spool.lease(BULK, after, { eventsMax: 1, bytesMax: 100_000 });
    expect(spool.epoch).not.toBe(epoch);
    const rows = spool.untoldTally(ALL_ROWS).filter(({ lane }) => lane === BULK);
    const lost = rows.reduce((sum, { dropped }) => sum + (dropped['spool-corrupt'] ?? 0), 0);
    expect(lost).toBe(300);
  });
});

describe('whose counts they are', () => {
  test('a new spool counts from its birth, under a name that stays', () => {
    open();
    const { tallyScope } = spool;
    expect(tallyScope).toMatchObject({ countsId: expect.stringMatching(/^[0-9a-f]{32}$/), sinceMs: 0 });
    spool.close();
    open();
    expect(spool.tallyScope).toEqual(tallyScope);
  });

  test('a new epoch leaves what was counted at the opening under the old name', () => {
    open();
    spool.commit('s', [logItem('bulk', ['a', 'b'])]);
    spool.tallyTold(spool.untoldTally(ALL_ROWS));
    spool.close();
    open();
    const { countsId } = spool.tallyScope;
    spool.commit('s', [logItem('bulk', ['c'])]);
    spool.renewEpoch();
    expect(spool.tallyScope.countsId).not.toBe(countsId);
    expect(untold()).toEqual([[0, BULK, 'log/sshd', 1, {}]]);
    spool.renewEpoch();
    expect(untold()).toEqual([[0, BULK, 'log/sshd', 1, {}]]);
    spool.tallyTold(spool.untoldTally(ALL_ROWS));
    spool.renewEpoch();
    expect(untold()).toEqual([]);
  });
});
