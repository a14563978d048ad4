import { expect, test } from 'vitest';
import { dayStartMs } from '../../../collector/retention/day.ts';
import { monthsInForce } from '../../../collector/retention/law-months.ts';
import { type Proof, type ProofFacts, proofOf } from '../../../collector/retention/proof.ts';

const TODAY = 20261122;
const host = (since: number, systemId = 1, toMs: number | null = null) => ({
  enrolledMs: dayStartMs(since),
  agencyId: 1,
  memberships: [{ systemId, fromMs: dayStartMs(since), toMs }],
});
const facts = (change: Partial<ProofFacts> & { level?: number | null } = {}): ProofFacts => ({
  systemId: 1,
  levels: [
    {
      level: change.level === undefined ? 3 : change.level,
      lawProfile: 'vn-2026',
      fromMs: 0,
      toMs: null,
    },
  ],
  hosts: new Map([['a', host(20250101)]]),
  months: monthsInForce(new Map()),
  oldest: new Map([['a', 20260820]]),
  deleted: new Map([['a', [{ fromDay: 20250101, toDay: 20260819, rows: 9 }]]]),
  ...change,
});

const rows: [string, ProofFacts, Partial<Proof>][] = [
  [
    'kept since the required day',
    facts(),
    { met: true, reason: 'kept', requiredFrom: 20260822, lawMonths: 3, oldestDay: 20260820, hosts: 1 },
  ],
  [
    'deployed only days ago',
    facts({
      hosts: new Map([['a', host(20261102)]]),
      oldest: new Map([['a', 20261102]]),
      deleted: new Map(),
    }),
    { met: true, reason: 'young', hostsSince: 20261102 },
  ],
  [
    'level raised after rows were deleted',
    facts({ level: 5 }),
    {
      met: false,
      reason: 'deleted',
      missing: { hosts: 1, fromDay: 20251122, toDay: 20260819, rows: 9 },
    },
  ],
  [
    'what was deleted from before the host belonged here is not missing',
    facts({ level: 5, hosts: new Map([['a', host(20260820)]]) }),
    { met: true, reason: 'young', missing: null },
  ],
  [
    'begins later, and nothing says why',
    facts({ oldest: new Map([['a', 20261015]]), deleted: new Map() }),
    { met: false, reason: 'unexplained' },
  ],
  ['level not decided', facts({ level: null }), { met: false, reason: 'level-unknown', lawMonths: null }],
  ['level 1', facts({ level: 1 }), { met: true, reason: 'no-law', requiredFrom: null }],
  ['no hosts', facts({ hosts: new Map() }), { met: true, reason: 'no-hosts', hosts: 0 }],
  [
    'hosts that left',
    facts({ hosts: new Map([['a', host(20250101, 1, dayStartMs(20260101))]]) }),
    { met: true, reason: 'no-hosts' },
  ],
  [
    'hosts of another system',
    facts({ hosts: new Map([['a', host(20250101, 2)]]) }),
    { met: true, reason: 'no-hosts' },
  ],
  ['nothing sent', facts({ oldest: new Map(), deleted: new Map() }), { met: true, reason: 'no-events' }],
];

test.each(rows)('%s', (_what, given, expected) => {
  expect(proofOf(given, TODAY)).toMatchObject(expected);
});
