/**
 * Writes a Brotli and a gzip file next to each text asset of the build, so that the server sends what was compressed
 * once and well. Invariant: a compressed file is only written when it is smaller than its original.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const texts = /\.(?:js|css|svg|html)$/u;
const bytesMin = 1_024;
const toBrotli = promisify(brotliCompress);
const toGzip = promisify(gzip);

/** @param outDir folder of the build. */
async function compressFolder(outDir: string): Promise<void> {
  for (const name of await readdir(outDir, { recursive: true })) {
    if (!texts.test(name)) continue;
    const path = join(outDir, name);
    const plain = await readFile(path);
    if (plain.length < bytesMin) continue;
    const packed = {
      br: await toBrotli(plain, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: plain.length } }),
      gz: await toGzip(plain, { level: constants.Z_BEST_COMPRESSION }),
    };
    for (const [ending, bytes] of Object.entries(packed)) {
      if (bytes.length < plain.length) await writeFile(`${path}.${ending}`, bytes);
    }
  }
}

/** The build step; does nothing for a build that is not written. */
export function precompress(): Plugin {
  return {
    name: 'vonggac:precompress',
    apply: 'build',
    async writeBundle(options) {
      if (options.dir !== undefined) await compressFolder(options.dir);
    },
  };
}
