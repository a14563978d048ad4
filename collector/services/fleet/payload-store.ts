/** Payloads of releases: files of the data folder named by their digests. One is there whole, and as it was signed, or not at all. */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { RELEASE_LIMITS } from '../../protocol/release.ts';
import { RefusalError } from '../../registry/refusal.ts';

const FOLDER = 'agent-releases';
const DIGEST = /^[0-9a-f]{64}$/;
const PRIVATE_FOLDER = 0o700;

export class PayloadStore {
  readonly #folder: string;

  constructor(dataDir: string) {
    this.#folder = path.join(dataDir, FOLDER);
  }

  #file(sha256: string): string {
    if (!DIGEST.test(sha256)) throw new RangeError('no digest');
    return path.join(this.#folder, `${sha256}.payload`);
  }

  /** Undefined when it is not there. */
  bytesOf(sha256: string): number | undefined {
    return DIGEST.test(sha256) ? statSync(this.#file(sha256), { throwIfNoEntry: false })?.size : undefined;
  }

  /** @throws RefusalError release-invalid when it is not what it is said to be */
  async put(sha256: string, content: Readable): Promise<number> {
    mkdirSync(this.#folder, { recursive: true, mode: PRIVATE_FOLDER });
    const aside = path.join(this.#folder, `${randomUUID()}.part`);
    const hash = createHash('sha256');
    let bytes = 0;
    try {
      const handle = await open(aside, 'wx', 0o600);
      try {
        for await (const part of content.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
          bytes += part.length;
          if (bytes > RELEASE_LIMITS.bytesMax)
            throw new RefusalError(
              'release-invalid',
              sha256,
              `a payload is larger than ${RELEASE_LIMITS.bytesMax}`,
            );
          hash.update(part);
          await handle.write(part);
        }
        await handle.sync();
      } finally {
        await handle.close();
      }
      if (hash.digest('hex') !== sha256)
        throw new RefusalError(
          'release-invalid',
          sha256,
          `the payload ${sha256} is not the one that was signed`,
        );
      await rename(aside, this.#file(sha256));
      return bytes;
    } finally {
      rmSync(aside, { force: true });
    }
  }

  read(sha256: string, from: number): Readable {
    return createReadStream(this.#file(sha256), { start: from });
  }

  remove(sha256: string): void {
    if (existsSync(this.#file(sha256))) rmSync(this.#file(sha256));
  }
}
