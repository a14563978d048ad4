/** Papers of systems and agencies from the command line: scanned and kept by the running collector, as those of the API are. */
import { z } from 'zod';
import { documentListSchema, documentSchema } from '../../api/contract-dossier-files.ts';
import { toDocumentView } from '../../api/dossier-view.ts';
import { FileTooLargeError, type StoredFile } from '../../case/attachment-files.ts';
import { safeFileName } from '../../case/content-type.ts';
import { FileInfectedError, FileNotScannedError } from '../../case/file-scan.ts';
import { writeAudit } from '../../registry/audit.ts';
import {
  addDocument,
  type DocumentOwner,
  listDocuments,
  roomForDocument,
} from '../../registry/compliance/documents.ts';
import { RefusalError } from '../../registry/refusal.ts';
import { DOCUMENT_KINDS } from '../../registry/tables/dossier.ts';
import { contentOf, defineOperation, liveOf, type OperationContext } from './operation.ts';

const ALL = { kind: 'all' } as const;
const ownerSchema = z.union([
  z.strictObject({ systemId: z.int().min(1), agencyId: z.null() }),
  z.strictObject({ systemId: z.null(), agencyId: z.int().min(1) }),
]);

const targetOf = ({ systemId, agencyId }: DocumentOwner): string =>
  systemId === null ? `agency:${agencyId}` : `system:${systemId}`;

/** @throws RefusalError file-too-large, file-infected, file-not-scanned */
async function keep(context: OperationContext, owner: DocumentOwner, name: string): Promise<StoredFile> {
  const { registry, actor } = context;
  const { files } = liveOf(context).cases;
  const room = await roomForDocument(registry.db, owner, ALL);
  // What is refused is still read to its end, by whom the file comes.
  const content = contentOf(context).iterator({ destroyOnReturn: false });
  try {
    return await files.put(registry.random(16).toString('hex'), content, room);
  } catch (error) {
    if (error instanceof FileInfectedError) {
      const detail = { name: safeFileName(name), signature: error.signature };
      const act = { actor, action: 'file.infected', target: targetOf(owner), detail };
      await writeAudit(registry.db, registry.now(), act);
      throw new RefusalError('file-infected', name, error.message, { cause: error });
    }
    if (error instanceof FileTooLargeError)
      throw new RefusalError('file-too-large', name, error.message, { cause: error });
    if (error instanceof FileNotScannedError)
      throw new RefusalError('file-not-scanned', name, error.message, { cause: error });
    throw error;
  }
}

export const documentAdd = defineOperation({
  name: 'dossier.document.add',
  needs: 'collector',
  input: z.strictObject({
    owner: ownerSchema,
    name: z.string().min(1).max(1_024),
    kind: z.enum(DOCUMENT_KINDS),
  }),
  output: documentSchema,
  async run(context, { owner, name, kind }) {
    const { registry, actor } = context;
    const file = await keep(context, owner, name);
    try {
      return toDocumentView(await addDocument(registry, owner, { file, name, kind }, { actor, scope: ALL }));
    } catch (error) {
      await liveOf(context).cases.files.remove(file.id);
      throw error;
    }
  },
});

export const documentList = defineOperation({
  name: 'dossier.document.list',
  needs: 'data',
  input: ownerSchema,
  output: documentListSchema,
  run: async ({ registry }, owner) => ({
    documents: (await listDocuments(registry.db, owner, ALL)).map(toDocumentView),
  }),
});
