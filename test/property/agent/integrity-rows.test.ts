/** What is made faster in the baseline says the same as what it stands for: lines of states, and rows by their beginning. */
import type fs from 'node:fs';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { describe as stateOf } from '../../../agent/sources/integrity/read-state.ts';
import { SealedRows } from '../../../agent/sources/integrity/sealed-rows.ts';
import { packFile, packState, unpackState } from '../../../agent/sources/integrity/state-codec.ts';
import { MemoryPositions } from '../../unit/agent/sources/memory-positions.ts';
import { KEY } from '../../support/agent/known-states.ts';

const number = (max: number): fc.Arbitrary<number> =>
  fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max }), fc.constant(max));
/** Milliseconds with a part, before 1970 and far away, too. */
const time = fc
  .record({ whole: fc.integer({ min: -1e12, max: 9e15 }), part: fc.integer({ min: 0, max: 999_999 }) })
  .map(({ whole, part }) => whole + part / 1_000_000);

test('the line of a file is the same, whichever way it is written', () => {
  const stats = fc
    .record({
      size: number(Number.MAX_SAFE_INTEGER),
      mode: number(0o7777).map((mode) => mode | 0o100000),
      uid: number(2 ** 32 - 1),
      gid: number(2 ** 32 - 1),
      mtimeMs: time,
      ctimeMs: time,
      sameTimes: fc.boolean(),
      ino: fc.oneof(number(Number.MAX_SAFE_INTEGER), fc.constant(2 ** 64)),
      nlink: number(100_000).map((links) => links + 1),
    })
    .map(({ sameTimes, ...rest }) => ({
      ...rest,
      ctimeMs: sameTimes ? rest.mtimeMs : rest.ctimeMs,
      isFile: () => true,
      isDirectory: () => false,
      isSymbolicLink: () => false,
    })) as unknown as fc.Arbitrary<fs.Stats>;
  fc.assert(
    fc.property(stats, fc.uint8Array({ minLength: 32, maxLength: 32 }), (found, digest) => {
      const sha256 = Buffer.from(digest);
      const state = { ...stateOf(found), sha256: sha256.toString('hex') };
      const line = packFile(found, sha256.toString('base64'));
      expect(line).toBe(packState(state));
      expect(unpackState(line).sha256).toBe(state.sha256);
    }),
  );
});

test('rows that begin so are all of them and no others, whether they are committed or not', () => {
  const character = fc.constantFrom(
    '/',
    'a',
    'b',
    '~',
    'é',
    '\uD7FF',
    '\uE000',
    '\uFFFD',
    '\u{1F600}',
    '\u{10FFFF}',
  );
  const text = fc.array(character, { maxLength: 4 }).map((all) => all.join(''));
  const change = fc.record({
    key: text,
    value: fc.option(fc.constantFrom('one', 'two'), { nil: undefined }),
  });
  const write = fc.record({ changes: fc.array(change, { maxLength: 6 }), isCommitted: fc.boolean() });
  fc.assert(
    fc.property(fc.array(write, { maxLength: 5 }), fc.array(text, { minLength: 1 }), (writes, prefixes) => {
      const positions = new MemoryPositions();
      const rows = new SealedRows(positions, KEY, (key) => expect.unreachable(`${key} is forged`));
      const model = new Map<string, string>();
      let isBehind = false;
      for (const { changes, isCommitted } of writes) {
        const changed = new Map(changes.map(({ key, value }) => [`/${key}`, value]));
        const written = rows.write(changed);
        // What is committed is so in the order in which it was handed out.
        isBehind ||= !isCommitted;
        if (!isBehind) positions.commit({ lane: 'security', records: [], positions: written });
        for (const [key, value] of changed) {
          if (value === undefined) model.delete(key);
          else model.set(key, value);
        }
        for (const prefix of ['', '/', ...prefixes.map((each) => `/${each}`)]) {
          const expected = [...model].filter(([key]) => key.startsWith(prefix));
          expect(new Map(rows.within(prefix))).toEqual(new Map(expected));
        }
      }
    }),
  );
});
