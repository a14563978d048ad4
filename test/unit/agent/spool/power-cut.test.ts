/**
 * A power cut leaves of the database's log what had reached the disk: any part of it, torn anywhere. Whatever it leaves,
 * the spool must be as after one of its commits: records, positions and counts of the same one.
 */
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  logItem,
  makeFolder,
  openTestSpool,
  readLane,
  removeFolder,
} from '../../../support/agent/spool-fixture.ts';

const BULK = 2;
const WAL_HEADER_BYTES = 32;
const WAL_FRAME_BYTES = 4_096 + 24;
const COMMITS = 8;

let folder: string;

beforeEach(() => {
  folder = makeFolder();
});

afterEach(() => removeFolder(folder));

/** What the spool holds when its log ends after so many bytes: how many commits that is. */
function commitsLeft(wal: Buffer, bytes: number): number {
  const after = path.join(folder, `cut-${bytes}`);
  fs.mkdirSync(after);
  fs.copyFileSync(path.join(folder, 'at-cut', 'spool.db'), path.join(after, 'spool.db'));
  fs.writeFileSync(path.join(after, 'spool.db-wal'), wal.subarray(0, bytes));
  const resets: unknown[] = [];
  const spool = openTestSpool(after, { onReset: (reset) => resets.push(reset) });
  const records = readLane(spool, BULK).map(([seq]) => seq);
  const at = Number(spool.positions('s').get('at') ?? 0);
  const counted = spool.untoldTally(10).find(({ lane }) => lane === BULK)?.produced ?? 0;
  expect(resets).toEqual([]);
  // Two records a commit.
  expect(records).toEqual(Array.from({ length: at * 2 }, (_, index) => index + 1));
  expect(counted).toBe(at * 2);
  expect(spool.status().lanes[BULK]?.nextSeq).toBe(at * 2 + 1);
  // It goes on from there.
  spool.commit('s', [logItem('bulk', ['next'])]);
  expect(readLane(spool, BULK).at(-1)?.[0]).toBe(at * 2 + 1);
  spool.close();
  removeFolder(after);
  return at;
}

test('wherever the log is torn, records, positions and counts are of the same commit', () => {
  openTestSpool(folder).close();
  const spool = openTestSpool(folder);
  for (let commit = 1; commit <= COMMITS; commit += 1) {
    const text = 'x'.repeat(commit * 1_500);
    spool.commit('s', [logItem('bulk', [text, text], [{ key: 'at', value: String(commit) }])]);
  }
  const atCut = path.join(folder, 'at-cut');
  fs.mkdirSync(atCut);
  for (const name of ['spool.db', 'spool.db-wal'])
    fs.copyFileSync(path.join(folder, name), path.join(atCut, name));
  spool.close();
  const wal = fs.readFileSync(path.join(atCut, 'spool.db-wal'));
  const frames = Math.floor((wal.length - WAL_HEADER_BYTES) / WAL_FRAME_BYTES);
  expect(frames).toBeGreaterThan(COMMITS * 3);
  const ends = Array.from({ length: frames + 1 }, (_, index) => WAL_HEADER_BYTES + index * WAL_FRAME_BYTES);
  const left = ends.flatMap((bytes, index) => [
    commitsLeft(wal, bytes),
    // In the middle of the next frame, every third time.
    ...(index % 3 === 0 && index < frames ? [commitsLeft(wal, bytes + 1_000)] : []),
  ]);
  expect(left).toEqual(left.toSorted((a, b) => a - b));
  expect(left[0]).toBe(0);
  expect(left.at(-1)).toBe(COMMITS);
  expect(new Set(left).size).toBe(COMMITS + 1);
});
