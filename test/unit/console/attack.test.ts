import { describe, expect, test } from 'vitest';
import { adviceOf } from '../../../dashboards/console/src/alerts/advice.ts';
import { parseTag, tactics, tacticsOf } from '../../../dashboards/console/src/alerts/attack.ts';
import { TACTICS } from '../../../rules/sigma/attack.ts';

test('the tactics are those of the rules, in their order', () => expect(tactics).toEqual(TACTICS));

describe('tags', () => {
  test.each([
    ['attack.credential-access', { kind: 'tactic', tactic: 'credential-access' }],
    ['attack.Credential_Access', { kind: 'tactic', tactic: 'credential-access' }],
    ['attack.t1110', { kind: 'technique', id: 'T1110', url: 'https://attack.mitre.org/techniques/T1110/' }],
    [
      'attack.T1110.001',
      { kind: 'technique', id: 'T1110.001', url: 'https://attack.mitre.org/techniques/T1110/001/' },
    ],
    ['attack.t1110/../..', { kind: 'other', text: 'attack.t1110/../..' }],
    ['cve.2024-3094', { kind: 'other', text: 'cve.2024-3094' }],
  ])('%s', (tag, parsed) => {
    expect(parseTag(tag)).toEqual(parsed);
  });

  test('tactics come once, in the order of an attack', () => {
    expect(tacticsOf(['attack.impact', 'attack.execution', 'attack.t1059', 'attack.execution'])).toEqual([
      'execution',
      'impact',
    ]);
  });
});

describe('advice', () => {
  test('always ends with how to judge, and is never a wall of text', () => {
    for (const asked of [[], [...tactics], ...tactics.map((tactic) => [tactic])]) {
      const advice = adviceOf(asked, 'critical');
      expect(advice.at(-1)).toBe('advice.judge');
      expect(advice.length).toBeLessThanOrEqual(5);
      expect(new Set(advice).size).toBe(advice.length);
    }
  });

  test('nobody is told to isolate a host for an alert of low severity', () => {
    expect(adviceOf(['impact'], 'high')).toContain('advice.impact');
    expect(adviceOf(['impact'], 'low')).toEqual(['advice.judge']);
  });
});
