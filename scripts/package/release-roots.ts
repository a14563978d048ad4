/** The lists of release keys that a package pins: without them its agents take no updates. */
import fs from 'node:fs';
import { rootsFileSchema } from '../../agent/update/pinned-roots.ts';
import { followRoots, readRoots } from '../../collector/protocol/release-trust.ts';
import { PackageError } from './run-tool.ts';

/** @returns the file's text. @throws PackageError where an agent would refuse it */
export function readReleaseRoots(file: string): string {
  try {
    const text = fs.readFileSync(file, 'utf8');
    const [first, ...later] = rootsFileSchema.parse(JSON.parse(text));
    if (first !== undefined) followRoots(readRoots(first), later);
    return text;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new PackageError(`--release-roots ${file}: ${reason}`);
  }
}
