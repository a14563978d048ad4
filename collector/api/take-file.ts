/**
 * The one door by which files that people attach come in: scanned, kept whole, or refused in words. Invariant: what is infected is on
 * record with who sent it, and is not kept.
 */
import type { Readable } from 'node:stream';
import { FileTooLargeError, type StoredFile } from '../case/attachment-files.ts';
import { FileInfectedError, FileNotScannedError } from '../case/file-scan.ts';
import { safeFileName } from '../case/content-type.ts';
import { writeAudit } from '../registry/audit.ts';
import type { ApiDependencies } from './dependencies.ts';
import { ApiError } from './errors.ts';
import type { Principal } from './principal.ts';
import { credentialOf, refresh } from './principal.ts';

/** Whose file, for what. */
export interface FileWanted {
  principal: Principal;
  name: string;
  content: Readable;
  bytesMax: number;
  /** As the audit trail names it. */
  target: string;
}

/**
 * @param keep writes down that it is there; when it fails the content goes
 * @throws ApiError too-large, file-infected, scanner-away, bad-request, unauthenticated, what `keep` throws
 */
export async function takeFile<Kept>(
  { registry, cases }: Pick<ApiDependencies, 'registry' | 'cases'>,
  wanted: FileWanted,
  keep: (file: StoredFile) => Promise<Kept>,
): Promise<Kept> {
  const { principal, content } = wanted;
  const fileId = registry.random(16).toString('hex');
  const file = await cases.files.put(fileId, content, wanted.bytesMax).catch(async (error: unknown) => {
    if (error instanceof FileInfectedError)
      await writeAudit(registry.db, registry.now(), {
        actor: principal.actor,
        action: 'file.infected',
        target: wanted.target,
        detail: { name: safeFileName(wanted.name), signature: error.signature },
      });
    throw refusalOf(error, content);
  });
  try {
    // It may have taken hours.
    if ((await refresh(registry, credentialOf(principal))) === undefined)
      throw new ApiError('unauthenticated');
    return await keep(file);
  } catch (error) {
    await cases.files.remove(fileId);
    throw error;
  }
}

function refusalOf(error: unknown, content: Readable): unknown {
  const told = error instanceof Error ? { message: error.message, cause: error } : {};
  if (error instanceof FileTooLargeError) return new ApiError('too-large', told);
  if (error instanceof FileInfectedError) return new ApiError('file-infected', told);
  if (error instanceof FileNotScannedError) return new ApiError('scanner-away', told);
  if (content.errored !== null)
    return new ApiError('bad-request', { message: 'the file broke off', cause: error });
  return error;
}
