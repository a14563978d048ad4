/**
 * The keys a collector signs policies and commands with. The private half is a file of the data folder (mode 0600), the
 * public one and each key's word on its successor are rows, so collectors beside each other know whether they have the
 * key that agents trust. A change that was cut off is done to its end, or forgotten, at the next look.
 */
import { createPrivateKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { encodePublicKey } from '../protocol/agent-key.ts';
import { LIMITS } from '../protocol/limits.ts';
import { stateSuccessor, type KeyChain, type KeyPurpose } from '../protocol/signing-key.ts';
import { writeAudit } from './audit.ts';
import { dataFolder } from './data-folder.ts';
import type { Registry, RegistryDb } from './database.ts';
import { writeFileDurably } from './files.ts';

/** The key cannot be used here; the message says what to do. */
export class SigningKeyError extends Error {
  override readonly name = 'SigningKeyError';
}

export interface SigningKey {
  purpose: KeyPurpose;
  /** Raw, base64. */
  publicKey: string;
  /** What agents follow to it. */
  chain: KeyChain;
  /** Ed25519 signature, base64. */
  sign: (bytes: Uint8Array) => string;
}

function readKey(file: string): KeyObject | undefined {
  if (!existsSync(file)) return undefined;
  try {
    const key = createPrivateKey(readFileSync(file, 'utf8'));
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch (error) {
    throw new SigningKeyError(`${file} cannot be read: restore it from a backup`, { cause: error });
  }
  throw new SigningKeyError(`${file} holds no Ed25519 key: restore it from a backup`);
}

function makeKey(file: string): KeyObject {
  const { privateKey } = generateKeyPairSync('ed25519');
  writeFileDurably(file, privateKey.export({ format: 'pem', type: 'pkcs8' }).toString());
  return privateKey;
}

/** Oldest first. */
async function readChain(db: RegistryDb, purpose: KeyPurpose): Promise<KeyChain | undefined> {
  const rows = await db
    .selectFrom('signing_key')
    .select(['public_key', 'signature'])
    .where('purpose', '=', purpose)
    .orderBy('id')
    .execute();
  const last = rows.at(-1);
  if (last === undefined) return undefined;
  const statements = rows.flatMap(({ public_key: to, signature }, index) => {
    const from = rows[index - 1]?.public_key;
    return from === undefined || signature === null ? [] : [{ from, to, signature }];
  });
  return { key: last.public_key, statements: statements.slice(-LIMITS.rotationStatementsMax) };
}

/** Lets the next key take over when the control plane knows it already; else it was never stated. */
function settleNext(dataDir: string, purpose: KeyPurpose, chain: KeyChain | undefined): void {
  const { current, next } = dataFolder(dataDir).signingKeys[purpose];
  const key = readKey(next);
  if (key === undefined) return;
  if (encodePublicKey(key) === chain?.key) writeFileDurably(current, readFileSync(next, 'utf8'));
  rmSync(next, { force: true });
}

/**
 * The key in use, made when there is none.
 * @throws SigningKeyError when the one that agents trust is not in this data folder
 */
export async function openSigningKey(
  registry: Registry,
  dataDir: string,
  purpose: KeyPurpose,
): Promise<SigningKey> {
  const { current } = dataFolder(dataDir).signingKeys[purpose];
  let chain = await readChain(registry.db, purpose);
  settleNext(dataDir, purpose, chain);
  let key = readKey(current);
  if (chain === undefined) {
    key ??= makeKey(current);
    const first = encodePublicKey(key);
    chain = await registry.db.transaction().execute(async (trx) => {
      // Another collector beside this one may have been quicker.
      const there = await readChain(trx, purpose);
      if (there !== undefined) return there;
      await insertKey(trx, {
        purpose,
        publicKey: first,
        signature: null,
        atMs: registry.now(),
        by: 'system',
      });
      return { key: first, statements: [] };
    });
  }
  if (key === undefined || encodePublicKey(key) !== chain.key) {
    throw new SigningKeyError(
      `${current} is not the key that agents trust: copy it from the collector that made it, or restore it from a backup`,
    );
  }
  const privateKey = key;
  return {
    purpose,
    publicKey: chain.key,
    chain,
    sign: (bytes) => sign(null, bytes, privateKey).toString('base64'),
  };
}

async function insertKey(
  db: RegistryDb,
  row: { purpose: KeyPurpose; publicKey: string; signature: string | null; atMs: number; by: string },
): Promise<void> {
  await db
    .insertInto('signing_key')
    .values({
      purpose: row.purpose,
      public_key: row.publicKey,
      signature: row.signature,
      created_ms: row.atMs,
      created_by: row.by,
    })
    .execute();
}

/** The next key takes over at once; the one before states so. @throws SigningKeyError */
export async function rotateSigningKey(
  registry: Registry,
  dataDir: string,
  purpose: KeyPurpose,
  actor: string,
): Promise<SigningKey> {
  const before = await openSigningKey(registry, dataDir, purpose);
  const { current, next } = dataFolder(dataDir).signingKeys[purpose];
  const speaker = readKey(current);
  if (speaker === undefined) throw new SigningKeyError(`${current} is missing: restore it from a backup`);
  const to = encodePublicKey(makeKey(next));
  const { signature } = stateSuccessor(purpose, speaker, to);
  const atMs = registry.now();
  await registry.db.transaction().execute(async (trx) => {
    const chain = await readChain(trx, purpose);
    if (chain?.key !== before.publicKey)
      throw new SigningKeyError('the key was changed by another collector meanwhile; look again');
    await insertKey(trx, { purpose, publicKey: to, signature, atMs, by: actor });
    const detail = { purpose, from: before.publicKey, to };
    await writeAudit(trx, atMs, {
      actor,
      action: 'signing-key.rotate',
      target: `signing-key:${purpose}`,
      detail,
    });
  });
  return openSigningKey(registry, dataDir, purpose);
}
