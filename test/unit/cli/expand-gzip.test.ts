import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { expandGzip } from '../../../collector/cli/commands/expand-gzip.ts';

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

async function read(bytes: Buffer, size: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of expandGzip(inPieces(bytes, size))) chunks.push(chunk);
  return Buffer.concat(chunks);
}

it('gives back what was packed, and leaves alone what was not, however it arrives', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 200 }),
      fc.integer({ min: 1, max: 64 }),
      async (bytes, size) => {
        const plain = Buffer.concat([Buffer.from('{'), bytes]);
        expect(await read(plain, size)).toEqual(plain);
        expect(await read(gzipSync(plain), size)).toEqual(plain);
      },
    ),
    { numRuns: 50 },
  );
});

it('of nothing is nothing', async () => {
  expect(await read(Buffer.alloc(0), 1)).toEqual(Buffer.alloc(0));
});

it('that was cut short is an error with a code', async () => {
  const packed = gzipSync(Buffer.from('{"a":1}\n'.repeat(100)));
  await expect(read(packed.subarray(0, packed.length - 12), 8)).rejects.toMatchObject({
    code: expect.stringMatching(/^Z_/),
  });
});

it('may be left before its end', async () => {
  const packed = gzipSync(Buffer.alloc(1_000_000, 'a'));
  for await (const chunk of expandGzip(inPieces(packed, 64))) {
    expect(chunk.length).toBeGreaterThan(0);
    break;
  }
});
