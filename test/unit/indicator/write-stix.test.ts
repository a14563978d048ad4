/** Indicators that are passed on: what the importer reads of the bundle is what was in the register. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { INDICATOR_KINDS, TLP_LEVELS, type Tlp } from '../../../collector/indicator/indicator.ts';
import { readStix } from '../../../collector/indicator/read-stix.ts';
import { stixBundle, type SharedIndicator } from '../../../collector/indicator/write-stix.ts';

const NOW = Date.UTC(2026, 10, 26);
const DEFAULTS = { source: 'nobody', confidence: 1, validUntilMs: null };

async function write(pages: readonly (readonly SharedIndicator[])[], tlpMax: Tlp): Promise<string> {
  async function* given() {
    yield* pages;
  }
  let text = '';
  for await (const piece of stixBundle(given(), { tlpMax, nowMs: NOW })) text += piece;
  return text;
}

const one = (more: Partial<SharedIndicator>): SharedIndicator => ({
  kind: 'domain',
  value: 'evil.example',
  confidence: 80,
  source: 'NCSC',
  validUntilMs: NOW + 1_000,
  tlp: 'green',
  tags: [],
  description: '',
  addedMs: NOW - 1_000,
  updatedMs: NOW,
  isRevoked: false,
  ...more,
});

const VALUES = {
  ip: ['203.0.113.7', '198.51.100.0/24', '2001:db8::1'],
  domain: ['evil.example'],
  url: ["http://evil.example/it's/a?b=%5C"],
  hash: ['0123456789abcdef'.repeat(2), '0123456789abcdef0123'.repeat(2), '0123456789abcdef'.repeat(4)],
  email: ['ke.xau@evil.example'],
} as const;

/** As the register keeps them: no spaces at the ends. */
const line = fc
  .string({ unit: fc.constantFrom(...`ab 'Ệđ"\\{}<&;,-1`.split('')), minLength: 1, maxLength: 60 })
  .filter((text) => text.trim() === text && !/\s\s/.test(text));

const shared: fc.Arbitrary<SharedIndicator> = fc.constantFrom(...INDICATOR_KINDS).chain((kind) =>
  fc.record({
    kind: fc.constant(kind),
    value: fc.constantFrom(...VALUES[kind]),
    confidence: fc.integer({ min: 0, max: 100 }),
    source: line,
    validUntilMs: fc.option(fc.integer({ min: NOW, max: NOW + 1e10 })),
    tlp: fc.option(fc.constantFrom(...TLP_LEVELS)),
    tags: fc.uniqueArray(line, { maxLength: 3 }),
    description: fc.oneof(fc.constant(''), line),
    addedMs: fc.constant(NOW - 1_000),
    updatedMs: fc.constant(NOW),
    isRevoked: fc.constant(false),
  }),
);

describe('a bundle of indicators', () => {
  it('is read by the importer as it stood in the register', async () => {
    await fc.assert(
      fc.asyncProperty(shared, async (indicator) => {
        const read = readStix(await write([[indicator]], 'red'), DEFAULTS);
        const { addedMs: _added, updatedMs: _updated, isRevoked: _revoked, ...said } = indicator;
        expect(read.indicators).toEqual([said]);
        expect([read.refusedCount, read.skipped]).toEqual([0, {}]);
      }),
      { numRuns: 200 },
    );
  });

  it('names a source and a marking once, and each indicator the same whenever it is written', async () => {
    const pages = [[one({}), one({ value: 'b.example' })], [one({ value: 'c.example' })]];
    const bundle = JSON.parse(await write(pages, 'amber'));
    const types = bundle.objects.map(({ type }: { type: string }) => type);
    expect(types).toEqual(['identity', 'marking-definition', 'indicator', 'indicator', 'indicator']);
    const again = JSON.parse(await write(pages.toReversed(), 'amber'));
    const ids = (of: { objects: { id: string }[] }) => of.objects.map(({ id }) => id).sort();
    expect(ids(again)).toEqual(ids(bundle));
    expect(bundle.objects[2].id).toMatch(
      /^indicator--[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  it('lets nothing out that is marked above the level', async () => {
    const all = TLP_LEVELS.map((tlp, at) => one({ tlp, value: `x${at}.example` }));
    const read = readStix(await write([[...all, one({ tlp: null })]], 'green'), DEFAULTS);
    expect(read.indicators.map(({ tlp }) => tlp)).toEqual(['clear', 'green', null]);
  });

  it('says of a retired one that it is revoked, and ends one after it began', async () => {
    const bundle = JSON.parse(await write([[one({ isRevoked: true, validUntilMs: NOW - 5_000 })]], 'red'));
    const written = bundle.objects.at(-1);
    expect(written.revoked).toBe(true);
    expect(Date.parse(written.valid_from)).toBeLessThan(Date.parse(written.valid_until));
  });

  it('of nothing is a bundle of nothing', async () => {
    expect(JSON.parse(await write([], 'red'))).toMatchObject({ type: 'bundle', objects: [] });
  });
});
