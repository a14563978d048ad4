/** The file source over real files and real notices of the kernel. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import zlib from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LIMITS } from '#protocol/limits.ts';
import type { LogRecord, SourceRecord } from '#protocol/record.ts';
import { nodeFileAccess, type FileAccess } from '../../agent/sources/file/file-access.ts';
import { createFileSource, type FileSourceOptions } from '../../agent/sources/file/file-source.ts';
import { MemoryPositions } from '../unit/agent/sources/memory-positions.ts';
import { readAll, start, texts, type Run } from '../unit/agent/sources/source-harness.ts';

let folder: string;
let log: string;
let positions: MemoryPositions;
let runs: Run[];

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vonggac-tail-'));
  log = path.join(folder, 'auth.log');
  positions = new MemoryPositions();
  runs = [];
});

afterEach(async () => {
  for (const run of runs) await run.stop();
  fs.rmSync(folder, { recursive: true });
});

const QUICK = { pollMs: 10, settleMs: 0, rotateWaitMs: 20 } as const;

function tail(options: Partial<FileSourceOptions> = {}): Run {
  const source = createFileSource({ tails: [{ path: log, channel: 'linux-syslog' }], ...QUICK, ...options });
  const run = start(source, { positions });
  runs.push(run);
  return run;
}

function once(file = log): Promise<SourceRecord[]> {
  return readAll(createFileSource({ tails: [{ path: file, channel: 'auto' }], once: true }), positions);
}

/** Reads so many records. */
async function take(run: Run, count: number): Promise<string[]> {
  return texts(await run.until((records) => records.length >= count));
}

function logs(records: readonly SourceRecord[]): LogRecord[] {
  return records.filter((record) => record.kind === 'log');
}

describe('what a line may hold', () => {
  test('a line of 10 MB is cut on a character and the rest counted; the next line is whole', async () => {
    const unit = 'dữ liệu ';
    const line = unit.repeat(Math.ceil(10_485_760 / Buffer.byteLength(unit)));
    fs.writeFileSync(log, `before\n${line}\nafter\n`);
    const heapBefore = process.memoryUsage().arrayBuffers;
    const [before, long, after] = logs(await once());
    expect([before?.text, after?.text]).toEqual(['before', 'after']);
    const kept = Buffer.byteLength(long?.text ?? '');
    expect(kept).toBeLessThanOrEqual(LIMITS.recordTextBytesMax);
    expect(kept).toBeGreaterThan(LIMITS.recordTextBytesMax - 4);
    expect(line.startsWith(long?.text ?? '-')).toBe(true);
    expect(kept + (long?.cutBytes ?? 0)).toBe(Buffer.byteLength(line));
    expect(long?.repaired).toBeUndefined();
    expect(process.memoryUsage().arrayBuffers - heapBefore).toBeLessThan(10_000_000);
  });

  test('NUL bytes and escapes are kept, invalid bytes are replaced and named', async () => {
    fs.writeFileSync(
      log,
      Buffer.from('a\0b\n\u001B[1;31mred\u001B[0m\nbad \xff\xfe bytes\nđúng\n', 'latin1'),
    );
    fs.appendFileSync(log, 'chữ Việt\n');
    const records = logs(await once());
    expect(records.map(({ text, repaired }) => [text, repaired])).toEqual([
      ['a\0b', undefined],
      ['\u001B[1;31mred\u001B[0m', undefined],
      ['bad \uFFFD\uFFFD bytes', true],
      ['\u0011\uFFFDng', true],
      ['chữ Việt', undefined],
    ]);
  });

  test.each([
    ['utf-16le', [0xff, 0xfe]],
    ['utf-16be', [0xfe, 0xff]],
  ] as const)('a file in %s is told by its mark', async (encoding, mark) => {
    const units = Buffer.from('Cảnh báo\r\n二\r\n', 'utf16le');
    fs.writeFileSync(
      log,
      Buffer.concat([Buffer.from(mark), encoding === 'utf-16be' ? units.swap16() : units]),
    );
    expect(texts(await once())).toEqual(['Cảnh báo', '二']);
  });

  test('events of Windows are whole elements in the security lane', async () => {
    const file = path.join(folder, 'export.xml');
    fs.writeFileSync(file, '\uFEFF<Events>\n<Event>\n <A/>\n</Event><Event>2</Event></Events>\n');
    const run = tail({ tails: [{ path: file, channel: 'auto' }], once: true });
    const item = await run.pull();
    expect(item?.lane).toBe('security');
    expect(texts(item?.records ?? [])).toEqual(['<Event>\n <A/>\n</Event>', '<Event>2</Event>']);
  });

  test('a compressed log is read like a plain one', async () => {
    const file = path.join(folder, 'old.log.gz');
    fs.writeFileSync(file, zlib.gzipSync('one\ntwo\n'));
    expect(texts(await once(file))).toEqual(['one', 'two']);
  });
});

