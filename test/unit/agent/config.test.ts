import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ConfigError, describeConfigProblem } from '../../../agent/config-error.ts';
import { defaultStateDir, loadConfig } from '../../../agent/config.ts';
import type { AgentConfig, ConfigEnvironment } from '../../../agent/config.ts';
import { vi } from '../../../agent/messages/vi.ts';
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
  ['a proxy that is none', { proxy: 'socks5://p' }, /proxy: must look like http:/],
  ['a proxy with a wrong list', { proxy: { url: 'http://p', bypass: 'x' } }, /proxy: .*expected array/],
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

test('what is wrong with the settings is said in Vietnamese, too', () => {
  write({ tails: [{ path: 'x.log' }], spool: { bytesMax: 'much' }, more: 1 });
  const problem = (): unknown => {
    try {
      return loadConfig({ stateDir: folder }, environment);
    } catch (error) {
      return error instanceof ConfigError ? describeConfigProblem(error.problem, vi) : error;
    }
  };
  expect(problem()).toMatch(/tails\.0\.path: phải là đường dẫn tuyệt đối/);
  expect(problem()).toMatch(/spool\.bytesMax: Đầu vào không hợp lệ/);
  expect(problem()).toMatch(/mức ngoài cùng: Khóa không được nhận dạng: "more"/);
});

test('lanes, retention and shares are read, and wrong ones refused', () => {
  write({
    lanes: { 'log/web-access': 'standard' },
    tails: [{ path: '/x.log', lane: 'security' }],
    spool: { retainMs: 0, lanes: { security: { ageMsMax: 604_800_000 }, bulk: { percentMax: 20 } } },
  });
  const config = loadConfig({ stateDir: folder }, environment);
  expect(config.lanes).toEqual({ 'log/web-access': 'standard' });
  expect(config.tails[0]?.lane).toBe('security');
  expect(config.spool.lanes?.bulk).toEqual({ percentMax: 20 });
  for (const wrong of [
    { lanes: { 'log/nothing': 'bulk' } },
    { lanes: { integrity: 'fast' } },
    { spool: { lanes: { slow: {} } } },
    { spool: { lanes: { bulk: { percentMax: 101 } } } },
  ]) {
    write(wrong);
    expect(() => loadConfig({ stateDir: folder }, environment)).toThrow(ConfigError);
  }
});

test('a proxy comes from the settings, else from the environment', () => {
  const env = { HTTPS_PROXY: 'http://env:1' };
  const proxyOf = (json: unknown): string | undefined => {
    write(json);
    return loadConfig({ stateDir: folder }, { ...environment, env }).proxy.proxy?.host;
  };
  expect(proxyOf({})).toBe('env');
  expect(proxyOf({ proxy: 'http://an:b@own:3128' })).toBe('own');
  expect(proxyOf({ proxy: { url: 'http://own:3128', bypass: ['10.0.0.0/8'] } })).toBe('own');
  expect(proxyOf({ proxy: 'none' })).toBeUndefined();
  write({});
  const wrong = { ...environment, env: { HTTPS_PROXY: 'ftp://x' } };
  expect(() => loadConfig({ stateDir: folder }, wrong)).toThrow(/HTTPS_PROXY/);
});

const JOURNAL_HOST = ['/run/log/journal', '/usr/bin/journalctl'];

function onHostWith(files: readonly string[]): ConfigEnvironment {
  return { ...environment, env: { PATH: '/bin:/usr/bin' }, exists: (file) => files.includes(file) };
}

test('the journal is read where no file holds its messages, and then no file of them is', () => {
  const config = loadConfig({ stateDir: folder }, onHostWith(JOURNAL_HOST));
  expect(config.journald).toEqual({ startAt: 'end' });
  const paths = config.tails.map((tail) => tail.path);
  expect(paths).toContain('/var/log/dpkg.log');
  expect(paths).not.toContain('/var/log/syslog');
  expect(paths).not.toContain('/var/log/auth.log');
});

