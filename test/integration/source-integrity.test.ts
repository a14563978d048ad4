/** The integrity source over real folders and real notices of the kernel. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { IntegrityRecord, SourceRecord } from '#protocol/record.ts';
import type { BaselineSummary, IntegrityOptions } from '../../agent/sources/integrity/integrity-options.ts';
import { createIntegritySource } from '../../agent/sources/integrity/integrity-source.ts';
import { createFolderTreeWatcher } from '../../agent/sources/integrity/folder-tree-watcher.ts';
import { createChokidarWatcher } from '../../agent/sources/integrity/chokidar-watcher.ts';
import type { TreeWatcherEvents, TreeWatcherFactory } from '../../agent/sources/integrity/tree-watcher.ts';
import type { SourceItem } from '../../agent/sources/source.ts';
import { MemoryPositions } from '../unit/agent/sources/memory-positions.ts';
import { known, KEY, made } from '../support/agent/known-states.ts';
import { start, type Run } from '../unit/agent/sources/source-harness.ts';

let folder: string;
let positions: MemoryPositions;
let runs: Run[];
/** undefined: the one that is used when nothing is said. */
let createWatcher: TreeWatcherFactory | undefined;

beforeEach(() => {
  folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'vonggac-integrity-')));
  positions = new MemoryPositions();
  runs = [];
});

