/** A document as DOCX. Invariant: the same document is the same bytes. */
import {
  AlignmentType,
  Document,
  Header,
  Packer,
  PageNumber,
  PageOrientation,
  Paragraph,
  TextRun,
} from 'docx';
import { FONT, PAGE, pageOf, SIZE, textWidth } from '../administrative.ts';
import { coreProperties } from '../core-properties.ts';
import type { ReportDocument, Section } from '../document.ts';
import { fixZip } from '../fixed-zip.ts';
import { keptWithClosing } from '../kept-with-closing.ts';
import { safeLine } from '../safe-text.ts';
import { partsOf } from './docx-blocks.ts';
import { twips } from './docx-words.ts';

/** Distance of the page number from the edge, millimetres. */
const HEADER_MM = 10;

function pageHeader(isFirst: boolean, banner: string | undefined): Header {
  if (isFirst && banner === undefined) return new Header({ children: [new Paragraph('')] });
  const number = new TextRun({ size: SIZE.text * 2, children: [PageNumber.CURRENT] });
  const said = new TextRun({
    size: SIZE.banner * 2,
    bold: true,
    text: `${isFirst ? '' : ' - '}${safeLine(banner ?? '')}`,
  });
  const children = [...(isFirst ? [] : [number]), ...(banner === undefined ? [] : [said])];
  return new Header({ children: [new Paragraph({ alignment: AlignmentType.CENTER, children })] });
}

/** The first page has no number: the first section's own first page, which no other section has. */
function sectionOf(section: Section, isFirst: boolean, banner: string | undefined) {
  const page = pageOf(section);
  const kept = keptWithClosing(section.blocks);
  const keptOf = (at: number): number =>
    kept === undefined || at < kept.from || at >= kept.closing ? 0 : at === kept.from ? kept.rows : Infinity;
  return {
    properties: {
      titlePage: isFirst,
      page: {
        size: {
          // The library turns the sheet itself.
          width: twips(PAGE.width),
          height: twips(PAGE.height),
          orientation:
            section.orientation === 'landscape' ? PageOrientation.LANDSCAPE : PageOrientation.PORTRAIT,
        },
        margin: {
          top: twips(page.top),
          bottom: twips(page.bottom),
          left: twips(page.left),
          right: twips(page.right),
          header: twips(HEADER_MM),
        },
      },
    },
    headers: {
      default: pageHeader(false, banner),
      ...(isFirst ? { first: pageHeader(true, banner) } : {}),
    },
    children: section.blocks.flatMap((block, at) => partsOf(block, textWidth(page), keptOf(at))),
  };
}

export async function renderDocx(document: ReportDocument): Promise<Buffer> {
  const file = new Document({
    styles: {
      default: { document: { run: { font: FONT, size: SIZE.text * 2, language: { value: 'vi-VN' } } } },
    },
    sections: document.sections.map((section, at) => sectionOf(section, at === 0, document.banner)),
  });
  const packed = await Packer.toBuffer(file);
  return fixZip(packed, { 'docProps/core.xml': coreProperties(document) });
}
