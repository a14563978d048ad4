import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigError, readConfig } from '../../../collector/config.ts';
import { startFailure } from '../../../collector/serve.ts';

test('defaults serve this machine only, with data beside the project', () => {
  expect(readConfig({})).toEqual({
    dataDir: path.resolve('data'),
    listen: { host: '127.0.0.1', port: 8443 },
    rules: [],
    logLevel: 'info',
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
  test.each([
    ['EADDRINUSE', 'taken by another program'],
    ['EADDRNOTAVAIL', 'not an address of this machine'],
    ['EACCES', 'may not listen'],
    ['ENOSPC', 'disk is full'],
  ])('%s is said in words', (code, words) => {
    expect(startFailure(Object.assign(new Error('x'), { code }), '127.0.0.1:1')).toContain(words);
  });

  test('a defect of ours is not dressed up', () => {
    expect(startFailure(new TypeError('x is not a function'), '127.0.0.1:1')).toBeUndefined();
  });
});
