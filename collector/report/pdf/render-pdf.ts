/**
 * A document as PDF with its fonts inside. Invariants: the same document is the same bytes; nothing is read but the four files of the
 * font, nothing is fetched.
 */
import { fileURLToPath } from 'node:url';
import pdfmake, { type Content } from 'pdfmake';
import { pageOf, SIZE, textWidth } from '../administrative.ts';
import type { ReportDocument, Section } from '../document.ts';
import { safeLine } from '../safe-text.ts';
import { contentOf } from './pdf-blocks.ts';
import { TABLE_LAYOUTS } from './pdf-table.ts';
import { points } from './pdf-words.ts';

const HEADER_MM = 10;
/** Of the line spacing "single". */
const LINE_HEIGHT = 1.08;

const fontFile = (name: string): string =>
  fileURLToPath(import.meta.resolve(`@expo-google-fonts/tinos/${name}.ttf`));

/** Tinos has the widths of Times New Roman. */
const FONTS = {
  normal: fontFile('400Regular/Tinos_400Regular'),
  bold: fontFile('700Bold/Tinos_700Bold'),
  italics: fontFile('400Regular_Italic/Tinos_400Regular_Italic'),
  bolditalics: fontFile('700Bold_Italic/Tinos_700Bold_Italic'),
};
const FILES = new Set(Object.values(FONTS));

pdfmake.setFonts({ Tinos: FONTS });
pdfmake.setTableLayouts(TABLE_LAYOUTS);
pdfmake.setUrlAccessPolicy(() => false);
pdfmake.setLocalAccessPolicy((path) => FILES.has(path));

/** Begins on a page of its own, with its own margins. */
function sectionContent(section: Section): Content {
  const page = pageOf(section);
  return {
    section: section.blocks.flatMap((block) => contentOf(block, textWidth(page))),
    pageSize: 'A4',
    pageOrientation: section.orientation,
    pageMargins: [page.left, page.top, page.right, page.bottom].map(points),
  };
}

/** A heading alone at the end of a page goes with what follows. */
function breaksBefore(node: Content, nodes: { getFollowingNodesOnPage: () => readonly unknown[] }): boolean {
  return node['headlineLevel'] !== undefined && nodes.getFollowingNodesOnPage().length === 0;
}

/** The first page has no number. */
function pageHeader(page: number, banner: string | undefined): Content {
  const number = page === 1 ? [] : [{ text: String(page) }];
  const mark = page === 1 ? '' : ' - ';
  const said =
    banner === undefined ? [] : [{ text: `${mark}${safeLine(banner)}`, bold: true, fontSize: SIZE.banner }];
  return { text: [...number, ...said], alignment: 'center', margin: [0, points(HEADER_MM), 0, 0] };
}

export async function renderPdf(document: ReportDocument): Promise<Buffer> {
  const { banner } = document;
  const made = pdfmake.createPdf({
    info: {
      title: safeLine(document.title),
      author: safeLine(document.author),
      creator: 'Vọng Gác',
      producer: 'Vọng Gác',
      creationDate: new Date(document.createdMs),
    },
    language: 'vi-VN',
    version: '1.7',
    displayTitle: true,
    pageSize: 'A4',
    defaultStyle: { font: 'Tinos', fontSize: SIZE.text, lineHeight: LINE_HEIGHT },
    header: (current: number) => pageHeader(current, banner),
    pageBreakBefore: breaksBefore,
    content: document.sections.map(sectionContent),
  });
  return made.getBuffer();
}
