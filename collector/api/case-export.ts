/**
 * A case as files: JSON, a CSV of its timeline, or a zip of both with its attachments and the hashes of all. Invariants: it holds
 * what who asks may read, masked for who may not read personal data, and then without attachments, which cannot be masked;
 * cells are no formulas, names of files are ours.
 */
import { createHash } from 'node:crypto';
import { writeCsv } from '../agency/csv-text.ts';
import type { AttachmentFiles } from '../case/attachment-files.ts';
import { safeFileName } from '../case/content-type.ts';
import { textEntry, type ZipEntry } from '../case/zip-stream.ts';
import { maskRecord } from '../personal/mask-record.ts';
import { findAlerts } from '../registry/alert-book.ts';
import type { AgencyScope } from '../registry/agencies.ts';
import { readForExport } from '../registry/cases/export-case.ts';
import type { Registry } from '../registry/database.ts';
import { isoTime } from '../registry/iso-time.ts';
import { detailOfCase, viewAttachment, viewClock, viewItem, viewLine, viewTask } from './case-view.ts';

export interface ExportReader {
  scope: AgencyScope;
  seesPersonal: boolean;
  actor: string;
}

export async function caseDocument(
  registry: Registry,
  id: string,
  { scope, actor, seesPersonal }: ExportReader,
) {
  const detail = await detailOfCase(registry, id, scope);
  const parts = await readForExport(registry.db, detail.id, scope);
  const nowMs = registry.now();
  return {
    format: 'vonggac-case-1',
    exportedAt: isoTime(nowMs),
    exportedBy: actor,
    case: detail,
    alerts: await findAlerts(registry.db, parts.alertIds, nowMs),
    items: parts.items.map(viewItem),
    events: parts.events,
    tasks: parts.tasks.map(viewTask),
    notes: parts.notes.map(({ atMs, ...note }) => ({ ...note, at: isoTime(atMs) })),
    attachments: parts.attachments.map(viewAttachment),
    clocks: parts.clocks.map((clock) => viewClock(clock, nowMs)),
    history: parts.acts.map(({ atMs, ...act }) => ({ ...act, at: isoTime(atMs) })),
    timeline: parts.timeline.map((line) => viewLine(line, seesPersonal)),
  };
}

export type CaseDocument = Awaited<ReturnType<typeof caseDocument>>;

const HEADINGS = {
  vi: ['Thời gian', 'Loại', 'Người thực hiện', 'Máy', 'Nội dung', 'Liên quan'],
  en: ['Time', 'Kind', 'By', 'Host', 'Text', 'About'],
} as const;

export function timelineCsv({ timeline }: Pick<CaseDocument, 'timeline'>, language: 'vi' | 'en'): string {
  return writeCsv([
    [...HEADINGS[language]],
    ...timeline.map(({ at, kind, actor, hostname, text, ref }) => [at, kind, actor, hostname, text, ref]),
  ]);
}

/** The document as this reader may have it: each part of its lists is a record of its own. */
export function forReader(
  document: CaseDocument,
  { seesPersonal }: Pick<ExportReader, 'seesPersonal'>,
): CaseDocument {
  if (seesPersonal) return document;
  const masked = Object.entries(document).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.map(maskRecord) : maskRecord(value),
  ]);
  return Object.fromEntries(masked) as CaseDocument; // masking changes texts only
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Entries of the zip; `SHA256SUMS` names the hash of every other file, as `sha256sum -c` reads it. */
export function zipEntries(
  document: CaseDocument,
  files: AttachmentFiles,
  reader: Pick<ExportReader, 'seesPersonal'>,
  options: { language: 'vi' | 'en'; sums: ReadonlyMap<string, number> },
): ZipEntry[] {
  const timeMs = Date.parse(document.exportedAt);
  const json = `${JSON.stringify(document, undefined, 2)}\n`;
  const csv = timelineCsv(document, options.language);
  const sums = [`${sha256(json)}  case.json`, `${sha256(csv)}  timeline.csv`];
  const entries = [textEntry('case.json', json, timeMs), textEntry('timeline.csv', csv, timeMs)];
  for (const file of reader.seesPersonal ? document.attachments : []) {
    const crc = options.sums.get(file.id);
    if (file.removedAt !== null || crc === undefined) continue;
    // What is under quarantine cannot be opened by a click on its name.
    const name = `files/${file.id.slice(0, 8)}-${safeFileName(file.name)}${file.quarantined ? '.quarantined' : ''}`;
    sums.push(`${file.sha256}  ${name}`);
    entries.push({
      name,
      timeMs: Date.parse(file.addedAt),
      bytes: file.bytes,
      crc32: crc,
      content: {
        // Opened when its turn comes.
        async *[Symbol.asyncIterator]() {
          for await (const chunk of await files.read(file.id)) yield chunk as Buffer;
        },
      },
    });
  }
  entries.push(textEntry('SHA256SUMS', `${sums.join('\n')}\n`, timeMs));
  return entries;
}
