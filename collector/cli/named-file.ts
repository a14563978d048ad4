/** Files that a command line names, and what is wrong with them in the user's words, in one place. */
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import type { Messages } from './messages/en.ts';
import { UsageError } from './usage-error.ts';

/** Whose words are used. */
export interface Speaker {
  m: Messages;
}

/** More than any file that is read at once. */
const BYTES_MAX = 256 * 1_048_576;

/** What the system said of a file. */
interface FileFault extends Error {
  code: string;
  path?: string | undefined;
}

export function isFileFault(error: unknown): error is FileFault {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string';
}

/** @param error what reading or writing the file threw @returns undefined for what is not about a file */
export function fileProblem({ m }: Speaker, error: unknown, file?: string): string | undefined {
  if (!isFileFault(error)) return undefined;
  const named = file ?? error.path;
  if (named === undefined) return undefined;
  const { problems, unusable, noFolder } = m.file;
  const folder = path.dirname(named);
  if (error.code === 'ENOENT' && !existsSync(folder)) return unusable(folder, noFolder);
  return unusable(named, problems[error.code] ?? error.code);
}

/** As `fileProblem`, to be thrown: UsageError, or the error itself. */
export function fileRefusal(speaker: Speaker, error: unknown, file: string): Error {
  const problem = fileProblem(speaker, error, file);
  if (problem !== undefined) return new UsageError(problem, { cause: error });
  return error instanceof Error ? error : new Error(String(error));
}

/** @throws UsageError for what is no file, cannot be read, or has more bytes */
export function readNamed(speaker: Speaker, file: string, bytesMax = BYTES_MAX): Buffer {
  try {
    checkSize(speaker, file, bytesMax);
    return readFileSync(file);
  } catch (error) {
    throw fileRefusal(speaker, error, file);
  }
}

/** UTF-8, without a mark of it at the beginning. @throws UsageError */
export function readNamedText(speaker: Speaker, file: string, bytesMax?: number): string {
  const bytes = readNamed(speaker, file, bytesMax);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new UsageError(speaker.m.file.notUtf8(file), { cause: error });
  }
}

/** A stream of a file that is there and small enough. @throws UsageError */
export function openNamed(speaker: Speaker, file: string, bytesMax: number): Readable {
  try {
    checkSize(speaker, file, bytesMax);
  } catch (error) {
    throw fileRefusal(speaker, error, file);
  }
  return createReadStream(file);
}

function checkSize({ m }: Speaker, file: string, bytesMax: number): void {
  const found = statSync(file);
  if (found.isDirectory()) throw new UsageError(m.file.unusable(file, m.file.problems['EISDIR'] ?? ''));
  if (found.size > bytesMax) throw new UsageError(m.file.tooLarge(file, found.size, bytesMax));
}
