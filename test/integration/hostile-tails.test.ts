/** What may stand where a log is expected, by accident or by intent: reported, bounded, and no other log waits for it. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nodeFileAccess, type FileAccess } from '../../agent/sources/file/file-access.ts';
import { createFileSource, type FileSourceOptions } from '../../agent/sources/file/file-source.ts';
import { MemoryPositions } from '../unit/agent/sources/memory-positions.ts';
import { start, texts, type Run } from '../unit/agent/sources/source-harness.ts';

let folder: string;
let other: string;
let positions: MemoryPositions;
let runs: Run[];
let servers: net.Server[];

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vonggac-hostile-'));
  other = path.join(folder, 'other.log');
  fs.writeFileSync(other, 'other 1\n');
  positions = new MemoryPositions();
  runs = [];
  servers = [];
});

afterEach(async () => {
  for (const run of runs) await run.stop();
  for (const server of servers) server.close();
  fs.rmSync(folder, { recursive: true });
});

function tail(options: Partial<FileSourceOptions> = {}): Run {
  const source = createFileSource({
    tails: [{ path: path.join(folder, '*'), channel: 'linux-syslog' }],
    pollMs: 10,
    settleMs: 0,
    rotateWaitMs: 20,
    retryMs: 5,
    ...options,
  });
  const run = start(source, { positions });
  runs.push(run);
  return run;
}

/** The other log is read, and goes on being read. */
async function expectOthersRead(run: Run): Promise<void> {
  await run.until((records) => texts(records).includes('other 1'));
  fs.appendFileSync(other, 'other 2\n');
  await run.until((records) => texts(records).includes('other 2'));
}

describe('in the place of a log', () => {
  test.each<[string, (file: string) => Promise<void> | void, RegExp]>([
    ['a folder', (file) => fs.mkdirSync(file), /not a regular file/],
    [
      'a pipe',
      (file) => {
        spawnSync('mkfifo', [file]);
      },
      /not a regular file/,
    ],
    [
      'a socket',
      async (file) => {
        const server = net.createServer().listen(file);
        servers.push(server);
        await once(server, 'listening');
      },
      /not a regular file/,
    ],
    ['an endless device', (file) => fs.symlinkSync('/dev/zero', file), /not a regular file/],
    ['a link to itself', (file) => fs.symlinkSync(file, file), /ELOOP|too many/],
  ])('%s is reported, and nobody waits for it', async (_, make, said) => {
    const file = path.join(folder, 'bad.log');
    await make(file);
    const tails = [file, other].map((each) => ({ path: each, channel: 'linux-syslog' as const }));
    const run = tail({ tails });
    await expectOthersRead(run);
    expect(run.problems).toEqual([
      expect.objectContaining({ subject: file, message: expect.stringMatching(said) as string }),
    ]);
  });

  test('a link to nothing is waited for', async () => {
    fs.symlinkSync(path.join(folder, 'later'), path.join(folder, 'link.log'));
    const run = tail({ tails: [{ path: path.join(folder, 'link.log'), channel: 'linux-syslog' }] });
    const reading = run.until((records) => records.length > 0);
    fs.writeFileSync(path.join(folder, 'later'), 'there\n');
    expect(texts(await reading)).toEqual(['there']);
    expect(run.problems).toEqual([]);
  });

  test('a file that vanishes while it is looked at is no fault', async () => {
    const bad = path.join(folder, 'bad.log');
    fs.writeFileSync(bad, 'gone\n');
    const access: FileAccess = {
      ...nodeFileAccess,
      open: (file) => {
        if (file === bad) fs.rmSync(bad, { force: true });
        return nodeFileAccess.open(file);
      },
    };
    const run = tail({ access });
    await expectOthersRead(run);
    expect(run.problems.map(({ subject }) => subject)).not.toContain(other);
  });

  test('a hole of 100 GB does not hold up other logs, and costs no memory', async () => {
    const sparse = path.join(folder, 'sparse.log');
    fs.writeFileSync(sparse, '');
    fs.truncateSync(sparse, 100_000_000_000);
    const before = process.memoryUsage().rss;
    await expectOthersRead(tail());
    expect(process.memoryUsage().rss - before).toBeLessThan(64_000_000);
  });
});

