/** The register of indicators: what an import takes and counts, what is listed, and what people change. */
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Indicator } from '../../../collector/indicator/indicator.ts';
import { openRegistry, type Registry } from '../../../collector/registry/database.ts';
import {
  countInForce,
  indicatorChanges,
  readChangeNo,
} from '../../../collector/registry/indicator/changes.ts';
import {
  compareIndicators,
  importIndicators,
  type IndicatorCounts,
} from '../../../collector/registry/indicator/import-indicators.ts';
import {
  addIndicator,
  changeIndicator,
  restoreIndicator,
  retireIndicator,
} from '../../../collector/registry/indicator/indicator-acts.ts';
import {
  listIndicators,
  type IndicatorQuery,
} from '../../../collector/registry/indicator/list-indicators.ts';
import { allMigrations } from '../../../collector/registry/migrations/all.ts';
import { memoryRegistry, temporaryFolder, type TestClock } from './registry-fixture.ts';

const BY = 'user:lan';
let registry: Registry;
let clock: TestClock;

beforeEach(async () => {
  ({ registry, clock } = await memoryRegistry());
});
afterEach(() => registry.close());

const indicator = (value: string, more: Partial<Indicator> = {}): Indicator => ({
  kind: 'domain',
  value,
  source: 'feed',
  confidence: 60,
  validUntilMs: null,
  tlp: null,
  tags: [],
  description: '',
  ...more,
});

const take = (...indicators: Indicator[]): Promise<IndicatorCounts> =>
  registry.db
    .transaction()
    .execute((trx) => importIndicators(trx, indicators, { actor: BY, nowMs: clock.ms }));

const list = (query: Partial<IndicatorQuery> = {}) =>
  listIndicators(registry.db, { seesAll: true, nowMs: clock.ms, limit: 10, ...query });

const values = async (query: Partial<IndicatorQuery> = {}): Promise<string[]> =>
  (await list(query)).map(({ value }) => value);

const audited = async (): Promise<string[]> =>
  (
    await registry.db
      .selectFrom('audit_log')
      .select('action')
      .where('actor', '=', BY)
      .orderBy('seq')
      .execute()
  ).map(({ action }) => action);

describe('an import', () => {
  it('counts what is new, changed, the same, over, and taken out; the same value of two sources is two', async () => {
    await take(indicator('a.example'), indicator('b.example'), indicator('out.example'));
    const [, , out] = await list();
    await retireIndicator(registry, { id: out?.id ?? 0 }, 'wrong', BY);
    clock.ms += 1_000;
    const counts = await take(
      indicator('a.example', { confidence: 90, tags: ['c2'], tlp: 'amber' }),
      indicator('b.example'),
      indicator('a.example', { source: 'other' }),
      indicator('out.example', { confidence: 99 }),
      indicator('over.example', { validUntilMs: clock.ms }),
    );
    expect(counts).toEqual({ added: 1, updated: 1, unchanged: 1, expired: 1, retired: 1 });
    const all = await list({ standing: 'active' });
    expect(all).toMatchObject([
      { value: 'a.example', source: 'feed', confidence: 90, tags: ['c2'], tlp: 'amber', version: 2 },
      { value: 'b.example', source: 'feed', addedBy: BY, version: 1 },
      { value: 'a.example', source: 'other' },
    ]);
    expect(all[0]?.updatedMs).toBe((all[0]?.addedMs ?? 0) + 1_000);
    expect(await audited()).toEqual(['indicator.retire']);
  });

  it('writes nothing when it is compared only, and takes no number when it changes nothing', async () => {
    const { counts } = await compareIndicators(registry.db, [indicator('a.example')], clock.ms);
    expect(counts).toMatchObject({ added: 1 });
    expect(await list()).toEqual([]);
    await take(indicator('a.example'));
    const before = await readChangeNo(registry.db);
    expect(await take(indicator('a.example'))).toMatchObject({ unchanged: 1 });
    expect(await readChangeNo(registry.db)).toBe(before);
  });
});

