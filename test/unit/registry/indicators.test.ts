/** The register of indicators: what an import takes and counts, what is listed, and what is in force. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ShapedEvent } from '../../../rules/sigma/index.ts';
import { IndicatorIndex } from '../../../collector/indicator/indicator-index.ts';
import type { Indicator } from '../../../collector/indicator/indicator.ts';
import type { FieldValue } from '../../../collector/normalize/event.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import {
  countIndicators,
  importIndicators,
  indicatorsInForce,
  listIndicators,
  removeIndicator,
  removeIndicatorsOf,
} from '../../../collector/registry/indicators.ts';
import { memoryRegistry, type TestClock } from './registry-fixture.ts';

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

const many = (count: number): Indicator[] =>
  Array.from({ length: count }, (_, number) => indicator(`d${number}.example`));

const audited = () =>
  registry.db
    .selectFrom('audit_log')
    .select(['action', 'detail'])
    .where('actor', '=', BY)
    .orderBy('seq')
    .execute();

describe('an import', () => {
  it('counts what is new, changed, the same, and over; the same value of two sources is two', async () => {
    await importIndicators(registry, [indicator('a.example'), indicator('b.example')], BY, { dryRun: false });
    clock.ms += 1_000;
    const counts = await importIndicators(
      registry,
      [
        indicator('a.example', { confidence: 90, tags: ['c2'], tlp: 'amber' }),
        indicator('b.example'),
        indicator('a.example', { source: 'other' }),
        indicator('over.example', { validUntilMs: clock.ms }),
      ],
      BY,
      { dryRun: false },
    );
    expect(counts).toEqual({ added: 1, updated: 1, unchanged: 1, expired: 1 });
    const all = await listIndicators(registry.db, { limit: 10 });
    expect(all).toMatchObject([
      { value: 'a.example', source: 'feed', confidence: 90, tags: ['c2'], tlp: 'amber', addedBy: BY },
      { value: 'b.example', source: 'feed' },
      { value: 'a.example', source: 'other' },
    ]);
    expect(all[0]?.updatedMs).toBe((all[0]?.addedMs ?? 0) + 1_000);
    expect((await audited()).map(({ action }) => action)).toEqual(['indicator.import', 'indicator.import']);
  });

  it('writes nothing when it is tried', async () => {
    const counts = await importIndicators(registry, many(3), BY, { dryRun: true });
    expect(counts).toEqual({ added: 3, updated: 0, unchanged: 0, expired: 0 });
    expect(await countIndicators(registry.db)).toBe(0);
    expect(await audited()).toEqual([]);
  });

  it('is several transactions when it is large, each with its entry in the trail', async () => {
    await importIndicators(registry, many(5_600), BY, { dryRun: false });
    expect(await countIndicators(registry.db)).toBe(5_600);
    expect((await audited()).map(({ detail }) => JSON.parse(detail) as unknown)).toMatchObject([
      { added: 5_000, sources: ['feed'] },
      { added: 600 },
    ]);
    expect(await importIndicators(registry, many(5_600), BY, { dryRun: false })).toMatchObject({
      unchanged: 5_600,
    });
    expect(await audited()).toHaveLength(2);
  });
});

describe('the list', () => {
  it('is asked by kind, source, and value however it is written, in pages', async () => {
    const address: Indicator = indicator('203.0.113.7', { kind: 'ip', source: 'other' });
    await importIndicators(registry, [...many(3), address], BY, { dryRun: false });
    const values = async (query: Omit<Parameters<typeof listIndicators>[1], 'limit'>): Promise<string[]> =>
      (await listIndicators(registry.db, { ...query, limit: 2 })).map(({ value }) => value);
    expect(await values({ kind: 'ip' })).toEqual(['203.0.113.7']);
    expect(await values({ source: 'feed' })).toEqual(['d0.example', 'd1.example']);
    expect(await values({ value: 'D1[.]example' })).toEqual(['d1.example']);
    expect(await values({ value: "' or 1=1 --" })).toEqual([]);
    const [, second] = await listIndicators(registry.db, { limit: 2 });
    expect(await values({ after: second?.id })).toEqual(['d2.example', '203.0.113.7']);
  });
});

describe('removing', () => {
  it('takes one, or all of a source, and is audited', async () => {
    await importIndicators(registry, [...many(3), indicator('x.example', { source: 'other' })], BY, {
      dryRun: false,
    });
    const [first] = await listIndicators(registry.db, { limit: 1 });
    await removeIndicator(registry, first?.id ?? 0, BY);
    expect(await removeIndicatorsOf(registry, 'feed', BY)).toBe(2);
    expect(await countIndicators(registry.db)).toBe(1);
    expect((await audited()).map(({ action }) => action)).toEqual([
      'indicator.import',
      'indicator.remove',
      'indicator.remove-source',
    ]);
    await expect(removeIndicator(registry, first?.id ?? 0, BY)).rejects.toMatchObject({
      code: 'indicator-unknown',
    });
    await expect(removeIndicatorsOf(registry, 'feed', BY)).rejects.toMatchObject({
      code: 'indicator-unknown',
    });
  });
});

describe('what is in force', () => {
  it('fills an index, page after page, without what is over', async () => {
    const soon = indicator('soon.example', { validUntilMs: clock.ms + 1_000 });
    await importIndicators(registry, [soon, ...many(1_200)], BY, { dryRun: false });
    clock.ms += 1_000;
    const index = new IndicatorIndex(1);
    for await (const page of indicatorsInForce(registry)) for (const one of page) index.add(one);
    expect(index.size).toBe(1_200);
    const event = ShapedEvent.from<FieldValue>({ QueryName: 'www.d1199.example' });
    expect(index.match(event, clock.ms)).toMatchObject([{ value: 'd1199.example', confidence: 60 }]);
  });
});
