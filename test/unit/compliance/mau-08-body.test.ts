import { describe, expect, it } from 'vitest';
import { type DossierFacts, dossierOn, EMPTY_DOSSIER } from '../../../collector/compliance/dossier/facts.ts';
import {
  mau08Body,
  type Mau08Agency,
  type Mau08Facts,
  type Mau08System,
  rowsDigest,
} from '../../../collector/report/mau-08-body.ts';

const DAY = '2026-12-14';
const province: Mau08Agency = { id: 1, name: 'UBND tỉnh An Giang', code: 'H01' };
const health: Mau08Agency = { id: 2, name: 'Sở Y tế', code: 'H01.12' };
const science: Mau08Agency = { id: 3, name: 'Sở Khoa học và Công nghệ', code: null };

const APPROVED: Partial<DossierFacts> = {
  status: 'approved',
  proposedLevel: 3,
  approvalNumber: '12/QĐ-UBND',
  approvedOn: '2026-10-02',
  regulationNumber: '5/QĐ-SYT',
  regulationOn: '2026-09-01',
  plan: 'full',
  checkedBeforeUse: true,
  checkedPeriodically: true,
};

let last = 0;
function system(
  owner: Mau08Agency,
  patch: Partial<DossierFacts> | undefined,
  change: Partial<Mau08System> = {},
): Mau08System {
  const id = (last += 1);
  const facts: DossierFacts | undefined = patch === undefined ? undefined : { ...EMPTY_DOSSIER, ...patch };
  const level = facts?.status === 'approved' ? facts.proposedLevel : null;
  const dossiers = facts === undefined ? [] : [{ id: id * 10, facts }];
  return { id, name: `Hệ thống ${id}`, level, owner, operator: null, dossiers, ...change };
}

function body(systems: Mau08System[], change: Partial<Mau08Facts> = {}) {
  return mau08Body({
    agency: province,
    from: '2025-12-15',
    day: DAY,
    systems,
    sharedHosts: [],
    offices: [],
    confirmations: [],
    changes: [],
    ...change,
  });
}

describe('Mẫu 08', () => {
  it('counts the steps of the way, each within the one before, and says by when the rest is expected', () => {
    const { part1, part3, checks } = body([
      system(health, APPROVED),
      system(health, { ...APPROVED, checkedPeriodically: false }),
      system(science, {
        status: 'submitted',
        proposedLevel: 2,
        expectedApprovalOn: '2027-03-01',
        plan: 'full',
      }),
      system(science, {
        proposedLevel: 1,
        expectedApprovalOn: '2027-02-01',
        plan: 'none',
        expectedFullOn: '2027-06-01',
      }),
    ]);
    expect(part1).toMatchObject({
      managed: 4,
      classified: 4,
      dossierMade: 3,
      appraised: 2,
      approved: 2,
      approvedAndChecked: 1,
      remaining: 2,
      expectedCompletionOn: '2027-03-01',
    });
    expect(part1.byLevel.map(({ counts }) => counts.managed)).toEqual([1, 1, 2, 0, 0]);
    expect(part3.map(({ index, owner }) => `${index} ${owner}`)).toEqual([
      '1 Sở Khoa học và Công nghệ',
      '2 Sở Khoa học và Công nghệ',
      '3 Sở Y tế',
      '4 Sở Y tế',
    ]);
    expect(part3[2]).toMatchObject({
      level: 3,
      status: 'approved',
      approval: { number: '12/QĐ-UBND', on: '2026-10-02' },
      regulation: { number: '5/QĐ-SYT', on: '2026-09-01' },
      expectedApprovalOn: null,
      plan: 'full',
      checks: ['before-use', 'periodic'],
    });
    expect(checks).toEqual([]);
  });

  it('says nothing of when all is done while one system has no day for it', () => {
    expect(body([system(health, { proposedLevel: 2 })]).part1.expectedCompletionOn).toBeNull();
  });

  it('lists a system without a dossier, and finds it', () => {
    const { part1, part3, checks } = body([system(health, undefined, { level: null })]);
    expect(part1).toMatchObject({ managed: 1, classified: 0, dossierMade: 0 });
    expect(part3).toMatchObject([{ status: null, level: null, plan: null, checks: [] }]);
    expect(checks.map(({ code }) => code)).toEqual(['system-without-dossier', 'system-without-level']);
  });

  it('goes by what was done by its day', () => {
    const late = { ...APPROVED, appraisedOn: '2026-12-01', approvedOn: '2026-12-18' };
    const { part1, part3 } = body([system(health, late)]);
    expect(part1).toMatchObject({ appraised: 1, approved: 0, expectedCompletionOn: '2026-12-18' });
    expect(part3[0]).toMatchObject({ status: 'appraised', approval: { number: null, on: null } });
    expect(dossierOn({ ...EMPTY_DOSSIER, ...late }, '2026-12-18').status).toBe('approved');
    expect(dossierOn({ ...EMPTY_DOSSIER, ...late }, '2026-11-30').status).toBe('submitted');
  });

  it('leaves out what is no longer used', () => {
    const gone = system(health, { ...APPROVED, retiredOn: DAY });
    expect(body([gone]).part3).toEqual([]);
    expect(body([gone], { day: '2026-12-13' }).part3).toHaveLength(1);
  });

  it('knows whose rows were confirmed, whose are others since, and who is late', () => {
    const one = system(health, APPROVED);
    const two = system(science, APPROVED);
    const rows = body([one]).part3;
    const word = {
      agencyId: health.id,
      confirmedAt: '2026-12-10T02:00:00Z',
      confirmedBy: 'user:an',
      digest: rowsDigest(rows),
    };
    const fresh = body([one, two], { confirmations: [word] }).confirmations;
    expect(fresh.confirmed).toMatchObject([{ agency: health, by: 'user:an', changed: false }]);
    expect(fresh.late).toEqual([science]);
    const renamed = body([{ ...one, name: 'Tên khác' }, two], { confirmations: [word] }).confirmations;
    expect(renamed.confirmed).toMatchObject([{ changed: true }]);
  });

  it('names what is missing of owner and specialised unit', () => {
    const { checks } = body([], { offices: [{ agency: health, owner: null, unit: null }] });
    expect(checks).toMatchObject([{ code: 'office-incomplete', agencyId: 2, severity: 'warning' }]);
  });
});
