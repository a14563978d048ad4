/** Archives of rules: what is taken, and everything hostile refused as a whole with the name of the file. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { Header } from 'tar';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ArchiveError } from '../../../collector/content/archive-limits.ts';
import { readArchive, readPlace } from '../../../collector/content/read-import.ts';
import { zipOf, type ZipEntry } from './zip-bytes.ts';

const RULE = 'title: One\nid: one\n';

interface TarEntry {
  path: string;
  text?: string;
  type?: 'File' | 'SymbolicLink' | 'Link' | 'CharacterDevice' | 'Directory';
  linkpath?: string;
}

function tarGz(entries: readonly TarEntry[]): Buffer {
  const blocks = entries.flatMap(({ path: name, text = '', type = 'File', linkpath }) => {
    const block = Buffer.alloc(512);
    const header = new Header({
      path: name,
      type,
      size: text.length,
      mode: 0o644,
      ...(linkpath === undefined ? {} : { linkpath }),
    });
    header.encode(block, 0);
    return [block, Buffer.from(text.padEnd(Math.ceil(text.length / 512) * 512, '\0'))];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1_024)]));
}

const fault = async (work: Promise<unknown>): Promise<[string, string]> => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ArchiveError)) throw new Error(`not refused: ${String(error)}`);
  return [error.file, error.message];
};

describe('a zip file', () => {
  it('gives its rules and leaves everything else', async () => {
    const bytes = zipOf([
      { name: 'rules/', mode: 0o040_755 },
      { name: 'rules/a.yml', text: RULE },
      { name: 'rules/b.yaml', text: RULE, method: 0 },
      { name: 'rules/a.test.yml', text: 'x' },
      { name: 'README.md', text: 'x' },
    ]);
    expect(await readArchive(bytes, 'rules.zip')).toEqual([
      { place: 'rules/a.yml', text: RULE },
      { place: 'rules/b.yaml', text: RULE },
    ]);
  });

  const hostile: [string, ZipEntry[], string, RegExp][] = [
    ['climbs out', [{ name: '../../etc/cron.d/a.yml' }], '../../etc/cron.d/a.yml', /leads out/],
    ['has an absolute name', [{ name: '/etc/a.yml' }], '/etc/a.yml', /leads out/],
    ['climbs as Windows does', [{ name: 'a\\..\\..\\b.yml' }], 'a\\..\\..\\b.yml', /leads out/],
    ['names a drive', [{ name: 'C:/a.yml' }], 'C:/a.yml', /leads out/],
    ['holds a link', [{ name: 'a.yml', text: '/etc/passwd', mode: 0o120_777 }], 'a.yml', /link or a device/],
    ['holds a device', [{ name: 'a.yml', mode: 0o020_666 }], 'a.yml', /link or a device/],
    [
      'says a smaller size',
      [{ name: 'a.yml', text: 'x'.repeat(500_000), size: 10 }],
      'a.yml',
      /more than it says/,
    ],
    [
      'holds a rule of 10 MB',
      [
        { name: 'r/a.yml', text: RULE },
        { name: 'r/big.yml', text: 'x'.repeat(10_000_000) },
      ],
      'r/big.yml',
      /too many for a rule/,
    ],
    ['unpacks to too much', [{ name: 'a.bin', size: 0xffff_fff0 }], 'a.bin', /unpacks to too much/],
    ['has a name twice', [{ name: 'a.yml' }, { name: 'a.yml' }], 'a.yml', /there twice/],
    [
      'lays entries over each other',
      [
        { name: 'a.yml', text: RULE },
        { name: 'b.yml', text: RULE, over: 0 },
      ],
      'b.yml',
      /lies over/,
    ],
    ['is encrypted', [{ name: 'a.yml', flags: 1 }], 'a.yml', /encrypted/],
    ['is packed otherwise', [{ name: 'a.yml', method: 12 }], 'a.yml', /method 12/],
  ];
  it.each(hostile)('that %s is refused', async (_what, entries, file, message) => {
    expect(await fault(readArchive(zipOf(entries), 'x.zip'))).toEqual([file, expect.stringMatching(message)]);
  });

  it('that is cut short or damaged is refused', async () => {
    const whole = zipOf([{ name: 'a.yml', text: RULE }]);
    expect((await fault(readArchive(whole.subarray(0, whole.length - 5), 'x.zip')))[0]).toBe('');
    const damaged = Buffer.from(whole);
    damaged.writeUInt32LE(whole.length * 2, whole.length - 6);
    expect((await fault(readArchive(damaged, 'x.zip')))[0]).toBe('');
  });

  it('of too many files is refused', async () => {
    const many = Array.from({ length: 50_001 }, (_, n) => ({ name: `${String(n)}.txt`, method: 0 }));
    expect((await fault(readArchive(zipOf(many), 'x.zip')))[1]).toMatch(/50000 files/);
  });
});

describe('a tar.gz file', () => {
  it('gives its rules', async () => {
    const bytes = tarGz([
      { path: 'r/', type: 'Directory' },
      { path: 'r/a.yml', text: RULE },
      { path: 'r/x.md', text: 'x' },
    ]);
    expect(await readArchive(bytes, 'x.tgz')).toEqual([{ place: 'r/a.yml', text: RULE }]);
  });

  it.each<[string, TarEntry, RegExp]>([
    ['climbs out', { path: '../a.yml', text: RULE }, /leads out/],
    [
      'holds a symbolic link',
      { path: 'a.yml', type: 'SymbolicLink', linkpath: '/etc/passwd' },
      /link or a device/,
    ],
    ['holds a hard link', { path: 'a.yml', type: 'Link', linkpath: 'b.yml' }, /link or a device/],
    ['holds a device', { path: 'a.yml', type: 'CharacterDevice' }, /link or a device/],
    ['holds a rule of 10 MB', { path: 'a.yml', text: 'x'.repeat(10_000_000) }, /too many for a rule/],
  ])('that %s is refused', async (_what, entry, message) => {
    expect(await fault(readArchive(tarGz([entry]), 'x.tgz'))).toEqual([
      entry.path,
      expect.stringMatching(message),
    ]);
  });

  it('that unpacks to too much ends before it has', async () => {
    const bomb = gzipSync(Buffer.alloc(20 * 1_048_576));
    expect((await fault(readArchive(bomb, 'x.tgz')))[1]).toMatch(/damaged|too much/);
  });

  it('that is damaged is refused', async () => {
    const bytes = tarGz([{ path: 'a.yml', text: RULE }]);
    expect((await fault(readArchive(bytes.subarray(0, bytes.length - 20), 'x.tgz')))[1]).toMatch(/damaged/);
  });
});

describe('a place on the disk', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'vonggac-import-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is a folder with all below it, and links are not followed', async () => {
    mkdirSync(path.join(folder, 'windows'));
    writeFileSync(path.join(folder, 'windows', 'a.yml'), RULE);
    symlinkSync('/etc/passwd', path.join(folder, 'windows', 'b.yml'));
    expect(await readPlace(folder)).toEqual([{ place: 'windows/a.yml', text: RULE }]);
  });

  it('is one rule', async () => {
    writeFileSync(path.join(folder, 'a.yml'), RULE);
    expect(await readPlace(path.join(folder, 'a.yml'))).toEqual([{ place: 'a.yml', text: RULE }]);
  });
});