describe('the list', () => {
  it('is asked by kind, source, tag, text, and value however it is written, in pages', async () => {
    await take(
      indicator('d0.example', { tags: ['c2'] }),
      indicator('d1.example', { tags: ['c2-old'], description: 'Máy chủ LỆNH' }),
      indicator('d2.example', { description: 'An OLD feed' }),
      indicator('203.0.113.7', { kind: 'ip', source: 'other' }),
    );
    expect(await values({ kind: 'ip' })).toEqual(['203.0.113.7']);
    expect(await values({ source: 'feed', limit: 2 })).toEqual(['d0.example', 'd1.example']);
    expect(await values({ tag: 'c2' })).toEqual(['d0.example']);
    expect(await values({ text: 'D2.EX' })).toEqual(['d2.example']);
    for (const text of ['máy chủ', 'MÁY CHỦ LỆNH', 'may chu lenh', 'lệnh'.normalize('NFD')])
      expect([text, await values({ text })]).toEqual([text, ['d1.example']]);
    expect(await values({ text: 'Old' })).toEqual(['d2.example']);
    const found = (await list({ text: 'lệnh' }))[0];
    await changeIndicator(registry, { id: found?.id ?? 0 }, { description: 'ĐỘC HẠI' }, BY);
    expect([await values({ text: 'doc hai' }), await values({ text: 'lệnh' })]).toEqual([['d1.example'], []]);
    await take(indicator('d1.example', { description: 'Thư RÁC' }));
    expect([await values({ text: 'thư rác' }), await values({ text: 'độc' })]).toEqual([['d1.example'], []]);
    expect(await values({ value: 'D1[.]example' })).toEqual(['d1.example']);
    expect(await values({ value: "' or 1=1 --" })).toEqual([]);
    const [, second] = await list();
    expect(await values({ after: second?.id })).toEqual(['d2.example', '203.0.113.7']);
  });

  it('finds descriptions of before, too, page by page of them', async () => {
    const folder = temporaryFolder();
    const file = `${folder.path}/old.sqlite`;
    const migrations = Object.fromEntries(
      Object.entries(allMigrations(() => 1)).filter(([name]) => name < '0048'),
    );
    const old = await openRegistry({ file, now: () => 1, migrations });
    for (let from = 0; from < 1_200; from += 100) {
      const rows = Array.from({ length: 100 }, (_none, n) => {
        const description = n % 2 === 0 ? 'plain' : `MÁY CHỦ ${from + n}`;
        return sql`('domain', ${`d${from + n}.example`}, 'feed', 50, '[]', ${description}, 1, 'x', 1)`;
      });
      await sql`insert into indicator (kind, value, source, confidence, tags, description, added_ms, added_by, updated_ms)
        values ${sql.join(rows)}`.execute(old.db);
    }
    await old.close();
    const now = await openRegistry({ file, now: () => 1 });
    const query = { seesAll: true, nowMs: 1, limit: 500 };
    expect(await listIndicators(now.db, { ...query, text: 'máy chủ 1199' })).toMatchObject([
      { value: 'd1199.example' },
    ]);
    expect(await listIndicators(now.db, { ...query, text: 'may chu' })).toHaveLength(500);
    const { kept } = await now.db
      .selectFrom('indicator')
      .select((eb) => eb.fn.count<number>('description_key').as('kept'))
      .executeTakeFirstOrThrow();
    expect(kept).toBe(600);
    await now.close();
    folder.remove();
  });

  it('is asked by how they stand, and leaves out what is marked for the province alone', async () => {
    await take(
      indicator('soon.example', { validUntilMs: clock.ms + 1_000 }),
      indicator('red.example', { tlp: 'red' }),
      indicator('strict.example', { tlp: 'amber+strict' }),
    );
    clock.ms += 1_000;
    expect(await values({ standing: 'expired' })).toEqual(['soon.example']);
    expect(await values({ standing: 'active' })).toEqual(['red.example', 'strict.example']);
    expect(await values({ standing: 'retired' })).toEqual([]);
    expect(await values({ seesAll: false })).toEqual(['soon.example']);
    expect(await countInForce(registry.db, clock.ms)).toBe(2);
  });
});

describe('what people change', () => {
  it('is made for a version, and on record', async () => {
    const { id } = await addIndicator(registry, indicator('a.example'), BY);
    await expect(addIndicator(registry, indicator('a.example'), BY)).rejects.toMatchObject({
      code: 'indicator-exists',
    });
    const changed = await changeIndicator(registry, { id, version: 1 }, { confidence: 5, tags: ['x'] }, BY);
    expect(changed).toMatchObject({ confidence: 5, tags: ['x'], version: 2 });
    await expect(retireIndicator(registry, { id, version: 1 }, 'wrong', BY)).rejects.toMatchObject({
      code: 'version-conflict',
    });
    expect(await retireIndicator(registry, { id }, 'wrong', BY)).toMatchObject({
      state: 'retired',
      stateReason: 'wrong',
      stateBy: BY,
    });
    expect(await restoreIndicator(registry, { id }, 'right after all', BY)).toMatchObject({
      state: 'active',
    });
    await expect(retireIndicator(registry, { id: 99 }, 'wrong', BY)).rejects.toMatchObject({
      code: 'indicator-unknown',
    });
    expect(await audited()).toEqual([
      'indicator.add',
      'indicator.change',
      'indicator.retire',
      'indicator.restore',
    ]);
  });

  it('is told after a number, in order', async () => {
    await take(indicator('a.example'), indicator('b.example'));
    const seen = await readChangeNo(registry.db);
    const [a] = await list();
    await retireIndicator(registry, { id: a?.id ?? 0 }, 'wrong', BY);
    await take(indicator('c.example'));
    const told: unknown[] = [];
    for await (const page of indicatorChanges(registry.db, seen)) told.push(...page);
    expect(told).toMatchObject([
      { value: 'a.example', isActive: false },
      { value: 'c.example', isActive: true },
    ]);
  });
});
