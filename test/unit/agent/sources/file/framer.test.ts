import { describe, expect, test } from 'vitest';
import { Framer, type FrameKind } from '../../../../../agent/sources/file/framer.ts';
import type { TextEncoding } from '../../../../../agent/sources/file/text-encoding.ts';

interface Case {
  kind?: FrameKind;
  encoding?: TextEncoding;
  max?: number;
  /** Bytes per feed. */
  piece?: number;
}

/** Feeds bytes in pieces and gives back each record's text and what was dropped of it, with the offset at the end. */
function frames(bytes: Buffer, { kind = 'line', encoding = 'utf-8', max = 64, piece = 7 }: Case = {}) {
  const framer = new Framer(kind, encoding, max, 0);
  const records: [text: string, dropped: number][] = [];
  const decode = (part: Buffer): string =>
    encoding === 'utf-8'
      ? part.toString('utf8')
      : (encoding === 'utf-16be' ? Buffer.from(part).swap16() : part).toString('utf16le');
  const drain = (final: boolean): void => {
    for (let frame = framer.next(final); frame !== undefined; frame = framer.next(final)) {
      records.push([decode(frame.bytes), frame.droppedBytes]);
    }
  };
  for (let at = 0; at < bytes.length; at += piece) {
    const part = bytes.subarray(at, at + piece);
    const { into, start } = framer.prepare(piece);
    part.copy(into, start);
    framer.feed(into, start + part.length);
    drain(false);
  }
  const offset = framer.offset;
  drain(true);
  return { records, offset, end: framer.offset, stray: framer.strayBytes };
}

const pieces = [1, 2, 3, 7, 64, 1_000];

describe('lines', () => {
  test.each(pieces)('are the same whether they come in pieces of %d bytes or whole', (piece) => {
    const bytes = Buffer.from('one\r\n\ntwo with ünïcode\nthree');
    expect(frames(bytes, { piece }).records).toEqual([
      ['one', 0],
      ['', 0],
      ['two with ünïcode', 0],
      ['three', 0],
    ]);
  });

  test('without an end are held back until they are final', () => {
    const { offset, end } = frames(Buffer.from('one\ntw'));
    expect(offset).toBe(4);
    expect(end).toBe(6);
  });

  test.each(pieces)('over the limit are cut and what is dropped is counted (pieces of %d)', (piece) => {
    const bytes = Buffer.from(`${'a'.repeat(300)}\nshort\n`);
    expect(frames(bytes, { piece, max: 20 }).records).toEqual([
      ['a'.repeat(20), 280],
      ['short', 0],
    ]);
  });

  test('over the limit leave the offset at their beginning until they end', () => {
    expect(frames(Buffer.from(`x\n${'a'.repeat(300)}`), { max: 20 }).offset).toBe(2);
  });

  test.each(['utf-16le', 'utf-16be'] as const)('in %s end only at whole units', (encoding) => {
    // U+0A0D and U+0D0A hold the bytes of CR and LF.
    const units = Buffer.from('a\u0A0D\u0D0Ab\r\nsecond\n', 'utf16le');
    const bytes = encoding === 'utf-16be' ? units.swap16() : units;
    for (const piece of pieces) {
      expect(frames(bytes, { encoding, piece }).records).toEqual([
        ['a\u0A0D\u0D0Ab', 0],
        ['second', 0],
      ]);
    }
  });

  test('keep NUL bytes and escapes', () => {
    expect(frames(Buffer.from('a\0b\u001B[31mred\u001B[0m\n')).records).toEqual([
      ['a\0b\u001B[31mred\u001B[0m', 0],
    ]);
  });
});

describe('event elements', () => {
  const events = (text: string, options: Case = {}) =>
    frames(Buffer.from(text), { kind: 'event-element', max: 1_000, ...options });

  test.each(pieces)('are found several in a line and over several lines (pieces of %d)', (piece) => {
    const text =
      '<?xml version="1.0"?>\n<Events>\n<Event a="1">\n <System/>\n</Event><Event>two</Event>\n</Events>';
    expect(events(text, { piece }).records.map(([record]) => record)).toEqual([
      '<Event a="1">\n <System/>\n</Event>',
      '<Event>two</Event>',
    ]);
  });

  test('are not mistaken for elements whose names begin alike', () => {
    const text = '<EventData>no</EventData><Event><EventData>x</EventData><EventID>4</EventID></Event>';
    expect(events(text).records).toEqual([
      ['<Event><EventData>x</EventData><EventID>4</EventID></Event>', 0],
    ]);
  });

  test.each(pieces)('over the limit are cut, the next one is whole (pieces of %d)', (piece) => {
    const first = `<Event>${'x'.repeat(500)}</Event>`;
    const { records } = events(`${first}<Event>2</Event>`, { max: 50, piece });
    expect(records).toEqual([
      [first.slice(0, 50), first.length - 50],
      ['<Event>2</Event>', 0],
    ]);
  });

  test('that were never finished do not swallow the next one', () => {
    expect(events('<Event>broken <Event>whole</Event>').records).toEqual([
      ['<Event>broken ', 0],
      ['<Event>whole</Event>', 0],
    ]);
  });

  test('count what stands between them', () => {
    expect(events('junk <Event>1</Event> more').stray).toBe(8);
  });

  test('are found in UTF-16', () => {
    const text = '<Event>một</Event>\r\n<Event>hai</Event>';
    const bytes = Buffer.from(text, 'utf16le');
    for (const piece of pieces) {
      const { records } = frames(bytes, { kind: 'event-element', encoding: 'utf-16le', max: 1_000, piece });
      expect(records.map(([record]) => record)).toEqual(['<Event>một</Event>', '<Event>hai</Event>']);
    }
  });

  test('leave the offset behind the last whole one', () => {
    expect(events('<Event>1</Event><Event>2').offset).toBe('<Event>1</Event>'.length);
  });
});

test('a line that does not end is told every 256 MiB, so that the place moves on', () => {
  const piece = Buffer.alloc(8_388_608);
  const framer = new Framer('line', 'utf-8', 64, 0);
  const dropped: number[] = [];
  for (let fed = 0; fed < 600_000_000; fed += piece.length) {
    const { into, start } = framer.prepare(piece.length);
    piece.copy(into, start);
    framer.feed(into, start + piece.length);
    for (let frame = framer.next(false); frame !== undefined; frame = framer.next(false)) {
      dropped.push(frame.droppedBytes);
    }
  }
  expect(dropped).toHaveLength(2);
  expect(framer.offset).toBe(dropped.reduce((sum, bytes) => sum + bytes + 64, 0));
});
