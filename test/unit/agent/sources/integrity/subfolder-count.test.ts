/** Folders whose link count says that there is no folder in them. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hasNoSubfolder } from '../../../../../agent/sources/integrity/subfolder-count.ts';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vonggac-subfolders-'));
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

test('it is never said of a folder with a folder in it, nor of what is none or not there', () => {
  fs.writeFileSync(path.join(folder, 'file'), '');
  fs.mkdirSync(path.join(folder, 'below'));
  expect(hasNoSubfolder(folder)).toBe(false);
  expect(hasNoSubfolder(path.join(folder, 'file'))).toBe(false);
  expect(hasNoSubfolder(path.join(folder, 'gone'))).toBe(false);
  expect(hasNoSubfolder('/proc')).toBe(false);
});

test('of one without any it is said where the file system keeps the count (ext4, XFS, tmpfs)', ({ skip }) => {
  if (![0xef53, 0x58465342, 0x01021994].includes(fs.statfsSync(folder).type)) skip('another file system');
  fs.writeFileSync(path.join(folder, 'file'), '');
  expect(hasNoSubfolder(folder)).toBe(true);
});
