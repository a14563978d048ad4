import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareVersions } from '../../../collector/inventory/compare-versions.ts';

describe('versions', () => {
  test.each([
    ['1.0', '1.0', 0],
    ['1.0', '1.1', -1],
    ['1.10', '1.9', 1],
    ['3.0.9-1', '3.0.15-1~deb12u1', -1],
    ['1.0~rc1', '1.0', -1],
    ['1:0.1', '9.9', 1],
    ['1.0-1', '1.0-1ubuntu1', -1],
    ['1.0a', '1.0+', -1],
    ['2.36', '2.36-0', 0],
    ['007', '7', 0],
  ] as const)('of dpkg: %s and %s', (left, right, wanted) => {
    expect(compareVersions(left, right, 'dpkg')).toBe(wanted);
    expect(compareVersions(right, left, 'dpkg')).toBe(wanted === 0 ? 0 : -wanted);
  });

  test.each([
    ['1.0', '1.0', 0],
    ['1.0.1', '1.0', 1],
    ['1.0~rc1', '1.0', -1],
    ['1.0^git1', '1.0', 1],
    ['1.0^git1', '1.0.1', -1],
    ['1.0a', '1.0.1', -1],
    ['2.0-1.el9', '2.0-10.el9', -1],
    ['1:1.0', '2.0', 1],
    // A bound without a release is not above its releases.
    ['2.0-1.el9', '2.0', 0],
    ['1.a', '1.1', -1],
  ] as const)('of rpm: %s and %s', (left, right, wanted) => {
    expect(compareVersions(left, right, 'rpm')).toBe(wanted);
    expect(compareVersions(right, left, 'rpm')).toBe(wanted === 0 ? 0 : -wanted);
  });

  const version = fc.stringMatching(/^([0-9]:)?[0-9][0-9a-c.+~]{0,6}(-[0-9a-c.+~]{1,4})?$/);

  test.skipIf(!fs.existsSync('/usr/bin/dpkg'))('are ordered as dpkg itself orders them', () => {
    const pairs = fc.sample(fc.tuple(version, version), { numRuns: 60, seed: 20_261_126 });
    for (const [left, right] of pairs) {
      const ours = compareVersions(left, right, 'dpkg');
      const relation = ours < 0 ? 'lt' : ours > 0 ? 'gt' : 'eq';
      const { status } = spawnSync('/usr/bin/dpkg', ['--compare-versions', left, relation, right]);
      expect({ left, right, relation, status }).toMatchObject({ status: 0 });
    }
  });
});
