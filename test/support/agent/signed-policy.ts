/** Policies as a collector signs them, with keys of the test. */
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { encodePublicKey } from '#protocol/agent-key.ts';
import { policyDigest, policyParts } from '#protocol/policy.ts';
import type { PolicyDocument, SigningKeys } from '#protocol/policy.ts';
import type { KeyStatement } from '#protocol/signing-key.ts';
import { policyBytes } from '#protocol/signing.ts';

export function newKey(): KeyObject {
  return generateKeyPairSync('ed25519').privateKey;
}

export interface PolicyWanted {
  agentId: string;
  issue: number;
  version?: number;
  group?: string;
  rollback?: true;
  settings?: unknown;
  /** Instead of the settings. */
  text?: string;
  /** What is signed, when it is not what is sent. */
  signed?: Partial<{ agentId: string; version: number; issue: number; sha256: string; group: string }>;
}

/** The document in its parts, signed. */
export function signPolicy(key: KeyObject, wanted: PolicyWanted): PolicyDocument[] {
  const { agentId, issue, version = 1, group = 'servers', rollback, settings = {} } = wanted;
  const text = wanted.text ?? JSON.stringify(settings);
  const head = {
    group,
    version,
    issue,
    sha256: policyDigest(text),
    ...(rollback === undefined ? {} : { rollback }),
  };
  const signature = sign(null, policyBytes({ agentId, ...head, ...wanted.signed }), key).toString('base64');
  const parts = policyParts(text);
  return parts.map((part, index) => ({
    type: 'policy-document',
    ...head,
    part: index + 1,
    parts: parts.length,
    text: part,
    signature,
  }));
}

export function tellKeys(
  policy: KeyObject,
  command: KeyObject = policy,
  statements: KeyStatement[] = [],
): SigningKeys {
  return {
    type: 'signing-keys',
    policy: { key: encodePublicKey(policy), statements },
    command: { key: encodePublicKey(command), statements: [] },
  };
}
