/**
 * The collector's certificates over time, as files of the data folder: the one served, the next one and when it takes
 * over, and the statements by which each old key names its successor. The served pair is always whole: a change that
 * was cut off is done to its end at the next look.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { z } from 'zod';
import { LIMITS } from '../protocol/limits.ts';
import { rotationAnswerSchema, stateRotation, type RotationStatement } from '../protocol/rotation.ts';
import {
  CertificateError,
  type CollectorCertificate,
  loadOrCreateCertificate,
  makeCertificate,
  readCertificate,
} from './certificate.ts';
import { dataFolder } from './data-folder.ts';
import { writeFileDurably } from './files.ts';

const DAY_MS = 86_400_000;

const bookSchema = z.strictObject({
  version: z.literal(1),
  /** Oldest first. */
  statements: rotationAnswerSchema.shape.statements,
  next: z
    .strictObject({
      fingerprint: z.string(),
      /** When it takes over. */
      atMs: z.int(),
      /** It takes over as soon as all agents trust it, if that is sooner. */
      whenKnown: z.boolean(),
      plannedMs: z.int(),
      /** The change has begun: it is done to its end. */
      begun: z.boolean(),
    })
    .optional(),
});
type Book = z.infer<typeof bookSchema>;

export interface PlannedCertificate {
  certificate: CollectorCertificate;
  atMs: number;
  whenKnown: boolean;
  plannedMs: number;
}

export interface Certificates {
  current: CollectorCertificate;
  next: PlannedCertificate | undefined;
  statements: readonly RotationStatement[];
}

/** @throws CertificateError */
function readBook(file: string): Book {
  if (!existsSync(file)) return { version: 1, statements: [] };
  try {
    return bookSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new CertificateError(`${file} cannot be read: restore it from a backup`, { cause: error });
  }
}

function writeBook(dataDir: string, book: Book): void {
  writeFileDurably(dataFolder(dataDir).certificateBook, `${JSON.stringify(book, null, 2)}\n`);
}

function forgetNext(dataDir: string): void {
  const { nextCertificate, nextCertificateKey } = dataFolder(dataDir);
  rmSync(nextCertificate, { force: true });
  rmSync(nextCertificateKey, { force: true });
}

/** What an agent needs to follow from one to the other. */
function statementOf(from: CollectorCertificate, to: string): RotationStatement {
  return stateRotation(
    { certificate: new X509Certificate(from.cert).raw, key: createPrivateKey(from.key) },
    to,
  );
}

/** Puts the next pair in the place of the served one; whatever of it was done before is done again. */
function finish(dataDir: string, book: Book): void {
  const folder = dataFolder(dataDir);
  if (existsSync(folder.nextCertificateKey) && existsSync(folder.nextCertificate)) {
    writeFileDurably(folder.certificateKey, readFileSync(folder.nextCertificateKey, 'utf8'));
    writeFileDurably(folder.certificate, readFileSync(folder.nextCertificate, 'utf8'), 0o644);
  }
  writeBook(dataDir, { version: 1, statements: book.statements });
  forgetNext(dataDir);
}

/**
 * The folder must exist; the first certificate is made when there is none.
 * @throws CertificateError
 */
export async function readCertificates(options: {
  dataDir: string;
  names?: readonly string[] | undefined;
  now: () => number;
}): Promise<Certificates> {
  const { dataDir } = options;
  const folder = dataFolder(dataDir);
  const book = readBook(folder.certificateBook);
  if (book.next?.begun === true) finish(dataDir, book);
  const current = await loadOrCreateCertificate(options);
  const { next, statements } = readBook(folder.certificateBook);
  if (next === undefined) return { current, next: undefined, statements };
  const certificate = readCertificate(folder.nextCertificateKey, folder.nextCertificate);
  const { atMs, whenKnown, plannedMs } = next;
  return { current, next: { certificate, atMs, whenKnown, plannedMs }, statements };
}

/** Pair of PEM texts. */
export interface CertificatePair {
  key: string;
  cert: string;
}

/**
 * Keeps the next certificate beside the served one, in the place of one that was planned before.
 * @param options.pair a certificate of one's own; left out, one is made
 * @throws CertificateError when the pair cannot be used
 */
export async function planRotation(options: {
  dataDir: string;
  names: readonly string[];
  inDays: number;
  whenKnown: boolean;
  pair?: CertificatePair | undefined;
  now: () => number;
}): Promise<Certificates> {
  const { dataDir, names, inDays, whenKnown, now } = options;
  const before = await readCertificates({ dataDir, names, now });
  const folder = dataFolder(dataDir);
  const pair = options.pair ?? (await makeCertificate(names, now()));
  // A plan without its pair could not be carried out; a pair without a plan harms nobody.
  writeBook(dataDir, { version: 1, statements: [...before.statements] });
  writeFileDurably(folder.nextCertificateKey, pair.key);
  writeFileDurably(folder.nextCertificate, pair.cert, 0o644);
  const { fingerprint } = readCertificate(folder.nextCertificateKey, folder.nextCertificate);
  const next = { fingerprint, atMs: now() + inDays * DAY_MS, whenKnown, plannedMs: now(), begun: false };
  writeBook(dataDir, { version: 1, statements: [...before.statements], next });
  return readCertificates({ dataDir, names, now });
}

/** @returns whether one was planned */
export async function cancelRotation(dataDir: string, now: () => number): Promise<boolean> {
  const { next, statements } = await readCertificates({ dataDir, now });
  if (next === undefined) return false;
  writeBook(dataDir, { version: 1, statements: [...statements] });
  forgetNext(dataDir);
  return true;
}

/** The next certificate becomes the served one; the old key states so before it goes. */
export async function switchCertificate(dataDir: string, now: () => number): Promise<Certificates> {
  const { current, next, statements } = await readCertificates({ dataDir, now });
  if (next === undefined) throw new CertificateError('no certificate is planned to take over');
  const { certificate, atMs, whenKnown, plannedMs } = next;
  const { fingerprint } = certificate;
  const kept = [...statements, statementOf(current, fingerprint)].slice(-LIMITS.rotationStatementsMax);
  const book: Book = {
    version: 1,
    statements: kept,
    next: { fingerprint, atMs, whenKnown, plannedMs, begun: true },
  };
  writeBook(dataDir, book);
  finish(dataDir, book);
  return readCertificates({ dataDir, now });
}
