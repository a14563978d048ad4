/** Writes a document in a format; a format's library is loaded when somebody asks for it. */
import type { ReportDocument } from './document.ts';

export const RENDERED_FORMATS = ['docx', 'xlsx', 'pdf'] as const;
export type RenderedFormat = (typeof RENDERED_FORMATS)[number];

const MEDIA_TYPES: Readonly<Record<RenderedFormat, string>> = {
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pdf: 'application/pdf',
};

/** How a document leaves: a file, its data, or its blocks for a page that shows them. */
export type LeavingFormat = RenderedFormat | 'json' | 'blocks';

export function mediaTypeOf(format: LeavingFormat): string {
  return format === 'json' || format === 'blocks' ? 'application/json; charset=utf-8' : MEDIA_TYPES[format];
}

/** Data as a file that people can read, too. */
export function jsonContent(data: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(data, undefined, 2)}\n`);
}

/** The same document is the same bytes. */
export async function render(document: ReportDocument, format: RenderedFormat): Promise<Buffer> {
  switch (format) {
    case 'docx':
      return (await import('./docx/render-docx.ts')).renderDocx(document);
    case 'xlsx':
      return (await import('./xlsx/render-xlsx.ts')).renderXlsx(document);
    case 'pdf':
      return (await import('./pdf/render-pdf.ts')).renderPdf(document);
  }
}
