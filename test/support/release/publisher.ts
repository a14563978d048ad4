/** People who publish releases: their keys, lists of keys and signed releases, as the commands make them. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { encodePublicKey } from '../../../collector/protocol/agent-key.ts';
import type { ReleaseBody, RootsBody, SignedText } from '../../../collector/protocol/release.ts';
import { addSignature } from '../../../collector/release/sign-release.ts';

export interface Publisher {
  name: string;
  key: KeyObject;
}

export function newPublisher(name: string): Publisher {
  return { name, key: generateKeyPairSync('ed25519').privateKey };
}

export function signAll(
  kind: 'release' | 'release-roots',
  body: unknown,
  publishers: readonly Publisher[],
): SignedText {
  const unsigned: SignedText = { body: JSON.stringify(body), signatures: [] };
  return publishers.reduce((text, { key }) => addSignature(kind, text, key), unsigned);
}

export function rootsOf(publishers: readonly Publisher[], version = 1, threshold = 2): RootsBody {
  const keys = publishers.map(({ name, key }) => ({ name, key: encodePublicKey(key) }));
  return { format: 1, product: 'vonggac-agent', version, threshold, keys };
}

/** Of one file with three bytes. */
export function smallRelease(change: Partial<ReleaseBody> = {}): ReleaseBody {
  const sha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  const program: ReleaseBody['builds'][number]['program'] = {
    sha256,
    bytes: 3,
    packed: 'none',
    files: [{ path: 'vonggac-agent.js', bytes: 3, sha256 }],
  };
  return {
    format: 1,
    product: 'vonggac-agent',
    version: '0.2.0',
    counter: 7,
    fromVersionMin: '0.1.0',
    createdMs: Date.parse('2026-11-20T00:00:00Z'),
    notAfterMs: Date.parse('2027-05-20T00:00:00Z'),
    notes: '',
    builds: [{ platform: 'linux-x64', runtime: '24.21.0', program }],
    ...change,
  };
}
