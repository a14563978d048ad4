/** What the spool does beyond its model (test/property/agent): damage, limits, permissions, other processes. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SourceRecord } from '#protocol/record.ts';
import { SpoolBusyError, SpoolFullError } from '../../../../agent/spool/spool-error.ts';
import { canLimitFiles } from '../../../support/full-disk.ts';
import type { SpoolReset } from '../../../../agent/spool/successor.ts';
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

let folder: string;

beforeEach(() => {
  folder = makeFolder();
});

afterEach(() => removeFolder(folder));

const file = (): string => path.join(folder, 'spool.db');

function never(): AbortSignal {
  return new AbortController().signal;
}

test('a new spool begins every lane at 1, under an epoch of its own', () => {
  const spool = openTestSpool(folder);
  expect(spool.epoch).toMatch(/^[0-9a-f]{32}$/);
  expect(spool.status().lanes.map(({ nextSeq, acknowledgedSeq }) => [nextSeq, acknowledgedSeq])).toEqual([
    [1, 0],
    [1, 0],
    [1, 0],
  ]);
  spool.commit('s', [logItem('bulk', ['a'])]);
  expect(spool.lease(BULK, 0, ALL)?.firstSeq).toBe(1);
  spool.close();
});

test('sequences go on after everything was acknowledged and the spool opened again', () => {
  const first = openTestSpool(folder);
  first.commit('s', [logItem('bulk', ['a', 'b'])]);
  first.acknowledge(BULK, 2);
  const { epoch } = first;
  first.close();
  const second = openTestSpool(folder);
  expect(second.epoch).toBe(epoch);
  second.commit('s', [logItem('bulk', ['c'])]);
  expect(second.lease(BULK, 0, ALL)).toMatchObject({ firstSeq: 3 });
  second.close();
});

test('only the owner can read what waits', () => {
  const spool = openTestSpool(folder);
  spool.commit('s', [logItem('bulk', ['a'])]);
  for (const name of fs.readdirSync(folder))
    expect(fs.statSync(path.join(folder, name)).mode & 0o077).toBe(0);
  spool.close();
});

test('a second process cannot open it', () => {
  const spool = openTestSpool(folder);
  expect(() => openTestSpool(folder)).toThrow(SpoolBusyError);
  spool.close();
  openTestSpool(folder).close();
});

test('changed resolves at the next commit, and when its signal aborts', async () => {
  const spool = openTestSpool(folder);
  const changed = spool.changed(never());
  spool.commit('s', [logItem('bulk', ['a'])]);
  await expect(changed).resolves.toBeUndefined();
  const stopping = new AbortController();
  const aborted = spool.changed(stopping.signal);
  stopping.abort();
  await expect(aborted).resolves.toBeUndefined();
  spool.close();
});

test('positions of one source are invisible to another and survive 1,200 entries', () => {
  const spool = openTestSpool(folder);
  const positions = Array.from({ length: 1_200 }, (_, index) => ({
    key: `k${index + 1_000}`,
    value: `${index}`,
  }));
  spool.commit('one', [{ lane: 'bulk', records: [], positions }]);
  spool.commit('two', [{ lane: 'bulk', records: [], positions: [{ key: 'k1000', value: 'other' }] }]);
  expect([...spool.positions('one').entries()]).toEqual(positions.map(({ key, value }) => [key, value]));
  expect([...spool.positions('one').entries('k1100', 'k1350')]).toEqual(
    positions.slice(100, 350).map(({ key, value }) => [key, value]),
  );
  expect(spool.positions('two').get('k1000')).toBe('other');
  expect(spool.positions('two').get('k1001')).toBeUndefined();
  spool.close();
});

test('a line of NULs that escapes to more than a frame is cut, and the cut is told', () => {
  const spool = openTestSpool(folder);
  spool.commit('s', [logItem('bulk', ['\0'.repeat(262_144), 'next'])]);
  const read = readLane(spool, BULK).map(([, json]) => JSON.parse(json) as SourceRecord);
  const [cut, next] = read;
  expect(cut).toMatchObject({ kind: 'log', cutBytes: 131_072 });
  expect(next).toMatchObject({ text: 'next' });
  spool.close();
});

test('a record that cannot be made to fit takes its sequence and is named as unsendable', () => {
  const spool = openTestSpool(folder);
  const detail = Object.fromEntries(
    Array.from({ length: 128 }, (_, index) => [`k${index}`, 'ế'.repeat(4_096)]),
  );
  const huge: SourceRecord = {
    kind: 'inventory',
    at: 1,
    change: 'added',
    category: 'os',
    key: 'k',
    after: detail,
  };
  const item = logItem('bulk', ['before', 'after']);
  spool.commit('s', [{ ...item, records: [...item.records.slice(0, 1), huge, ...item.records.slice(1)] }]);
  expect(spool.losses(BULK)).toEqual([{ lane: BULK, fromSeq: 2, toSeq: 2, reason: 'unsendable' }]);
  const first = spool.lease(BULK, 0, ALL);
  expect([first?.firstSeq, textsOf(first)]).toEqual([1, ['before']]);
  const second = spool.lease(BULK, 1, ALL);
  expect([second?.firstSeq, textsOf(second)]).toEqual([3, ['after']]);
  expect(spool.status().droppedRecords).toBe(1);
  spool.close();
});

test('the security lane is dropped from last', () => {
  const spool = openTestSpool(folder, { bytesMax: 20_000 });
  const line = 'x'.repeat(1_000);
  spool.commit('s', [
    logItem(
      'security',
      Array.from({ length: 5 }, () => line),
    ),
  ]);
  for (let round = 0; round < 20; round += 1) spool.commit('s', [logItem('bulk', [line])]);
  const waiting = spool.status().lanes.map((lane) => lane.waiting);
  expect(waiting[SECURITY]).toBe(5);
  expect(waiting[BULK]).toBeLessThan(20);
  expect(spool.losses(SECURITY)).toEqual([]);
  expect(spool.losses(BULK)).toEqual([
    { lane: BULK, fromSeq: 1, toSeq: 20 - (waiting[BULK] ?? 0), reason: 'spool-full' },
  ]);
  spool.close();
});

test('the file gives space back after an outage is over', () => {
  let nowMs = START_MS;
  const spool = openTestSpool(folder, { now: () => nowMs });
  const line = 'x'.repeat(200_000);
  for (let round = 0; round < 10; round += 1) spool.commit('s', [logItem('bulk', Array(10).fill(line))]);
  spool.acknowledge(BULK, 100);
  for (let minute = 0; minute < 4; minute += 1) {
    nowMs += 60_000;
    spool.commit('s', [logItem('bulk', ['x'])]);
  }
  spool.close();
  expect(fs.statSync(file()).size).toBeLessThan(1_000_000);
});

describe('a disk that refuses', () => {
  test('a write throws SpoolFullError, and neither records nor positions have moved', () => {
    const script = `
      const { openTestSpool, logItem, readLane } = await import(${JSON.stringify(path.resolve(import.meta.dirname, '../../../support/agent/spool-fixture.ts'))});
      const spool = openTestSpool(${JSON.stringify(folder)});
      let committed = 0;
      let name = '';
      for (let round = 1; round <= 200 && name === ''; round += 1) {
        try {
          spool.commit('s', [logItem('bulk', ['x'.repeat(20000)], [{ key: 'at', value: String(round) }])]);
          committed = round;
        } catch (error) {
          name = error.name;
        }
      }
      const at = spool.positions('s').get('at');
      console.log(JSON.stringify({ name, committed, at, read: readLane(spool, 2).length, next: spool.status().lanes[2].nextSeq }));
    `;
    // Node 22 says beside it that SQLite is an experiment there.
    const flags = '--disable-warning=ExperimentalWarning --input-type=module';
    const shell = `ulimit -f 1024; trap "" XFSZ; exec "$0" ${flags} -e "$1"`;
    const { stdout, stderr } = spawnSync('/bin/sh', ['-c', shell, process.execPath, script], {
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    const result = JSON.parse(stdout) as {
      name: string;
      committed: number;
      at: string;
      read: number;
      next: number;
    };
    expect(result.name).toBe(SpoolFullError.name);
    expect(result.committed).toBeGreaterThan(5);
    expect(result).toMatchObject({
      at: String(result.committed),
      read: result.committed,
      next: result.committed + 1,
    });
    // What was committed is there for the next process, and it can go on.
    const spool = openTestSpool(folder);
    expect(readLane(spool, BULK)).toHaveLength(result.committed);
    spool.commit('s', [logItem('bulk', ['more'])]);
    spool.close();
  });
});

test.skipIf(!canLimitFiles())(
  'a session that a full disk kept from being written down is remembered all the same (needs prlimit)',
  () => {
    const script = `
      const { execFileSync } = await import('node:child_process');
      const { openTestSpool, logItem } = await import(${JSON.stringify(path.resolve(import.meta.dirname, '../../../support/agent/spool-fixture.ts'))});
      const limit = (bytes) => execFileSync('prlimit', ['--pid', String(process.pid), '--fsize=' + bytes + ':unlimited']);
      const spool = openTestSpool(${JSON.stringify(folder)});
      spool.commit('s', [logItem('bulk', ['a'])]);
      limit('0');
      spool.noteSession();
      limit('unlimited');
      // Sent in that session, before the process is killed.
      spool.commit('s', [logItem('bulk', ['b', 'c'])]);
      process.kill(process.pid, 'SIGKILL');
    `;
    const shell = 'trap "" XFSZ; exec "$0" --input-type=module -e "$1"';
    const { stderr } = spawnSync('/bin/sh', ['-c', shell, process.execPath, script], { encoding: 'utf8' });
    expect(stderr).toBe('');
    const spool = openTestSpool(folder);
    expect(spool.sentBefore()).toEqual([0, 0, 3]);
    spool.close();
  },
);

describe('a database that is damaged', () => {
  function filled(): { epoch: string } {
    const spool = openTestSpool(folder);
    spool.commit('s', [
      logItem('bulk', ['a', 'b', 'c'], [{ key: 'at', value: '3' }]),
      logItem('security', ['d']),
    ]);
    spool.acknowledge(BULK, 1);
    const { epoch } = spool;
    spool.close();
    return { epoch };
  }

  test('that is no database any more is set aside, and the spool begins anew and says so', () => {
    const { epoch } = filled();
    fs.writeFileSync(file(), 'this is no database'.repeat(1_000));
    const resets: SpoolReset[] = [];
    const spool = openTestSpool(folder, { onReset: (reset) => resets.push(reset) });
    expect(spool.epoch).not.toBe(epoch);
    const [reset] = readLane(spool, SECURITY).map(([, json]) => JSON.parse(json) as SourceRecord);
    expect(reset).toMatchObject({ kind: 'agent', action: 'spool-reset', detail: { lostRecords: null } });
    expect(resets).toHaveLength(1);
    expect(fs.existsSync(resets[0]?.setAside ?? '')).toBe(true);
    expect(path.basename(resets[0]?.setAside ?? '')).toBe('spool.corrupt-2026-11-05T000000000Z');
    spool.close();
  });

  test('whose own epoch makes no sense is replaced, and its positions are kept', () => {
    filled();
    const db = new DatabaseSync(file());
    db.exec("UPDATE meta SET value = 'not hex' WHERE key = 'epoch'");
    db.close();
    const resets: SpoolReset[] = [];
    const spool = openTestSpool(folder, { onReset: (reset) => resets.push(reset) });
    expect(spool.positions('s').get('at')).toBe('3');
    expect(resets[0]).toMatchObject({ lostRecords: undefined, positionsKept: 1 });
    spool.close();
  });

  test('while it is in use: its successor takes the commit, and what was waiting is named as lost', () => {
    const spool = openTestSpool(folder);
    for (let round = 0; round < 400; round += 1) {
      spool.commit('s', [logItem('bulk', ['x'.repeat(2_000)], [{ key: 'at', value: String(round) }])]);
    }
    spool.close();
    // The inner pages of the table of chunks, not the counters at the beginning.
    const handle = fs.openSync(file(), 'r+');
    const pages = fs.fstatSync(handle).size / 4_096;
    for (let page = 12; page < pages - 1; page += 1)
      fs.writeSync(handle, Buffer.alloc(4_096, 0xa5), 0, 4_096, page * 4_096);
    fs.closeSync(handle);
    const resets: SpoolReset[] = [];
    const damaged = openTestSpool(folder, { onReset: (reset) => resets.push(reset) });
    const { epoch } = damaged;
    for (let after = 0; damaged.epoch === epoch && after < 400; after += 1) damaged.lease(BULK, after, ALL);
    expect(resets).toHaveLength(1);
    expect(damaged.epoch).not.toBe(epoch);
    expect(damaged.losses(BULK)).toEqual([{ lane: BULK, fromSeq: 1, toSeq: 400, reason: 'spool-corrupt' }]);
    expect(damaged.positions('s').get('at')).toBe('399');
    damaged.commit('s', [logItem('bulk', ['after'])]);
    expect(damaged.lease(BULK, 400, ALL)).toMatchObject({ firstSeq: 401 });
    damaged.close();
  });

  test('in one record only loses that chunk, by name', () => {
    filled();
    const db = new DatabaseSync(file());
    db.exec("UPDATE chunk SET payload = CAST(x'00' || substr(payload, 2) AS BLOB) WHERE lane = 2");
    db.close();
    const spool = openTestSpool(folder);
    expect(spool.lease(BULK, 0, ALL)).toBeUndefined();
    expect(spool.losses(BULK)).toEqual([{ lane: BULK, fromSeq: 2, toSeq: 3, reason: 'spool-corrupt' }]);
    expect(textsOf(spool.lease(SECURITY, 0, ALL))).toEqual(['d']);
    expect(spool.status().droppedRecords).toBe(2);
    spool.close();
  });

  test('again and again does not fill the disk with what was set aside', () => {
    for (let round = 0; round < 5; round += 1) {
      openTestSpool(folder, { now: () => START_MS + round }).close();
      fs.writeFileSync(file(), 'no database'.repeat(1_000));
    }
    openTestSpool(folder, { now: () => START_MS + 5 }).close();
    expect(fs.readdirSync(folder).filter((name) => name.includes('corrupt'))).toHaveLength(2);
  });

  test('made by a newer agent is not touched', () => {
    filled();
    const db = new DatabaseSync(file());
    db.exec('PRAGMA user_version = 99');
    db.close();
    expect(() => openTestSpool(folder)).toThrow('schema version 99');
    expect(fs.readdirSync(folder).filter((name) => name.includes('corrupt'))).toEqual([]);
  });
});

test('what waited when an online process ended may have been sent; what an offline one added was not', () => {
  let spool = openTestSpool(folder);
  const reopen = (): void => {
    spool.close();
    spool = openTestSpool(folder);
  };
  spool.commit('s', [logItem('bulk', ['a', 'b'])]);
  expect(spool.sentBefore()).toEqual([0, 0, 0]);
  spool.noteSession();
  reopen();
  expect(spool.sentBefore()).toEqual([0, 0, 2]);
  spool.commit('s', [logItem('bulk', ['c'])]);
  reopen();
  expect(spool.sentBefore()).toEqual([0, 0, 2]);
  spool.noteSession();
  reopen();
  expect(spool.sentBefore()).toEqual([0, 0, 3]);
  spool.acknowledge(2, 1);
  spool.renewEpoch();
  expect(spool.sentBefore()).toEqual([0, 0, 0]);
  reopen();
  expect(spool.sentBefore()).toEqual([0, 0, 0]);
  spool.close();
});
