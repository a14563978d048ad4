/** The document of a body, by its kind. */
import type { ReportBody } from './body.ts';
import type { ReportDocument } from './document.ts';
import { mau08Document } from './mau-08-document.ts';
import { summaryDocument } from './summary-document.ts';

export function documentOf(body: ReportBody): ReportDocument {
  const { content } = body;
  if (content.kind === 'mau-08') return mau08Document(body, content);
  return summaryDocument(body, content.kind, content.facts);
}
