import zlib from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { ProtocolError, type ErrorCode } from '../../../collector/protocol/error.ts';
import { decodeFrame, encodeFrame } from '../../../collector/protocol/frame.ts';
import { LIMITS } from '../../../collector/protocol/limits.ts';

const record = (text: string): string => JSON.stringify({ kind: 'log', text });

function codeOf(frame: Buffer): ErrorCode | undefined {
  try {
    decodeFrame(frame);
    return undefined;
  } catch (error) {
    if (error instanceof ProtocolError) return error.code;
    throw error;
  }
}

/** A frame around any body, with a header that says what the test wants. */
function forge(fields: {
  flags?: number;
  lane?: number;
  count?: number;
  firstSeq?: bigint;
  payloadBytes?: number;
  reserved?: number;
  body?: Buffer;
}): Buffer {
  const body = fields.body ?? Buffer.from('[1]');
  const header = Buffer.alloc(24);
  header.writeUInt8(0x56, 0);
  header.writeUInt8(1, 1);
  header.writeUInt8(fields.flags ?? 0, 2);
  header.writeUInt8(fields.lane ?? 0, 3);
  header.writeUInt32LE(fields.count ?? 1, 4);
  header.writeBigUInt64LE(fields.firstSeq ?? 1n, 8);
  header.writeUInt32LE(fields.payloadBytes ?? body.length, 16);
  header.writeUInt32LE(fields.reserved ?? 0, 20);
  return Buffer.concat([header, body]);
}

describe('a frame that is encoded', () => {
  test.each([
    ['one small record', [record('x')], false],
    ['text with NUL, ANSI and Vietnamese', [record('\u0000\u001b[31m đăng nhập \u{1f512}')], false],
    [
      'records above 4 KiB',
      Array.from({ length: 100 }, (_, i) => record(`line ${i} ${'y'.repeat(80)}`)),
      true,
    ],
  ])('comes back as it was: %s', (_, records, compressed) => {
    const frame = encodeFrame({ lane: 2, firstSeq: 41 }, records);
    const decoded = decodeFrame(frame);
    expect(decoded).toMatchObject({ lane: 2, firstSeq: 41, count: records.length });
    expect(decoded.records.map((value) => JSON.stringify(value))).toEqual(records);
    expect(frame.readUInt8(2)).toBe(compressed ? 1 : 0);
  });

  test('compresses only above the limit, where it saves', () => {
    const records = Array.from({ length: 500 }, (_, i) => record(`session opened for user ${i}`));
    expect(encodeFrame({ lane: 0, firstSeq: 1 }, records).length).toBeLessThan(records.join().length / 4);
  });

  test.each([
    ['no record', []],
    ['more than the limit of records', Array.from({ length: LIMITS.batchEventsMax + 1 }, () => '1')],
    ['more than the limit of bytes', [record('z'.repeat(LIMITS.batchBytesMax))]],
  ])('is refused with %s', (_, records) => {
    expect(() => encodeFrame({ lane: 0, firstSeq: 1 }, records)).toThrow(RangeError);
  });
});

describe('the memory of an inflated payload', () => {
  /** About 100 KB, well above what lies in memory that buffers share. */
  const large = encodeFrame(
    { lane: 1, firstSeq: 1 },
    Array.from({ length: 100 }, (_, i) => record(`line ${i} ${'y'.repeat(1_000)}`)),
  );

  test('is given back at once, not when the heap is looked through', () => {
    decodeFrame(large);
    const before = process.memoryUsage().arrayBuffers;
    for (let round = 0; round < 300; round += 1) decodeFrame(large);
    const grown = process.memoryUsage().arrayBuffers - before;
    expect(grown).toBeLessThan(5_000_000);
  });

  test('is left alone where others share it', () => {
    const small = forge({ flags: 1, body: zlib.zstdCompressSync('[1]'), payloadBytes: 3 });
    const neighbours = Array.from({ length: 50 }, (_, at) => {
      decodeFrame(small);
      return Buffer.from(`neighbour ${at}`);
    });
    expect(neighbours.map(String)).toEqual(Array.from({ length: 50 }, (_, at) => `neighbour ${at}`));
  });
});

describe('a frame from a hostile peer is refused with a code', () => {
  const bomb = zlib.zstdCompressSync(Buffer.alloc(50_000_000, 0x20));
  test.each<[string, Buffer, ErrorCode]>([
    ['empty', Buffer.alloc(0), 'bad-frame'],
    ['shorter than its header', Buffer.alloc(10), 'bad-frame'],
    ['another magic', Buffer.alloc(30, 7), 'bad-frame'],
    ['unknown flags', forge({ flags: 2 }), 'bad-frame'],
    ['reserved bytes set', forge({ reserved: 1 }), 'bad-frame'],
    ['a lane that does not exist', forge({ lane: LIMITS.lanesMax }), 'bad-frame'],
    ['sequence zero', forge({ firstSeq: 0n }), 'bad-frame'],
    ['a sequence beyond safe integers', forge({ firstSeq: 2n ** 60n }), 'bad-frame'],
    ['no events', forge({ count: 0, body: Buffer.from('[]') }), 'too-large'],
    ['a billion events claimed', forge({ count: 1_000_000_000 }), 'too-large'],
    ['4 GB claimed', forge({ payloadBytes: 0xffffffff }), 'too-large'],
    ['fewer events than claimed', forge({ count: 2 }), 'bad-frame'],
    ['a length that is not the body', forge({ payloadBytes: 2 }), 'bad-frame'],
    ['not JSON', forge({ body: Buffer.from('[1') }), 'bad-frame'],
    ['not an array', forge({ body: Buffer.from('{"length":1}') }), 'bad-frame'],
    ['not zstd though it says so', forge({ flags: 1, body: Buffer.from('hello') }), 'bad-frame'],
    ['a zstd bomb', forge({ flags: 1, body: bomb, payloadBytes: 1_000 }), 'bad-frame'],
    ['larger than any frame', Buffer.alloc(LIMITS.frameBytesMax + 1), 'too-large'],
  ])('%s', (_, frame, code) => {
    expect(codeOf(frame)).toBe(code);
  });
});
