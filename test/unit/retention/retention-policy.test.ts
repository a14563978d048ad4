import { describe, expect, test } from 'vitest';
import { addDays, addMonths, dayStartMs, dayText } from '../../../collector/retention/day.ts';
import {
  BASES,
  lawMonthsOf,
  monthsInForce,
  monthsMin,
  type RetentionBasis,
} from '../../../collector/retention/law-months.ts';
import {
  expiresOn,
  type Hold,
  type HostFacts,
  judge,
  type LevelPeriod,
  newestExpirable,
  planDay,
  type RetentionFacts,
  ruleOf,
} from '../../../collector/retention/retention-policy.ts';
import type { HostDay } from '../../../collector/store/event-retention.ts';

const DAY = 20260615;
const at = (day: number, hour = 0): number => dayStartMs(day) + hour * 3_600_000;
const LONG_AGO = at(20200101);

const level = (
  value: number | null,
  fromMs = LONG_AGO,
  toMs: number | null = null,
  lawProfile: LevelPeriod['lawProfile'] = 'vn-2026',
): LevelPeriod => ({ level: value, lawProfile, fromMs, toMs });

const SYSTEMS: readonly (readonly [number, readonly LevelPeriod[]])[] = [
  [1, [level(1)]],
  [2, [level(2)]],
  [3, [level(3)]],
  [4, [level(4)]],
  [5, [level(5)]],
  [6, [level(null)]],
  [7, [level(2, LONG_AGO, at(20260901)), level(4, at(20260901))]],
  [8, [level(4, LONG_AGO, at(20260901)), level(2, at(20260901))]],
  [9, [level(5, LONG_AGO, at(20260301)), level(2, at(20260301))]],
  [10, [level(null, LONG_AGO, at(20260901)), level(2, at(20260901))]],
  [11, [level(3, LONG_AGO, null, 'vn-2022')]],
];

function factsOf(host: Partial<HostFacts>, change: Partial<RetentionFacts> = {}): RetentionFacts {
  return {
    hosts: new Map([['a', { enrolledMs: LONG_AGO, agencyId: 7, memberships: [], ...host }]]),
    levels: new Map(SYSTEMS),
    holds: [],
    months: monthsInForce(new Map()),
    ...change,
  };
}

const hostDay = (change: Partial<HostDay> = {}): HostDay => ({
  agentId: 'a',
  agencyIds: [7],
  rows: 10,
  firstMs: at(DAY, 8),
  lastMs: at(DAY, 9),
  batchMax: 5,
  ...change,
});

const member = (systemId: number, fromMs = LONG_AGO, toMs: number | null = null) => ({
  systemId,
  fromMs,
  toMs,
});

describe('months of the law', () => {
  test('are minimums: what is set may be longer, never shorter; an unknown level keeps longest', () => {
    const set = new Map<RetentionBasis, number>([
      ['vn-2026/3', 2],
      ['vn-2026/4', 24],
    ]);
    const inForce = monthsInForce(set);
    expect([inForce.get('vn-2026/3'), inForce.get('vn-2026/4'), inForce.get('unknown')]).toEqual([3, 24, 24]);
    expect(BASES.map((basis) => [basis, monthsMin(basis)])).toEqual([
      ['vn-2026/1', 1],
      ['vn-2026/2', 1],
      ['vn-2026/3', 3],
      ['vn-2026/4', 6],
      ['vn-2026/5', 12],
      ['vn-2022/1', 1],
      ['vn-2022/2', 1],
      ['vn-2022/3', 3],
      ['vn-2022/4', 6],
      ['vn-2022/5', 12],
      ['unknown', 12],
    ]);
    expect(lawMonthsOf('vn-2026/1')?.months).toBeNull();
    expect(lawMonthsOf('unknown')).toBeUndefined();
  });
});

