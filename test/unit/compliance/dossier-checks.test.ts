import { describe, expect, it } from 'vitest';
import {
  type CheckedSystem,
  dossierFindings,
  type SharedHost,
} from '../../../collector/compliance/dossier/checks.ts';
import { type DossierFacts, EMPTY_DOSSIER } from '../../../collector/compliance/dossier/facts.ts';
import { FINDING_CODES } from '../../../collector/compliance/dossier/finding.ts';

const TODAY = '2026-11-26';
const GOOD: Partial<DossierFacts> = {
  status: 'approved',
  proposedLevel: 3,
  appraisalBody: 'specialised-unit',
  submittedOn: '2026-08-25',
  appraisedOn: '2026-09-10',
  approvalBody: 'owner',
  approvalNumber: '12/QĐ-UBND',
  approvedOn: '2026-10-02',
  regulationNumber: '5/QĐ-SYT',
  regulationOn: '2026-10-02',
  plan: 'full',
};
const OPEN: Partial<DossierFacts> = {
  proposedLevel: 2,
  expectedApprovalOn: TODAY,
  plan: 'some',
  expectedFullOn: '2027-01-01',
};

function one(level: number | null, ...patches: Partial<DossierFacts>[]): CheckedSystem {
  const dossiers = patches.map((patch, at) => ({ id: at + 1, facts: { ...EMPTY_DOSSIER, ...patch } }));
  return { id: 7, name: 'Cổng DVC', level, dossiers };
}
const codes = (system: CheckedSystem, hosts: SharedHost[] = []) =>
  dossierFindings([system], hosts, TODAY).map(({ code, field }) => `${code} ${field}`);

const ROWS: readonly (readonly [
  what: string,
  level: number | null,
  patches: Partial<DossierFacts>[],
  found: string[],
])[] = [
  ['a dossier in order', 3, [GOOD], []],
  ['one under way in order', null, [OPEN], []],
  [
    'a decision of the day before the regulation',
    3,
    [{ ...GOOD, approvedOn: '2026-10-01' }],
    ['decision-before-regulation approvedOn'],
  ],
  [
    'approved without a number',
    3,
    [{ ...GOOD, approvalNumber: null }],
    ['approved-without-decision approvalNumber'],
  ],
  ['approved without a day', 3, [{ ...GOOD, approvedOn: null }], ['approved-without-decision approvedOn']],
  [
    'approved without a regulation',
    3,
    [{ ...GOOD, regulationNumber: null }],
    ['approved-without-regulation regulationNumber'],
  ],
  [
    'not approved and nothing expected',
    null,
    [{ ...OPEN, expectedApprovalOn: null }],
    ['unapproved-without-expected-date expectedApprovalOn'],
  ],
  [
    'expected yesterday',
    null,
    [{ ...OPEN, expectedApprovalOn: '2026-11-25' }],
    ['expected-date-passed expectedApprovalOn'],
  ],
  ['a plan without a day', null, [{ ...OPEN, expectedFullOn: null }], ['plan-without-date expectedFullOn']],
  ['a plan of which nothing is known', null, [{ ...OPEN, plan: null }], ['plan-unknown plan']],
  ['no level', null, [{ ...OPEN, proposedLevel: null }], ['system-without-level proposedLevel']],
  [
    'another level decided',
    2,
    [{ ...GOOD, decidedLevel: 2, approvalBody: 'specialised-unit' }],
    ['level-differs decidedLevel'],
  ],
  [
    'another level decided for a reason',
    2,
    [{ ...GOOD, decidedLevel: 2, approvalBody: 'specialised-unit', levelReason: 'ít dữ liệu' }],
    [],
  ],
  ['another level in the register', 2, [GOOD], ['register-level-differs decidedLevel']],
  [
    'level 3 approved by the unit that appraised it',
    3,
    [{ ...GOOD, approvalBody: 'specialised-unit' }],
    ['approval-body-unlawful approvalBody'],
  ],
  [
    'level 4 appraised by the unit',
    4,
    [{ ...GOOD, proposedLevel: 4 }],
    ['appraisal-body-unlawful appraisalBody'],
  ],
  ['level 4 appraised by the ministry', 4, [{ ...GOOD, proposedLevel: 4, appraisalBody: 'ministry' }], []],
  [
    'appraised before it was sent',
    3,
    [{ ...GOOD, submittedOn: '2026-09-11' }],
    ['dates-out-of-order appraisedOn'],
  ],
  [
    'appraised tomorrow',
    null,
    [{ ...OPEN, status: 'appraised', appraisedOn: '2026-11-27' }],
    ['date-in-the-future appraisedOn'],
  ],
  [
    'rented without a contract',
    3,
    [{ ...GOOD, rented: true, providerName: 'VNPT' }],
    ['rented-without-contract contractNumber'],
  ],
  [
    'a contract that is over',
    3,
    [{ ...GOOD, rented: true, providerName: 'VNPT', contractNumber: '1', contractUntil: '2026-11-25' }],
    ['contract-over contractUntil'],
  ],
  ['two in force at once', 3, [GOOD, { ...GOOD, approvedOn: '2026-11-01' }], ['dossiers-overlap dossier']],
  [
    'one after the other',
    3,
    [
      { ...GOOD, endedOn: '2026-11-01' },
      { ...GOOD, approvedOn: '2026-11-01' },
    ],
    [],
  ],
  ['a new one drawn up while the old one holds', 3, [GOOD, { ...OPEN, submittedOn: '2026-11-01' }], []],
  ['two under way', null, [OPEN, OPEN], ['dossiers-overlap dossier']],
];

