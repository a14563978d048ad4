/**
 * A folder of reports that are carried to the centre: each file is there as a whole or not at all, and its hash is in SHA256SUMS,
 * which `sha256sum --check` reads too. What is there is never overwritten.
 */
import { createHash, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { appendFile, copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

const SUMS = 'SHA256SUMS';
const ENTRY = /^([0-9a-f]{64}) [ *]([\w.-]{1,128})$/;

export const sha256 = (bytes: string | Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex');

export interface ReportFile {
  file: string;
  sha256: string;
  state: 'as-written' | 'changed' | 'missing';
}

/** Of the file of a document that was made then. */
export function reportName(text: string, madeMs: number): string {
  const when = new Date(madeMs).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return `avreport-${when}-${sha256(text).slice(0, 8)}.xml`;
}

/** @returns the file's path. @throws the system's errors */
export function putReport(folder: string, text: string, madeMs: number): Promise<string> {
  return putFile(folder, reportName(text, madeMs), text);
}

/** Under a name of ours. @returns the file's path. @throws the system's errors */
export async function putFile(folder: string, name: string, text: string): Promise<string> {
  const hash = sha256(text);
  const file = path.join(folder, name);
  await mkdir(folder, { recursive: true, mode: 0o750 });
  const partial = path.join(folder, `.${randomUUID()}.partial`);
  try {
    await writeFile(partial, text, { mode: 0o640, flush: true });
    await copyFile(partial, file, constants.COPYFILE_EXCL);
  } finally {
    await rm(partial, { force: true });
  }
  await appendFile(path.join(folder, SUMS), `${hash}  ${name}\n`, { mode: 0o640, flush: true });
  return file;
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

async function readOrMissing(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** As they were put there; other files are left out. */
export async function listReports(folder: string): Promise<ReportFile[]> {
  const sums = (await readOrMissing(path.join(folder, SUMS)))?.toString('utf8') ?? '';
  const found: ReportFile[] = [];
  for (const line of sums.split('\n')) {
    const [, hash, file] = ENTRY.exec(line) ?? [];
    if (hash === undefined || file === undefined) continue;
    const bytes = await readOrMissing(path.join(folder, file));
    const state = bytes === undefined ? 'missing' : sha256(bytes) === hash ? 'as-written' : 'changed';
    found.push({ file, sha256: hash, state });
  }
  return found;
}
