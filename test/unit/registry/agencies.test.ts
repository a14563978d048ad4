import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkCode } from '../../../collector/agency/agency-code.ts';
import { foldName, searchKey } from '../../../collector/agency/fold-name.ts';
import { legalDayAt, overlap, startOfDayMs } from '../../../collector/agency/legal-day.ts';
import {
  createAgency,
  inScope,
  patchAgency,
  requireAgency,
  scopeOfAgency,
} from '../../../collector/registry/agencies.ts';
import { listAgencyPage, readAgencyDetail } from '../../../collector/registry/agency-book.ts';
import { addCode, agencyOfCode, endCode, removeCode } from '../../../collector/registry/agency-codes.ts';
import { agenciesAt, subtreeOn } from '../../../collector/registry/agency-history.ts';
import { moveAgentTo } from '../../../collector/registry/agent-acts.ts';
import { listAudit } from '../../../collector/registry/audit.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { enrolAgent } from '../../../collector/registry/enrolment.ts';
import { createJoinToken } from '../../../collector/registry/join-tokens.ts';
import { enrolRequest, memoryRegistry, START_MS, type TestClock } from './registry-fixture.ts';

const ALL = { kind: 'all' } as const;
const by = { actor: 'user:an', scope: ALL };
/** The day of the tests' clock. */
const TODAY = '2026-11-22';
const DAY_MS = 86_400_000;

describe('a name', () => {
  it.each([
    ['Sở Y tế', 'SỞ  Y TẾ '],
    ['Xã Hoà Bình', 'Xã Hòa Bình'],
    ['Phường Thuỷ Xuân', 'Phường Thủy Xuân'],
    ['Sở Y tế'.normalize('NFD'), 'Sở Y tế'],
  ])('%s is %s', (one, other) => {
    expect(foldName(one)).toBe(foldName(other));
  });
  it.each([
    ['Xã Tân Hoà', 'Xã Tân Hoá'],
    ['Quý', 'Quy'],
    ['Đông', 'Dông'],
    ['Hoàn', 'Hòan'],
  ])('%s is not %s', (one, other) => {
    expect(foldName(one)).not.toBe(foldName(other));
  });
  it('leaves "quý" and "hoàng" as they are written', () => {
    expect(foldName('Quý Hoàng')).toBe('quý hoàng');
  });
  it('is found without marks', () => {
    expect(searchKey('Sở Y tế Đồng Tháp')).toBe('so y te dong thap');
  });
});

describe('a code', () => {
  it.each([
    ['000.00.00.h49', 'qcvn-102', '000.00.00.H49'],
    [' G12.18 ', 'qd-20', 'G12.18'],
    ['H49', 'qd-20', 'H49'],
  ])('%s is of the form %s', (text, form, code) => {
    expect(checkCode(text)).toEqual({ ok: true, form, code });
  });
  it.each(['', '000.00.00', '0000.00.00.H49', 'H4', 'H49.', `H49.${'1'.repeat(32)}`, 'H49.18-1', '=H49'])(
    '"%s" is none',
    (text) => {
      expect(checkCode(text).ok).toBe(false);
    },
  );
  it('of one form is not of the other', () => {
    expect(checkCode('H49.18', 'qcvn-102')).toMatchObject({ ok: false });
  });
});

describe('a day', () => {
  it('begins at midnight in Vietnam', () => {
    expect(startOfDayMs('2025-07-01')).toBe(Date.UTC(2025, 5, 30, 17));
    expect(legalDayAt(Date.UTC(2025, 5, 30, 16, 59, 59, 999))).toBe('2025-06-30');
    expect(legalDayAt(Date.UTC(2025, 5, 30, 17))).toBe('2025-07-01');
  });
  it('of an end is no longer part of the span', () => {
    const until = { from: null, to: '2025-07-01' };
    expect(overlap(until, { from: '2025-07-01', to: null })).toBe(false);
    expect(overlap(until, { from: '2025-06-30', to: null })).toBe(true);
    expect(overlap({ from: null, to: null }, until)).toBe(true);
  });
});

