import { expect, test } from 'vitest';
import { othersMayWrite } from '../../../collector/normalize/windows-access.ts';

test.each([
  ['everybody has all rights', 'D:(A;;FA;;;SY)(A;;FA;;;WD)', true],
  ['users may add data', 'D:(A;;0x1200af;;;BU)', true],
  ['who signed in may change the list', 'D:AI(A;ID;0x40000;;;AU)', true],
  ['there is no list', 'D:NO_ACCESS_CONTROL', true],
  ['users may read', 'D:PAI(A;;FA;;;BA)(A;;0x1200a9;;;BU)', false],
  ['only what is made below', 'D:(A;OICIIO;GA;;;WD)', false],
  ['everybody is denied', 'D:(D;;FA;;;WD)', false],
  ['a list of Linux', 'user::rw-,other::rw-', false],
])('%s', (_what, acl, wanted) => {
  expect(othersMayWrite(acl)).toBe(wanted);
});

test('without a list nothing is said', () => {
  expect(othersMayWrite(undefined)).toBe(false);
});
