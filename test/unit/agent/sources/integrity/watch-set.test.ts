import { describe, expect, test } from 'vitest';
import type { FileState } from '#protocol/record.ts';
import { compareStates } from '../../../../../agent/sources/integrity/compare-state.ts';
import { defaultWatchSets } from '../../../../../agent/sources/integrity/default-watch.ts';
import { childPath, escapeName } from '../../../../../agent/sources/integrity/path-name.ts';
import { DEFAULT_PROPERTIES, WatchSets } from '../../../../../agent/sources/integrity/watch-set.ts';

describe('watch sets', () => {
  const sets = WatchSets.of([
    { path: '/none/etc/', excludes: ['*.swp', '/none/etc/cache', '/none/etc/lvm/{a,b}'] },
    { path: '/none/etc/cache/keep' },
    { path: '/none/home/*/.ssh' },
  ]);

  test.each([
    ['/none/etc', 'inside'],
    ['/none/etc/passwd', 'inside'],
    ['/none/etcetera', 'outside'],
    ['/none/etc/.x.swp', 'outside'],
    ['/none/etc/cache', 'outside'],
    ['/none/etc/cache/x', 'outside'],
    ['/none/etc/cache/keep/x', 'inside'],
    ['/none/etc/lvm/a/deep', 'outside'],
    ['/none/etc/lvm/c', 'inside'],
    ['/none/home', 'above'],
    ['/none/home/an', 'above'],
    ['/none/home/an/.ssh', 'inside'],
    ['/none/home/an/.ssh/authorized_keys', 'inside'],
    ['/none/home/an/Documents', 'outside'],
  ])('%s is %s', (file, place) => {
    expect(sets.place(file)).toBe(place);
  });

  test('start from bases of which none is walked twice', () => {
    expect(sets.bases.sort()).toEqual(['/none/etc', '/none/etc/cache/keep', '/none/home']);
    const nested = WatchSets.of([{ path: '/none/a' }, { path: '/none/a/b' }, { path: '/none/a/b' }]);
    expect(nested.bases).toEqual(['/none/a']);
  });

  test('of Linux hold what matters and leave out what changes all day', () => {
    const linux = WatchSets.of(defaultWatchSets('linux'));
    for (const file of [
      '/etc/passwd',
      '/usr/local/bin/x',
      '/root/.ssh/authorized_keys',
      '/home/an/.ssh/id',
      '/boot/vmlinuz',
    ]) {
      expect([file, linux.place(file)]).toEqual([file, 'inside']);
    }
    for (const file of [
      '/etc/mtab',
      '/etc/.passwd.swp',
      '/etc/hosts~',
      '/etc/x.dpkg-new',
      '/home/an/letter.odt',
    ]) {
      expect([file, linux.place(file)]).toEqual([file, 'outside']);
    }
  });
});

describe('names that are not UTF-8', () => {
  test('are written with their bytes, what is valid in them stays', () => {
    expect(escapeName(Buffer.concat([Buffer.from('ế'), Buffer.from([0xff]), Buffer.from('a\n')]))).toBe(
      'ế\\xffa\n',
    );
  });

  test('keep their bytes for everything below them', () => {
    const folder = childPath({ text: '/d', real: '/d' }, Buffer.from([0xfe]));
    expect(folder).toEqual({ text: String.raw`/d/\xfe`, real: Buffer.from([0x2f, 0x64, 0x2f, 0xfe]) });
    expect(childPath(folder, 'x').real).toEqual(Buffer.from([0x2f, 0x64, 0x2f, 0xfe, 0x2f, 0x78]));
  });
});

describe('the change between two states', () => {
  const file: FileState = {
    type: 'file',
    size: 1,
    mode: 0o644,
    uid: 0,
    gid: 0,
    mtimeMs: 1,
    inode: '1',
    sha256: 'a'.repeat(64),
  };
  const folder: FileState = {
    type: 'directory',
    size: 0,
    mode: 0o755,
    uid: 0,
    gid: 0,
    mtimeMs: 1,
    inode: '2',
  };
  const { sha256: _, ...unread } = { ...file, unread: 'permission denied' };

  test.each<[string, FileState | undefined, FileState | undefined, string]>([
    ['nothing to nothing', undefined, undefined, 'none'],
    ['a new file', undefined, file, 'created'],
    ['a file gone', file, undefined, 'deleted'],
    ['other content', file, { ...file, sha256: 'b'.repeat(64) }, 'modified'],
    ['other content and mode', file, { ...file, mode: 0o600, sha256: 'b'.repeat(64) }, 'modified'],
    ['a file that became a folder', file, folder, 'modified'],
    [
      'another target',
      { ...file, type: 'symlink', target: 'a' },
      { ...file, type: 'symlink', target: 'b' },
      'modified',
    ],
    ['another mode', file, { ...file, mode: 0o4755 }, 'attributes'],
    ['another owner', file, { ...file, uid: 1 }, 'attributes'],
    ['another time', file, { ...file, mtimeMs: 2 }, 'attributes'],
    [
      'content that can no longer be read, unchanged by size and time',
      file,
      { ...unread, mode: 0 },
      'attributes',
    ],
    ['content that cannot be read, of another size', file, { ...unread, size: 2 }, 'modified'],
    ['the same under another inode', file, { ...file, inode: '9' }, 'silent'],
    ['a folder in which something changed', folder, { ...folder, mtimeMs: 9 }, 'silent'],
    ['a folder opened to everybody', folder, { ...folder, mode: 0o777 }, 'attributes'],
  ])('%s', (_name, before, after, change) => {
    expect(compareStates(before, after, new Set(DEFAULT_PROPERTIES))).toBe(change);
  });
});
