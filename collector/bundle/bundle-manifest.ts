/**
 * What a bundle is: a tar whose first file lists every other with its digest, whose second signs that list, and which holds
 * nothing else. Rules, indicators and releases come so to a site without the internet. Nothing is compressed: what a hostile
 * file can make us write is what it weighs.
 */
import { z } from 'zod';
import { BundleError } from './bundle-error.ts';

export const MANIFEST_FILE = 'manifest.json';
export const SIGNATURES_FILE = 'signatures.json';

/** What a bundle may carry; the first folder of a file's path says which it is. */
export const BUNDLE_KINDS = ['rules', 'indicators', 'release'] as const;
export type BundleKind = (typeof BUNDLE_KINDS)[number];

export const BUNDLE_LIMITS = {
  filesMax: 20_000,
  /** Of all files. */
  bytesMax: 4 * 1024 ** 3,
  manifestBytesMax: 8 * 1024 ** 2,
  signatureBytesMax: 64 * 1024,
  signaturesMax: 16,
  pathBytesMax: 512,
} as const;

const FORMAT = 1;
/** Of a publisher or a stream. */
export const bundleNameSchema = z.string().regex(/^[a-z0-9](?:[a-z0-9.-]{0,62}[a-z0-9])?$/, {
  error: 'must be lower-case letters, digits, dots and hyphens, at most 64',
});

/** Safe below any folder on any system: no way up, no drive, no control or direction characters, nothing hidden. */
const SEGMENT = /^(?!\.)[\p{L}\p{N}._ +@()-]{1,200}(?<![. ])$/u;

export function isSafePath(name: string): boolean {
  const segments = name.split('/');
  return (
    Buffer.byteLength(name) <= BUNDLE_LIMITS.pathBytesMax &&
    segments.length > 1 &&
    segments.every((segment) => SEGMENT.test(segment)) &&
    BUNDLE_KINDS.some((kind) => kind === segments[0])
  );
}

const fileSchema = z.strictObject({
  /** With forward slashes, e.g. `rules/windows/dump.yml`. */
  path: z.string().refine(isSafePath, { error: 'is no path of a bundle' }),
  bytes: z.int().min(0).max(BUNDLE_LIMITS.bytesMax),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

const manifestSchema = z.strictObject({
  format: z.literal(FORMAT),
  /** Who vouches for it; a site trusts the keys of a publisher. */
  publisher: bundleNameSchema,
  /** Bundles of one stream replace each other, e.g. `rules-weekly`. */
  stream: bundleNameSchema,
  /** Rises from one bundle of a stream to the next; a site takes no older one. */
  serial: z.int().min(1).max(Number.MAX_SAFE_INTEGER),
  /** Milliseconds since 1970. */
  createdMs: z.int().min(0),
  /** Not to be applied afterwards, so that an old bundle cannot be passed off as the newest. */
  notAfterMs: z.int().min(0),
  title: z.string().max(200),
  files: z.array(fileSchema).min(1).max(BUNDLE_LIMITS.filesMax),
});

export type BundleFile = z.infer<typeof fileSchema>;
export type BundleManifest = z.infer<typeof manifestSchema>;
export type BundleFacts = Omit<BundleManifest, 'format' | 'files'>;

export function kindOf({ path }: BundleFile): BundleKind {
  const kind = BUNDLE_KINDS.find((name) => path.startsWith(`${name}/`));
  if (kind === undefined) throw new BundleError('damaged', `${path} is of no kind`);
  return kind;
}

export function bytesOf({ files }: Pick<BundleManifest, 'files'>): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** The bytes that are signed. @throws BundleError `bad-content` naming the field */
export function writeManifest(facts: BundleFacts, files: readonly BundleFile[]): Buffer {
  const manifest = check({ format: FORMAT, ...facts, files: [...files] }, 'bad-content');
  return Buffer.from(`${JSON.stringify(manifest, undefined, 1)}\n`);
}

/** @throws BundleError `damaged` naming the field */
export function readManifest(bytes: Buffer): BundleManifest {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new BundleError('damaged', `${MANIFEST_FILE} is not JSON`, { cause: error });
  }
  return check(value, 'damaged');
}

function check(value: unknown, code: 'damaged' | 'bad-content'): BundleManifest {
  const parsed = manifestSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new BundleError(code, `${MANIFEST_FILE}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`);
  }
  const seen = new Set<string>();
  for (const { path } of parsed.data.files) {
    // Two names that one disk holds for the same file would overwrite each other.
    const key = path.normalize('NFC').toLowerCase();
    if (seen.has(key)) throw new BundleError(code, `${MANIFEST_FILE}: ${path} is named twice`);
    seen.add(key);
  }
  if (bytesOf(parsed.data) > BUNDLE_LIMITS.bytesMax)
    throw new BundleError(code, `the files are larger than ${BUNDLE_LIMITS.bytesMax} bytes together`);
  return parsed.data;
}
