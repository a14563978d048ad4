/**
 * Who this agent is: an Ed25519 key made on this host that never leaves it, the id the collector gave, and the
 * collector's certificate it trusts. One file, readable by its owner only.
 */
import { createPrivateKey, generateKeyPairSync, hkdfSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { encodePublicKey } from '#protocol/agent-key.ts';
import { agentIdSchema } from '#protocol/message-fields.ts';
import { parseAddress } from './transport/address.ts';
import { writeAtomic } from './write-atomic.ts';

const FILE_NAME = 'identity.json';
const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;

const identityFileSchema = z.strictObject({
  version: z.literal(1),
  agentId: agentIdSchema,
  agencyName: z.string(),
  /** https: origin of the collector. */
  url: z.string().refine((text) => parseAddress(text)?.origin === text, 'not an https origin'),
  /** SHA-256 of its certificate (DER), lower-case hex. */
  fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
  /** PKCS #8, DER, base64. */
  privateKey: z.string().min(1),
  /** Milliseconds since 1970, host clock. */
  enrolledAt: z.int(),
});

export type IdentityFile = z.infer<typeof identityFileSchema>;

export interface Identity extends Omit<IdentityFile, 'version' | 'privateKey'> {
  /** Ed25519 signature, base64. */
  sign(bytes: Uint8Array): string;
}

/** This host was never enrolled. */
export class NotEnrolledError extends Error {
  override readonly name = 'NotEnrolledError';
}

/** The key is on a machine it was not made on, and there is nothing to enrol this one with. */
export class OtherMachineError extends NotEnrolledError {}

export interface AgentKey {
  /** PKCS #8, DER, base64. */
  privateKey: string;
  /** Raw 32 bytes, base64. */
  publicKey: string;
  sign(bytes: Uint8Array): string;
}

/** A new key from the operating system's randomness. */
export function makeKey(): AgentKey {
  return agentKey(generateKeyPairSync('ed25519').privateKey);
}

/** @param privateKey PKCS #8, DER, base64. @throws Error when it is not an Ed25519 key. */
export function importKey(privateKey: string): AgentKey {
  const key = createPrivateKey({ key: Buffer.from(privateKey, 'base64'), format: 'der', type: 'pkcs8' });
  if (key.asymmetricKeyType !== 'ed25519') throw new Error('not an Ed25519 key');
  return agentKey(key);
}

function agentKey(key: KeyObject): AgentKey {
  return {
    privateKey: key.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
    publicKey: encodePublicKey(key),
    sign: (bytes) => sign(null, bytes, key).toString('base64'),
  };
}

/**
 * A secret of 32 bytes that only who has this identity can make, always the same for one purpose. Signatures of
 * Ed25519 are deterministic, and nobody else is ever given one over such a text.
 */
export function deriveSecret(identity: Pick<Identity, 'sign'>, purpose: string): Uint8Array {
  const signature = identity.sign(Buffer.from(`vonggac-agent secret 1\n${purpose}`));
  return new Uint8Array(hkdfSync('sha256', Buffer.from(signature, 'base64'), '', purpose, 32));
}

/** Where the identity lies in a state folder. */
export function identityPath(stateDir: string): string {
  return path.join(stateDir, FILE_NAME);
}

/** Makes the state folder, closed to others. @returns why others may open it all the same */
export async function makeStateDir(stateDir: string): Promise<string | undefined> {
  fs.mkdirSync(stateDir, { recursive: true, mode: PRIVATE_FOLDER });
  if (process.platform === 'win32') {
    const { keepPrivate } = await import('./windows/private-folder.ts');
    const { thisHost } = await import('./host/host.ts');
    return keepPrivate(stateDir, thisHost);
  }
  fs.chmodSync(stateDir, PRIVATE_FOLDER);
  return undefined;
}

/** Writes a file only its owner may read, so that a power cut leaves the old one or the new one. */
export function writePrivate(file: string, value: unknown): void {
  writeAtomic(file, `${JSON.stringify(value, null, 2)}\n`, { mode: PRIVATE_FILE, durable: true });
}

/** Replaces the identity; survives a power cut. */
export function saveIdentity(stateDir: string, identity: IdentityFile): void {
  writePrivate(identityPath(stateDir), identity);
}

/** Whether there is one, readable or not. */
export function hasIdentity(stateDir: string): boolean {
  return fs.existsSync(identityPath(stateDir));
}

/** @throws NotEnrolledError when there is none; Error naming the file when it cannot be used. */
export function loadIdentity(stateDir: string): Identity {
  const file = identityPath(stateDir);
  if (!fs.existsSync(file)) throw new NotEnrolledError(`no identity in ${stateDir}`);
  try {
    const {
      version: _,
      privateKey,
      ...known
    } = identityFileSchema.parse(JSON.parse(fs.readFileSync(file, 'utf8')));
    const key = importKey(privateKey);
    return { ...known, sign: (bytes) => key.sign(bytes) };
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
    throw new Error(`the identity file ${file} cannot be used: ${reason}`, { cause });
  }
}
