import { describe, expect, test } from 'vitest';
import {
  nameBeforeDate,
  rotationOrder,
  successors,
  unrotatedName,
  type Sibling,
} from '../../../../../agent/sources/file/rotation.ts';

function sibling(name: string, mtimeMs: number): Sibling {
  return {
    path: `/var/log/${name}`,
    stat: { id: name, size: 10, mtimeMs, regular: true },
    order: rotationOrder('auth.log', name),
  };
}

describe('a name beside a log', () => {
  test.each([
    ['auth.log', { by: 'current' }],
    ['auth.log.1', { by: 'number', number: 1 }],
    ['auth.log.12.gz', { by: 'number', number: 12 }],
    ['auth.log-20260131', { by: 'date', date: '20260131' }],
    ['auth.log-20260131.zst', { by: 'date', date: '20260131' }],
    ['auth-2026-01-31.log', { by: 'date', date: '20260131' }],
    ['auth.log-1750000000', { by: 'date', date: '1750000000' }],
    ['auth.log.old', { by: 'time' }],
    ['auth.log-2026013112.backup', { by: 'time' }],
    ['auth.log.bak', undefined],
    ['auth.log~', undefined],
    ['auth-failed.log', undefined],
    ['authority', undefined],
  ])('%s has its place in the rotation, or none', (name, order) => {
    expect(rotationOrder('auth.log', name)).toEqual(order);
  });

  test.each([
    ['auth.log.1', 'auth.log'],
    ['auth.log.2.gz', 'auth.log'],
    ['auth.log-20260131', 'auth.log'],
    ['auth.log-2026013112.backup', 'auth.log'],
    ['auth.log', undefined],
    ['2026', undefined],
  ])('%s was once %s', (name, before) => {
    expect(unrotatedName(name)).toBe(before);
  });
});

describe('a date before the extension', () => {
  test.each([
    ['app-20260131.log', 'app.log'],
    ['app-20260131-120000.log.gz', 'app.log'],
    ['app-1795655782.log', 'app.log'],
    ['app.2026-01-31.log', 'app.log'],
    ['app.2.log', 'app.log'],
    ['app-2.log', undefined],
    ['app.log', undefined],
    ['app.log-20260131', undefined],
    ['20260131.log', undefined],
  ])('%s was once %s', (name, before) => {
    expect(nameBeforeDate(name)).toBe(before);
  });
});

describe('files after the last one read', () => {
  const numbered = [
    sibling('auth.log', 50),
    sibling('auth.log.1', 40),
    sibling('auth.log.2', 30),
    sibling('auth.log.3.gz', 20),
    sibling('auth.log.bak', 60),
  ];
  const names = (list: Sibling[]): string[] => list.map(({ stat }) => stat.id);

  test('are those with a smaller number, oldest first, the current one last', () => {
    expect(names(successors(numbered, numbered[3], 0))).toEqual(['auth.log.2', 'auth.log.1', 'auth.log']);
  });

  test('are those changed later when the last one read is gone', () => {
    expect(names(successors(numbered, undefined, 35))).toEqual(['auth.log.1', 'auth.log']);
  });

  test('are those with a later date', () => {
    const dated = [sibling('auth.log', 9), sibling('auth.log-20260102', 1), sibling('auth.log-20260101', 5)];
    expect(names(successors(dated, dated[2], 0))).toEqual(['auth.log-20260102', 'auth.log']);
  });

  test('do not hold a copy that is being compressed beside the plain file', () => {
    const both = [...numbered, sibling('auth.log.1.gz', 41)];
    expect(names(successors(both, numbered[2], 0))).toEqual(['auth.log.1', 'auth.log']);
  });
});
