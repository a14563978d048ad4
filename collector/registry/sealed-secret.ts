/**
 * Secrets that the collector has to use itself, sealed in the control plane's rows. Invariants: the key is a file of the
 * data folder (mode 0600) and in no row, so a copy of the database alone tells none of them; what is sealed for one
 * place cannot be read in another. What has no mark is the first form; another algorithm writes `2.` and so on in front,
 * which base64 never holds, so that old and new lie beside each other and each is read as what it is.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { writeFileDurably } from './files.ts';

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** The secret or its key cannot be used here; the message says what to do. */
export class SealError extends Error {
  override readonly name = 'SealError';
}

/** Made when there is none. @throws SealError */
export function openSealingKey(file: string, random: (bytes: number) => Buffer): Buffer {
  if (existsSync(file)) {
    const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64');
    if (key.length === KEY_BYTES) return key;
    throw new SealError(
      `${file} holds no key: restore it from a backup, or remove it and set the secrets again`,
    );
  }
  const key = random(KEY_BYTES);
  writeFileDurably(file, `${key.toString('base64')}\n`);
  return key;
}

/** @param place what it belongs to, e.g. `notify-channel:7` */
export function seal(key: Buffer, place: string, text: string, random: (bytes: number) => Buffer): string {
  const nonce = random(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(Buffer.from(place));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64');
}

/** Seals anew for the same place what is given as it lies in a row. @throws SealError */
export type Reseal = (place: string, sealed: string) => string;

/** @throws SealError when it was sealed with another key, for another place or in a form of a newer release */
export function unseal(key: Buffer, place: string, sealed: string): string {
  const [, form] = /^(\d+)\./.exec(sealed) ?? [];
  if (form !== undefined)
    throw new SealError(`the secret of ${place} is sealed in form ${form}, which a newer release reads`);
  const bytes = Buffer.from(sealed, 'base64');
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const tag = bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
  try {
    const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(place))
      .setAuthTag(tag);
    const text = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
    return Buffer.concat([text, decipher.final()]).toString('utf8');
  } catch (error) {
    throw new SealError(
      `the secret of ${place} was sealed with another key: set it again, or bring back notify.key from the collector that sealed it`,
      { cause: error },
    );
  }
}
