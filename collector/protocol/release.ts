/**
 * A release of the agent: what it is made of, for which platforms, and who may say so. People sign it with keys that no
 * collector has; agents pin the list of those keys. A payload is the bytes of its files one after another, in the order of
 * the list, so there is no archive format that a hostile file could abuse.
 */
import { z } from 'zod';
import { publicKeySchema, signatureSchema } from './signing-key.ts';

export const RELEASE_LIMITS = {
  /** Of a signed text, in UTF-16 code units. */
  bodyCharsMax: 524_288,
  keysMax: 16,
  signaturesMax: 32,
  /** Lists of keys that lead from the pinned one to the one in use. */
  rootsMax: 32,
  buildsMax: 8,
  filesMax: 2_000,
  /** Of a payload, packed and unpacked. */
  bytesMax: 268_435_456,
  pathCharsMax: 200,
  levelsMax: 8,
  notesCharsMax: 2_000,
  /** Fewer than two people never make a release. */
  thresholdMin: 2,
} as const;

/** As Node names them. */
export const RELEASE_PLATFORMS = ['linux-x64', 'linux-arm64', 'win32-x64'] as const;
export type ReleasePlatform = (typeof RELEASE_PLATFORMS)[number];

const FORMAT = 1;
const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);
/** `1.4.0`; of a release or a runtime. */
export const releaseVersionSchema = z.string().regex(/^\d{1,5}\.\d{1,5}\.\d{1,5}$/);
const time = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

const SEGMENT = /^[A-Za-z0-9_@+-][A-Za-z0-9._@+-]{0,99}$/;
/** Names that Windows takes for devices, with any ending. */
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** Safe below any folder on any system: no way up, no root, no drive, no second stream, nothing hidden. */
export function isReleasePath(path: string): boolean {
  const segments = path.split('/');
  return (
    path.length <= RELEASE_LIMITS.pathCharsMax &&
    segments.length <= RELEASE_LIMITS.levelsMax &&
    segments.every((name) => SEGMENT.test(name) && !name.endsWith('.') && !DEVICE.test(name))
  );
}

const fileSchema = z.strictObject({
  /** With forward slashes, below the folder of the version. */
  path: z.string().refine(isReleasePath, 'is no path of a release'),
  bytes: z.int().min(0).max(RELEASE_LIMITS.bytesMax),
  sha256: sha256Schema,
  executable: z.literal(true).optional(),
});

/** Files that come in one payload. */
const partSchema = z.strictObject({
  /** What is loaded: lower-case hex and length of the bytes on the wire. */
  sha256: sha256Schema,
  bytes: z.int().min(1).max(RELEASE_LIMITS.bytesMax),
  packed: z.enum(['none', 'gzip']),
  files: z
    .array(fileSchema)
    .min(1)
    .max(RELEASE_LIMITS.filesMax)
    .refine(hasDistinctPaths, 'two files have one name, or one is the folder of another')
    .refine((files) => sumOf(files) <= RELEASE_LIMITS.bytesMax, 'the files are too large together'),
});

const buildSchema = z.strictObject({
  platform: z.enum(RELEASE_PLATFORMS),
  /** Which runtime it runs on. */
  runtime: releaseVersionSchema,
  /** The agent itself. */
  program: partSchema,
  /** The runtime's files, for hosts that do not have it yet. */
  node: partSchema.optional(),
});

export const releaseBodySchema = z.strictObject({
  format: z.literal(FORMAT),
  product: z.literal('vonggac-agent'),
  version: releaseVersionSchema,
  /** Rises from release to release; an agent takes none with a lower one than it has seen. */
  counter: z.int().min(1).max(Number.MAX_SAFE_INTEGER),
  /** The oldest version that may be replaced by it. */
  fromVersionMin: releaseVersionSchema,
  /** Milliseconds since 1970. */
  createdMs: time,
  /** Not to be begun afterwards, so that an old release cannot be passed off as the newest. */
  notAfterMs: time,
  notes: z.string().max(RELEASE_LIMITS.notesCharsMax),
  builds: z
    .array(buildSchema)
    .min(1)
    .max(RELEASE_LIMITS.buildsMax)
    .refine((builds) => isDistinct(builds.map(({ platform }) => platform)), 'a platform is named twice'),
});

/** Whose signatures make a release. */
export const rootsBodySchema = z
  .strictObject({
    format: z.literal(FORMAT),
    product: z.literal('vonggac-agent'),
    /** Of this list: each follows the one before, which signs it too. */
    version: z.int().min(1).max(1_000_000),
    /** So many different keys must have signed. */
    threshold: z.int().min(RELEASE_LIMITS.thresholdMin).max(RELEASE_LIMITS.keysMax),
    keys: z
      .array(z.strictObject({ name: z.string().min(1).max(100), key: publicKeySchema }))
      .min(RELEASE_LIMITS.thresholdMin)
      .max(RELEASE_LIMITS.keysMax)
      .refine((keys) => isDistinct(keys.map(({ key }) => key)), 'a key is named twice'),
  })
  .refine(({ threshold, keys }) => threshold <= keys.length, 'fewer keys than must sign');

/** A text as it was signed, and who signed it. */
export const signedTextSchema = z.strictObject({
  body: z.string().min(1).max(RELEASE_LIMITS.bodyCharsMax),
  signatures: z
    .array(z.strictObject({ key: publicKeySchema, signature: signatureSchema }))
    .max(RELEASE_LIMITS.signaturesMax),
});

export type SignedText = z.infer<typeof signedTextSchema>;
export type ReleaseBody = z.infer<typeof releaseBodySchema>;
export type ReleaseBuild = ReleaseBody['builds'][number];
export type ReleasePart = ReleaseBuild['program'];
export type ReleaseFile = ReleasePart['files'][number];
export type RootsBody = z.infer<typeof rootsBodySchema>;

export function sumOf(files: readonly { bytes: number }[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

function isDistinct(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}

/** By the names that a disk would take for the same. */
function hasDistinctPaths(files: readonly { path: string }[]): boolean {
  const names = files.map(({ path }) => path.toLowerCase());
  const all = new Set(names);
  const folders = names.flatMap((name) => {
    const segments = name.split('/');
    return segments.slice(1).map((_, index) => segments.slice(0, index + 1).join('/'));
  });
  return all.size === names.length && folders.every((folder) => !all.has(folder));
}

/** Negative when `one` is the older, 0 when they are the same. */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [one.split('.').map(Number), other.split('.').map(Number)];
  const at = a.findIndex((value, index) => value !== b[index]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}