test.each<[string, readonly string[], unknown]>([
  ['a syslog daemon writes files', [...JOURNAL_HOST, '/var/log/syslog'], {}],
  ['there is no journal', ['/usr/bin/journalctl'], {}],
  ['journalctl is not installed', ['/run/log/journal'], {}],
  ['the settings name the logs', JOURNAL_HOST, { tails: [] }],
  ['the settings say so', JOURNAL_HOST, { journald: { enabled: false } }],
])('the journal is not read when %s', (_, files, settings) => {
  write(settings);
  expect(loadConfig({ stateDir: folder }, onHostWith(files)).journald).toBeUndefined();
});

test('asked for, the journal takes the place of the usual files', () => {
  write({ journald: { enabled: true, directory: '/srv/journal', startAt: 'beginning' } });
  const config = loadConfig({ stateDir: folder }, onHostWith(['/var/log/syslog']));
  expect(config.journald).toEqual({ directory: '/srv/journal', startAt: 'beginning' });
  expect(config.tails.map((tail) => tail.path)).not.toContain('/var/log/syslog');
  expect(loadConfig({ stateDir: folder, onlyGiven: true }, environment).journald).toBeUndefined();
});

test("auditd's log is read on Linux, unless the settings name the logs or say otherwise", () => {
  const logOf = (settings: unknown, host = environment): unknown => {
    write(settings);
    return loadConfig({ stateDir: folder }, host).tails.find(({ channel }) => channel === 'linux-audit');
  };
  const log = { path: '/var/log/audit/audit.log', channel: 'linux-audit', encoding: 'utf-8', optional: true };
  expect(logOf({})).toEqual({ ...log, startAt: 'end' });
  expect(logOf({}, onHostWith(JOURNAL_HOST))).toEqual({ ...log, startAt: 'end' });
  expect(logOf({}, { ...environment, platform: 'darwin' })).toBeUndefined();
  expect(logOf({ tails: [] })).toBeUndefined();
  expect(logOf({ audit: { enabled: false } })).toBeUndefined();
  expect(logOf({ tails: [], audit: { enabled: true, log: '/srv/audit.log', startAt: 'beginning' } })).toEqual(
    {
      ...log,
      path: '/srv/audit.log',
      startAt: 'beginning',
    },
  );
});

const LISTENER = { protocol: 'udp', port: 514, allow: ['192.0.2.0/24'] };

test('the event log is read on Windows, or where the settings say so', () => {
  const settings = {
    startAt: 'end',
    rendered: false,
    everyMs: 5_000,
    quietMs: 30_000,
    ageMsMax: 604_800_000,
  };
  const load = (where = environment): AgentConfig => loadConfig({ stateDir: folder }, where);
  expect(load().windowsEventLog).toBeUndefined();
  const onWindows = { ...environment, platform: 'win32' as const, env: { SystemRoot: 'D:\\Windows' } };
  expect(load(onWindows).windowsEventLog).toEqual({
    ...settings,
    program: 'D:\\Windows\\System32\\wevtutil.exe',
  });
  write({ windowsEventLog: { enabled: true, program: '/opt/wevtutil', everyMs: 1_000 } });
  expect(load().windowsEventLog).toEqual({ ...settings, everyMs: 1_000, program: '/opt/wevtutil' });
  for (const [channels, field] of [
    [[{ channel: '/q:*' }], /channels\.0\.channel/],
    [[{ channel: 'Security' }, { channel: 'security' }], /names two logs alike/],
    [[{ channel: 'Security', select: 'a\nb' }], /must be an XPath in one line/],
  ] as const) {
    write({ windowsEventLog: { channels } });
    expect(() => load()).toThrow(field);
  }
});

test('the syslog receiver is off until listeners are named', () => {
  expect(loadConfig({ stateDir: folder }, environment).syslog.listeners).toEqual([]);
  write({ syslog: { listeners: [LISTENER], recordsPerSecondMax: 50 } });
  const { syslog } = loadConfig({ stateDir: folder }, environment);
  expect(syslog.listeners).toEqual([{ ...LISTENER, channel: 'linux-syslog' }]);
  expect(syslog.recordsPerSecondMax).toBe(50);
  expect(loadConfig({ stateDir: folder, onlyGiven: true }, environment).syslog.listeners).toEqual([]);
});

