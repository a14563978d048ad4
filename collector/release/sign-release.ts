/** Signatures of people under a release or a list of keys. A key signs once; signing again replaces. */
import { sign, type KeyObject } from 'node:crypto';
import { encodePublicKey } from '../protocol/agent-key.ts';
import { RELEASE_LIMITS, type RootsBody, rootsBodySchema, type SignedText } from '../protocol/release.ts';
import { releaseBytes } from '../protocol/signing.ts';
import { bodyOfRoots, ReleaseFileError } from './release-folder.ts';

/** @throws ReleaseFileError when there are too many */
export function addSignature(
  kind: 'release' | 'release-roots',
  { body, signatures }: SignedText,
  key: KeyObject,
): SignedText {
  const publicKey = encodePublicKey(key);
  const signature = sign(null, releaseBytes(kind, body), key).toString('base64');
  const others = signatures.filter((one) => one.key !== publicKey);
  if (others.length >= RELEASE_LIMITS.signaturesMax)
    throw new ReleaseFileError(`there are ${others.length} signatures already`);
  return { body, signatures: [...others, { key: publicKey, signature }] };
}

/**
 * The next list of keys, behind those that there are; signed by nobody yet.
 * @throws ReleaseFileError when the keys do not make a list, or there are too many lists
 */
export function nextRoots(
  chain: readonly SignedText[],
  { keys, threshold }: Pick<RootsBody, 'keys' | 'threshold'>,
): SignedText[] {
  const last = chain.at(-1);
  const version = last === undefined ? 1 : bodyOfRoots(last).version + 1;
  const body: RootsBody = { format: 1, product: 'vonggac-agent', version, threshold, keys };
  const checked = rootsBodySchema.safeParse(body);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    throw new ReleaseFileError(`${issue?.path.join('.') ?? 'keys'}: ${issue?.message ?? ''}`);
  }
  if (chain.length >= RELEASE_LIMITS.rootsMax)
    throw new ReleaseFileError(`there are ${chain.length} lists of keys; no more fit in one file`);
  return [...chain, { body: JSON.stringify(body), signatures: [] }];
}
