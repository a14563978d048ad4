/**
 * Making a release of what was built. Invariants: the same files and facts give the same bytes, so that a second person can
 * make it again before signing; links and hidden files are refused, since they would be something else elsewhere.
 */
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  isReleasePath,
  RELEASE_LIMITS,
  type ReleaseBody,
  releaseBodySchema,
  type ReleaseFile,
  type ReleasePart,
  sumOf,
} from '../protocol/release.ts';
import { payloadName, RELEASE_FILE, ReleaseFileError, writeJson } from './release-folder.ts';

const OWNER_MAY_EXECUTE = 0o100;

export interface BuildSource {
  platform: ReleaseBody['builds'][number]['platform'];
  /** Folder of the bundle. */
  program: string;
  /** Folder of the runtime, where hosts may lack it. */
  node?: string | undefined;
}

export type ReleaseFacts = Pick<
  ReleaseBody,
  'version' | 'counter' | 'fromVersionMin' | 'createdMs' | 'notAfterMs' | 'notes'
> & { runtime: string };

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** By name, so that the order is the same everywhere. @throws ReleaseFileError naming the file */
function namesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => {
      const name = path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/');
      if (!entry.isFile()) throw new ReleaseFileError(`${folder}/${name} is no plain file`);
      if (!isReleasePath(name))
        throw new ReleaseFileError(`${folder}/${name} has a name no release may have`);
      return name;
    })
    .toSorted();
}

/** Writes the payload into `to`. @throws ReleaseFileError */
function packFolder(folder: string, to: string): ReleasePart {
  const names = namesBelow(folder);
  if (names.length === 0 || names.length > RELEASE_LIMITS.filesMax)
    throw new ReleaseFileError(`${folder} has ${names.length} files; 1 to ${RELEASE_LIMITS.filesMax} may be`);
  const contents: Buffer[] = [];
  const files = names.map((name): ReleaseFile => {
    const file = path.join(folder, name);
    const bytes = readFileSync(file);
    contents.push(bytes);
    const isExecutable = (lstatSync(file).mode & OWNER_MAY_EXECUTE) !== 0;
    return {
      path: name,
      bytes: bytes.length,
      sha256: digestOf(bytes),
      ...(isExecutable ? { executable: true as const } : {}),
    };
  });
  if (sumOf(files) > RELEASE_LIMITS.bytesMax)
    throw new ReleaseFileError(`${folder} has more than ${RELEASE_LIMITS.bytesMax} bytes`);
  const packed = gzipSync(Buffer.concat(contents), { level: 9 });
  const part: ReleasePart = { sha256: digestOf(packed), bytes: packed.length, packed: 'gzip', files };
  writeFileSync(path.join(to, payloadName(part)), packed);
  return part;
}

/** Signed by nobody yet. @param to an empty folder @throws ReleaseFileError */
export function makeRelease(
  facts: ReleaseFacts,
  sources: readonly BuildSource[],
  to: string,
): { release: ReleaseBody; bytes: number } {
  const { runtime, ...told } = facts;
  const body: ReleaseBody = {
    format: 1,
    product: 'vonggac-agent',
    ...told,
    builds: sources.map(({ platform, program, node }) => ({
      platform,
      runtime,
      program: packFolder(program, to),
      ...(node === undefined ? {} : { node: packFolder(node, to) }),
    })),
  };
  const checked = releaseBodySchema.safeParse(body);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    throw new ReleaseFileError(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  }
  writeJson(path.join(to, RELEASE_FILE), { body: JSON.stringify(body), signatures: [] });
  const bytes = sumOf(
    body.builds.flatMap(({ program, node }) => (node === undefined ? [program] : [program, node])),
  );
  return { release: body, bytes };
}
