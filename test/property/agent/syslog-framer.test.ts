/** Whatever is sent, in whatever framing and pieces, every message comes out once, whole or with its cut counted. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { SyslogFramer } from '../../../agent/sources/syslog/syslog-framer.ts';
import type { SyslogFrame } from '../../../agent/sources/syslog/syslog-framer.ts';

const MESSAGE_BYTES_MAX = 64;

interface Sent {
  bytes: Buffer;
  counted: boolean;
}

/** A message with its priority; one that is sent as a line holds no line end. */
const message: fc.Arbitrary<Sent> = fc
  .record({ body: fc.uint8Array({ maxLength: 100 }), counted: fc.boolean() })
  .map(({ body, counted }) => ({
    bytes: Buffer.concat([
      Buffer.from('<13>'),
      Buffer.from(counted ? body : body.filter((byte) => byte !== 0x0a)),
    ]),
    counted,
  }));

function frame({ bytes, counted }: Sent): Buffer {
  return counted
    ? Buffer.concat([Buffer.from(`${bytes.length} `), bytes])
    : Buffer.concat([bytes, Buffer.from('\n')]);
}

function push(framer: SyslogFramer, stream: Buffer, cuts: readonly number[]): SyslogFrame[] {
  const places = [...cuts.map((cut) => cut % (stream.length + 1)), 0, stream.length].toSorted(
    (a, b) => a - b,
  );
  return places.flatMap((place, index) => framer.push(stream.subarray(place, places[index + 1] ?? place)));
}

test('messages of both framings in one stream, cut anywhere', () => {
  fc.assert(
    fc.property(fc.array(message, { maxLength: 20 }), fc.array(fc.nat(), { maxLength: 30 }), (sent, cuts) => {
      const framer = new SyslogFramer(MESSAGE_BYTES_MAX);
      const found = [...push(framer, Buffer.concat(sent.map(frame)), cuts), ...framer.end()];
      const expected = sent.map(({ bytes }) => ({
        bytes: bytes.subarray(0, MESSAGE_BYTES_MAX).toString('hex'),
        missingBytes: Math.max(0, bytes.length - MESSAGE_BYTES_MAX),
      }));
      const told = found.map(({ bytes, missingBytes }) => ({ bytes: bytes.toString('hex'), missingBytes }));
      expect(told).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});

test('any bytes at all give the same frames however they are cut, and never more than was sent', () => {
  const bytes = fc.array(
    fc.oneof(
      fc.uint8Array({ maxLength: 12 }),
      fc
        .constantFrom('7 ', '0 ', '12 <', '\n', '\r\n', '\0', '99999999 <', '123456789 ')
        .map((text) => Buffer.from(text)),
    ),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(bytes, fc.array(fc.nat(), { maxLength: 20 }), (parts, cuts) => {
      const stream = Buffer.concat(parts);
      const told = [cuts, []].map((places) => {
        const framer = new SyslogFramer(MESSAGE_BYTES_MAX);
        const frames = [...push(framer, stream, places), ...framer.end()];
        return { frames, problem: framer.problem };
      });
      expect(told[0]).toEqual(told[1]);
      const frames = told[0]?.frames ?? [];
      const heldBytes = frames.reduce((sum, one) => sum + one.bytes.length, 0);
      expect(heldBytes).toBeLessThanOrEqual(stream.length);
      expect(frames.every((one) => one.bytes.length <= MESSAGE_BYTES_MAX)).toBe(true);
    }),
    { numRuns: 500 },
  );
});
