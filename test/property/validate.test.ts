/** The short way of admitting a line against the schema itself: the same records pass, with the same content. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '#protocol/limits.ts';
import { recordSchema } from '#protocol/record.ts';
import { LOG_CHANNELS } from '#protocol/record-names.ts';
import { admitRecord } from '../../collector/ingest/validate.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\ud800', 'x\udc00y', '\ud83d\ude00', 'đăng nhập'),
  fc.constantFrom(LIMITS.shortStringMax, LIMITS.shortStringMax + 1).map((length) => 'o'.repeat(length)),
  fc
    .constantFrom(LIMITS.recordTextBytesMax, LIMITS.recordTextBytesMax + 1)
    .map((length) => 't'.repeat(length)),
);
const at = fc.oneof(
  fc.nat(),
  fc.constantFrom(0, -0, -1, 0.5, 8.64e15, 8.64e15 + 2, Number.MAX_SAFE_INTEGER, 1e300),
);
/** Mostly right, each part wrong now and then. */
const or = (right: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 12, arbitrary: right }, { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 1 }) });

const line = fc
  .tuple(
    fc.record(
      {
        kind: or(fc.constant('log')),
        at: or(at),
        channel: or(fc.constantFrom(...LOG_CHANNELS)),
        origin: or(text),
        text: or(text),
      },
      { requiredKeys: ['kind'] },
    ),
    fc.option(
      fc.record(
        {
          cutBytes: or(fc.integer({ min: -1, max: 9 })),
          repaired: or(fc.boolean()),
          __proto__: fc.constant(1),
          toString: fc.constant('s'),
        },
        { requiredKeys: [] },
      ),
      { freq: 3, nil: undefined },
    ),
  )
  .map(([base, more]) => JSON.stringify({ ...base, ...more }));

function mended(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_, inner: unknown) =>
    typeof inner === 'string' ? inner.toWellFormed() : inner,
  );
}

describe('admitRecord', () => {
  it('admits what the schema admits, with the same content', () => {
    fc.assert(
      fc.property(fc.oneof(line, fc.json()), (json) => {
        const admitted = admitRecord(7, JSON.parse(json));
        const parsed = recordSchema.safeParse(JSON.parse(json));
        const wanted: unknown = parsed.success ? mended(parsed.data) : 'refused';
        expect('record' in admitted ? admitted.record : 'refused').toEqual(wanted);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    [
      'a key of the prototype',
      '{"kind":"log","at":1,"channel":"sshd","origin":"o","text":"t","__proto__":{}}',
    ],
    ['an unknown key', '{"kind":"log","at":1,"channel":"sshd","origin":"o","text":"t","extra":1}'],
    ['an unknown key in place of one', '{"kind":"log","at":1,"channel":"sshd","origin":"o","toString":"t"}'],
    ['a time that is no integer', '{"kind":"log","at":1.5,"channel":"sshd","origin":"o","text":"t"}'],
    ['an inherited name as channel', '{"kind":"log","at":1,"channel":"constructor","origin":"o","text":"t"}'],
  ])('leaves %s to the schema', (_, json) => {
    expect('record' in admitRecord(1, JSON.parse(json))).toBe(
      recordSchema.safeParse(JSON.parse(json)).success,
    );
  });
});
