/** Rendered events come out alike however they are cut into pieces; and whatever comes, it is framed without a throw. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventFramer } from '../../../agent/sources/windows-event-log/event-framer.ts';
import { EventStream } from '../../../agent/sources/windows-event-log/event-stream.ts';
import { eventXml } from '../../support/agent/event-logs.ts';

const NS = "xmlns='http://schemas.microsoft.com/win/2004/08/events/event'";

const piece = fc.oneof(
  { weight: 4, arbitrary: fc.nat({ max: 99 }).map((record) => eventXml({ record })) },
  fc.constantFrom(
    `<Event ${NS}>`,
    '<Event>',
    '<Event/>',
    '</Event>',
    '</Event >',
    '<EventData>',
    '<Events>',
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    '<!DOCTYPE e [<!ENTITY a "b">]>',
    '<?xml version="1.0"?>',
    '<',
    '</',
    '<!',
    '&a;',
    ' x ',
    '\0',
    '\uD800',
    '\r\n',
    `<x ${'y'.repeat(1_100)}>`,
  ),
);

function cut<T extends string | Buffer>(
  whole: T,
  cuts: readonly number[],
  part: (from: number, to: number) => T,
): T[] {
  const places = [0, ...cuts.map((at) => at % (whole.length + 1)), whole.length].toSorted((a, b) => a - b);
  return places.slice(1).map((to, index) => part(places[index] ?? 0, to));
}

test('pieces of any length give what the whole gives', () => {
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 12 }),
      fc.array(fc.nat(), { maxLength: 40 }),
      fc.constantFrom(40, 700, 100_000),
      (parts, cuts, unitsMax) => {
        const text = parts.join('');
        const whole = new EventFramer(unitsMax);
        const expected = [...whole.push(text), ...whole.end()];
        const framer = new EventFramer(unitsMax);
        const pieces = cut(text, cuts, (from, to) => text.slice(from, to));
        expect([...pieces.flatMap((each) => framer.push(each)), ...framer.end()]).toEqual(expected);
        expect(framer.faults).toEqual(whole.faults);
      },
    ),
    { numRuns: 2_000 },
  );
});

test('bytes of any kind are framed without a throw, and every event among them comes out', () => {
  const event = eventXml({ record: 7 });
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 400 }),
      fc.array(fc.nat(), { maxLength: 10 }),
      fc.constantFrom('utf8' as const, 'utf16le' as const),
      (noise, cuts, encoding) => {
        const good = Buffer.from(event, encoding);
        const bytes = Buffer.concat([good, Buffer.from(noise)]);
        const stream = new EventStream();
        const pieces = cut(bytes, cuts, (from, to) => bytes.subarray(from, to));
        const found = [...pieces.flatMap((each) => stream.push(each)), ...stream.end()];
        expect(found[0]?.text).toBe(event);
        expect(found.every(({ text }) => text.isWellFormed())).toBe(true);
      },
    ),
    { numRuns: 1_000 },
  );
});