test.each<[string, object, RegExp]>([
  ['whom it takes messages from', { allow: [] }, /allow/],
  ['a network', { allow: ['192.0.2.0/40'] }, /allow\.0: phải là địa chỉ hoặc mạng/],
  ['an IP address', { address: 'localhost' }, /address: phải là địa chỉ IP/],
  ['a certificate for TLS', { protocol: 'tls' }, /certFile/],
  ['a port', { port: 0 }, /port/],
])('a syslog listener says %s', (_, change, words) => {
  write({ syslog: { listeners: [{ ...LISTENER, ...change }] } });
  const load = (): unknown => loadConfig({ stateDir: folder }, environment);
  expect(load).toThrow(ConfigError);
  expect(describeThrown(load)).toMatch(words);
});

test('commands are absolute paths with arguments, each under one name', () => {
  const given = (commands: unknown): ReturnType<typeof loadConfig> => {
    write({ commands });
    return loadConfig({ stateDir: folder }, environment);
  };
  const df = { name: 'disk', command: ['/bin/df', '-h'], everyMs: 60_000 };
  expect(given({ allow: ['/bin/df'], run: [df] }).commands).toEqual({
    allow: ['/bin/df'],
    run: [{ ...df, timeoutMs: 30_000, mode: 'whole', outputBytesMax: 65_536 }],
  });
  expect(describeThrown(() => given({ run: [df, df] }))).toContain('cùng một tên');
  expect(describeThrown(() => given({ run: [{ ...df, command: ['df'] }] }))).toContain('tuyệt đối');
  expect(describeThrown(() => given({ run: [{ ...df, command: ['/bin/df', 'a\0b'] }] }))).toContain('NUL');
  expect(describeThrown(() => given({ allow: [['df']] }))).toContain('tuyệt đối');
  expect(loadConfig({ stateDir: folder, file: write({}) }, environment).commands).toEqual({
    allow: [],
    run: [],
  });
});

test('what joins lines is one linear pattern with limits', () => {
  const given = (multiline: unknown): ReturnType<typeof loadConfig> => {
    write({ tails: [{ path: '/a', multiline }] });
    return loadConfig({ stateDir: folder }, environment);
  };
  expect(given({ startsWith: '^\\d' }).tails[0]?.multiline).toEqual({
    startsWith: '^\\d',
    linesMax: 500,
    bytesMax: 65_536,
    waitMs: 1_000,
  });
  expect(given('none').tails[0]?.multiline).toBe('none');
  expect(describeThrown(() => given({ startsWith: '(?=x)' }))).toContain('biểu thức chính quy');
  expect(describeThrown(() => given({ startsWith: '(a)\\1' }))).toContain('biểu thức chính quy');
  expect(describeThrown(() => given({ startsWith: '(' }))).toContain('biểu thức chính quy');
  expect(describeThrown(() => given({ startsWith: 'a', continues: 'b' }))).toContain('đúng một');
  expect(describeThrown(() => given({}))).toContain('đúng một');
});

test('two syslog listeners on one port are refused, one of each protocol is not', () => {
  const load = (): unknown => loadConfig({ stateDir: folder }, environment);
  write({ syslog: { listeners: [LISTENER, { ...LISTENER, protocol: 'tcp' }] } });
  expect(load).not.toThrow();
  write({ syslog: { listeners: [LISTENER, LISTENER] } });
  expect(describeThrown(load)).toContain('nêu hai lần');
});

/** What the settings' fault is called in Vietnamese. */
function describeThrown(load: () => unknown): string {
  try {
    load();
  } catch (error) {
    if (error instanceof ConfigError) return describeConfigProblem(error.problem, vi);
  }
  return '';
}
