import { describe, expect, it } from 'vitest';
import {
  type IncidentFacts,
  missingToClose,
  NO_FACTS,
  wrongTime,
} from '../../../collector/case/incident-facts.ts';
import { type AffectedSystem, clocksOf, gradeIncident } from '../../../collector/case/incident-grade.ts';

const system = (change: Partial<AffectedSystem> = {}): AffectedSystem => ({
  id: 1,
  name: 'Một cửa',
  level: 3,
  profile: 'vn-2026',
  ...change,
});
const facts = (change: Partial<IncidentFacts>): IncidentFacts => ({ ...NO_FACTS, ...change });

function judge(change: Partial<IncidentFacts>, systems = [system()], severity = 'high') {
  const grade = gradeIncident(facts(change), { severity, systems });
  return {
    grounds: grade.grounds.map(({ code, confidence }) => `${code} ${confidence}`),
    clocks: clocksOf(facts(change), grade, systems),
  };
}

describe('severity and clocks of an incident', () => {
  it.each([
    ['nothing said', {}, [system()], 'high', [], []],
    [
      'national security',
      { nationalSecurity: true },
      [system()],
      'low',
      ['national-security A'],
      ['vn-2026-at-once', 'vn-2026-24h', 'vn-2026-72h'],
    ],
    [
      'serious disruption',
      { seriousDisruption: true },
      [],
      'low',
      ['serious-disruption A'],
      ['vn-2026-at-once', 'vn-2026-24h', 'vn-2026-72h'],
    ],
    [
      'level 4, service interrupted',
      { consequences: ['service-interrupted'] },
      [system({ level: 4 })],
      'high',
      ['decision-05 D'],
      ['vn-2026-24h', 'vn-2026-72h'],
    ],
    [
      'and beyond capacity',
      { consequences: ['service-interrupted', 'beyond-capacity'] },
      [system({ level: 5 })],
      'high',
      ['decision-05 B'],
      ['vn-2026-24h', 'vn-2026-72h'],
    ],
    ['beyond capacity alone', { consequences: ['beyond-capacity'] }, [system({ level: 5 })], 'high', [], []],
    ['level 3, service interrupted', { consequences: ['service-interrupted'] }, [system()], 'high', [], []],
    [
      'critical by the own scale',
      {},
      [system()],
      'critical',
      ['own-severity D'],
      ['vn-2026-24h', 'vn-2026-72h'],
    ],
    ['a person says no', { serious: false, seriousWhy: 'thử' }, [system()], 'critical', ['person D'], []],
    ['personal data', { personalData: true }, [system()], 'high', [], ['personal-data-72h']],
    ['the older profile', {}, [system({ profile: 'vn-2022' })], 'high', [], ['vn-2022-5d']],
    [
      'both profiles',
      { serious: true, seriousWhy: 'x' },
      [system(), system({ id: 2, profile: 'vn-2022' })],
      'low',
      ['person D'],
      ['vn-2026-24h', 'vn-2026-72h', 'vn-2022-5d'],
    ],
  ] as const)('%s', (_name, change, systems, severity, grounds, clocks) => {
    const said = { ...change } as Partial<IncidentFacts>;
    expect(judge(said, [...systems], severity)).toEqual({ grounds, clocks });
  });
});

describe('facts', () => {
  it('asks for times in their order, none of them in the future', () => {
    const nowMs = Date.UTC(2026, 10, 26, 3);
    const at = (hour: number) => new Date(Date.UTC(2026, 10, 26, hour)).toISOString();
    expect(
      wrongTime(facts({ occurredAt: at(1), detectedAt: at(1), restoredAt: at(2) }), nowMs),
    ).toBeUndefined();
    expect(wrongTime(facts({ occurredAt: at(2), detectedAt: at(1) }), nowMs)?.field).toBe('detectedAt');
    expect(wrongTime(facts({ detectedAt: at(2), restoredAt: at(1) }), nowMs)?.field).toBe('restoredAt');
    expect(wrongTime(facts({ detectedAt: at(4) }), nowMs)?.field).toBe('detectedAt');
  });

  it('names what an incident is not closed without', () => {
    expect(missingToClose(NO_FACTS, 0)).toContain('systems');
    const whole = facts({
      detectedAt: '2026-11-26T01:00:00.000Z',
      signs: 'a',
      scopeAssets: 'b',
      cause: 'c',
      causeCertainty: 'hypothesis',
      measuresDone: 'd',
      evidenceKept: 'e',
    });
    expect(missingToClose(whole, 1)).toEqual([]);
    expect(missingToClose({ ...whole, signs: '  ' }, 1)).toEqual(['signs']);
  });
});
