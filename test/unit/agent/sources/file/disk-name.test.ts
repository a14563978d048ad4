/** Names of bytes as text and back. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { diskPath, nameText, shownPath } from '../../../../../agent/sources/file/disk-name.ts';

test('whatever the bytes of a name, it leads back to them, and is well-formed', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ minLength: 1, maxLength: 40 }),
        // Characters that stand for bytes, and parts of them.
        fc.array(fc.constantFrom(0xf4, 0x8f, 0xbf, 0xbc, 0x80, 0x61), { maxLength: 12 }),
      ),
      (bytes) => {
        const text = nameText(Buffer.from(bytes));
        expect(text.isWellFormed()).toBe(true);
        const back = diskPath(text);
        expect(Buffer.from(typeof back === 'string' ? Buffer.from(back) : back)).toEqual(Buffer.from(bytes));
      },
    ),
  );
});

test('plain names stay as they are', () => {
  expect(nameText(Buffer.from('nhật ký.log'))).toBe('nhật ký.log');
  expect(diskPath('/var/log/nhật ký.log')).toBe('/var/log/nhật ký.log');
  expect(shownPath('/var/log/nhật ký.log')).toBe('/var/log/nhật ký.log');
});

test('what is told has numbers for what is no letter', () => {
  expect(shownPath(nameText(Buffer.from([0x61, 0x0a, 0xff, 0x62])))).toBe(String.raw`a\x0a\xffb`);
});
