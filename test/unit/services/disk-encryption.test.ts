/** Disks as the kernel tells them, in a tree of our own. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isOnEncryptedDisk } from '../../../collector/services/compliance/disk-encryption.ts';

let sys: string;
beforeEach(() => {
  sys = fs.mkdtempSync(path.join(os.tmpdir(), 'sys-'));
});
afterEach(() => fs.rmSync(sys, { recursive: true }));

/** @param slaves what it lies on; undefined: it is a partition */
function device(place: string, { uuid, slaves }: { uuid?: string; slaves?: string[] } = {}): void {
  const folder = path.join(sys, 'dev/block', place);
  fs.mkdirSync(folder, { recursive: true });
  if (uuid !== undefined) {
    fs.mkdirSync(path.join(folder, 'dm'));
    fs.writeFileSync(path.join(folder, 'dm/uuid'), `${uuid}\n`);
  }
  for (const slave of slaves ?? []) device(path.join(place, 'slaves', slave));
  if (slaves?.length === 0) fs.mkdirSync(path.join(folder, 'slaves'));
}
const ask = (number: string) => isOnEncryptedDisk('/data', { sys, deviceOf: () => Promise.resolve(number) });

test('a mapping that encrypts is encrypted, and so is a volume on nothing else', async () => {
  device('253:0', { uuid: 'CRYPT-LUKS2-abc-data', slaves: ['sda3'] });
  device('253:1', { uuid: 'LVM-abc' });
  device('253:1/slaves/dm-0', { uuid: 'CRYPT-LUKS2-abc' });
  expect(await ask('253:0')).toBe(true);
  expect(await ask('253:1')).toBe(true);
});

test('a partition, a disk and a volume partly on plain disks are not', async () => {
  device('8:1');
  device('8:0', { slaves: [] });
  device('253:2', { uuid: 'LVM-abc', slaves: ['sdb1'] });
  device('253:2/slaves/dm-0', { uuid: 'CRYPT-LUKS2-abc' });
  expect(await ask('8:1')).toBe(false);
  expect(await ask('8:0')).toBe(false);
  expect(await ask('253:2')).toBe(false);
});

test('what names no disk, or what the kernel does not tell, is not known', async () => {
  expect(await ask('0:45')).toBeUndefined();
  expect(await ask('9:9')).toBeUndefined();
});

test('a real folder names a device, and an empty tree says nothing of it', async () => {
  expect(await isOnEncryptedDisk(sys, { sys })).toBeUndefined();
});
