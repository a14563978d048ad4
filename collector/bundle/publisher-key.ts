/**
 * The key a publisher signs bundles with: Ed25519, in a file that is encrypted in the age format with a passphrase, kept away
 * from every network. Its public half is one line of text, which sites are told by another way than the bundle.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { Decrypter, Encrypter } from 'age-encryption';
import { BundleError } from './bundle-error.ts';

const PUBLIC_PREFIX = 'ed25519:';
const RAW_BYTES = 32;
/** An Ed25519 public key as X.509 writes it, up to the key itself (RFC 8410). */
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');
const KEY_FILE_BYTES_MAX = 16_384;
const AGE_HEADER = 'age-encryption.org/v1';

/** As people compare it and lists show it, e.g. `ed25519:o0Zr...`. */
export function publicText(key: KeyObject): string {
  const raw = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-RAW_BYTES);
  return `${PUBLIC_PREFIX}${raw.toString('base64url')}`;
}

/** @throws BundleError `bad-key` */
export function parsePublicText(text: string): KeyObject {
  const raw = Buffer.from(text.slice(PUBLIC_PREFIX.length), 'base64url');
  if (!text.startsWith(PUBLIC_PREFIX) || raw.length !== RAW_BYTES || publicPart(raw) !== text)
    throw new BundleError(
      'bad-key',
      `${text.slice(0, 80)} is no public key; one looks like ${PUBLIC_PREFIX}...`,
    );
  return createPublicKey({ key: Buffer.concat([SPKI_HEAD, raw]), format: 'der', type: 'spki' });
}

const publicPart = (raw: Buffer): string => `${PUBLIC_PREFIX}${raw.toString('base64url')}`;

/** Names the key in a signature; eight bytes are enough to find it, never to trust it. */
export function keyId(publicKey: string): string {
  return createHash('sha256').update(publicKey).digest('hex').slice(0, 16);
}

/**
 * Makes a key and writes its file, which must not exist.
 * @param passphrase - undefined: the file is not encrypted
 * @returns the public half
 */
export async function makePublisherKey(file: string, passphrase: string | undefined): Promise<string> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = Buffer.from(privateKey.export({ format: 'pem', type: 'pkcs8' }));
  let bytes: Uint8Array = pem;
  if (passphrase !== undefined) {
    const encrypter = new Encrypter();
    encrypter.setPassphrase(passphrase);
    bytes = await encrypter.encrypt(pem);
  }
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return publicText(privateKey);
}

/**
 * @param passphrase - asked for only when the file is encrypted
 * @throws BundleError `bad-key`
 */
export async function readPublisherKey(file: string, passphrase: () => Promise<string>): Promise<KeyObject> {
  const bytes = await readFile(file);
  if (bytes.length > KEY_FILE_BYTES_MAX) throw new BundleError('bad-key', `${file} is no key`);
  const pem = bytes.toString('latin1').startsWith(AGE_HEADER)
    ? await decrypt(file, bytes, await passphrase())
    : bytes;
  try {
    const key = createPrivateKey({ key: Buffer.from(pem), format: 'pem' });
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch (error) {
    throw new BundleError('bad-key', `${file} holds no private key`, { cause: error });
  }
  throw new BundleError('bad-key', `${file} holds no Ed25519 key`);
}

async function decrypt(file: string, bytes: Buffer, passphrase: string): Promise<Uint8Array> {
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  try {
    return await decrypter.decrypt(bytes);
  } catch (error) {
    throw new BundleError('bad-key', `${file} does not open with this passphrase`, { cause: error });
  }
}
