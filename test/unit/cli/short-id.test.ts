import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { shortIds } from '../../../collector/cli/short-id.ts';

it('are eight characters, or as many as tell one from the others', () => {
  const ids = ['268c6ff2-bbad', '268c6ff2-bbae', 'd4ade124-e59e'];
  expect([...shortIds(ids)]).toEqual([
    ['268c6ff2-bbad', '268c6ff2-bbad'],
    ['268c6ff2-bbae', '268c6ff2-bbae'],
    ['d4ade124-e59e', 'd4ade124'],
  ]);
});

it('begin exactly one id each', () => {
  const id = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 12, maxLength: 12 });
  fc.assert(
    fc.property(fc.uniqueArray(id, { maxLength: 30 }), (ids) => {
      for (const [whole, short] of shortIds(ids)) {
        expect(ids.filter((other) => other.startsWith(short))).toEqual([whole]);
      }
    }),
  );
});
