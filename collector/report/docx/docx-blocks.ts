/** Blocks of a document as paragraphs and tables of a DOCX file. */
import { Table, TableCell, TableLayoutType, TableRow, WidthType, type Paragraph } from 'docx';
import {
  FIRST_LINE,
  HEAD_COLUMNS,
  HEAD_INDENT,
  MOTTO,
  MOTTO_WIDTH,
  NATIONAL_TITLE,
  numberLine,
  placeLine,
  RECIPIENTS,
  SIGNATURE_PLACE,
  SIZE,
} from '../administrative.ts';
import type { AnnexTitle, Block, Closing, LetterHead, List, Title } from '../document.ts';
import { markerOf } from '../list-marker.ts';
import { CHARS_MAX, safeLine } from '../safe-text.ts';
import { NO_BORDERS, tableOf } from './docx-table.ts';
import { paragraph, rule, twips, type WordsStyle } from './docx-words.ts';

type Part = Paragraph | Table;

const upper = (text: string): string => safeLine(text).toLocaleUpperCase('vi');
const centred = (words: string, style: WordsStyle): Paragraph =>
  paragraph(words, { ...style, align: 'center', charsMax: CHARS_MAX.line });

/** Two columns without lines. */
function sideBySide(widths: readonly number[], columns: readonly (readonly Part[])[], indentMm = 0): Table {
  return new Table({
    layout: TableLayoutType.FIXED,
    borders: NO_BORDERS,
    margins: { left: 0, right: 0 },
    indent: { size: twips(indentMm), type: WidthType.DXA },
    width: { size: widths.reduce((sum, each) => sum + twips(each), 0), type: WidthType.DXA },
    columnWidths: widths.map(twips),
    rows: [
      new TableRow({
        cantSplit: true,
        children: columns.map((children) => new TableCell({ borders: NO_BORDERS, children: [...children] })),
      }),
    ],
  });
}

function letterHead(head: LetterHead): Part[] {
  const [left, right] = HEAD_COLUMNS;
  const superior = head.superior === '' ? [] : [centred(upper(head.superior), { size: SIZE.head })];
  return [
    sideBySide(
      HEAD_COLUMNS,
      [
        [
          ...superior,
          centred(upper(head.issuer), { size: SIZE.head, bold: true }),
          rule(left * 0.4, left),
          centred(numberLine(head), { size: SIZE.head, before: 6 }),
        ],
        [
          centred(NATIONAL_TITLE, { size: SIZE.national, bold: true }),
          centred(MOTTO, { size: SIZE.head, bold: true }),
          rule(MOTTO_WIDTH, right),
          centred(placeLine(head), { size: SIZE.head, italic: true, before: 6 }),
        ],
      ],
      HEAD_INDENT,
    ),
  ];
}

function title({ name, abstract }: Title, width: number): Part[] {
  return [
    centred(upper(name), { size: SIZE.title, bold: true, before: 18 }),
    centred(abstract, { size: SIZE.title, bold: true }),
    rule(width / 4, width),
    paragraph('', { size: 6 }),
  ];
}

function annexTitle({ label, title: name, with: belongs }: AnnexTitle, width: number): Part[] {
  return [
    centred(label, { size: SIZE.title, bold: true }),
    centred(upper(name), { size: SIZE.title, bold: true }),
    centred(belongs, { size: SIZE.title, italic: true }),
    rule(width / 4, width),
    paragraph('', { size: 6 }),
  ];
}

function closing({ recipients, capacity, signer }: Closing, width: number): Part[] {
  const small = { size: SIZE.recipients, charsMax: CHARS_MAX.line };
  const blankPoints = (SIGNATURE_PLACE / 25.4) * 72;
  return [
    paragraph('', { size: 6, keepNext: true }),
    sideBySide(
      [width / 2, width / 2],
      [
        [
          paragraph(RECIPIENTS, { size: SIZE.recipientsTitle, bold: true, italic: true }),
          ...recipients.map((each) => paragraph(`- ${each}`, small)),
        ],
        [
          ...capacity.map((line) => centred(upper(line), { size: SIZE.head, bold: true })),
          centred(signer, { size: SIZE.title, bold: true, before: blankPoints }),
        ],
      ],
    ),
  ];
}

function list(block: List, kept: number): Part[] {
  return block.items.map((item, at) => {
    const words = typeof item === 'string' ? [{ text: item }] : item;
    const style = { size: SIZE.text, align: 'justify', firstLineMm: FIRST_LINE, after: 4 } as const;
    return paragraph([{ text: `${markerOf(block, at)} ` }, ...words], {
      ...style,
      keepNext: at >= block.items.length - kept,
    });
  });
}

/**
 * @param width of the text, millimetres
 * @param kept how many last rows or items stay on the page of what follows; any other block stays whole
 */
export function partsOf(block: Block, width: number, kept = 0): Part[] {
  const keepNext = kept > 0;
  switch (block.kind) {
    case 'letter-head':
      return letterHead(block);
    case 'title':
      return title(block, width);
    case 'annex-title':
      return annexTitle(block, width);
    case 'closing':
      return closing(block, width);
    case 'list':
      return list(block, kept);
    case 'heading':
      return [
        paragraph(block.words, {
          size: SIZE.text,
          bold: true,
          italic: block.level === 2,
          firstLineMm: FIRST_LINE,
          before: 6,
          after: 6,
          keepNext: true,
        }),
      ];
    case 'paragraph':
      return [
        paragraph(block.words, {
          size: SIZE.text,
          align: block.align ?? 'justify',
          after: 6,
          keepNext,
          ...(block.align === undefined ? { firstLineMm: FIRST_LINE } : {}),
        }),
      ];
    case 'table': {
      const { caption } = block;
      const above =
        caption === undefined
          ? []
          : [paragraph(caption, { size: SIZE.text, italic: true, after: 4, keepNext: true })];
      return [...above, tableOf(block, width, kept), paragraph('', { size: 6, keepNext })];
    }
  }
}
