/** A file that is there as a whole or not at all: written beside its name, and given it at the end. */
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { UsageError } from './usage-error.ts';

/** @param unwritable what to say where it cannot be written, by the system's code. @throws UsageError */
export async function writeWhole(
  out: string,
  lines: AsyncIterable<string>,
  unwritable: (file: string, code: string) => string,
): Promise<void> {
  const partial = `${out}.partial`;
  try {
    await pipeline(lines, createWriteStream(partial, { mode: 0o640, flush: true }));
    await rename(partial, out);
  } catch (error) {
    await rm(partial, { force: true });
    if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) throw error;
    throw new UsageError(unwritable(out, String(error.code)), { cause: error });
  }
}