describe('a name', () => {
  test('with line breaks and bytes that are no text is read, goes on after a restart, and is told in plain letters', async () => {
    const odd = Buffer.concat([Buffer.from(`${folder}/a\nb`), Buffer.of(0xff, 0xc3), Buffer.from('é.log')]);
    fs.writeFileSync(odd, 'one\n');
    const first = tail();
    const read = await first.until((records) => records.length >= 2);
    expect(texts(read).sort()).toEqual(['one', 'other 1']);
    expect(read.flatMap((record) => (record.kind === 'log' ? [record.origin] : [])).sort()).toEqual([
      String.raw`${folder}/a\x0ab\xff\xc3é.log`,
      other,
    ]);
    await first.stop();
    fs.appendFileSync(odd, 'two\n');
    fs.renameSync(odd, Buffer.concat([odd, Buffer.from('.1')]));
    fs.writeFileSync(odd, 'three\n');
    expect(texts(await tail().until((records) => records.length >= 2)).sort()).toEqual(['three', 'two']);
  });

  test('that is another name of a log that is read is told, and not read', async () => {
    fs.symlinkSync(other, path.join(folder, 'a-link.log'));
    fs.linkSync(other, path.join(folder, 'second-name.log'));
    const run = tail();
    await expectOthersRead(run);
    fs.appendFileSync(other, 'other 3\n');
    expect(texts(await run.until((records) => records.length > 0))).toEqual(['other 3']);
    expect(run.problems.map(({ message }) => message)).toEqual([
      expect.stringContaining('the same file'),
      expect.stringContaining('the same file'),
    ]);
  });
});

describe('content', () => {
  test.each([
    ['utf-16le', false],
    ['utf-16be', true],
  ])('in %s without a mark is told by its zeros', async (_, swap) => {
    const units = Buffer.from('Canh bao: dang nhap sai\r\nhai\r\n', 'utf16le');
    fs.writeFileSync(path.join(folder, 'wide.log'), swap ? units.swap16() : units);
    const read = texts(await tail().until((records) => records.length >= 3));
    expect(read.sort()).toEqual(['Canh bao: dang nhap sai', 'hai', 'other 1']);
  });

  test('that is no text at all is kept within the limits of records', async () => {
    const bytes = Buffer.alloc(3_000_000, Buffer.from(Array.from({ length: 256 }, (_, index) => index)));
    fs.writeFileSync(path.join(folder, 'binary.log'), bytes);
    const run = tail();
    // The harness holds every record to the schema.
    const read = await run.until((records) => records.length >= 5_000);
    expect(read.some((record) => record.kind === 'log' && record.repaired === true)).toBe(true);
  });
});

describe('very many files', () => {
  test('a thousand are read through few descriptors and little memory', async () => {
    const line = `${'x'.repeat(200)}\n`;
    for (let index = 0; index < 1_000; index += 1) {
      fs.writeFileSync(path.join(folder, `app-${index}x.log`), line.repeat(5));
    }
    const descriptors = (): number => fs.readdirSync('/proc/self/fd').length;
    const before = { rss: process.memoryUsage().rss, descriptors: descriptors() };
    const run = tail();
    await run.until((records) => records.length >= 5_001);
    const more = {
      descriptors: descriptors() - before.descriptors,
      mib: Math.round((process.memoryUsage().rss - before.rss) / 1_048_576),
    };
    console.info(`1,000 files: ${more.descriptors} descriptors, ${more.mib} MiB more`);
    expect(more.descriptors).toBeLessThan(150);
    expect(more.mib).toBeLessThan(120);
  });

  test('ten thousand that come and go at once are told, and forgotten', async () => {
    const names = Array.from({ length: 10_000 }, (_, index) => path.join(folder, `burst-${index}x.log`));
    const run = tail({ expandMs: 50 });
    await run.until((records) => texts(records).includes('other 1'));
    for (const name of names) fs.writeFileSync(name, 'x\n');
    await run.until((records) => records.length >= 1_000);
    for (const name of names) fs.unlinkSync(name);
    fs.appendFileSync(other, 'other 2\n');
    await run.until((records) => texts(records).includes('other 2'));
    expect(run.problems.map(({ message }) => message).join('\n')).toMatch(/too many files/);
    fs.writeFileSync(path.join(folder, 'after.log'), 'after\n');
    await run.until((records) => texts(records).includes('after'));
  });
});
