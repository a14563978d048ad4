import { describe, expect, test } from 'vitest';
import { SyslogFramer } from '../../../../../agent/sources/syslog/syslog-framer.ts';

/** As `text`, or `text+N` when N bytes of it are missing. */
function read(stream: string | Buffer, chunkBytes: number, messageBytesMax = 100): string[] {
  const bytes = Buffer.from(stream);
  const framer = new SyslogFramer(messageBytesMax);
  const frames = Array.from({ length: Math.ceil(bytes.length / chunkBytes) }, (_, index) =>
    framer.push(bytes.subarray(index * chunkBytes, (index + 1) * chunkBytes)),
  ).flat();
  const ending = framer.problem === undefined ? [] : [`lost: ${framer.problem}`];
  const all = [...frames, ...framer.end()].map(
    (frame) => frame.bytes.toString('latin1') + (frame.missingBytes > 0 ? `+${frame.missingBytes}` : ''),
  );
  return [...all, ...ending];
}

describe.each([1, 2, 3, 5, 1_000])('in chunks of %i bytes', (chunkBytes) => {
  test.each<[string, string, string[]]>([
    ['line ends', '<1>a\n<2>b\r\n<3>c\n', ['<1>a', '<2>b\r', '<3>c']],
    ['the last line without its end', '<1>a\n<2>b', ['<1>a', '<2>b']],
    ['counted octets', '4 <1>a7 <2>b\nc\n5 <3>dd', ['<1>a', '<2>b\nc\n', '<3>dd']],
    ['line ends and NUL after counted octets', '4 <1>a\n4 <2>b\r\n\x004 <3>c', ['<1>a', '<2>b', '<3>c']],
    ['both in one stream', '<1>a\n4 <2>b<3>c\n4 <4>d', ['<1>a', '<2>b', '<3>c', '<4>d']],
    ['lines that begin with a number', '2025-06-15 x\n12 monkeys\n7\n', ['2025-06-15 x', '12 monkeys', '7']],
    ['a number longer than any count', '1234567890 <1>a\n', ['1234567890 <1>a']],
    ['a count without priority once octets are counted', '4 <1>a3 abc3 def', ['<1>a', 'abc', 'def']],
    ['empty lines and frames of no length', '\n\n0 <1>a\n4 <2>b0 0 4 <3>c', ['<1>a', '<2>b', '<3>c']],
    ['a counted frame cut short', '4 <1>a9 <2>b', ['<1>a', '<2>b+5']],
    ['NUL inside a message', '<1>a\0b\n', ['<1>a\0b']],
  ])('%s', (_, stream, frames) => {
    expect(read(stream, chunkBytes)).toEqual(frames);
  });

  test('of what is too long the beginning is kept and the rest counted', () => {
    expect(read(`<1>${'x'.repeat(20)}\n13 <2>${'y'.repeat(10)}<3>z\n`, chunkBytes, 8)).toEqual([
      '<1>xxxxx+15',
      '<2>yyyyy+5',
      '<3>z',
    ]);
  });
});

test('bytes that are no text come through as they are', () => {
  expect(read(Buffer.from('3 <\xff\xfe<1>\xc3\n', 'latin1'), 2)).toEqual(['<\xff\xfe', '<1>\xc3']);
});

test('a count beyond reason ends the stream', () => {
  expect(read('<1>a\n99999999 <1>b\n<1>c', 100)).toEqual([
    '<1>a',
    'lost: a message of 99999999 bytes is announced',
  ]);
  expect(read('4 <1>a123456789', 4)).toEqual(['<1>a', 'lost: a count of more than 8 digits']);
});

test('a line without an end holds no memory beyond the limit', () => {
  const framer = new SyslogFramer(1_000);
  for (let chunk = 0; chunk < 100; chunk += 1) expect(framer.push(Buffer.alloc(65_536, 'x'))).toEqual([]);
  const [frame] = framer.end();
  expect(frame?.bytes.length).toBe(1_000);
  expect(frame?.missingBytes).toBe(6_553_600 - 1_000);
});
