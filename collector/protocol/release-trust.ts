/**
 * Whether a release is to be believed, and taken by one host; pure, so that every way to cheat can be tried on it. What is
 * not signed by enough of the pinned keys is not read any further.
 */
import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { compareVersions, releaseBodySchema, rootsBodySchema } from './release.ts';
import type { ReleaseBody, ReleaseBuild, RootsBody, SignedText } from './release.ts';
import { isSignedBy } from './signing-key.ts';
import { releaseBytes } from './signing.ts';

/** Why a release, or a list of keys, is not taken. */
export const RELEASE_REFUSALS = [
  'few-signatures',
  'malformed',
  'roots-gap',
  'expired',
  'rolled-back',
  'other-of-same-number',
  'not-newer',
  'from-too-old',
  'wrong-platform',
  'failed-before',
] as const;
export type ReleaseRefusal = (typeof RELEASE_REFUSALS)[number];

/** A release or a list of keys is not believed, or not for this host. */
export class ReleaseError extends Error {
  override readonly name = 'ReleaseError';
  readonly code: ReleaseRefusal;

  constructor(code: ReleaseRefusal, message: string) {
    super(message);
    this.code = code;
  }
}

/** Names a signed text: lower-case hex. */
export function releaseDigest({ body }: Pick<SignedText, 'body'>): string {
  return createHash('sha256').update(body, 'utf8').digest('hex');
}

/** Those of the keys that signed the text, each once, however often its signature stands there. */
export function signersOf(
  kind: 'release' | 'release-roots',
  { body, signatures }: SignedText,
  keys: RootsBody['keys'],
): RootsBody['keys'] {
  // A signed text holds no line break; one that does is by nobody.
  if (body.includes('\n')) return [];
  const bytes = releaseBytes(kind, body);
  return keys.filter(({ key }) =>
    signatures.some((one) => one.key === key && isSignedBy(key, bytes, one.signature)),
  );
}

/** @throws ReleaseError few-signatures */
function mustBeSigned(
  kind: 'release' | 'release-roots',
  text: SignedText,
  { threshold, keys, version }: RootsBody,
): void {
  const signed = signersOf(kind, text, keys).length;
  if (signed >= threshold) return;
  throw new ReleaseError(
    'few-signatures',
    `${signed} of the keys in list ${version} signed; ${threshold} must`,
  );
}

/** @throws ReleaseError malformed, naming the field */
function parse<T>(schema: z.ZodType<T>, { body }: SignedText, what: string): T {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch (error) {
    throw new ReleaseError('malformed', `${what} is not JSON: ${String(error)}`);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ReleaseError('malformed', `${what}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`);
}

/** A list of keys that is pinned: it came with the package, so only its own signatures are asked. @throws ReleaseError */
export function readRoots(text: SignedText): RootsBody {
  const roots = parse(rootsBodySchema, text, 'the list of keys');
  mustBeSigned('release-roots', text, roots);
  return roots;
}

/**
 * From the list that is trusted to the newest of a chain: each is the next in number, and signed by enough keys of the one
 * before and of its own.
 * @returns the lists that were followed, oldest first; none when the chain holds nothing newer
 * @throws ReleaseError few-signatures, malformed, roots-gap
 */
export function followRoots(trusted: RootsBody, chain: readonly SignedText[]): SignedText[] {
  let current = trusted;
  const followed: SignedText[] = [];
  for (const text of chain) {
    const next = parse(rootsBodySchema, text, 'the list of keys');
    if (next.version <= current.version) continue;
    if (next.version !== current.version + 1)
      throw new ReleaseError('roots-gap', `list ${next.version} does not follow list ${current.version}`);
    mustBeSigned('release-roots', text, current);
    mustBeSigned('release-roots', text, next);
    current = next;
    followed.push(text);
  }
  return followed;
}

/** @throws ReleaseError few-signatures, malformed */
export function readRelease(text: SignedText, roots: RootsBody): ReleaseBody {
  mustBeSigned('release', text, roots);
  return parse(releaseBodySchema, text, 'the release');
}

/** What a host knows when a release is offered to it. */
export interface ReleaseHost {
  roots: RootsBody;
  platform: string;
  /** Version that runs. */
  running: string;
  /** The highest number of a release that was ever believed here, and which it was. */
  seen: { counter: number; digest: string } | undefined;
  /** Digests of releases that were tried and failed. */
  failed: readonly string[];
  /** By the host's clock, never before what was signed last. */
  nowMs: number;
}

export interface TakenRelease {
  release: ReleaseBody;
  build: ReleaseBuild;
  digest: string;
}

/** @throws ReleaseError */
export function judgeRelease(text: SignedText, host: ReleaseHost): TakenRelease {
  const release = readRelease(text, host.roots);
  const digest = releaseDigest(text);
  const { seen } = host;
  const refuse = (code: ReleaseRefusal, message: string): never => {
    throw new ReleaseError(code, message);
  };
  if (seen !== undefined && release.counter < seen.counter)
    refuse('rolled-back', `number ${release.counter} after ${seen.counter}`);
  if (seen !== undefined && release.counter === seen.counter && digest !== seen.digest)
    refuse('other-of-same-number', `another release has number ${release.counter}`);
  if (host.failed.includes(digest)) refuse('failed-before', `${release.version} was tried here and failed`);
  if (compareVersions(release.version, host.running) <= 0)
    refuse('not-newer', `${release.version} is not newer than ${host.running}, which runs`);
  if (compareVersions(host.running, release.fromVersionMin) < 0)
    refuse('from-too-old', `${host.running} is older than ${release.fromVersionMin}: go there first`);
  if (release.notAfterMs < host.nowMs) refuse('expired', 'it was to be taken earlier; ask for a newer one');
  const build = release.builds.find(({ platform }) => platform === host.platform);
  if (build === undefined) return refuse('wrong-platform', `there is no build for ${host.platform}`);
  return { release, build, digest };
}