describe('the last line', () => {
  test('is held back until its newline comes', async () => {
    fs.writeFileSync(log, 'one\ntw');
    const run = tail();
    expect(await take(run, 1)).toEqual(['one']);
    fs.appendFileSync(log, 'o\nthree\n');
    expect(await take(run, 2)).toEqual(['two', 'three']);
  });

  test('without a newline is a line at the end of a single pass, and of a rotated file', async () => {
    fs.writeFileSync(log, 'one\ntw');
    expect(texts(await once())).toEqual(['one', 'tw']);
    fs.writeFileSync(log, 'new 1\nnew');
    const run = tail();
    expect(await take(run, 1)).toEqual(['new 1']);
    fs.renameSync(log, `${log}.1`);
    fs.writeFileSync(log, 'next\n');
    expect((await take(run, 2)).sort()).toEqual(['new', 'next']);
  });
});

describe('the beginning', () => {
  test('at the end leaves history alone, but reads the unfinished line and files that come later', async () => {
    fs.writeFileSync(log, 'history 1\nhistory 2\nunfin');
    const run = tail({
      tails: [{ path: path.join(folder, '*.log'), channel: 'linux-syslog', startAt: 'end' }],
      expandMs: 1,
    });
    // The checkpoint of the first look, then the note that the tail was set up.
    await run.step();
    await run.step();
    fs.appendFileSync(log, 'ished\n');
    expect(await take(run, 1)).toEqual(['unfinished']);
    fs.writeFileSync(path.join(folder, 'later.log'), 'from its beginning\n');
    expect(await take(run, 1)).toEqual(['from its beginning']);
  });

  test('of a file made while the agent was down is its beginning', async () => {
    const options = { tails: [{ path: log, channel: 'linux-syslog', startAt: 'end' }] } as const;
    const first = tail(options);
    await first.step();
    await first.stop();
    fs.writeFileSync(log, 'made meanwhile\n');
    expect(await take(tail(options), 1)).toEqual(['made meanwhile']);
  });
});

