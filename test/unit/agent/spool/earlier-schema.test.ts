/** After an upgrade of the agent the spool of the version before is opened as it lies, and nothing in it is lost. */
import fs from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SCHEMA_VERSION } from '../../../../agent/spool/schema.ts';
import {
  logItem,
  logRecord,
  makeFolder,
  openTestSpool,
  readLane,
  removeFolder,
  START_MS,
} from '../../../support/agent/spool-fixture.ts';
import { writeOldSpool } from '../../../support/agent/spool-of-version-1.ts';

const EPOCH = 'ab'.repeat(16);
const json = (text: string): string => JSON.stringify(logRecord(text));
const seqs = (read: readonly [number, string][]): number[] => read.map(([seq]) => seq);

let folder: string;
let file: string;

beforeEach(() => {
  folder = makeFolder();
  file = path.join(folder, 'spool.db');
  writeOldSpool(file, {
    epoch: EPOCH,
    chunks: [
      { lane: 0, firstSeq: 1, records: ['a', 'b', 'c'].map(json), at: START_MS - 9_000 },
      { lane: 1, firstSeq: 5, records: ['d', 'Sở Y tế'].map(json), at: START_MS - 8_000 },
      { lane: 2, firstSeq: 8, records: ['f'].map(json), at: START_MS - 7_000 },
    ],
    acknowledged: { 0: 1, 1: 4 },
    losses: [{ lane: 2, fromSeq: 1, toSeq: 7, reason: 'spool-full' }],
    positions: [{ source: 'file', key: '/var/log/auth.log', value: '{"offset":42}' }],
    dropped: 7,
  });
});
afterEach(() => removeFolder(folder));

test('every record that waited is leased under its number, behind what was acknowledged', () => {
  const spool = openTestSpool(folder);
  expect(spool.epoch).toBe(EPOCH);
  expect(readLane(spool, 0)).toEqual([
    [2, json('b')],
    [3, json('c')],
  ]);
  expect(readLane(spool, 1)).toEqual([
    [5, json('d')],
    [6, json('Sở Y tế')],
  ]);
  expect(spool.losses(2)).toEqual([{ lane: 2, fromSeq: 1, toSeq: 7, reason: 'spool-full' }]);
  expect(spool.positions('file').get('/var/log/auth.log')).toBe('{"offset":42}');
  const { lanes, droppedRecords } = spool.status();
  expect(lanes.map(({ nextSeq, waiting, acknowledgedSeq }) => [nextSeq, waiting, acknowledgedSeq])).toEqual([
    [4, 2, 1],
    [7, 2, 4],
    [9, 1, 0],
  ]);
  expect(droppedRecords).toBe(7);
  spool.close();
  expect(fs.readdirSync(folder).filter((name) => name.includes('corrupt'))).toEqual([]);
});

test('it goes on from there: new records follow, and what is acknowledged leaves', () => {
  const spool = openTestSpool(folder);
  spool.commit('file', [
    logItem('security', ['new'], [{ key: '/var/log/auth.log', value: '{"offset":50}' }]),
  ]);
  const lane = spool.status().lanes.findIndex(({ nextSeq }, at) => nextSeq !== [4, 7, 9][at]);
  const before = seqs(readLane(spool, lane));
  spool.acknowledge(lane, before.at(-1) ?? 0);
  expect(readLane(spool, lane)).toEqual([]);
  spool.acknowledge(2, 8);
  expect(spool.losses(2)).toEqual([]);
  spool.close();
  const again = openTestSpool(folder);
  expect(again.epoch).toBe(EPOCH);
  expect(readLane(again, lane)).toEqual([]);
  expect(again.positions('file').get('/var/log/auth.log')).toBe('{"offset":50}');
  again.close();
  const db = new DatabaseSync(file);
  expect(db.prepare('PRAGMA user_version').get()).toEqual({ user_version: SCHEMA_VERSION });
  db.close();
});
