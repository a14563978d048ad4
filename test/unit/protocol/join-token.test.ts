import { expect, test } from 'vitest';
import { formatJoinToken, parseJoinToken } from '../../../collector/protocol/join-token.ts';

const token = {
  id: Buffer.alloc(9, 1).toString('base64url'),
  secret: Buffer.alloc(24, 2).toString('base64url'),
  fingerprint: 'ab'.repeat(32),
};

test('a join token comes back as it was, spaces around it ignored', () => {
  expect(parseJoinToken(`  ${formatJoinToken(token)}\n`)).toEqual(token);
});

test.each([
  ['cut off', formatJoinToken(token).slice(0, -1)],
  ['with a character too many', `${formatJoinToken(token)}x`],
  ['of another kind', 'vgapi_abcdef'],
  ['empty', ''],
  ['with a space inside', formatJoinToken(token).replace('.', ' .')],
])('a token %s is not taken for one', (_, text) => {
  expect(parseJoinToken(text)).toBeUndefined();
});
