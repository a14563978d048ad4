import { expect, test } from 'vitest';
import { LIMITS } from '#protocol/limits.ts';
import { ExportParser, JournalFormatError } from '../../../../../agent/sources/journald/export-parser.ts';
import { exportEntry } from '../../../../support/journal-files.ts';

function fields(stream: Buffer, chunkBytes: number): Record<string, string>[] {
  const parser = new ExportParser();
  const found: Record<string, string>[] = [];
  for (let at = 0; at < stream.length; at += chunkBytes) {
    for (const entry of parser.push(stream.subarray(at, at + chunkBytes))) {
      found.push(Object.fromEntries([...entry].map(([name, { bytes }]) => [name, bytes.toString('latin1')])));
    }
  }
  return found;
}

const STREAM = Buffer.concat([
  Buffer.from('__CURSOR=s=1;i=2\nMESSAGE=a=b\nEMPTY=\n\n'),
  exportEntry(1, { MESSAGE: Buffer.from('two\nlines\0\xff', 'latin1'), NONE: '' }),
  Buffer.from('\nMESSAGE=first\nMESSAGE=second\n\n'),
]);

test.each([1, 2, 3, 7, 8, 9, 64, 4_096])(
  'entries are the same however the stream is cut: %i bytes',
  (bytes) => {
    const [first, second, third, ...more] = fields(STREAM, bytes);
    expect(first).toEqual({ __CURSOR: 's=1;i=2', MESSAGE: 'a=b', EMPTY: '' });
    expect(second).toMatchObject({ MESSAGE: 'two\nlines\0\xff', NONE: '', __REALTIME_TIMESTAMP: '1' });
    expect(third).toEqual({ MESSAGE: 'first' });
    expect(more).toEqual([]);
  },
);

test('an entry that is not complete is not told', () => {
  expect(fields(Buffer.from('MESSAGE=half\n'), 5)).toEqual([]);
});

test('of a huge message the beginning is kept and the rest is counted', () => {
  const messageBytes = 3_000_000;
  const parser = new ExportParser();
  const stream = exportEntry(1, { MESSAGE: Buffer.alloc(messageBytes, 'x'), OTHER: 'y'.repeat(10_000) });
  const [entry] = Array.from({ length: Math.ceil(stream.length / 65_536) }, (_, index) =>
    parser.push(stream.subarray(index * 65_536, (index + 1) * 65_536)),
  ).flat();
  const message = entry?.get('MESSAGE');
  expect(message?.bytes.length).toBe(LIMITS.recordTextBytesMax);
  expect(message?.droppedBytes).toBe(messageBytes - LIMITS.recordTextBytesMax);
  expect(entry?.get('OTHER')?.bytes.length).toBe(4_096);
});

test('what is no export is refused, not gathered', () => {
  expect(() => new ExportParser().push(Buffer.alloc(1_000, 'x'))).toThrow(JournalFormatError);
  const short = exportEntry(1, { MESSAGE: 'xyz' }).toString('latin1').replace('xyz', 'xyzz');
  expect(() => new ExportParser().push(Buffer.from(short, 'latin1'))).toThrow(JournalFormatError);
});
