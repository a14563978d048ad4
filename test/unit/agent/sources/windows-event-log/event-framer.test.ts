/** What renders events may send anything: events come out, what is out of order is counted, nothing throws. */
import { describe, expect, test } from 'vitest';
import { LIMITS } from '#protocol/limits.ts';
import { EventFramer } from '../../../../../agent/sources/windows-event-log/event-framer.ts';
import { EventStream } from '../../../../../agent/sources/windows-event-log/event-stream.ts';
import { eventXml } from '../../../../support/agent/event-logs.ts';

const NS = "xmlns='http://schemas.microsoft.com/win/2004/08/events/event'";
const NONE = { truncated: 0, cut: 0, declaration: 0, outside: 0 };

function frame(text: string, unitsMax = 10_000): { texts: string[]; cut: number[]; faults: object } {
  const framer = new EventFramer(unitsMax);
  const found = [...framer.push(text), ...framer.end()];
  return {
    texts: found.map((each) => each.text),
    cut: found.map((each) => each.cutUnits),
    faults: framer.faults,
  };
}

describe('events', () => {
  test('come out one by one, whatever holds them together', () => {
    const [a, b] = [eventXml({ record: 1 }), eventXml({ record: 2 })];
    expect(frame(`\uFEFF<?xml version="1.0"?>\r\n<Events>\r\n${a}\r\n${b}</Events>\r\n`)).toEqual({
      texts: [a, b],
      cut: [0, 0],
      faults: NONE,
    });
  });

  test.each([
    ['elements whose names begin alike', '<EventData><Data>x</Data></EventData><EventXML/>'],
    ['an element of the same name', '<UserData><Event><Id>1</Id></Event><Event/></UserData>'],
    ['an end in a section of text', '<UserData><![CDATA[</Event><Event>]]></UserData>'],
    ['an end in a comment', '<UserData><!-- </Event> --></UserData>'],
    ['an end in an instruction', '<UserData><?x </Event> ?></UserData>'],
    ['what XML does not allow', '<Data>\0\u0001\uD800 < & </Data>'],
  ])('%s', (_, inner) => {
    const event = `<Event ${NS}>${inner}</Event>`;
    const next = eventXml({ record: 2 });
    expect(frame(`${event}\n${next}`)).toEqual({ texts: [event, next], cut: [0, 0], faults: NONE });
  });

  test('one that has no end does not swallow the next', () => {
    const broken = `<Event ${NS}><System><EventID>1</EventID>`;
    const whole = eventXml({ record: 2 });
    expect(frame(`${broken}\r\n${whole}\r\n${broken}`)).toEqual({
      texts: [broken, whole, broken],
      cut: [0, 0, 0],
      faults: { ...NONE, truncated: 2 },
    });
  });

  test('a long one is cut and counted, and the next is whole', () => {
    const long = `<Event ${NS}><Data>${'x'.repeat(50_000)}</Data></Event>`;
    const next = eventXml({ record: 2 });
    const { texts, cut, faults } = frame(long + next, 2_000);
    expect(texts).toEqual([long.slice(0, 2_000), next]);
    expect(cut).toEqual([long.length - 2_000, 0]);
    expect(faults).toEqual({ ...NONE, cut: 1 });
  });

  test('document types expand to nothing: outside they are left out, inside they are text', () => {
    const bomb = `<!DOCTYPE e [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>`;
    const event = `<Event ${NS}><!DOCTYPE e><Data>&b;</Data></Event>`;
    expect(frame(bomb + event)).toEqual({ texts: [event], cut: [0], faults: { ...NONE, declaration: 4 } });
  });

  test('text between events is counted by the stretch', () => {
    const event = eventXml({ record: 1 });
    expect(frame(`Failed to read <b>it</b>\n${event} more ${event}</Event>`)).toEqual({
      texts: [event, event],
      cut: [0, 0],
      faults: { ...NONE, outside: 3 },
    });
  });
});

describe('bytes', () => {
  const event = eventXml({ record: 1, data: { User: 'Nguyễn Văn Ần \u{1F600}' } });

  function stream(bytes: Buffer, step: number): { texts: string[]; faults: object; cut: number[] } {
    const reader = new EventStream();
    const found = [];
    for (let at = 0; at < bytes.length; at += step) found.push(...reader.push(bytes.subarray(at, at + step)));
    found.push(...reader.end());
    return {
      texts: found.map(({ text }) => text),
      faults: reader.faults,
      cut: found.map(({ cutBytes }) => cutBytes),
    };
  }

  test.each(['utf8', 'utf16le'] as const)(
    '%s, with a mark and without, in pieces of any length',
    (encoding) => {
      for (const mark of ['', '\uFEFF']) {
        for (const step of [1, 2, 3, 7, 1_000_000]) {
          const { texts, faults } = stream(Buffer.from(`${mark}${event}\r\n${event}`, encoding), step);
          expect(texts).toEqual([event, event]);
          expect(faults).toEqual({ ...NONE, repaired: 0 });
        }
      }
    },
  );

  test('halves of pairs and bytes that are no text are replaced, and that is said', () => {
    const halves = event.replace('Nguyễn', 'a\uD800b\uDC00');
    const utf16 = stream(Buffer.from(halves, 'utf16le'), 1_000);
    expect(utf16.texts).toEqual([event.replace('Nguyễn', 'a\uFFFDb\uFFFD')]);
    expect(utf16.faults).toEqual({ ...NONE, repaired: 1 });
    const bytes = Buffer.from(event.replace('Nguyễn', '?!'));
    bytes[bytes.indexOf('?!')] = 0xff;
    const utf8 = stream(bytes, 1_000);
    expect(utf8.texts).toEqual([event.replace('Nguyễn', '\uFFFD!')]);
    expect(utf8.faults).toEqual({ ...NONE, repaired: 1 });
  });

  test('ten megabytes become a record of the longest that is allowed, the rest counted', () => {
    const long = eventXml({ record: 1, data: { ScriptBlockText: 'ế'.repeat(5_000_000) } });
    for (const encoding of ['utf8', 'utf16le'] as const) {
      const bytes = Buffer.from(`${long}${event}`, encoding);
      const { texts, cut, faults } = stream(bytes, 65_536);
      expect(texts).toHaveLength(2);
      expect(Buffer.byteLength(texts[0] ?? '')).toBeLessThanOrEqual(LIMITS.recordTextBytesMax);
      expect(Buffer.byteLength(texts[0] ?? '', encoding) + (cut[0] ?? 0)).toBe(
        Buffer.byteLength(long, encoding),
      );
      expect(texts[1]).toBe(event);
      expect(faults).toEqual({ ...NONE, cut: 1, repaired: 0 });
    }
  });
});