describe('the agency tree', () => {
  let registry: Registry;
  let clock: TestClock;
  beforeEach(async () => {
    ({ registry, clock } = await memoryRegistry());
  });
  afterEach(() => registry.close());

  const add = async (
    name: string,
    parentId = 1,
    kind: 'province' | 'department' | 'commune' | 'unit' = 'unit',
  ) => (await createAgency(registry, { name, kind, parentId }, 'test')).id;

  it('takes no twin under the same parent, however it is typed, and one under another', async () => {
    const one = await add('Sở Y tế');
    await expect(add('SỞ Y  TẾ')).rejects.toMatchObject({ code: 'agency-exists' });
    await add('Sở Y tế', one);
  });

  it('refuses cycles, roots that move, parents that are not there and trees without end', async () => {
    const one = await add('A');
    const two = await add('B', one);
    const move = (id: number, parentId: number) => patchAgency(registry, id, { parentId }, by);
    await expect(move(one, two)).rejects.toMatchObject({ code: 'agency-cycle' });
    await expect(move(one, one)).rejects.toMatchObject({ code: 'agency-cycle' });
    await expect(move(1, two)).rejects.toMatchObject({ code: 'agency-root' });
    await expect(move(two, 99)).rejects.toMatchObject({ code: 'agency-unknown' });
    let deepest = two;
    await expect(
      (async () => {
        for (let depth = 0; depth < 40; depth += 1) deepest = await add('C', deepest);
      })(),
    ).rejects.toMatchObject({ code: 'agency-depth' });
  });

  it('is seen downwards only, at once after a change, and rows of others are not there', async () => {
    const one = await add('A');
    const two = await add('B');
    const below = await add('C', one);
    const scope = await scopeOfAgency(registry.db, one);
    expect(scope).toEqual({ kind: 'some', agencyIds: [one, below] });
    expect(await scopeOfAgency(registry.db, one)).toBe(scope);
    expect(inScope(scope, two)).toBe(false);
    const later = await add('D', below);
    expect(await scopeOfAgency(registry.db, one)).toEqual({ kind: 'some', agencyIds: [one, below, later] });
    await patchAgency(registry, below, { parentId: two }, by);
    expect(await scopeOfAgency(registry.db, one)).toEqual({ kind: 'some', agencyIds: [one] });
    await expect(
      patchAgency(
        registry,
        two,
        { name: 'X' },
        { actor: 'user:b', scope: await scopeOfAgency(registry.db, one) },
      ),
    ).rejects.toMatchObject({ code: 'agency-unknown' });
  });

  it('answers for a scope that was asked for inside a transaction that is undone', async () => {
    const one = await add('A');
    await expect(
      registry.db.transaction().execute(async (trx) => {
        await trx
          .insertInto('agency')
          .values({ name: 'B', kind: 'unit', parent_id: one, created_ms: 0 })
          .execute();
        expect(await scopeOfAgency(trx, one)).toMatchObject({ agencyIds: [one, one + 1] });
        throw new Error('undone');
      }),
    ).rejects.toThrow('undone');
    expect(await scopeOfAgency(registry.db, one)).toEqual({ kind: 'some', agencyIds: [one] });
  });

  it('remembers where it stood', async () => {
    const [one, two] = [await add('A'), await add('B')];
    const below = await add('C', one);
    clock.ms += 10 * DAY_MS;
    await patchAgency(registry, below, { parentId: two, kind: 'department' }, by);
    expect(await subtreeOn(registry.db, one, TODAY)).toEqual([one, below]);
    expect(await subtreeOn(registry.db, one, '2026-12-02')).toEqual([one]);
    const { periods, version } = await readAgencyDetail(registry.db, below, ALL);
    expect(version).toBe(2);
    expect(periods).toEqual([
      { name: 'C', shortName: '', kind: 'unit', parentId: one, from: null, to: '2026-12-02' },
      { name: 'C', shortName: '', kind: 'department', parentId: two, from: '2026-12-02', to: null },
    ]);
    const then = await listAgencyPage(registry.db, { parentId: one, asOf: TODAY, limit: 10 }, ALL, TODAY);
    expect(then.map(({ id, kind }) => [id, kind])).toEqual([[below, 'unit']]);
  });

  it('says when somebody else was faster', async () => {
    const one = await add('A');
    await patchAgency(registry, one, { shortName: 'a' }, { ...by, version: 1 });
    await expect(patchAgency(registry, one, { shortName: 'b' }, { ...by, version: 1 })).rejects.toMatchObject(
      { code: 'version-conflict' },
    );
    const [last] = await listAudit(registry, { limit: 1 });
    expect(last).toMatchObject({ actor: 'user:an', action: 'agency.change', target: `agency:${one}` });
  });

  it('is listed in pages, by words without marks, by parent and by kind', async () => {
    const health = await add('Sở Y tế', 1, 'department');
    for (let n = 0; n < 5; n += 1) await add(`Trạm y tế ${n}`, health);
    const page = (query: Partial<Parameters<typeof listAgencyPage>[1]>) =>
      listAgencyPage(registry.db, { limit: 3, ...query }, ALL, TODAY);
    expect((await page({ text: 'tram Y te' })).map(({ name }) => name)).toEqual([
      'Trạm y tế 0',
      'Trạm y tế 1',
      'Trạm y tế 2',
    ]);
    expect(await page({ text: 'tram', afterId: health + 3 })).toHaveLength(2);
    expect(await page({ kind: 'department' })).toMatchObject([{ id: health }]);
    expect(await page({ parentId: 1 })).toMatchObject([{ id: health }]);
  });

  it('has codes of both forms over time, none twice on a day', async () => {
    const [one, two] = [await add('A'), await add('B')];
    const first = await addCode(registry, one, { code: '000.00.01.H01', to: '2025-07-01' }, by);
    await addCode(registry, one, { code: 'h01.1' }, by);
    await expect(addCode(registry, two, { code: 'H01.1' }, by)).rejects.toMatchObject({
      code: 'code-overlap',
    });
    await expect(addCode(registry, one, { code: 'H01.2', from: '2026-01-01' }, by)).rejects.toMatchObject({
      code: 'code-overlap',
    });
    await addCode(registry, one, { code: 'H01.2', from: '2026-01-01', replaces: true }, by);
    await addCode(registry, two, { code: 'H01.1', from: '2026-01-01' }, by);
    const owner = async (code: string, day: string) => (await agencyOfCode(registry.db, code, day))?.agencyId;
    expect(await owner('H01.1', '2025-12-31')).toBe(one);
    expect(await owner('h01.1', '2026-01-01')).toBe(two);
    expect(await owner('000.00.01.H01', '2025-07-01')).toBeUndefined();
    await expect(endCode(registry, one, first.id, '2026-01-01', by)).rejects.toMatchObject({
      code: 'date-invalid',
    });
    await expect(
      addCode(registry, one, { code: '000.00.02.H01', from: '2026-02-01', to: '2026-02-01' }, by),
    ).rejects.toMatchObject({ code: 'date-invalid' });
    await removeCode(registry, one, first.id, by);
    expect((await readAgencyDetail(registry.db, one, ALL)).codes.map(({ code }) => code)).toEqual([
      'H01.1',
      'H01.2',
    ]);
    await expect(removeCode(registry, two, first.id, by)).rejects.toMatchObject({ code: 'code-unknown' });
  });

  it('knows where a host that has moved was on a day', async () => {
    const [one, two, three] = [await add('A'), await add('B'), await add('C')];
    const { id, secret } = await createJoinToken(registry, { agencyId: one, uses: 1 }, 'test');
    const enrolled = await enrolAgent(registry, enrolRequest({ id, secret }), '::1');
    if (!enrolled.ok) throw new Error('not enrolled');
    for (const agencyId of [two, three]) {
      clock.ms += 10 * DAY_MS;
      await moveAgentTo({ agencyId })(registry, enrolled.agentId, by);
    }
    const at = async (ms: number) =>
      (await agenciesAt(registry.db, 'agent', legalDayAt(ms))).get(enrolled.agentId);
    expect([await at(START_MS), await at(START_MS + 11 * DAY_MS), await at(START_MS + 21 * DAY_MS)]).toEqual([
      one,
      two,
      undefined,
    ]);
  });

  it('that is there is enough for others to use', async () => {
    await expect(requireAgency(registry.db, 99)).rejects.toMatchObject({ code: 'agency-unknown' });
    await requireAgency(registry.db, 1);
  });
});
