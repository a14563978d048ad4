/**
 * A release as a folder: `release.json` with what is signed, `roots.json` with the lists of keys from the first on, and a file
 * for each payload, named by its digest. Publishers make it; a collector takes it in.
 */
import { createReadStream, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import {
  RELEASE_LIMITS,
  type ReleaseBody,
  type ReleasePart,
  releaseBodySchema,
  type RootsBody,
  rootsBodySchema,
  type SignedText,
  signedTextSchema,
} from '../protocol/release.ts';
import { cutPayload } from '../protocol/release-payload.ts';

export const RELEASE_FILE = 'release.json';
export const ROOTS_FILE = 'roots.json';
const FILE_BYTES_MAX = 16 * 1_048_576;

export const rootsFileSchema = z.array(signedTextSchema).min(1).max(RELEASE_LIMITS.rootsMax);

/** A file of a release cannot be read, or says what no release says. */
export class ReleaseFileError extends Error {
  override readonly name = 'ReleaseFileError';
}

export function payloadName({ sha256 }: Pick<ReleasePart, 'sha256'>): string {
  return `${sha256}.payload`;
}

/** @throws ReleaseFileError naming file and field */
function readJson<T>(file: string, schema: z.ZodType<T>): T {
  if (!existsSync(file)) throw new ReleaseFileError(`${file} is not there`);
  if (statSync(file).size > FILE_BYTES_MAX) throw new ReleaseFileError(`${file} is too large`);
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new ReleaseFileError(`${file} is not JSON: ${String(cause)}`, { cause });
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new ReleaseFileError(`${file}: ${z.prettifyError(parsed.error)}`);
}

export const readSignedText = (file: string): SignedText => readJson(file, signedTextSchema);
export const readRootsFile = (file: string): SignedText[] => readJson(file, rootsFileSchema);

export function writeJson(file: string, value: SignedText | readonly SignedText[]): void {
  writeFileSync(file, `${JSON.stringify(value, undefined, 1)}\n`);
}

/** Whether the file holds lists of keys, and not a release. */
export function holdsRoots(file: string): boolean {
  return Array.isArray(readJson(file, z.union([rootsFileSchema, signedTextSchema])));
}

/** What a text says, whoever signed it. @throws ReleaseFileError naming the field */
function readBody<T>({ body }: SignedText, schema: z.ZodType<T>, what: string): T {
  try {
    const parsed = schema.safeParse(JSON.parse(body));
    if (parsed.success) return parsed.data;
    throw new ReleaseFileError(`${what}: ${z.prettifyError(parsed.error)}`);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new ReleaseFileError(`${what} is not JSON: ${cause.message}`, { cause });
  }
}

export const bodyOfRelease = (text: SignedText): ReleaseBody =>
  readBody(text, releaseBodySchema, RELEASE_FILE);
export const bodyOfRoots = (text: SignedText): RootsBody => readBody(text, rootsBodySchema, ROOTS_FILE);

/** Every payload of a release, each once. */
export function partsOf({ builds }: ReleaseBody): ReleasePart[] {
  const parts = builds.flatMap(({ program, node }) => (node === undefined ? [program] : [program, node]));
  return [...new Map(parts.map((part) => [part.sha256, part])).values()];
}

/** Reads a payload to its end. @throws PayloadError, ReleaseFileError */
export async function checkPayload(folder: string, part: ReleasePart): Promise<void> {
  const file = path.join(folder, payloadName(part));
  if (!existsSync(file)) throw new ReleaseFileError(`${file} is not there`);
  const nowhere = { begin: () => undefined, write: () => undefined, end: () => undefined };
  await cutPayload(part, createReadStream(file), nowhere);
}
