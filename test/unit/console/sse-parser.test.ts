import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SseParser } from '../../../dashboards/console/src/api/sse-parser.ts';

const parse = (...chunks: string[]) => {
  const parser = new SseParser();
  return chunks.flatMap((chunk) => parser.push(chunk));
};

describe('server-sent events', () => {
  test('an event has its name and its data lines joined', () => {
    expect(parse('event: alert\ndata: {"a":1,\ndata: "b":2}\n\n')).toEqual([
      { event: 'alert', data: '{"a":1,\n"b":2}' },
    ]);
  });

  test('comments, ids and unknown fields say nothing; no data, no event', () => {
    expect(parse(': keep\n\nid: 7\nretry: 10\nfoo: bar\n\nevent: alert\n\n')).toEqual([]);
  });

  test('an event without a name is a message; only one space after the colon is dropped', () => {
    expect(parse('data:  x\n\ndata\n\n')).toEqual([
      { event: 'message', data: ' x' },
      { event: 'message', data: '' },
    ]);
  });

  test('a byte order mark at the start is skipped', () => {
    expect(parse('\ufeffdata: x\n\n')).toEqual([{ event: 'message', data: 'x' }]);
  });

  test('an event that is not finished is not given', () => {
    expect(parse('data: x\n')).toEqual([]);
  });

  test('chunks may be cut anywhere, with any line ends', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(70), { maxLength: 12 }),
        fc.constantFrom('\n', '\r\n', '\r'),
        (cuts, lineEnd) => {
          const text = [
            'event: alert',
            'data: Nguyễn',
            'data: two',
            '',
            ': keep',
            '',
            'data: three',
            '',
            ': end',
          ].join(lineEnd);
          const at = [0, ...cuts.toSorted((a, b) => a - b), text.length];
          const chunks = at.slice(1).map((end, index) => text.slice(at[index], end));
          expect(parse(...chunks)).toEqual([
            { event: 'alert', data: 'Nguyễn\ntwo' },
            { event: 'message', data: 'three' },
          ]);
        },
      ),
    );
  });

  test('an endless line or event is refused instead of kept', () => {
    expect(() => new SseParser(100).push('x'.repeat(101))).toThrow(RangeError);
    const parser = new SseParser(100);
    expect(() => {
      for (let line = 0; line < 10; line += 1) parser.push(`data: ${'x'.repeat(20)}\n`);
    }).toThrow(RangeError);
  });
});
