import { describe, expect, test } from 'vitest';
import type { ValueTest } from '#protocol/posture-value.ts';
import { globPart } from '../../../../agent/posture/host-view.ts';
import { describeValue, judgeValue, quantity } from '../../../../agent/posture/judge-value.ts';
import { compareVersions } from '../../../../agent/posture/readers/package-version.ts';

test.each<[string, ValueTest, boolean]>([
  ['NO', { is: 'no' }, true],
  ['yes', { isNot: 'no' }, true],
  ['yes', { oneOf: ['a', 'b'] }, false],
  ['4', { min: 1, max: 5 }, true],
  ['4x', { min: 1, max: 5 }, false],
  ['', { min: 0 }, false],
  ['2m', { max: 60, unit: 'seconds' }, false],
  ['1m', { max: 60, unit: 'seconds' }, true],
  ['aes256-ctr,aes128-cbc', { excludes: 'cbc' }, false],
  ['aes256-ctr, aes128-gcm', { excludes: 'cbc' }, true],
  ['a b c', { includes: ['a', 'C'] }, true],
  ['a b', { onlyFrom: ['a'] }, false],
  ['abc', { matches: '^a', lacks: 'b' }, false],
])('%s as %j: %s', (value, wanted, ok) => {
  expect(judgeValue(value, wanted)).toBe(ok);
  expect(describeValue(wanted)).not.toBe('');
});

test.each([
  ['60', 'seconds', 60],
  ['1h30m', 'seconds', 5_400],
  ['10min', 'milliseconds', 600_000],
  ['500ms', 'seconds', 0.5],
  ['128MB', 'bytes', 134_217_728],
  ['20m', 'bytes', 20_971_520],
  ['abc', 'seconds', undefined],
  ['10 apples', 'bytes', undefined],
] as const)('%s in %s is %s', (text, unit, number) => {
  expect(quantity(text, unit)).toBe(number);
});

describe('versions', () => {
  test.each([
    ['dpkg', '1.0~rc1-1', '1.0-1'],
    ['dpkg', '1.2-1', '1.10-1'],
    ['dpkg', '9:1.0', '10:0.1'],
    ['dpkg', '1.0', '1.0+deb12u1'],
    ['dpkg', '1.0', '1.0a'],
    ['dpkg', '1.0-1', '1.0-1.1'],
    ['rpm', '1.0~rc1', '1.0'],
    ['rpm', '1.0', '1.0^git1'],
    ['rpm', '1.0.a', '1.0.1'],
    ['rpm', '8.7p1-38.el9', '8.7p1-43.el9_4'],
    ['rpm', '0:9', '1:1'],
  ] as const)('%s: %s is before %s', (manager, older, newer) => {
    expect(compareVersions(manager, older, newer)).toBeLessThan(0);
    expect(compareVersions(manager, newer, older)).toBeGreaterThan(0);
    expect(compareVersions(manager, newer, newer)).toBe(0);
  });
});

test.each([
  ['*.conf', 'a.conf', true],
  ['*.conf', '.hidden.conf', false],
  ['*.conf', 'a.conf.bak', false],
  ['ssh_host_*_key', 'ssh_host_rsa_key', true],
  ['ssh_host_*_key', 'ssh_host_key', false],
  ['a?c', 'abc', true],
  ['*', 'x', true],
  ['a*b*c', 'aXbYc', true],
  ['a*b*c', 'acb', false],
])('the name %s fits %s: %s', (pattern, name, fits) => {
  expect(globPart(pattern)(name)).toBe(fits);
});
