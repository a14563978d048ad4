/** The file properties of Office documents, which the libraries would date with the clock. */
import type { ReportDocument } from './document.ts';
import { safeLine } from './safe-text.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escape = (text: string): string =>
  safeLine(text).replaceAll(/[&<>"]/g, (found) => ENTITIES[found] ?? found);

/** The part `docProps/core.xml`. */
export function coreProperties({ title, author, createdMs, mark }: ReportDocument): string {
  const at = `${new Date(createdMs).toISOString().slice(0, 19)}Z`;
  const marked =
    mark === undefined
      ? ''
      : `<cp:keywords>${escape(mark)}</cp:keywords><dc:description>${escape(mark)}</dc:description>`;
  return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>${escape(title)}</dc:title><dc:creator>${escape(author)}</dc:creator><cp:lastModifiedBy>${escape(author)}</cp:lastModifiedBy>${marked}<dcterms:created xsi:type="dcterms:W3CDTF">${at}</dcterms:created><dcterms:modified xsi:type="dcterms:W3CDTF">${at}</dcterms:modified></cp:coreProperties>`;
}
