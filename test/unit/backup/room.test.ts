/** A backup that would fill the disk is not begun, and one that is packed does not need its room twice. */
import { readdirSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { packArchive, unpackArchive } from '../../../collector/backup/archive.ts';
import { type BackupSource, createBackup, listBackupNames } from '../../../collector/backup/create-backup.ts';
import { digestFiles } from '../../../collector/backup/digest-files.ts';
import { NoRoomError, requireRoom } from '../../../collector/backup/room.ts';

const GIB = 1_073_741_824;
const NAME = 'vonggac-2026-11-25T000000Z';
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'vonggac-room-'));
});
afterEach(() => rm(folder, { recursive: true }));

function source(folderBytes: number): BackupSource {
  return {
    version: '1',
    fingerprint: 'a'.repeat(64),
    identityFiles: [],
    trees: { attachments: '', reportTrust: '' },
    size: async () => ({ folderBytes, heldBytes: 0, place: undefined }),
    copyRegistry: async (to) => {
      await writeFile(to, 'registry');
      return [];
    },
    deletedSince: async () => 0,
    lossesSince: async () => [],
    copyStore: async (_folder, { beforeEvents, onProgress }) => {
      await beforeEvents();
      onProgress(3, 1_000);
      return { eventsMin: 1, eventsMax: 2 };
    },
  };
}

test('without room nothing is begun, and it is said how much is missing where', async () => {
  await expect(
    requireRoom('the backup', { folder: '/x', bytes: 2 * GIB, freeBytes: async () => GIB }),
  ).rejects.toThrow('the backup needs 2.16 GiB where 1.00 GiB are free in /x');
  const options = { folder, name: NAME, now: () => 7, onProgress: () => undefined };
  const refused = createBackup({ ...options, source: source(GIB), freeBytes: async () => GIB });
  await expect(refused).rejects.toThrow(NoRoomError);
  expect(await readdir(folder)).toEqual([]);
  await createBackup({ ...options, source: source(GIB), freeBytes: async () => 2 * GIB });
  expect(await listBackupNames(folder)).toEqual([NAME]);
});

test('what was cut off is removed by the next one, what is being packed is not', async () => {
  const old = new Date(Date.now() - 2 * 86_400_000);
  for (const day of ['20', '21', '22']) {
    const name = `vonggac-2026-11-${day}T000000Z${day === '20' ? '.partial' : '.packing'}`;
    await mkdir(path.join(folder, name, 'store'), { recursive: true });
    if (day === '22') await utimes(path.join(folder, name), old, old);
  }
  await mkdir(path.join(folder, 'mine.partial'));
  await createBackup({ folder, name: NAME, now: Date.now, source: source(1), onProgress: () => undefined });
  expect((await readdir(folder)).sort()).toEqual([
    'mine.partial',
    'vonggac-2026-11-21T000000Z.packing',
    NAME,
  ]);
});

test('what retention took away meanwhile may be in the copy or not', async () => {
  const asked: number[] = [];
  const options = { folder, name: NAME, now: () => 1_000_000_000, onProgress: () => undefined };
  const deletedSince = async (ms: number): Promise<number> => {
    asked.push(ms);
    return 5;
  };
  const counted = { eventsMin: 7, eventsMax: 9 };
  const copyStore = async (): Promise<typeof counted> => counted;
  const made = await createBackup({
    ...options,
    source: { ...source(1), deletedSince, copyStore, copyRegistry: async () => [] },
  });
  expect(made).toMatchObject({ eventsMin: 2, eventsMax: 14 });
  // Clocks of several collectors need not agree to the minute.
  expect(asked).toEqual([1_000_000_000 - 600_000]);
});

test('progress says of how much', async () => {
  const seen: string[] = [];
  await createBackup({
    folder,
    name: NAME,
    now: () => 7,
    source: source(5_000),
    onProgress: ({ step, bytes, bytesTotal }) => seen.push(`${step} ${bytes}/${bytesTotal ?? '?'}`),
  });
  expect(seen.slice(0, 2)).toEqual(['control-plane 0/?', 'events 1000/5000']);
  expect(seen.at(-1)).toMatch(/^digests \d+\/5000$/);
});

test('what is packed is removed as it goes, and the archive holds all of it', async () => {
  const backup = path.join(folder, NAME);
  const files = 60;
  const fileBytes = 500_000;
  await mkdir(path.join(backup, 'store'), { recursive: true });
  for (let at = 0; at < files; at += 1) {
    await writeFile(path.join(backup, 'store', `part-${at}`), Buffer.alloc(fileBytes, at));
  }
  const before = await digestFiles(backup, () => undefined);
  let highest = 0;
  const store = path.join(`${backup}.packing`, 'store');
  const unpacked = (): number =>
    readdirSync(store).reduce((sum, name) => sum + statSync(path.join(store, name)).size, 0);
  const to = path.join(folder, 'all.tar');
  await packArchive({
    folder: backup,
    to,
    onBytes: (packed) => (highest = Math.max(highest, packed + unpacked())),
  });
  const all = files * fileBytes;
  expect((await stat(to)).size).toBeGreaterThan(all);
  expect(highest).toBeLessThan(1.3 * all);
  expect(await readdir(folder)).toEqual(['all.tar']);
  const into = path.join(folder, 'into');
  await mkdir(into);
  const taken = await unpackArchive({ file: to, into, onBytes: () => undefined });
  expect(await digestFiles(taken, () => undefined)).toEqual(before);
});

test('an archive whose name is taken is refused, and the folder stays', async () => {
  const backup = path.join(folder, NAME);
  await mkdir(backup);
  await writeFile(path.join(backup, 'file'), 'x');
  const to = path.join(folder, 'all.tar');
  await writeFile(`${to}.partial`, 'of another');
  const refused = packArchive({ folder: backup, to, onBytes: () => undefined });
  await expect(refused).rejects.toThrow('EEXIST');
  expect(await readFile(`${to}.partial`, 'utf8')).toBe('of another');
  expect((await readdir(folder)).sort()).toEqual(['all.tar.partial', NAME]);
});
