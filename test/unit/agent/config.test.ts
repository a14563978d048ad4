import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ConfigError, defaultStateDir, loadConfig } from '../../../agent/config.ts';
import type { ConfigEnvironment } from '../../../agent/config.ts';
import { makeFolder, removeFolder } from '../../support/agent/spool-fixture.ts';

let folder: string;
let environment: ConfigEnvironment;

beforeEach(() => {
  folder = makeFolder();
  environment = { platform: 'linux', env: {}, homeDir: '/home/an', privileged: false, workingDir: folder };
});

afterEach(() => removeFolder(folder));

function write(json: unknown, name = 'agent.json'): string {
  const file = path.join(folder, name);
  fs.writeFileSync(file, typeof json === 'string' ? json : JSON.stringify(json));
  return file;
}

test('without a file the defaults of the system hold, and none of them has to exist', () => {
  const config = loadConfig({ stateDir: folder }, environment);
  expect(config.tails.map((tail) => tail.path)).toContain('/var/log/auth.log');
  expect(config.watch.map((watch) => watch.path)).toContain('/etc');
  expect([...config.tails, ...config.watch].every(({ optional }) => optional)).toBe(true);
  expect(config.spool).toEqual({ bytesMax: 1_073_741_824, whenFull: 'hold' });
});

test('it is frozen to its depths', () => {
  const config = loadConfig({ stateDir: folder, tails: ['a'] }, environment);
  expect(Object.isFrozen(config.spool) && Object.isFrozen(config.tails[0])).toBe(true);
});

test('the command line adds to what the file says, and overrides the level', () => {
  write({ tails: [{ path: '/x.log' }], watch: [], log: { level: 'error' } });
  const config = loadConfig(
    { stateDir: folder, tails: ['y.log=sshd', '/z=1.log'], watch: ['w'], logLevel: 'debug' },
    environment,
  );
  expect(config.tails.map((tail) => [tail.path, tail.channel])).toEqual([
    [path.join(folder, 'y.log'), 'sshd'],
    ['/z=1.log', 'auto'],
    ['/x.log', 'auto'],
  ]);
  expect(config.watch.map((watch) => watch.path)).toEqual([path.join(folder, 'w')]);
  expect(config.log.level).toBe('debug');
});

test('a path named twice is followed once, as the command line says', () => {
  write({ tails: [{ path: '/x.log', channel: 'dpkg' }] });
  const { tails } = loadConfig({ stateDir: folder, tails: ['/x.log=sshd'] }, environment);
  expect(tails.map(({ channel }) => channel)).toEqual(['sshd']);
});

test.each<[string, unknown, RegExp]>([
  ['no JSON', '{', /agent\.json: cannot be read as JSON/],
  ['an unknown field', { spoool: {} }, /agent\.json: .*spoool/],
  ['a wrong type', { spool: { bytesMax: 'much' } }, /agent\.json: spool\.bytesMax/],
  ['a spool too small to work', { spool: { bytesMax: 1 } }, /spool\.bytesMax/],
  ['a relative path', { tails: [{ path: 'x.log' }] }, /tails\.0\.path: must be an absolute path/],
  ['an unknown channel', { tails: [{ path: '/x', channel: 'y' }] }, /tails\.0\.channel/],
])('%s is refused with file and field', (_, json, message) => {
  write(json);
  expect(() => loadConfig({ stateDir: folder }, environment)).toThrow(ConfigError);
  expect(() => loadConfig({ stateDir: folder }, environment)).toThrow(message);
});

test('a file named on the command line must be there', () => {
  expect(() => loadConfig({ stateDir: folder, file: 'none.json' }, environment)).toThrow(/none\.json/);
});

test('a channel that does not exist is told apart from a file name with an equals sign', () => {
  expect(() => loadConfig({ stateDir: folder, tails: ['/x.log=sshdd'] }, environment)).toThrow(
    /not a channel/,
  );
});

test('a byte order mark before the JSON does not matter', () => {
  write('\uFEFF{"log":{"level":"warn"}}');
  expect(loadConfig({ stateDir: folder }, environment).log.level).toBe('warn');
});

test('the state folder is that of the system for who may write it, else the user’s', () => {
  expect(defaultStateDir(environment)).toBe('/home/an/.local/state/vonggac-agent');
  expect(defaultStateDir({ ...environment, privileged: true })).toBe('/var/lib/vonggac-agent');
  expect(defaultStateDir({ ...environment, platform: 'win32', env: { ProgramData: 'D:\\Data' } })).toBe(
    'D:\\Data\\VongGac\\Agent',
  );
});