describe('checks of dossiers', () => {
  for (const [what, level, patches, found] of ROWS)
    it(`${what}: ${found.length === 0 ? 'nothing' : found.join(', ')}`, () => {
      expect(codes(one(level, ...patches)).toSorted()).toEqual(found.toSorted());
    });

  it('a host in two systems of different levels is said of both, of one level of none', () => {
    const low = {
      ...one(2, { ...GOOD, proposedLevel: 2, approvalBody: 'specialised-unit' }),
      id: 8,
      name: 'Trang tin',
    };
    const hosts = [{ hostname: 'web-01', systemIds: [7, 8] }];
    const found = dossierFindings([one(3, GOOD), low], hosts, TODAY);
    expect(found.map(({ code, systemId, args }) => [code, systemId, args['other']])).toEqual([
      ['host-in-two-systems', 7, 'Trang tin'],
      ['host-in-two-systems', 8, 'Cổng DVC'],
    ]);
    expect(dossierFindings([one(3, GOOD), { ...one(3, GOOD), id: 8 }], hosts, TODAY)).toEqual([]);
  });

  it.each([
    ['more hosts are enrolled than the dossier has', { expectedPcs: 30, expectedServers: 9 }, 40, true],
    ['as many', { expectedPcs: 30, expectedServers: 10 }, 40, false],
    ['fewer', { expectedServers: 41 }, 40, false],
    ['the dossier says nothing', {}, 40, false],
    ['the dossier says none', { expectedPcs: 0 }, 1, true],
  ] as const)('%s', (_what, said, hosts, isFound) => {
    const system = { ...one(3, { ...GOOD, ...said }), hosts };
    expect(codes(system)).toEqual(isFound ? ['hosts-beyond-dossier expectedPcs'] : []);
  });

  it('a system that is no longer used is left alone', () => {
    expect(codes(one(null, { retiredOn: TODAY }))).toEqual([]);
  });

  it('every code stands in a row above, but for these four', () => {
    const found = ROWS.flatMap(([, level, patches]) => dossierFindings([one(level, ...patches)], [], TODAY));
    expect(found.every(({ text }) => text.vi !== '' && text.en !== '')).toBe(true);
    const seen = new Set(found.map(({ code }) => code));
    expect(FINDING_CODES.filter((code) => !seen.has(code))).toEqual([
      'system-without-dossier',
      'host-in-two-systems',
      'hosts-beyond-dossier',
      'office-incomplete',
    ]);
  });
});
