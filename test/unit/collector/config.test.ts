import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigError, readConfig } from '../../../collector/config.ts';
import { messagesIn } from '../../../collector/cli/language.ts';
import { DataFolderInUseError } from '../../../collector/registry/data-lock.ts';
import { startFailure } from '../../../collector/start-failure.ts';

test('defaults serve this machine only, with data beside the project', () => {
  expect(readConfig({})).toEqual({
    dataDir: path.resolve('data'),
    listen: { host: '127.0.0.1', port: 8443 },
    rules: [],
    logLevel: 'info',
    upgradeBackup: 'on',
    coldAfterDays: 30,
    diskAlertDays: 14,
    auditHeads: [],
    auditHeadMinutes: 15,
    mailLookups: 'off',
    retentionHour: 2,
    complianceHour: 5,
    indicatorLookBackDays: 30,
  });
});

test('the command line wins over the environment', () => {
  const env = { VONGGAC_DATA: '/a', VONGGAC_LISTEN: '127.0.0.1:1', VONGGAC_RULES: `/r${path.delimiter}/s` };
  expect(readConfig(env, { data: '/b', listen: '[::1]:9443' })).toMatchObject({
    dataDir: '/b',
    listen: { host: '::1', port: 9443 },
    rules: ['/r', '/s'],
  });
});

test('settings cannot be changed after they are read', () => {
  expect(Object.isFrozen(readConfig({}))).toBe(true);
});

test.each([
  [{ VONGGAC_LISTEN: '8443' }, 'VONGGAC_LISTEN (--listen): "8443" is not HOST:PORT'],
  [{ VONGGAC_LISTEN: '::1:8443' }, 'VONGGAC_LISTEN'],
  [{ VONGGAC_LISTEN: '127.0.0.1:70000' }, 'VONGGAC_LISTEN'],
  [{ VONGGAC_DATA: '' }, 'VONGGAC_DATA (--data)'],
  [{ VONGGAC_CLICKHOUSE_URL: 'x' }, 'VONGGAC_CLICKHOUSE_URL'],
  [{ VONGGAC_LOG_LEVEL: 'loud' }, 'VONGGAC_LOG_LEVEL'],
  [
    { VONGGAC_COLD_DIR: '/mnt', VONGGAC_CLICKHOUSE_URL: 'https://ch.example.vn:8443' },
    'VONGGAC_COLD_DIR: it is for the embedded engine',
  ],
])('%o is refused by name', (env, message) => {
  expect(() => readConfig(env)).toThrow(ConfigError);
  expect(() => readConfig(env)).toThrow(message);
});

test('every fault is told at once', () => {
  expect(() => readConfig({ VONGGAC_LISTEN: 'x', VONGGAC_LOG_LEVEL: 'y' })).toThrow(
    /VONGGAC_LISTEN[\s\S]*VONGGAC_LOG_LEVEL/,
  );
});

describe('why a start failed', () => {
  const context = { dataDir: '/srv/data', listen: '127.0.0.1:1', m: messagesIn('en') };

  test.each([
    ['EADDRINUSE', 'taken by another program'],
    ['EADDRNOTAVAIL', 'not an address of this machine'],
    ['EACCES', 'may not listen'],
    ['ENOSPC', 'disk is full'],
  ])('%s is said in words', (code, words) => {
    const failure = startFailure(Object.assign(new Error('x'), { code }), context);
    expect(failure?.message).toContain(words);
    expect(failure?.exitCode).toBe(1);
  });

  test('a data folder in use has its own exit code, and is told in the language of the user', () => {
    const error = new DataFolderInUseError('/srv/data', 7);
    expect(startFailure(error, context)).toEqual({
      message: expect.stringContaining('/srv/data is in use by process 7'),
      exitCode: 4,
    });
    expect(startFailure(error, { ...context, m: messagesIn('vi') })?.message).toContain('tiến trình 7');
  });

  test('a defect of ours is not dressed up', () => {
    expect(startFailure(new TypeError('x is not a function'), context)).toBeUndefined();
  });
});

test('places for heads of the audit trail are read, and a wrong one is named', () => {
  const heads = 'file:/mnt/heads.log, syslog+tls://log.example.vn';
  expect(readConfig({ VONGGAC_AUDIT_HEADS: heads }).auditHeads).toEqual([
    { kind: 'file', file: '/mnt/heads.log' },
    { kind: 'syslog', transport: 'tls', host: 'log.example.vn', port: 6514 },
  ]);
  expect(() => readConfig({ VONGGAC_AUDIT_HEADS: 'heads.log' })).toThrow(
    /^VONGGAC_AUDIT_HEADS: "heads\.log" is no place/,
  );
});

test('the address of the watch outside is one of the web', () => {
  const url = 'https://watch.example.vn/ping/1';
  expect(readConfig({ VONGGAC_HEARTBEAT_URL: url }).heartbeatUrl).toBe(url);
  expect(readConfig({}).heartbeatUrl).toBeUndefined();
  for (const wrong of ['watch.example.vn', 'file:///etc/passwd']) {
    expect(() => readConfig({ VONGGAC_HEARTBEAT_URL: wrong })).toThrow(/^VONGGAC_HEARTBEAT_URL: /);
  }
});
