import { beforeEach, describe, expect, test } from 'vitest';
import { QuotaBook, type Meter, type QuotaRule } from '../../../collector/ingest/quota-book.ts';

let nowMs = 0;
const book = (rules: Partial<QuotaRule>[], parents: Record<number, number> = {}): QuotaBook => {
  const made = new QuotaBook({ clock: () => nowMs });
  made.setRules(
    rules.map((rule, index) => ({
      id: index + 1,
      agencyId: null,
      groupId: null,
      perAgent: false,
      eventsPerSecond: null,
      bytesPerDay: null,
      ...rule,
    })),
    (id) => parents[id] ?? null,
  );
  return made;
};
const of = (quotas: QuotaBook, agentId: string, agencyId = 1): readonly Meter[] =>
  quotas.metersOf({ agentId, agencyId, groupId: null });

beforeEach(() => {
  nowMs = 0;
});

describe('quotas', () => {
  test('a burst passes, what is beyond it waits as long as it takes to earn it', () => {
    const [meter] = of(book([{ eventsPerSecond: 100 }]), 'a');
    meter?.take(1, 1_000, 0, nowMs);
    expect(meter?.heldMs(1, nowMs)).toBe(0);
    meter?.take(1, 500, 0, nowMs);
    expect(meter?.heldMs(1, nowMs)).toBe(5_000);
    nowMs = 5_000;
    expect(meter?.heldMs(1, nowMs)).toBe(0);
  });

  test('other logs never hold a security lane, which is held by its own flood only', () => {
    const [meter] = of(book([{ eventsPerSecond: 10 }]), 'a');
    meter?.take(1, 100_000, 0, nowMs);
    expect(meter?.heldMs(0, nowMs)).toBe(0);
    meter?.take(0, 200, 0, nowMs);
    expect(meter?.heldMs(0, nowMs)).toBe(10_000);
  });

  test('over a day’s bytes, what comes is let in at the mean of a day', () => {
    const [meter] = of(book([{ bytesPerDay: 86_400 }]), 'a');
    meter?.take(1, 1, 86_400 + 60, nowMs);
    expect(meter?.heldMs(1, nowMs)).toBe(60_000);
  });

  test('agents of an agency and of those under it share, those of another do not', () => {
    const quotas = book([{ agencyId: 1, eventsPerSecond: 10 }], { 2: 1, 3: 9 });
    const [own] = of(quotas, 'a', 1);
    own?.take(1, 200, 0, nowMs);
    expect(of(quotas, 'b', 2)[0]?.heldMs(1, nowMs)).toBe(10_000);
    expect(of(quotas, 'c', 3)).toEqual([]);
    expect(quotas.slowing(1)).toBe(1);
  });

  test('a quota for each agent is each one’s own, and outlives its session', () => {
    const quotas = book([{ perAgent: true, eventsPerSecond: 10 }]);
    of(quotas, 'a')[0]?.take(1, 200, 0, nowMs);
    expect(of(quotas, 'b')[0]?.heldMs(1, nowMs)).toBe(0);
    expect(of(quotas, 'a')[0]?.heldMs(1, nowMs)).toBe(10_000);
  });

  test('changed, it begins anew; unchanged, it goes on counting', () => {
    const quotas = book([{ eventsPerSecond: 10 }]);
    of(quotas, 'a')[0]?.take(1, 200, 0, nowMs);
    const rule = { id: 1, agencyId: null, groupId: null, perAgent: false, bytesPerDay: null };
    quotas.setRules([{ ...rule, eventsPerSecond: 10 }], () => null);
    expect(of(quotas, 'a')[0]?.heldMs(1, nowMs)).toBe(10_000);
    quotas.setRules([{ ...rule, eventsPerSecond: 11 }], () => null);
    expect(of(quotas, 'a')[0]?.heldMs(1, nowMs)).toBe(0);
  });

  test('whom a quota counts changes with the quotas themselves, not with their figures', () => {
    const quotas = new QuotaBook({ clock: () => nowMs });
    const rule = { id: 1, agencyId: 2, groupId: 7, perAgent: true, eventsPerSecond: 10, bytesPerDay: null };
    expect(quotas.setRules([rule], (id) => (id === 3 ? 2 : null))).toBe(true);
    expect(quotas.setRules([{ ...rule, eventsPerSecond: 20 }], (id) => (id === 3 ? 2 : null))).toBe(false);
    expect(quotas.covers({ agencyId: 3, groupId: 7 })).toBe(true);
    expect(quotas.covers({ agencyId: 3, groupId: 8 })).toBe(false);
    expect(quotas.covers({ agencyId: 1, groupId: 7 })).toBe(false);
    expect(quotas.setRules([], () => null)).toBe(true);
    expect(quotas.covers({ agencyId: 3, groupId: 7 })).toBe(false);
  });
});