describe('a day expires', () => {
  test.each([
    [20260101, 1, 20260203],
    [20260130, 1, 20260301],
    [20260131, 1, 20260302],
    [20240130, 1, 20240301],
    [20261231, 12, 20280102],
    [20260615, 3, 20260917],
  ])('%d kept %d months: may go on %d', (day, months, until) => {
    expect(expiresOn(day, months)).toBe(until);
  });

  test('months end on the same day, or on the last of a shorter month', () => {
    expect([addMonths(20260131, 1), addMonths(20240229, 12), addMonths(20261115, 3)]).toEqual([
      20260228, 20250228, 20270215,
    ]);
    expect(addMonths(20260331, -1)).toBe(20260228);
    expect(dayText(20260105)).toBe('2026-01-05');
  });

  test('nothing newer than the newest expirable day may go', () => {
    const facts = factsOf({});
    for (let today = 20231225; today < 20270105; today = addDays(today, 1)) {
      const newest = newestExpirable(facts, today);
      expect(expiresOn(newest, 1)).toBeLessThanOrEqual(today);
      expect(expiresOn(addDays(newest, 1), 1)).toBeGreaterThan(today);
    }
  });
});

describe('how long a host keeps a day', () => {
  const rows: [string, Partial<HostFacts>, number, RetentionBasis][] = [
    ['level 1: no number in the law, our shortest', { memberships: [member(1)] }, 1, 'vn-2026/1'],
    ['level 2', { memberships: [member(2)] }, 1, 'vn-2026/2'],
    ['level 3', { memberships: [member(3)] }, 3, 'vn-2026/3'],
    ['level 4', { memberships: [member(4)] }, 6, 'vn-2026/4'],
    ['level 5', { memberships: [member(5)] }, 12, 'vn-2026/5'],
    ['level 3 under the older law', { memberships: [member(11)] }, 3, 'vn-2022/3'],
    ['a level that is not decided', { memberships: [member(6)] }, 12, 'unknown'],
    ['a level that was decided later', { memberships: [member(10)] }, 1, 'vn-2026/2'],
    ['no system', {}, 12, 'unknown'],
    ['a system that does not exist', { memberships: [member(99)] }, 12, 'unknown'],
    ['several systems: the strictest', { memberships: [member(2), member(4), member(3)] }, 6, 'vn-2026/4'],
    ['level raised since', { memberships: [member(7)] }, 6, 'vn-2026/4'],
    ['level lowered since: what held then', { memberships: [member(8)] }, 6, 'vn-2026/4'],
    ['level lowered long before the day', { memberships: [member(9)] }, 1, 'vn-2026/2'],
    [
      'moved to a stricter system since',
      { memberships: [member(2, LONG_AGO, at(20260801)), member(5, at(20260801))] },
      12,
      'vn-2026/5',
    ],
    [
      'moved to a laxer system since',
      { memberships: [member(4, LONG_AGO, at(20260801)), member(2, at(20260801))] },
      6,
      'vn-2026/4',
    ],
    [
      'left a strict system days before: what it gathered offline is part of that system',
      { memberships: [member(5, LONG_AGO, at(20260610)), member(2, at(20260610))] },
      12,
      'vn-2026/5',
    ],
    [
      'left a strict system months before',
      { memberships: [member(5, LONG_AGO, at(20260410)), member(2, at(20260410))] },
      1,
      'vn-2026/2',
    ],
    ['left its only system since', { memberships: [member(2, LONG_AGO, at(20260701))] }, 1, 'vn-2026/2'],
    ['in no system for an hour of the day', { memberships: [member(2, at(DAY, 1))] }, 12, 'unknown'],
    [
      'a gap within the day',
      { memberships: [member(2, LONG_AGO, at(DAY, 5)), member(2, at(DAY, 6))] },
      12,
      'unknown',
    ],
    [
      'moved within the day without a gap',
      { memberships: [member(2, LONG_AGO, at(DAY, 5)), member(3, at(DAY, 5))] },
      3,
      'vn-2026/3',
    ],
    [
      'in its system since it was enrolled that day',
      { enrolledMs: at(DAY, 7), memberships: [member(2, at(DAY, 7))] },
      1,
      'vn-2026/2',
    ],
    [
      'rows from before its enrolment',
      { enrolledMs: at(20260620), memberships: [member(2, at(20260620))] },
      12,
      'unknown',
    ],
  ];
  test.each(rows)('%s', (_what, host, months, basis) => {
    expect(ruleOf(factsOf(host), 'a', DAY)).toEqual({ months, basis });
  });

  test('a host that is not in the control plane keeps longest', () => {
    expect(ruleOf(factsOf({}), 'stranger', DAY)).toEqual({ months: 12, basis: 'unknown' });
  });
});

