/** Baselines that people approved: what stands, what is refused, how many are kept; and what the standing follows from. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAgency } from '../../../collector/registry/agencies.ts';
import { scopeOfAgency } from '../../../collector/registry/agency-scope.ts';
import {
  APPROVALS_KEPT_MAX,
  approveBaseline,
  listBaselineApprovals,
  readBaselineHosts,
  withdrawBaselineApproval,
} from '../../../collector/registry/baseline-approvals.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { enrolAgent } from '../../../collector/registry/enrolment.ts';
import { createJoinToken } from '../../../collector/registry/join-tokens.ts';
import { baselineStanding, baselineState } from '../../../collector/services/fleet/baseline-standing.ts';
import { enrolRequest, memoryRegistry, type TestClock } from './registry-fixture.ts';

const EVERYWHERE = { kind: 'all' } as const;
const AN = { actor: 'user:an', scope: EVERYWHERE };
let registry: Registry;
let clock: TestClock;
let agentId: string;
let far: typeof AN | { actor: string; scope: Awaited<ReturnType<typeof scopeOfAgency>> };

beforeEach(async () => {
  ({ registry, clock } = await memoryRegistry());
  const near = await createAgency(registry, { name: 'Sở A', kind: 'department' }, 'test');
  const other = await createAgency(registry, { name: 'Sở B', kind: 'department' }, 'test');
  const token = await createJoinToken(registry, { agencyId: near.id }, 'test');
  const outcome = await enrolAgent(registry, enrolRequest(token), '10.1.2.3');
  if (!outcome.ok) throw new Error(outcome.fault);
  ({ agentId } = outcome);
  far = { actor: 'user:far', scope: await scopeOfAgency(registry.db, other.id) };
});
afterEach(() => registry.close());

const told = (digest: string, isTampered = false) => ({ digest, paths: 9, toldMs: 1_000, isTampered });
const approve = (digest: string, seen: ReturnType<typeof told> | undefined = told(digest)) =>
  approveBaseline(registry, { agentId, digest, note: 'đã xem' }, seen, AN);
const standing = async () =>
  (await readBaselineHosts(registry.db, EVERYWHERE)).map((host) => host.approval?.digest);

describe('an approval', () => {
  test('stands until a newer one, also within a millisecond; withdrawn, the one before stands again', async () => {
    expect(await standing()).toEqual([undefined]);
    await approve('a1');
    const second = await approve('a2');
    expect(await standing()).toEqual(['a2']);
    await withdrawBaselineApproval(registry, { agentId, id: second.id }, AN);
    expect(await standing()).toEqual(['a1']);
    const again = withdrawBaselineApproval(registry, { agentId, id: second.id }, AN);
    await expect(again).rejects.toMatchObject({ code: 'baseline-approval-unknown' });
    expect(await listBaselineApprovals(registry.db, agentId, EVERYWHERE)).toMatchObject([
      { digest: 'a2', note: 'đã xem', approvedBy: 'user:an', withdrawnBy: 'user:an' },
      { digest: 'a1', withdrawnBy: null },
    ]);
    const audited = await registry.db.selectFrom('audit_log').select('action').execute();
    const acts = audited.map(({ action }) => action).filter((action) => action.startsWith('baseline.'));
    expect(acts).toEqual(['baseline.approve', 'baseline.approve', 'baseline.withdraw']);
  });

  test.each([
    ['baseline-unknown', undefined],
    ['baseline-unknown', told('')],
    ['baseline-tampered', told('a1', true)],
    ['baseline-changed', told('a2')],
  ])('is refused: %s', async (code, seen) => {
    const asked = approveBaseline(registry, { agentId, digest: 'a1', note: '' }, seen, AN);
    await expect(asked).rejects.toMatchObject({ code });
    expect(await standing()).toEqual([undefined]);
  });

  test('is of nobody outside the agency', async () => {
    const { id } = await approve('a1');
    const unknown = { code: 'agent-unknown' };
    const wanted = { agentId, digest: 'a1', note: '' };
    await expect(approveBaseline(registry, wanted, told('a1'), far)).rejects.toMatchObject(unknown);
    await expect(withdrawBaselineApproval(registry, { agentId, id }, far)).rejects.toMatchObject(unknown);
    await expect(listBaselineApprovals(registry.db, agentId, far.scope)).rejects.toMatchObject(unknown);
    expect(await readBaselineHosts(registry.db, far.scope)).toEqual([]);
  });

  test('is kept among the newest', async () => {
    for (let at = 0; at <= APPROVALS_KEPT_MAX; at += 1) {
      clock.ms += 1;
      await approve(`d${at}`);
    }
    const kept = await listBaselineApprovals(registry.db, agentId, EVERYWHERE);
    expect(kept.map(({ digest }) => digest)).toEqual(
      Array.from({ length: APPROVALS_KEPT_MAX }, (_, at) => `d${APPROVALS_KEPT_MAX - at}`),
    );
  });
});

describe('how a baseline stands', () => {
  const base = {
    agentId: 'a',
    digest: 'a2',
    paths: 9,
    toldMs: 600_000,
    madeMs: 0,
    tamperedMs: 0,
    acceptedMs: 0,
    changedMs: 0,
  };

  test.each([
    ['intact', {}],
    ['made', { madeMs: 599_000 }],
    ['intact', { madeMs: 500_000 }],
    ['tampered', { tamperedMs: 5, acceptedMs: 4 }],
    ['intact', { tamperedMs: 5, acceptedMs: 6 }],
  ])('%s: %j', (state, change) => {
    expect(baselineState({ ...base, ...change })).toBe(state);
  });

  test.each([
    ['approved', 'a comparison later, nothing changed', {}, 100, 0],
    ['approved', 'the same digest', { digest: 'a1', paths: 8 }, 100, 0],
    ['changed', 'a change told later', { changedMs: 101 }, 100, 0],
    ['approved', 'a change told before', { changedMs: 100 }, 100, 0],
    ['changed', 'other paths, and no word of why', { paths: 8 }, 100, 0],
    ['changed', 'changes since are not known any more', {}, 100, 101],
  ])('%s: %s', (result, _, change, toldMs, knownFromMs) => {
    const approval = { digest: 'a1', paths: 9, toldMs };
    expect(baselineStanding({ ...base, ...change }, approval, knownFromMs)).toBe(result);
    expect(baselineStanding({ ...base, ...change }, undefined, knownFromMs)).toBe('never');
  });
});
