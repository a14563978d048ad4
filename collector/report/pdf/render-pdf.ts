/**
 * A document as PDF with its fonts inside. Invariants: the same document is the same bytes; nothing is read but the four files of the
 * font, nothing is fetched.
 */
import { fileURLToPath } from 'node:url';
import pdfmake, { type Content } from 'pdfmake';
import { pageOf, SIZE, textWidth } from '../administrative.ts';
import type { ReportDocument, Section } from '../document.ts';
import { safeLine } from '../safe-text.ts';
import { NAMES, sectionContents } from './pdf-section.ts';
import { TABLE_LAYOUTS, UNPLACED } from './pdf-table.ts';
import { points } from './pdf-words.ts';

const HEADER_MM = 10;
/** Of the node, to know it by. */
const PAGE_HEADER = 'page-header';
/** Pale enough to read through. */
const WATERMARK = { color: '#b3123a', opacity: 0.12, bold: true } as const;
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
function sectionContent(section: Section, number: number, parted: boolean): Content {
  const page = pageOf(section);
  return {
    section: sectionContents(section.blocks, { width: textWidth(page), number, parted }),
    pageSize: 'A4',
    pageOrientation: section.orientation,
    pageMargins: [page.left, page.top, page.right, page.bottom].map(points),
  };
}

/** A node as the layout placed it. What was moved to a page as a whole tells that of its first line, when it has an id. */
interface Placed {
  id?: string | undefined;
  style?: unknown;
  text?: unknown;
  headlineLevel?: unknown;
  startPosition: { pageNumber: number };
  pageNumbers: readonly number[];
}
interface Around {
  getFollowingNodesOnPage(): readonly Placed[];
}

/** Text that may stand under a heading; the page's own header is laid out after all of it. */
function isBody({ text, style, headlineLevel }: Placed): boolean {
  return text !== undefined && headlineLevel === undefined && style !== UNPLACED && style !== PAGE_HEADER;
}

/** Headings alone at the end of a page go with what follows. */
function isLast(node: Placed, around: Around): boolean {
  if (node.headlineLevel === undefined) return false;
  return !around.getFollowingNodesOnPage().some(isBody);
}

/** The first page has no number. */
function pageHeader(page: number, banner: string | undefined): Content {
  const number = page === 1 ? [] : [{ text: String(page) }];
  const mark = page === 1 ? '' : ' - ';
  const said =
    banner === undefined ? [] : [{ text: `${mark}${safeLine(banner)}`, bold: true, fontSize: SIZE.banner }];
  return {
    style: PAGE_HEADER,
    text: [...number, ...said],
    alignment: 'center',
    margin: [0, points(HEADER_MM), 0, 0],
  };
}

/** @param alone told of a signature that stands alone */
function laidOut(document: ReportDocument, parted: boolean, alone: () => void): Promise<Buffer> {
  const { banner, mark } = document;
  let keptOn = Infinity;
  const made = pdfmake.createPdf({
    info: {
      title: safeLine(document.title),
      author: safeLine(document.author),
      creator: 'Vọng Gác',
      producer: 'Vọng Gác',
      creationDate: new Date(document.createdMs),
      ...(mark === undefined ? {} : { keywords: mark, subject: mark }),
    },
    ...(mark === undefined ? {} : { watermark: { text: mark, ...WATERMARK } }),
    language: 'vi-VN',
    version: '1.7',
    displayTitle: true,
    pageSize: 'A4',
    defaultStyle: { font: 'Tinos', fontSize: SIZE.text, lineHeight: LINE_HEIGHT },
    header: (current: number) => pageHeader(current, banner),
    pageBreakBefore: (node: Placed, around: Around): boolean => {
      if (node.id?.startsWith(NAMES.kept)) keptOn = Math.max(...node.pageNumbers);
      if (node.id?.startsWith(NAMES.closing) && node.startPosition.pageNumber > keptOn) alone();
      return isLast(node, around);
    },
    content: document.sections.map((section, at) => sectionContent(section, at, parted)),
  });
  return made.getBuffer();
}

/** Laid out once; again where the signature came to stand alone. */
export async function renderPdf(document: ReportDocument): Promise<Buffer> {
  let isAlone = false;
  const file = await laidOut(document, false, () => {
    isAlone = true;
  });
  return isAlone ? laidOut(document, true, () => undefined) : file;
}
