/** What rpm knows of files, asked of the real rpm with a database of its own. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PackageFiles } from '../../../../../agent/sources/integrity/packages/package-files.ts';
import { openRpmFiles } from '../../../../../agent/sources/integrity/packages/rpm-files.ts';
import { makeRpmDatabase, rpmIsHere, type RpmDatabase } from '../../../../support/rpm-database.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

test('without a database of rpm there is nobody to ask', () => {
  const empty = fs.mkdtempSync(path.join(os.tmpdir(), 'vonggac-rpm-'));
  expect(openRpmFiles({ databases: [empty, path.join(empty, 'none')] })).toBeUndefined();
});

describe.skipIf(!rpmIsHere)('rpm', () => {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'vonggac-rpm-'));
  const at = (name: string): string => path.join(home, 'root', name);
  let database: RpmDatabase;
  let files: PackageFiles;

  beforeAll(() => {
    database = makeRpmDatabase(home);
    const shared = { [at('shared/')]: '', [at('shared/licence')]: 'the same\n' };
    database.install({
      name: 'one',
      files: { ...shared, [at('bin/tool')]: 'tool\n', [at('etc/tài liệu.conf')]: 'a=1\n', [at('gone')]: 'x' },
    });
    database.install({ name: 'other', files: { ...shared, [at('other')]: 'other\n' } });
    fs.rmSync(at('gone'));
    fs.writeFileSync(at('etc/tài liệu.conf'), 'a=2\n');
    fs.writeFileSync(at('nobodys'), 'x');
    const opened = openRpmFiles({ args: database.args, databases: [database.folder] });
    if (opened === undefined) throw new Error('rpm installed nothing');
    files = opened;
  });

  afterAll(() => fs.rmSync(home, { recursive: true }));

  test('names the package of each path, also beside paths that are gone or belong to nobody or to two', async () => {
    const answers = await files.find([
      { path: at('vanished') },
      { path: at('nobodys'), sha256: sha256('x') },
      { path: at('shared') },
      { path: at('shared/licence'), sha256: sha256('the same\n') },
      { path: at('gone') },
      { path: at('two\nlines') },
      { path: at('other'), sha256: sha256('other\n') },
      { path: at('etc/tài liệu.conf'), sha256: sha256('a=2\n') },
      { path: at('bin/tool'), sha256: sha256('tool\n') },
    ]);
    expect(Object.fromEntries(answers)).toEqual({
      [at('shared')]: { name: 'one 2.0-3', verified: false },
      [at('shared/licence')]: { name: 'one 2.0-3', verified: true },
      [at('gone')]: { name: 'one 2.0-3', verified: false },
      [at('other')]: { name: 'other 2.0-3', verified: true },
      [at('etc/tài liệu.conf')]: { name: 'one 2.0-3', verified: false },
      [at('bin/tool')]: { name: 'one 2.0-3', verified: true },
    });
  });

  test('is busy while it installs', async () => {
    expect(files.busy()).toBe(false);
    const signs = { here: path.join(home, 'here'), go: path.join(home, 'go') };
    const afterwards = `touch ${signs.here}; while [ ! -e ${signs.go} ]; do sleep 0.02; done`;
    const args = database.build({ name: 'slow', files: { [at('slow')]: 'x' }, afterwards });
    const rpm = spawn('/usr/bin/rpm', args, { stdio: 'ignore' });
    const ended = once(rpm, 'exit');
    await expect.poll(() => fs.existsSync(signs.here)).toBe(true);
    expect(files.busy()).toBe(true);
    fs.writeFileSync(signs.go, '');
    await ended;
    expect(files.busy()).toBe(false);
  });
});
