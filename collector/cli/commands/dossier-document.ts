/** `vonggac system dossier document add | list` */
import path from 'node:path';
import { DOCUMENT_LIMITS } from '../../registry/compliance/documents.ts';
import type { DocumentKind } from '../../registry/tables/dossier.ts';
import { call, type CommandContext } from '../command.ts';
import { localTime } from '../local-time.ts';
import { openNamed } from '../named-file.ts';
import { documentAdd, documentList } from '../operations/dossier-document.ts';
import { printable } from '../printable.ts';
import { formatTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';

export interface DocumentFlags {
  system?: number;
  agency?: number;
  json?: boolean;
}

function ownerOf({ m }: CommandContext, { system, agency }: DocumentFlags) {
  if (system !== undefined && agency === undefined) return { systemId: system, agencyId: null };
  if (agency !== undefined && system === undefined) return { systemId: null, agencyId: agency };
  throw new UsageError(m.dossier.documentOwner);
}

export async function addDocumentCommand(
  context: CommandContext,
  file: string,
  flags: DocumentFlags & { kind: DocumentKind },
): Promise<void> {
  const { m, print } = context;
  const wanted = { owner: ownerOf(context, flags), name: path.basename(file), kind: flags.kind };
  openNamed(context, file, DOCUMENT_LIMITS.fileBytes).destroy(); // refused before anybody is asked
  const content = () => openNamed(context, file, DOCUMENT_LIMITS.fileBytes);
  const document = await call(context, documentAdd, wanted, { content });
  if (flags.json === true) return print(JSON.stringify(document, undefined, 2));
  print(m.dossier.documentAdded(document.id, printable(document.name), document.bytes, document.sha256));
}

export async function listDocumentsCommand(context: CommandContext, flags: DocumentFlags): Promise<void> {
  const { m, print } = context;
  const { documents } = await call(context, documentList, ownerOf(context, flags));
  if (flags.json === true) return print(JSON.stringify(documents, undefined, 2));
  if (documents.length === 0) return print(m.dossier.noDocuments);
  const { columns, documentKinds } = m.dossier;
  formatTable(documents, [
    { title: columns.id, value: ({ id }) => id },
    { title: columns.documentKind, value: ({ kind }) => documentKinds[kind] },
    { title: columns.file, value: ({ name }) => name },
    { title: columns.bytes, value: ({ bytes }) => String(bytes), align: 'right' },
    { title: columns.at, value: ({ addedAt }) => localTime(Date.parse(addedAt)) },
    { title: columns.by, value: ({ addedBy }) => addedBy },
    {
      title: columns.removed,
      value: ({ removed }) => (removed === null ? '' : `${removed.by}: ${removed.reason}`),
    },
  ]).forEach(print);
}
