import { describe, expect, it } from 'vitest';
import {
  HostMatcher,
  type HostRule,
  hostRuleSchema,
  matchesGlob,
  type RuledHost,
} from '../../../collector/agency/host-rule.ts';

const host: RuledHost = {
  id: 'a',
  hostname: 'WEB-01',
  agencyId: 5,
  group: 'servers',
  address: '::ffff:10.20.3.4',
  platform: 'linux',
  osName: 'Debian GNU/Linux',
  osVersion: '13',
  tags: ['dvc', 'dmz'],
};
const isBelow = (agencyId: number, ancestorId: number): boolean =>
  agencyId === ancestorId || ancestorId === 1;
const matches = (rule: HostRule, change: Partial<RuledHost> = {}): boolean =>
  new HostMatcher(rule, isBelow).matches({ ...host, ...change });

describe('a form', () => {
  it.each([
    ['web-*', 'WEB-01', true],
    ['*', '', true],
    ['w?b*1', 'web-01', true],
    ['web', 'web-01', false],
    ['*a*b', 'xxaxxb', true],
    ['[a-z]', 'a', false],
  ])('%s of %s: %s', (form, text, wanted) => {
    expect(matchesGlob(form, text)).toBe(wanted);
  });
  it('is decided soon, however many stars it has', () => {
    const begin = performance.now();
    expect(matchesGlob(`${'*a'.repeat(100)}b`, 'a'.repeat(256))).toBe(false);
    expect(performance.now() - begin).toBeLessThan(1_000);
  });
});

describe('a rule', () => {
  it.each<[HostRule, boolean]>([
    [{ agencyIds: [1] }, true],
    [{ agencyIds: [7] }, false],
    [{ groups: ['work*', 'serv*'] }, true],
    [{ hostnames: ['web-0?'] }, true],
    [{ addresses: ['10.20.0.0/16'] }, true],
    [{ addresses: ['10.20.3.4'] }, true],
    [{ addresses: ['10.21.0.0/16', 'fd00::/8'] }, false],
    [{ os: ['debian*'] }, true],
    [{ os: ['linux'] }, true],
    [{ os: ['Debian GNU/Linux 12'] }, false],
    [{ tags: ['dvc'] }, true],
    [{ tags: ['dvc'], hostnames: ['db*'] }, false],
  ])('%j: %s', (rule, wanted) => {
    expect(matches(hostRuleSchema.parse(rule))).toBe(wanted);
  });
  it('means no host by an address or a group that it does not have', () => {
    expect(matches({ addresses: ['0.0.0.0/0'] }, { address: null })).toBe(false);
    expect(matches({ groups: ['*'] }, { group: null })).toBe(false);
  });
  it('says of each condition what it found', () => {
    const rule = { hostnames: ['db*', 'web*'], addresses: ['fd00::/8'] };
    expect(new HostMatcher(rule, isBelow).explain(host)).toEqual([
      { condition: 'hostname', wanted: ['db*', 'web*'], actual: 'WEB-01', by: 'web*' },
      { condition: 'address', wanted: ['fd00::/8'], actual: '10.20.3.4', by: undefined },
    ]);
  });
  it.each([{}, { hostnames: [] }, { addresses: ['10.0.0.0/33'] }, { addresses: ['host'] }, { other: ['x'] }])(
    '%j is none',
    (rule) => {
      expect(hostRuleSchema.safeParse(rule).success).toBe(false);
    },
  );
});
