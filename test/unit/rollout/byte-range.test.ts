import { expect, it } from 'vitest';
import { readByteRange } from '../../../collector/rollout/byte-range.ts';

it.each([
  [undefined, { kind: 'whole' }],
  ['bytes=0-', { kind: 'part', first: 0, last: 9 }],
  ['bytes=4-', { kind: 'part', first: 4, last: 9 }],
  ['bytes=4-6', { kind: 'part', first: 4, last: 6 }],
  ['bytes=4-999', { kind: 'part', first: 4, last: 9 }],
  ['bytes=-3', { kind: 'part', first: 7, last: 9 }],
  ['bytes=-999', { kind: 'part', first: 0, last: 9 }],
  ['bytes=9-9', { kind: 'part', first: 9, last: 9 }],
  ['bytes=10-', { kind: 'none' }],
  ['bytes=-0', { kind: 'none' }],
  ['bytes=6-4', { kind: 'whole' }],
  ['bytes=0-1,3-4', { kind: 'whole' }],
  ['lines=0-1', { kind: 'whole' }],
  ['bytes=-', { kind: 'whole' }],
  ['bytes=99999999999999999999-', { kind: 'whole' }],
])('%s of ten bytes', (header, range) => {
  expect(readByteRange(header, 10)).toEqual(range);
});
