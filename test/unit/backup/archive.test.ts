/** An encrypted archive names in its head to whom it is locked, so that kinds of keys lie beside each other. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { generateHybridIdentity, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { packArchive, unpackArchive } from '../../../collector/backup/archive.ts';
import { BackupDamagedError } from '../../../collector/backup/manifest.ts';
import { temporaryFolder } from '../registry/registry-fixture.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

test.each([
  ['X25519', generateX25519Identity, '-> X25519 '],
  ['the hybrid of X25519 and ML-KEM-768', generateHybridIdentity, '-> mlkem768x25519 '],
])('locked to a key of %s is opened by it, and by no other', async (_kind, generate, stanza) => {
  const [identity, other] = [await generate(), await generate()];
  const backup = path.join(folder.path, 'one');
  await mkdir(backup);
  await writeFile(path.join(backup, 'file'), 'all that there is');
  const file = path.join(folder.path, 'all.tar.age');
  const lock = { recipients: [await identityToRecipient(identity)] };
  await packArchive({ folder: backup, to: file, lock, onBytes: () => undefined });
  expect((await readFile(file, 'latin1')).split('\n', 2)).toEqual([
    'age-encryption.org/v1',
    expect.stringContaining(stanza),
  ]);
  const into = path.join(folder.path, 'into');
  await mkdir(into);
  const open = (key: string): Promise<string> =>
    unpackArchive({ file, into, keys: { identities: [key] }, onBytes: () => undefined });
  await expect(open(other)).rejects.toThrow(BackupDamagedError);
  expect(await readFile(path.join(await open(identity), 'file'), 'utf8')).toBe('all that there is');
});
