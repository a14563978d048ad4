/** Whom a control message may pass. */
import { expect, test } from 'vitest';
import { standingOf } from '../../../collector/ingest/standing.ts';
import { LIMITS } from '../../../collector/protocol/limits.ts';

test.each([
  ['an account', '{"type":"tally"}', 0],
  ['word on certificates', '{"type":"trusted"}', 0],
  ['a loss of the security lane', '{"type":"loss","lane":0}', 0],
  ['a loss of another lane', '{"type":"loss","lane":2}', 1],
  ['a loss of no lane', '{"type":"loss"}', 'behind-all'],
  ['a farewell', '{"type":"bye"}', 'behind-all'],
  ['what is not JSON', '{"type":"tally"', 'behind-all'],
  ['what is no object', 'null', 'behind-all'],
  ['what is too long', `{"type":"tally","x":"${'x'.repeat(LIMITS.controlBytesMax)}"}`, 'behind-all'],
] as const)('%s', (_, text, want) => {
  expect(standingOf(text)).toBe(want);
});
