/** Which version the launcher of Linux starts, whatever an update left behind. The runtime is a shell script here. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeFolder, removeFolder } from '../../../support/agent/spool-fixture.ts';

const LAUNCHER = path.resolve(import.meta.dirname, '../../../../agent/service/linux/vonggac-agent');

let root: string;

beforeEach(() => {
  root = makeFolder();
  fs.copyFileSync(LAUNCHER, path.join(root, 'vonggac-agent'));
  fs.chmodSync(path.join(root, 'vonggac-agent'), 0o755);
  fs.mkdirSync(path.join(root, 'versions'));
  addRuntime('24.21.0');
  addVersion('0.1.0', '24.21.0');
  point('packaged', '0.1.0');
});

afterEach(() => removeFolder(root));

function addRuntime(name: string): void {
  const folder = path.join(root, 'runtimes', name);
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'node'), '', { mode: 0o755 });
}

function addVersion(name: string, runtime: string): void {
  const folder = path.join(root, 'versions', name);
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'runtime'), `${runtime}\n`);
  const says = `#!/bin/sh\necho "${name} on $(basename "$(dirname "$VONGGAC_NODE")"): $*"\n`;
  fs.writeFileSync(path.join(folder, 'vonggac-agent'), says, { mode: 0o755 });
}

const point = (pointer: string, to: string): void =>
  fs.writeFileSync(path.join(root, 'versions', pointer), `${to}\n`);

const pointers = (): string[] =>
  fs
    .readdirSync(path.join(root, 'versions'))
    .filter((name) => !/^\d/.test(name))
    .toSorted();

function start(env: Record<string, string> = {}): {
  status: number | null;
  signal: string | null;
  out: string;
  err: string;
} {
  const { status, signal, stdout, stderr } = spawnSync(path.join(root, 'vonggac-agent'), ['run', 'a b'], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    encoding: 'utf8',
  });
  return { status, signal, out: stdout.trim(), err: stderr };
}

const SERVICE = { VONGGAC_SERVICE: '1' };

test('the packaged version runs on its runtime, with the arguments as they are, by a link too', () => {
  expect(start()).toMatchObject({ status: 0, out: '0.1.0 on 24.21.0: run a b' });
  const link = path.join(root, 'link');
  fs.symlinkSync(path.join(root, 'vonggac-agent'), link);
  expect(spawnSync(link, ['status'], { encoding: 'utf8' }).stdout).toBe('0.1.0 on 24.21.0: status\n');
});

describe('after an update', () => {
  beforeEach(() => {
    addRuntime('24.22.0');
    addVersion('0.2.0', '24.22.0');
  });

  test('the current version runs', () => {
    point('current', '0.2.0');
    expect(start(SERVICE).out).toBe('0.2.0 on 24.22.0: run a b');
  });

  test('a version on trial is started once, by the service only', () => {
    point('trial', '0.2.0');
    expect(start().out).toContain('0.1.0');
    expect(pointers()).toEqual(['packaged', 'trial']);
    expect(start(SERVICE).out).toContain('0.2.0');
    expect(pointers()).toEqual(['packaged', 'tried']);
    expect(start(SERVICE).out).toContain('0.1.0');
  });

  const says = (script: string): void =>
    fs.writeFileSync(path.join(root, 'versions/0.2.0/vonggac-agent'), `#!/bin/sh\n${script}\n`);
  const tried = (): string => fs.readFileSync(path.join(root, 'versions/tried'), 'utf8');

  test('a version that hangs on trial is ended when its time is over, and that is noted', () => {
    says('exec sleep 60');
    fs.writeFileSync(path.join(root, 'versions/trial'), '0.2.0\n1\n');
    expect(start(SERVICE)).toMatchObject({ status: null, signal: 'SIGKILL' });
    expect(tried()).toBe('0.2.0\n1\nhung 1\n');
    expect(start(SERVICE).out).toContain('0.1.0');
  });

  test('one that became well in time is left alone', () => {
    says('rm "$(dirname "$0")/../tried"; sleep 2; echo over');
    fs.writeFileSync(path.join(root, 'versions/trial'), '0.2.0\n1\n');
    expect(start(SERVICE)).toMatchObject({ status: 0, out: 'over' });
    expect(pointers()).toEqual(['packaged']);
  });

  test.each([
    ['names a folder elsewhere', '../0.2.0'],
    ['names nothing', ''],
    ['begins with a dot', '.hidden'],
    ['holds what a shell would read', '0.2.0;id'],
    ['names what is not there', '0.3.0'],
    ['is too long', '1'.repeat(65)],
  ])('a pointer that %s is passed over', (_what, to) => {
    point('current', to);
    expect(start(SERVICE)).toMatchObject({ status: 0, out: '0.1.0 on 24.21.0: run a b' });
    point('trial', to);
    expect(start(SERVICE).out).toContain('0.1.0');
    expect(pointers()).toEqual(['current', 'packaged', 'tried']);
  });

  test('a version whose runtime is not there is passed over', () => {
    point('current', '0.2.0');
    fs.rmSync(path.join(root, 'runtimes/24.22.0'), { recursive: true });
    expect(start(SERVICE).out).toContain('0.1.0');
  });
});

test('where nothing can be started, it says what to do', () => {
  fs.rmSync(path.join(root, 'runtimes'), { recursive: true });
  expect(start()).toMatchObject({ status: 1, out: '' });
  expect(start().err).toContain('install the package again');
});