describe('rotation', () => {
  test('by rename: the old file is read to its end, also what is still written to it', async () => {
    fs.writeFileSync(log, 'one\n');
    const run = tail({ rotateWaitMs: 60_000 });
    await take(run, 1);
    const writer = fs.openSync(log, 'a');
    fs.writeSync(writer, 'two\n');
    fs.renameSync(log, `${log}.1`);
    fs.writeFileSync(log, 'three\n');
    expect((await take(run, 2)).sort()).toEqual(['three', 'two']);
    fs.writeSync(writer, 'late\n');
    fs.closeSync(writer);
    expect(await take(run, 1)).toEqual(['late']);
  });

  test.each([
    [
      'rename',
      (): void => {
        fs.renameSync(log, `${log}.1`);
      },
    ],
    [
      'rename, several times',
      (): void => {
        fs.renameSync(log, `${log}.1`);
        fs.writeFileSync(log, 'between\n');
        fs.renameSync(`${log}.1`, `${log}.2`);
        fs.renameSync(log, `${log}.1`);
      },
    ],
    [
      'rename to a date',
      (): void => {
        fs.renameSync(log, `${log}-20260131`);
      },
    ],
    [
      'rename and compression',
      (): void => {
        fs.writeFileSync(`${log}.1.gz`, zlib.gzipSync(fs.readFileSync(log)));
        fs.unlinkSync(log);
      },
    ],
    [
      'copy and truncation',
      (): void => {
        fs.copyFileSync(log, `${log}.1`);
        fs.truncateSync(log);
      },
    ],
  ] as const)('by %s while the agent is down loses and repeats nothing', async (kind, rotate) => {
    fs.writeFileSync(log, 'one\ntwo\n');
    const first = tail();
    await take(first, 2);
    await first.stop();
    fs.appendFileSync(log, 'three\npart');
    rotate();
    fs.appendFileSync(log, 'four\n');
    const expected = kind.includes('several')
      ? ['three', 'part', 'between', 'four']
      : ['three', 'part', 'four'];
    expect((await take(tail(), expected.length)).sort()).toEqual(expected.sort());
    expect(texts(await once())).toEqual([]);
  });

  test('finds what was written between the two steps of logrotate, which then sets it aside', async () => {
    fs.writeFileSync(log, 'one\n');
    const first = tail();
    await take(first, 1);
    await first.stop();
    fs.renameSync(log, `${log}.1`);
    fs.writeFileSync(log, 'between\n');
    // The disk's own clock is too coarse for what happens here in a millisecond.
    fs.utimesSync(log, Date.now() / 1_000 + 1, Date.now() / 1_000 + 1);
    fs.renameSync(log, `${log}-2026013112.backup`);
    fs.writeFileSync(log, 'two\n');
    expect(await take(tail(), 2)).toEqual(['between', 'two']);
  });

  test('that goes on while the agent finds its files again repeats nothing', async () => {
    fs.writeFileSync(log, 'an older line, longer than\nwhat comes after it\n');
    const first = tail({ rotateWaitMs: 60_000 });
    await take(first, 2);
    fs.renameSync(log, `${log}.1`);
    fs.writeFileSync(log, 'one\ntwo\n');
    await take(first, 2);
    await first.stop();
    let rotated = false;
    const access: FileAccess = {
      ...nodeFileAccess,
      open: (file) => {
        if (!rotated) {
          rotated = true;
          fs.renameSync(`${log}.1`, `${log}.2`);
          fs.renameSync(log, `${log}.1`);
          fs.writeFileSync(log, 'three\n');
        }
        return nodeFileAccess.open(file);
      },
    };
    expect(await take(tail({ access }), 1)).toEqual(['three']);
    expect(texts(await once())).toEqual([]);
  });

  test('is told again as a whole when it was not committed', async () => {
    fs.writeFileSync(log, 'one\n');
    await take(tail(), 1);
    fs.appendFileSync(log, 'two\n');
    fs.renameSync(log, `${log}.1`);
    fs.writeFileSync(log, 'three\n');
    for (let life = 0; life < 3; life += 1) {
      const run = tail();
      // Pulled and never committed: as if killed between the two.
      await run.pull();
      await run.stop();
    }
    expect((await take(tail(), 2)).sort()).toEqual(['three', 'two']);
  });

  test('truncation in place starts the file anew, even when it has grown past the old place', async () => {
    fs.writeFileSync(log, 'old 1\nold 2\nunfinished');
    const run = tail();
    await take(run, 2);
    const lines = Array.from({ length: 50 }, (_, index) => `new ${index}`);
    fs.writeFileSync(log, `${lines.join('\n')}\n`);
    const read = await take(run, 51);
    expect(read.filter((text) => text.startsWith('new'))).toEqual(lines);
    expect(read).toContain('unfinished');
  });

  test.each([
    ['copy and truncation', 'copied'],
    ['rename', 'renamed'],
  ])(
    'by %s and compression of a file that was seen and not read loses nothing, though the copy keeps its time',
    async (_, way) => {
      fs.writeFileSync(log, 'one\n');
      const first = tail();
      await take(first, 1);
      await first.stop();
      const many = Array.from({ length: LIMITS.batchEventsMax }, (_unused, index) => `two ${index}`);
      fs.appendFileSync(log, `${many.join('\n')}\n`);
      fs.utimesSync(log, 1_800_000_000, 1_800_000_000);
      fs.renameSync(log, `${log}.1`);
      fs.writeFileSync(log, 'three\n');
      fs.utimesSync(log, 1_800_000_001, 1_800_000_001);
      // The item is full before the new file is read; its place is committed all the same.
      const second = tail();
      const read = texts(await second.step());
      await second.stop();
      expect(read.length).toBeLessThanOrEqual(many.length);
      fs.renameSync(`${log}.1`, `${log}.2`);
      fs.writeFileSync(`${log}.1.gz`, zlib.gzipSync(fs.readFileSync(log)));
      fs.utimesSync(`${log}.1.gz`, 1_800_000_001, 1_800_000_001);
      if (way === 'renamed') fs.unlinkSync(log);
      fs.writeFileSync(log, 'four\n');
      fs.utimesSync(log, 1_800_000_002, 1_800_000_002);
      read.push(...(await take(tail(), many.length + 2 - read.length)));
      expect(read.sort()).toEqual([...many, 'three', 'four'].sort());
      expect(texts(await once())).toEqual([]);
    },
  );

  test('of a file that is held open and was not read yet reads it once, not its compressed copy too', async () => {
    const at = (file: string, second: number): void =>
      fs.utimesSync(file, 1_800_000_000 + second, 1_800_000_000 + second);
    let broken = true;
    const tried = Promise.withResolvers<void>();
    const access: FileAccess = {
      ...nodeFileAccess,
      open: async (file) => {
        const reader = await nodeFileAccess.open(file);
        return {
          compressed: reader.compressed,
          stat: () => reader.stat(),
          read: (...args) => {
            tried.resolve();
            return broken ? Promise.reject(new Error('EIO')) : reader.read(...args);
          },
          close: () => reader.close(),
        };
      },
    };
    fs.writeFileSync(log, 'one\n');
    at(log, 0);
    const run = tail({ access, retryMs: 1 });
    const reading = take(run, 2);
    await tried.promise;
    fs.writeFileSync(`${log}.1.gz`, zlib.gzipSync(fs.readFileSync(log)));
    at(`${log}.1.gz`, 0);
    fs.unlinkSync(log);
    fs.writeFileSync(log, 'two\n');
    at(log, 1);
    broken = false;
    expect((await reading).sort()).toEqual(['one', 'two']);
    await run.stop();
    expect(texts(await once())).toEqual([]);
  });

  test.each([
    ['compressed meanwhile', false],
    ['compressed meanwhile, the newest too', true],
  ])('of several files that were seen and not read loses none that is %s', async (_, newestToo) => {
    const at = (file: string, second: number): void =>
      fs.utimesSync(file, 1_800_000_000 + second, 1_800_000_000 + second);
    fs.writeFileSync(log, 'one\n');
    const first = tail();
    await take(first, 1);
    await first.stop();
    const many = Array.from({ length: LIMITS.batchEventsMax }, (_unused, index) => `two ${index}`);
    fs.appendFileSync(log, `${many.join('\n')}\n`);
    at(log, 0);
    fs.renameSync(log, `${log}.2`);
    fs.writeFileSync(`${log}.1`, 'three\n');
    at(`${log}.1`, 1);
    fs.writeFileSync(log, 'four\n');
    at(log, 2);
    const second = tail();
    const read = texts(await second.step());
    await second.stop();
    expect(read).not.toContain('three');
    fs.renameSync(`${log}.2`, `${log}.3`);
    fs.writeFileSync(`${log}.2.gz`, zlib.gzipSync(fs.readFileSync(`${log}.1`)));
    at(`${log}.2.gz`, 1);
    fs.unlinkSync(`${log}.1`);
    if (newestToo) {
      fs.writeFileSync(`${log}.1.gz`, zlib.gzipSync(fs.readFileSync(log)));
      at(`${log}.1.gz`, 2);
      fs.unlinkSync(log);
    } else fs.renameSync(log, `${log}.1`);
    fs.writeFileSync(log, 'five\n');
    at(log, 3);
    const run = tail();
    read.push(...(await take(run, many.length + 3 - read.length)));
    expect(read.sort()).toEqual([...many, 'three', 'four', 'five'].sort());
    expect(run.problems).toEqual([]);
    await run.stop();
    expect(texts(await once())).toEqual([]);
  });

  test('bytes that were seen and emptied before they were read are reported and counted', async () => {
    fs.writeFileSync(log, 'one\n');
    let emptied = false;
    const access: FileAccess = {
      ...nodeFileAccess,
      // It is emptied between the look at its size and the reading.
      open: async (file) => {
        const reader = await nodeFileAccess.open(file);
        return {
          compressed: reader.compressed,
          stat: () => reader.stat(),
          read: (into, from, length, position) => {
            if (!emptied && fs.statSync(log).size > 4) {
              emptied = true;
              fs.writeFileSync(log, 'new\n');
            }
            return reader.read(into, from, length, position);
          },
          close: () => reader.close(),
        };
      },
    };
    const run = tail({ access });
    await take(run, 1);
    fs.appendFileSync(log, 'never read\n');
    const limited: unknown[] = [];
    const read: string[] = [];
    while (read.length === 0) {
      const item = await run.pull();
      if (item === undefined) break;
      positions.commit(item);
      read.push(...texts(item.records));
      limited.push(...(item.limited ?? []));
    }
    expect(read).toEqual(['new']);
    expect(limited).toMatchObject([{ channel: 'log/linux-syslog', reason: 'emptied-unread', count: 1 }]);
    expect(run.problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(/at least 11 bytes after byte 4 are lost/),
    ]);
  });

  test('a file removed and made again is read from its beginning, with the same content too', async () => {
    fs.writeFileSync(log, 'same\n');
    const run = tail();
    await take(run, 1);
    fs.unlinkSync(log);
    fs.writeFileSync(log, 'same\n');
    expect(await take(run, 1)).toEqual(['same']);
  });

  test('an inode that is used again while the agent is down skips nothing', async () => {
    // The forged disk has one inode for everything and keeps no time of birth.
    const access: FileAccess = {
      ...nodeFileAccess,
      stat: (file) => {
        const stat = nodeFileAccess.stat(file);
        return stat === undefined ? undefined : { ...stat, id: '7' };
      },
      open: async (file) => {
        const reader = await nodeFileAccess.open(file);
        return {
          compressed: reader.compressed,
          stat: async () => ({ ...(await reader.stat()), id: '7' }),
          read: reader.read.bind(reader),
          close: reader.close.bind(reader),
        };
      },
    };
    fs.writeFileSync(log, 'old line\n');
    const first = tail({ access });
    await take(first, 1);
    await first.stop();
    fs.unlinkSync(log);
    fs.writeFileSync(log, 'new line one\nnew line two\n');
    expect(await take(tail({ access }), 2)).toEqual(['new line one', 'new line two']);
  });

  test('that removes what was not read is reported', async () => {
    fs.writeFileSync(log, 'one\n');
    const first = tail();
    await take(first, 1);
    await first.stop();
    fs.appendFileSync(log, 'lost\n');
    fs.unlinkSync(log);
    fs.writeFileSync(log, 'next\n');
    const run = tail();
    expect(await take(run, 1)).toEqual(['next']);
    expect(run.problems.map(({ message }) => message).join()).toMatch(/after byte 4 of|after byte 4 is lost/);
  });
});