describe('the verdict', () => {
  const level2 = { memberships: [member(2)] };
  const later = { today: 20270101, batchMax: 10 };

  test('comes on the day, not before', () => {
    const facts = factsOf(level2);
    const until = expiresOn(DAY, 1);
    const before = judge(facts, DAY, hostDay(), { today: 20260716, batchMax: 10 });
    expect(before).toMatchObject({ kind: 'keep', until });
    expect(judge(facts, DAY, hostDay(), { today: until, batchMax: 10 }).kind).toBe('delete');
  });

  test('spares batches that marks or projector have not passed', () => {
    expect(judge(factsOf(level2), DAY, hostDay({ batchMax: 11 }), later)).toEqual({ kind: 'unread' });
  });

  const nobody = { agentId: null, systemId: null, agencyIds: null, fromMs: null, toMs: null };
  const holds: [string, Omit<Hold, 'id'>, Partial<HostDay>, boolean][] = [
    ['on the host', { ...nobody, agentId: 'a' }, {}, true],
    ['on another host', { ...nobody, agentId: 'b' }, {}, false],
    ['on its system', { ...nobody, systemId: 2 }, {}, true],
    ['on a system it was in long ago', { ...nobody, systemId: 4 }, {}, true],
    ['on another system', { ...nobody, systemId: 3 }, {}, false],
    ['on its agency', { ...nobody, agencyIds: [6, 7] }, {}, true],
    ['on the agency its rows carry', { ...nobody, agencyIds: [9] }, { agencyIds: [9] }, true],
    ['on another agency', { ...nobody, agencyIds: [9] }, {}, false],
    ['that ends before', { ...nobody, agentId: 'a', toMs: at(DAY) - 1 }, {}, false],
    ['that begins after', { ...nobody, agentId: 'a', fromMs: at(20260616) }, {}, false],
    ['that touches the day', { ...nobody, agentId: 'a', fromMs: at(DAY, 23), toMs: at(20260801) }, {}, true],
    [
      "that touches the events' own times only",
      { ...nobody, agentId: 'a', fromMs: at(20260601), toMs: at(20260602) },
      { firstMs: at(20260601, 5) },
      true,
    ],
  ];
  test.each(holds)('a hold %s', (_what, hold, change, holdsIt) => {
    const memberships = [member(2), member(4, LONG_AGO, at(20210101))];
    const facts = factsOf({ memberships }, { holds: [{ id: 3, ...hold }] });
    const verdict = judge(facts, DAY, hostDay(change), later);
    expect(verdict).toMatchObject(holdsIt ? { kind: 'held', holdIds: [3] } : { kind: 'delete' });
  });

  test('a day goes as a whole only when nobody needs any of it', () => {
    const facts = factsOf(level2);
    expect(planDay(facts, DAY, [hostDay()], later)).toMatchObject({ kind: 'partition', kept: { hosts: 0 } });
    const two = [hostDay(), hostDay({ agentId: 'stranger', rows: 4 })];
    const plan = planDay(facts, DAY, two, { today: 20260801, batchMax: 10 });
    expect(plan).toMatchObject({ kind: 'rows', kept: { hosts: 1, rows: 4 } });
    expect(plan.doomed.map(({ agentId }) => agentId)).toEqual(['a']);
    expect(planDay(facts, DAY, [], later).kind).toBe('keep');
  });
});
