/** Over stand-ins for icacls.exe and whoami.exe that keep one access list; nothing here has run on Windows itself. */
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Host } from '../../../../agent/host/host.ts';
import { keepPrivate, privacyOf } from '../../../../agent/windows/private-folder.ts';
import { makeFolder, removeFolder } from '../../../support/agent/spool-fixture.ts';

const OWN = 'S-1-5-21-1-2-3-1001';
/** What a folder made by a user below C:\ProgramData inherits. */
const INHERITED =
  'D:AI(A;OICIID;FA;;;SY)(A;OICIID;FA;;;BA)(A;OICIIOID;GA;;;CO)(A;OICIID;0x1200a9;;;BU)(A;CIID;DCLCRPCR;;;BU)';

let folder: string;
let list: string;
let groups: string;
let ran: string[];
let fails: boolean;

beforeEach(() => {
  folder = makeFolder();
  list = INHERITED;
  groups = '"Mandatory Label\\High Mandatory Level","Label","S-1-16-12288",""';
  ran = [];
  fails = false;
});

afterEach(() => removeFolder(folder));

const host = (): Host => ({
  root: '/',
  run: (name, args) => {
    ran.push([name, ...args].join(' '));
    const ended = (stdout: string, code = 0) =>
      Promise.resolve({
        kind: 'ended' as const,
        code,
        stdout,
        stderr: code === 0 ? '' : 'Access is denied.',
        truncated: false,
      });
    if (name === 'whoami') return ended(args[0] === '/user' ? `"may-01\\lan","${OWN}"\r\n` : groups);
    if (fails && args[1] !== '/save') return ended('', 5);
    if (args[1] === '/save') fs.writeFileSync(args[2] ?? '', Buffer.from(`Agent\r\n${list}\r\n`, 'utf16le'));
    if (args[1] === '/inheritance:r') {
      const sids = args.filter((arg) => arg.startsWith('*')).map((arg) => arg.slice(1).split(':')[0]);
      list = `D:PAI${sids.map((sid) => `(A;OICI;FA;;;${sid})`).join('')}`;
    }
    return ended('');
  },
});

test('a folder that users may open is closed, and belongs to the administrators', async () => {
  expect(await privacyOf(folder, host())).toEqual({ kind: 'open', who: ['BU'] });
  expect(await keepPrivate(folder, host())).toBeUndefined();
  expect(await privacyOf(folder, host())).toEqual({ kind: 'private' });
  expect(ran).toContain(`icacls ${folder} /setowner *S-1-5-32-544 /L /Q`);
  // Nothing in it: nothing to be mended there.
  expect(ran.filter((line) => line.includes(' /T '))).toEqual([]);
});

test('one that is closed is left alone', async () => {
  list = 'D:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)';
  expect(await keepPrivate(folder, host())).toBeUndefined();
  expect(ran.filter((line) => line.startsWith('icacls'))).toHaveLength(1);
});

test('what was put into it before inherits like all else', async () => {
  fs.writeFileSync(path.join(folder, 'identity.json'), '{}');
  await keepPrivate(folder, host());
  expect(ran.filter((line) => line.includes(' /T '))).toEqual([
    expect.stringContaining('/setowner *S-1-5-32-544 /T'),
    expect.stringContaining('/reset /T'),
  ]);
});

test('without the rights of an administrator it stays open to who runs the agent', async () => {
  groups = '"Mandatory Label\\Medium Mandatory Level","Label","S-1-16-8192",""';
  expect(await keepPrivate(folder, host())).toBeUndefined();
  expect(list).toContain(OWN);
});

test('why it could not be closed is said', async () => {
  fails = true;
  expect(await keepPrivate(folder, host())).toContain('Access is denied');
});

test('a list that says nothing, or nonsense, is not taken for private', async () => {
  list = 'D:NO_ACCESS_CONTROL';
  expect(await privacyOf(folder, host())).toEqual({ kind: 'open', who: ['S-1-1-0'] });
  list = 'Successfully processed 1 files';
  expect(await privacyOf(folder, host())).toMatchObject({ kind: 'unknown' });
});
