/** What a file's content looks like from outside: how it begins, and how random it is. Encrypted content is random. */
import type { ContentSample } from './state-codec.ts';

const SAMPLE_BYTES = 8_192;

/** How files begin whose names say what they are. */
const MAGICS: readonly (readonly [name: string, hex: string])[] = [
  ['zip', '504b0304'],
  ['zip', '504b0506'],
  ['pdf', '25504446'],
  ['ole', 'd0cf11e0a1b11ae1'],
  ['jpeg', 'ffd8ff'],
  ['png', '89504e470d0a1a0a'],
  ['gif', '47494638'],
  ['gzip', '1f8b'],
  ['7z', '377abcaf271c'],
  ['rar', '526172211a07'],
  ['rtf', '7b5c727466'],
  ['sqlite', '53514c69746520666f726d6174'],
  ['elf', '7f454c46'],
  ['mz', '4d5a'],
  ['tiff', '49492a00'],
  ['tiff', '4d4d002a'],
  ['riff', '52494646'],
];
const PREFIXES = MAGICS.map(([name, hex]) => [name, Buffer.from(hex, 'hex')] as const);

export function sampleContent(content: Buffer): ContentSample {
  const magic = PREFIXES.find(([, bytes]) => content.subarray(0, bytes.length).equals(bytes))?.[0] ?? '';
  return { magic, entropyTenths: Math.round(entropyOf(content.subarray(0, SAMPLE_BYTES)) * 10) };
}

/** Bits per byte: 0 for a run of one byte, close to 8 for random ones. */
export function entropyOf(bytes: Uint8Array): number {
  if (bytes.length === 0) return 0;
  const counts = new Uint32Array(256);
  for (const byte of bytes) counts[byte] = (counts[byte] ?? 0) + 1;
  let bits = 0;
  for (const count of counts) {
    if (count > 0) bits -= (count / bytes.length) * Math.log2(count / bytes.length);
  }
  return bits;
}
