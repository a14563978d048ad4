import { describe, expect, test } from 'vitest';
import { LIMITS } from '#protocol/limits.ts';
import { decodeRecord, detectEncoding } from '../../../../../agent/sources/file/text-encoding.ts';

describe('encoding of a file', () => {
  test.each([
    ['UTF-8 with a mark', [0xef, 0xbb, 0xbf, 0x61], 'utf-8', 3],
    ['UTF-16 little-endian', [0xff, 0xfe, 0x61, 0], 'utf-16le', 2],
    ['UTF-16 big-endian', [0xfe, 0xff, 0, 0x61], 'utf-16be', 2],
    ['no mark', [0x61, 0x0a], 'utf-8', 0],
  ] as const)('is told by its mark: %s', (_name, bytes, encoding, markBytes) => {
    expect(detectEncoding(Buffer.from(bytes), false)).toEqual({ encoding, markBytes });
  });

  test.each([[[]], [[0xff]], [[0xfe]], [[0xef]], [[0xef, 0xbb]]])(
    'waits while %j may become a mark',
    (bytes) => {
      expect(detectEncoding(Buffer.from(bytes), false)).toBeUndefined();
      expect(detectEncoding(Buffer.from(bytes), true)).toEqual({ encoding: 'utf-8', markBytes: 0 });
    },
  );
});

describe('text of a record', () => {
  test('has invalid bytes replaced, and says so', () => {
    expect(decodeRecord(Buffer.from([0x61, 0xff, 0x62]), 'utf-8', 0)).toEqual({
      text: 'a\uFFFDb',
      repaired: true,
      cutBytes: 0,
    });
  });

  test('with a replacement character of its own was not repaired', () => {
    expect(decodeRecord(Buffer.from('a\uFFFDb'), 'utf-8', 0).repaired).toBe(false);
  });

  test('is cut between characters, and the bytes of the one cut in two are counted', () => {
    const bytes = Buffer.from('aế').subarray(0, 3);
    expect(decodeRecord(bytes, 'utf-8', 10)).toEqual({ text: 'a', repaired: false, cutBytes: 12 });
  });

  test('has a lone surrogate of UTF-16 replaced', () => {
    const { text, repaired } = decodeRecord(Buffer.from([0x61, 0, 0x00, 0xd8, 0x62, 0]), 'utf-16le', 0);
    expect(text).toBe('a\uFFFDb');
    expect(repaired).toBe(true);
  });

  test('with an odd byte at its end is repaired', () => {
    expect(decodeRecord(Buffer.from([0, 0x61, 0x62]), 'utf-16be', 0)).toEqual({
      text: 'a\uFFFD',
      repaired: true,
      cutBytes: 0,
    });
  });

  test.each([
    ['invalid bytes', Buffer.alloc(LIMITS.recordTextBytesMax, 0xff), 'utf-8'],
    ['NUL bytes', Buffer.alloc(LIMITS.recordTextBytesMax), 'utf-8'],
    ['wide characters', Buffer.from('ế'.repeat(LIMITS.recordTextBytesMax), 'utf16le'), 'utf-16le'],
    ['pairs', Buffer.from('😀'.repeat(LIMITS.recordTextBytesMax / 2), 'utf16le'), 'utf-16le'],
  ] as const)('stays within the limits of a record and of a batch: %s', (_name, bytes, encoding) => {
    const { text, cutBytes } = decodeRecord(bytes, encoding, 0);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(LIMITS.recordTextBytesMax);
    expect(Buffer.byteLength(JSON.stringify(text))).toBeLessThan(LIMITS.batchBytesMax - 32_768);
    expect(text.isWellFormed()).toBe(true);
    expect(cutBytes).toBeGreaterThan(0);
  });
});