afterEach(async () => {
  for (const run of runs) await run.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

const at = (name: string): string => path.join(folder, name);
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function watch(options: Partial<IntegrityOptions> = {}): Run {
  const run = start(
    createIntegritySource({ watch: [{ path: folder }], key: KEY, createWatcher, ...options }),
    {
      positions,
    },
  );
  runs.push(run);
  return run;
}

/** A source whose baseline is made and that is now waiting for changes. */
async function watching(options: Partial<IntegrityOptions> = {}): Promise<Run> {
  const run = watch(options);
  const sets = options.watch ?? [{ path: folder }];
  while (sets.some((set) => !made(positions, set.path))) await run.step();
  return run;
}

function changes(records: readonly SourceRecord[]): IntegrityRecord[] {
  return records
    .filter((record) => record.kind === 'integrity')
    .filter(({ change }) => change !== 'baseline-made');
}

async function take(run: Run, count: number): Promise<string[]> {
  const records = changes(await run.until((all) => changes(all).length >= count));
  return records
    .map(
      ({ change, path: file, offline }) =>
        `${offline === true ? 'offline ' : ''}${change} ${path.relative(folder, file)}`,
    )
    .sort();
}

describe('the baseline', () => {
  test('is made silently, told once as a count, and holds what a file is', async () => {
    fs.mkdirSync(at('sub'));
    fs.writeFileSync(at('sub/file'), 'content', { mode: 0o640 });
    fs.symlinkSync('sub/file', at('link'));
    const summaries: BaselineSummary[] = [];
    const run = watch({ onBaseline: (summary) => summaries.push(summary) });
    const records: SourceRecord[] = [];
    while (!made(positions, folder)) records.push(...(await run.step()));
    fs.writeFileSync(at('after'), '');
    expect(await take(run, 1)).toEqual(['created after']);
    expect(records).toMatchObject([
      { change: 'baseline-made', path: folder, detail: { reason: 'first', paths: 4 } },
      { kind: 'agent', action: 'scan-completed', detail: { trigger: 'start', paths: 4 } },
    ]);
    expect(summaries).toMatchObject([{ sets: [folder], paths: 4 }]);
    expect(known(positions, at('sub/file'))).toMatchObject({
      type: 'file',
      size: 7,
      mode: 0o640,
      uid: os.userInfo().uid,
      sha256: sha256('content'),
    });
    expect(known(positions, at('link'))).toMatchObject({
      type: 'symlink',
      target: 'sub/file',
    });
  });

  test('of a set that is added later is silent, and of one taken away is forgotten silently', async () => {
    fs.mkdirSync(at('a'));
    fs.mkdirSync(at('b'));
    fs.writeFileSync(at('a/one'), '');
    fs.writeFileSync(at('b/two'), '');
    await (await watching({ watch: [{ path: at('a') }] })).stop();
    fs.writeFileSync(at('a/new'), '');
    const both = watch({ watch: [{ path: at('a') }, { path: at('b') }] });
    expect(await take(both, 1)).toEqual(['offline created a/new']);
    await both.stop();
    const second = watch({ watch: [{ path: at('b') }] });
    fs.writeFileSync(at('b/three'), '');
    while (known(positions, at('a/one')) !== undefined)
      expect(await second.step()).not.toContainEqual(expect.objectContaining({ change: 'deleted' }));
  });
});

describe('changes made while the agent was down', () => {
  test('are told at its start, as such, once', async () => {
    for (const name of ['kept', 'changed', 'mode', 'gone']) fs.writeFileSync(at(name), name);
    await (await watching()).stop();
    fs.writeFileSync(at('changed'), 'other');
    fs.chmodSync(at('mode'), 0o600);
    fs.unlinkSync(at('gone'));
    fs.writeFileSync(at('made'), '');
    const run = watch();
    expect(await take(run, 4)).toEqual([
      'offline attributes mode',
      'offline created made',
      'offline deleted gone',
      'offline modified changed',
    ]);
    await run.stop();
    const next = watch();
    // Nothing is left to tell: the first thing is a change made now.
    fs.writeFileSync(at('now'), '');
    expect((await take(next, 1))[0]).toMatch(/created now$/);
  });

  test('are seen by content though size and times were put back', async () => {
    fs.writeFileSync(at('binary'), 'good');
    await (await watching()).stop();
    const { atime, mtime } = fs.statSync(at('binary'));
    fs.writeFileSync(at('binary'), 'evil');
    fs.utimesSync(at('binary'), atime, mtime);
    const [record] = changes(await watch().until((all) => changes(all).length > 0));
    expect(record).toMatchObject({
      change: 'modified',
      before: { sha256: sha256('good') },
      after: { sha256: sha256('evil') },
    });
  });
});

describe.each([
  ['folders', createFolderTreeWatcher],
  ['chokidar', createChokidarWatcher],
])('changes as they happen, watched by %s', (_name, factory) => {
  beforeEach(() => {
    createWatcher = factory;
  });

  afterEach(() => {
    createWatcher = undefined;
  });

  test('are told within two seconds: created, modified, attributes, deleted', async () => {
    fs.writeFileSync(at('file'), 'one');
    const run = await watching();
    const steps: [change: () => void, told: string[]][] = [
      [() => fs.writeFileSync(at('new'), ''), ['created new']],
      [() => fs.writeFileSync(at('file'), 'two'), ['modified file']],
      [() => fs.chmodSync(at('file'), 0o600), ['attributes file']],
      [() => fs.symlinkSync('file', at('link')), ['created link']],
      [() => fs.unlinkSync(at('file')), ['deleted file']],
    ];
    for (const [change, told] of steps) {
      const reading = take(run, told.length);
      const begun = performance.now();
      change();
      expect(await reading).toEqual(told);
      expect(performance.now() - begun).toBeLessThan(2_000);
    }
  });

  test('of one file in a burst are one change with the last state', async () => {
    fs.writeFileSync(at('file'), 'start');
    const run = await watching();
    const reading = run.until((all) => changes(all).length >= 1);
    for (let index = 0; index < 50; index += 1) fs.writeFileSync(at('file'), `state ${index}`);
    const records = changes(await reading);
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({ change: 'modified', after: { sha256: sha256('state 49') } });
  });

  test('by an editor that renames a new file over the old one are one modification', async () => {
    fs.writeFileSync(at('file'), 'old');
    const run = await watching({ watch: [{ path: folder, excludes: ['*.tmp'] }] });
    const reading = take(run, 1);
    fs.writeFileSync(at('file.tmp'), 'new');
    fs.renameSync(at('file.tmp'), at('file'));
    expect(await reading).toEqual(['modified file']);
  });

  test('in folders made, moved and removed as a whole are all told', async () => {
    fs.mkdirSync(at('tree/deep'), { recursive: true });
    fs.writeFileSync(at('tree/deep/a'), 'a');
    fs.writeFileSync(at('tree/b'), 'b');
    const run = await watching();
    let reading = take(run, 8);
    fs.renameSync(at('tree'), at('moved'));
    expect(await reading).toEqual(
      ['moved', 'moved/b', 'moved/deep', 'moved/deep/a', 'tree', 'tree/b', 'tree/deep', 'tree/deep/a']
        .map((name) => `${name.startsWith('moved') ? 'created' : 'deleted'} ${name}`)
        .sort(),
    );
    reading = take(run, 4);
    fs.rmSync(at('moved'), { recursive: true });
    expect(await reading).toHaveLength(4);
  });

  test('of ten thousand new files within a second are all told', async () => {
    const run = await watching();
    const reading = take(run, 10_001);
    fs.mkdirSync(at('many'));
    for (let index = 0; index < 10_000; index += 1) fs.writeFileSync(at(`many/${index}`), '');
    expect(new Set(await reading).size).toBe(10_001);
  });

  test('are not told of what is excluded', async () => {
    fs.mkdirSync(at('cache'));
    const run = await watching({ watch: [{ path: folder, excludes: ['*.swp', at('cache')] }] });
    const reading = take(run, 1);
    fs.writeFileSync(at('.file.swp'), '');
    fs.writeFileSync(at('cache/x'), '');
    fs.writeFileSync(at('seen'), '');
    expect(await reading).toEqual(['created seen']);
  });

  test('are told of names with newlines and of names that are not UTF-8', async () => {
    const run = await watching();
    const reading = take(run, 2);
    fs.writeFileSync(at('two\nlines'), '');
    fs.writeFileSync(Buffer.concat([Buffer.from(`${folder}/bad-`), Buffer.from([0xff, 0x62])]), '');
    expect(await reading).toEqual([String.raw`created bad-\xffb`, 'created two\nlines']);
  });

  test('are told of a watched folder that is removed and made again, and of a file watched by itself', async () => {
    fs.mkdirSync(at('deep/set'), { recursive: true });
    fs.writeFileSync(at('alone'), 'a');
    const run = await watching({ watch: [{ path: at('deep/set') }, { path: at('alone') }] });
    let reading = take(run, 1);
    fs.rmSync(at('deep'), { recursive: true });
    expect(await reading).toEqual(['deleted deep/set']);
    reading = take(run, 2);
    fs.mkdirSync(at('deep/set'), { recursive: true });
    fs.writeFileSync(at('deep/set/file'), '');
    expect(await reading).toEqual(['created deep/set', 'created deep/set/file']);
    reading = take(run, 2);
    fs.writeFileSync(at('deep/set/later'), '');
    fs.writeFileSync(at('alone'), 'b');
    expect(await reading).toEqual(['created deep/set/later', 'modified alone']);
  });

  test('are told where a pattern leads to a folder that was not there', async () => {
    fs.mkdirSync(at('home/an'), { recursive: true });
    const run = await watching({ watch: [{ path: at('home/*/.ssh') }] });
    const reading = take(run, 2);
    fs.writeFileSync(at('home/an/notes'), 'not watched');
    fs.mkdirSync(at('home/binh/.ssh'), { recursive: true });
    fs.writeFileSync(at('home/binh/.ssh/authorized_keys'), 'key');
    expect(await reading).toEqual(['created home/binh/.ssh', 'created home/binh/.ssh/authorized_keys']);
  });
});

describe('what is strange', () => {
  test('FIFOs, sockets and loops of links are told and never opened or followed', async () => {
    execFileSync('mkfifo', [at('fifo')]);
    const server = net.createServer().listen(at('socket'));
    fs.symlinkSync('.', at('loop'));
    fs.symlinkSync('nowhere', at('dangling'));
    await watching();
    server.close();
    const types = ['fifo', 'socket', 'loop', 'dangling'].map((name) => known(positions, at(name))?.type);
    expect(types).toEqual(['other', 'other', 'symlink', 'symlink']);
    expect(known(positions, at('loop/loop'))).toBeUndefined();
  });

  test('files over the limit are not read, with the reason; huge sparse ones cost nothing', async () => {
    fs.writeFileSync(at('sparse'), '');
    fs.truncateSync(at('sparse'), 2 ** 40);
    fs.writeFileSync(at('large'), Buffer.alloc(3 * 1_048_576, 1));
    await watching({ hashBytesMax: 4 * 1_048_576 });
    expect(known(positions, at('sparse'))).toMatchObject({
      size: 2 ** 40,
      unread: 'larger than 4194304 bytes',
    });
    expect(known(positions, at('large'))).toMatchObject({
      sha256: createHash('sha256')
        .update(Buffer.alloc(3 * 1_048_576, 1))
        .digest('hex'),
    });
  });

  test('a device is told and never opened (needs root to make one)', async ({ skip }) => {
    if (process.getuid?.() !== 0) skip('needs root');
    // The null device's twin: opening it would do no harm, and still must not happen.
    execFileSync('mknod', [at('device'), 'c', '1', '3']);
    await watching();
    expect(known(positions, at('device'))).toMatchObject({ type: 'other' });
    expect(known(positions, at('device'))?.sha256).toBeUndefined();
  });

  test('a folder that cannot be read is reported once, and what is known below it is not told as gone', async ({
    skip,
  }) => {
    if (process.getuid?.() === 0) skip('root reads everything');
    fs.mkdirSync(at('closed'));
    fs.writeFileSync(at('closed/file'), 'x');
    await (await watching()).stop();
    fs.chmodSync(at('closed'), 0);
    const run = watch();
    expect(await take(run, 1)).toEqual(['offline attributes closed']);
    expect(run.problems.map(({ subject }) => subject)).toEqual([at('closed')]);
    expect(known(positions, at('closed/file'))).toBeDefined();
    fs.chmodSync(at('closed'), 0o755);
  });

  test('another hard link is told where the set asks for it', async () => {
    fs.writeFileSync(at('program'), 'x', { mode: 0o755 });
    const run = await watching({
      watch: [{ path: folder, compare: ['content', 'links'], excludes: ['*.link'] }],
    });
    const reading = run.until((all) => changes(all).length >= 1);
    fs.linkSync(at('program'), at('second.link'));
    fs.utimesSync(at('program'), 1, 1);
    expect(changes(await reading)).toMatchObject([
      { change: 'attributes', path: at('program'), before: { links: 1 }, after: { links: 2 } },
    ]);
  });

  test('only what is included is recorded, down to its depth, and nothing is hashed where the set says so', async () => {
    for (const name of ['a.php', 'a.txt', 'one/b.php', 'one/two/c.php']) {
      fs.mkdirSync(path.dirname(at(name)), { recursive: true });
      fs.writeFileSync(at(name), name);
    }
    await watching({ watch: [{ path: folder, includes: ['*.php'], depthMax: 2, hash: false }] });
    expect(
      ['a.php', 'a.txt', 'one/b.php', 'one/two/c.php'].filter((name) => known(positions, at(name))),
    ).toEqual(['a.php', 'one/b.php']);
    expect(known(positions, at('a.php'))).toMatchObject({ size: 5 });
    expect(known(positions, at('a.php'))?.sha256).toBeUndefined();
  });
});

describe('the limit of inotify', () => {
  /** A watcher that fails as chokidar does when no watch is left. */
  const failing: TreeWatcherFactory = (_bases, _ignored, events: TreeWatcherEvents) => {
    events.onError(Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' }));
    return { ready: Promise.resolve(), close: () => Promise.resolve() };
  };

  test('is reported once, and changes are found by scanning', async () => {
    const run = await watching({ createWatcher: failing, fallbackScanMs: 20 });
    const reading = take(run, 1);
    fs.writeFileSync(at('found'), '');
    expect(await reading).toEqual(['created found']);
    expect(run.problems.map(({ message }) => message)).toEqual([expect.stringMatching(/max_user_watches/)]);
  });

  test('a watcher that is never ready does not keep the source from scanning', async () => {
    const never: TreeWatcherFactory = () => ({
      ready: new Promise<void>(() => undefined),
      close: () => Promise.resolve(),
    });
    const run = await watching({ createWatcher: never, watcherReadyMs: 10, fallbackScanMs: 20 });
    const reading = take(run, 1);
    fs.writeFileSync(at('found'), '');
    expect(await reading).toEqual(['created found']);
    expect(run.problems).toHaveLength(1);
  });
});

test('nothing is told twice while what was told waits to be committed', async () => {
  const run = await watching();
  fs.mkdirSync(at('new'));
  // More than one item, whose later ones hold paths that the first one has found below the new folder.
  for (let index = 0; index < 1_500; index += 1) fs.writeFileSync(at(`new/${index}`), '');
  const items: SourceItem[] = [];
  const told = (): string[] => changes(items.flatMap((item) => item.records)).map(({ path: file }) => file);
  while (told().length < 1_501)
    items.push((await run.pull()) ?? { lane: 'security', records: [], positions: [] });
  fs.rmSync(at('new/0'));
  items.push((await run.pull()) ?? { lane: 'security', records: [], positions: [] });
  expect(told()).toHaveLength(1_502);
  expect(changes(items.at(-1)?.records ?? [])).toMatchObject([{ change: 'deleted', path: at('new/0') }]);
  for (const item of items) positions.commit(item);
  expect(known(positions, at('new/0'))).toBeUndefined();
  expect(known(positions, at('new/1'))).toBeDefined();
});

test('a stop in the middle of a scan reports nothing as deleted', async () => {
  for (let index = 0; index < 3_000; index += 1) fs.writeFileSync(at(`file-${index}`), String(index));
  await (await watching()).stop();
  for (let index = 0; index < 3_000; index += 1) fs.writeFileSync(at(`file-${index}`), 'changed');
  const interrupted = watch();
  const first = await interrupted.step();
  await interrupted.stop();
  const rest = await watch().until((all) => changes(all).length >= 3_000 - first.length);
  const told = changes([...first, ...rest]).map(({ change }) => change);
  expect(told).toHaveLength(3_000);
  expect(new Set(told)).toEqual(new Set(['modified']));
});
