/** Writes a document in a format; a format's library is loaded when somebody asks for it. */
import type { ReportDocument } from './document.ts';

export const RENDERED_FORMATS = ['docx', 'xlsx', 'pdf'] as const;
export type RenderedFormat = (typeof RENDERED_FORMATS)[number];

export const MEDIA_TYPES: Readonly<Record<RenderedFormat, string>> = {
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pdf: 'application/pdf',
};

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
