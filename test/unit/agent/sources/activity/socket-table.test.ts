/** The kernel's hexadecimal addresses, and whose sockets are whose. */
import { expect, test } from 'vitest';
import { parseAddress } from '../../../../../agent/sources/activity/socket-table.ts';

test.each([
  ['0100007F', '127.0.0.1'],
  ['057100CB', '203.0.113.5'],
  ['00000000', '0.0.0.0'],
  ['00000000000000000000000001000000', '::1'],
  ['00000000000000000000000000000000', '::'],
  ['B80D0120000000000000000001000000', '2001:db8::1'],
  ['0000000000000000FFFF0000057100CB', '203.0.113.5'],
  ['', ''],
  ['zz', ''],
])('%s is %s', (hex, address) => {
  expect(parseAddress(hex)).toBe(address);
});