describe('many files and faults', () => {
  test('a log that is copied and emptied right after it was found again is read on in the copy', async () => {
    fs.writeFileSync(log, 'one\n');
    const first = tail();
    expect(await take(first, 1)).toEqual(['one']);
    await first.stop();
    fs.appendFileSync(log, 'two\n');
    let begins = 0;
    const access: FileAccess = {
      ...nodeFileAccess,
      open: async (file) => {
        const reader = await nodeFileAccess.open(file);
        return {
          compressed: reader.compressed,
          stat: () => reader.stat(),
          close: () => reader.close(),
          read: (into, at, length, position) => {
            // The first look at what the file begins with comes after it was told to be the one that is known.
            if (position === 0 && length > 1_024 && begins++ === 0) {
              fs.copyFileSync(log, `${log}.1`);
              fs.truncateSync(log);
              fs.appendFileSync(log, 'three, and longer than what was read before\nfour\n');
            }
            return reader.read(into, at, length, position);
          },
        };
      },
    };
    const second = tail({ access });
    expect(await take(second, 3)).toEqual(['two', 'three, and longer than what was read before', 'four']);
    expect(begins).toBeGreaterThan(0);
  });

  test('a log of a glob that was moved away while nobody read, and not begun anew, is read to its end', async () => {
    const tails = [{ path: path.join(folder, '*.log'), channel: 'linux-syslog' as const }];
    fs.writeFileSync(log, 'one\n');
    const first = tail({ tails });
    expect(await take(first, 1)).toEqual(['one']);
    await first.stop();
    fs.appendFileSync(log, 'two\n');
    fs.renameSync(log, `${log}.1`);
    const second = tail({ tails });
    expect(await take(second, 1)).toEqual(['two']);
    fs.writeFileSync(log, 'three\n');
    expect(await take(second, 1)).toEqual(['three']);
  });

  test('a glob of 600 files is read through few open files, and rotated ones are not read twice', async () => {
    const open = new Set<object>();
    let openMost = 0;
    const access: FileAccess = {
      ...nodeFileAccess,
      open: async (file) => {
        const reader = await nodeFileAccess.open(file);
        const token = {};
        open.add(token);
        openMost = Math.max(openMost, open.size);
        return {
          compressed: reader.compressed,
          stat: () => reader.stat(),
          read: reader.read.bind(reader),
          close: () => {
            open.delete(token);
            return reader.close();
          },
        };
      },
    };
    const names = Array.from({ length: 600 }, (_, index) => `app-${index}x.log`);
    for (const name of names) {
      fs.writeFileSync(path.join(folder, name), `${name} 1\n`);
      fs.writeFileSync(path.join(folder, `${name}.1`), 'old\n');
    }
    const tails = [{ path: path.join(folder, 'app-*'), channel: 'linux-syslog' as const }];
    const run = tail({ access, tails, openFilesMax: 16 });
    expect((await take(run, 600)).sort()).toEqual(names.map((name) => `${name} 1`).sort());
    for (const name of names) fs.appendFileSync(path.join(folder, name), `${name} 2\n`);
    expect((await take(run, 600)).sort()).toEqual(names.map((name) => `${name} 2`).sort());
    await run.stop();
    expect(open.size).toBe(0);
    expect(openMost).toBeLessThanOrEqual(17);
  });

  test('a file that cannot be read is reported once and read when it can be; others go on', async () => {
    const other = path.join(folder, 'other.log');
    fs.writeFileSync(log, 'closed\n');
    fs.writeFileSync(other, 'open\n');
    let closed = true;
    const access: FileAccess = {
      ...nodeFileAccess,
      open: (file) =>
        closed && file === log
          ? Promise.reject(Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' }))
          : nodeFileAccess.open(file),
    };
    const tails = [log, other].map((file) => ({ path: file, channel: 'linux-syslog' as const }));
    const run = tail({ access, tails, retryMs: 5 });
    expect(await take(run, 1)).toEqual(['open']);
    fs.appendFileSync(other, 'again\n');
    expect(await take(run, 1)).toEqual(['again']);
    closed = false;
    expect(await take(run, 1)).toEqual(['closed']);
    expect(run.problems.filter(({ subject }) => subject === log)).toHaveLength(1);
  });

  test('a folder in the place of a log is reported and does not block', async () => {
    const other = path.join(folder, 'other.log');
    fs.mkdirSync(log);
    fs.writeFileSync(other, 'open\n');
    const run = tail({
      tails: [log, other].map((file) => ({ path: file, channel: 'linux-syslog' as const })),
    });
    expect(await take(run, 1)).toEqual(['open']);
    expect(run.problems).toMatchObject([
      { subject: log, message: expect.stringMatching(/not a regular file/) as string },
    ]);
  });

  test('the limit of inotify is reported and the poll takes over', async () => {
    fs.writeFileSync(log, 'one\n');
    const access: FileAccess = {
      ...nodeFileAccess,
      watch: () => {
        throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
      },
    };
    const run = tail({ access });
    await take(run, 1);
    fs.appendFileSync(log, 'two\n');
    expect(await take(run, 1)).toEqual(['two']);
    expect(run.problems[0]?.message).toMatch(/max_user_watches/);
  });

  test('a stored place that is damaged is reported, and the file read from its beginning', async () => {
    fs.writeFileSync(log, 'one\n');
    positions.commit({
      lane: 'standard',
      records: [],
      positions: [{ key: `file:1:${log}`, value: '{"offset":-1}' }],
    });
    const run = tail();
    expect(await take(run, 1)).toEqual(['one']);
    expect(run.problems).toHaveLength(1);
  });
});

test('with its usual settings a new line is there well within a second, by notice alone', async () => {
  fs.writeFileSync(log, 'one\n');
  const run = tail({ pollMs: 60_000, settleMs: 100 });
  await take(run, 1);
  const appended = performance.now();
  const reading = take(run, 1);
  fs.appendFileSync(log, 'two\n');
  expect(await reading).toEqual(['two']);
  expect(performance.now() - appended).toBeLessThan(1_000);
});
