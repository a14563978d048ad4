import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeLogger } from '../../../agent/log.ts';
import type { Logger } from '../../../agent/log.ts';

let folder: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vonggac-log-'));
});

afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

function logged(write: (log: Logger) => void): unknown[] {
  const file = path.join(folder, 'log');
  const handle = fs.openSync(file, 'w');
  write(makeLogger('info', handle, () => 0));
  fs.closeSync(handle);
  const lines = fs.readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line): unknown => JSON.parse(line));
}

const HEAD = { time: '1970-01-01T00:00:00.000Z', app: 'vonggac-agent' };

test('a line has its level, time, fields and words; what is below the level is not written', () => {
  const lines = logged((log) => {
    log.debug('no');
    log.info('begun');
    log.warn({ lane: 1, big: 2n }, 'two\nlines');
  });
  expect(lines).toEqual([
    { ...HEAD, level: 'info', msg: 'begun' },
    { ...HEAD, level: 'warn', lane: 1, big: '2', msg: 'two\nlines' },
  ]);
});

test('what could be a secret is not written, however deep it lies', () => {
  const lines = logged((log) => log.info({ token: 'x', options: { inner: [{ password: 'x' }] } }, 'said'));
  const hidden = '[redacted]';
  expect(lines).toEqual([
    { ...HEAD, level: 'info', token: hidden, options: { inner: [{ password: hidden }] }, msg: 'said' },
  ]);
});

test('an error has its kind, stack, code and causes', () => {
  const cause = Object.assign(new Error('inner'), { code: 'EIO' });
  const [line] = logged((log) => log.error({ err: new TypeError('outer', { cause }) }, 'failed'));
  expect(line).toMatchObject({
    err: {
      type: 'TypeError',
      message: 'outer',
      stack: expect.stringContaining('log.test') as unknown,
      cause: { type: 'Error', message: 'inner', code: 'EIO' },
    },
  });
});

test('what cannot be written does not hurt who logs', () => {
  const circle: { self?: unknown } = {};
  circle.self = circle;
  const [line] = logged((log) => log.info({ circle }, 'round'));
  expect(line).toMatchObject({ msg: 'round', unwritable: expect.stringContaining('circular') as unknown });
  expect(() => makeLogger('info', 1_000_000).info('nobody hears')).not.toThrow();
});
