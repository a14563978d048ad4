/** Blocks of a document as content of a PDF file. */
import type { Content } from 'pdfmake';
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
import { tableOf, type Names } from './pdf-table.ts';
import { points, rule, words, type WordsStyle } from './pdf-words.ts';

const upper = (text: string): string => safeLine(text).toLocaleUpperCase('vi');
const centred = (text: string, style: WordsStyle): Content =>
  words(text, { ...style, align: 'center', charsMax: CHARS_MAX.line });

function sideBySide(
  widths: readonly number[],
  columns: readonly (readonly Content[])[],
  indentMm = 0,
): Content {
  return {
    margin: [points(indentMm), 0, 0, 0],
    layout: 'plain',
    table: {
      widths: widths.map(points),
      dontBreakRows: true,
      body: [columns.map((stack) => ({ stack: [...stack] }))],
    },
  };
}

function letterHead(head: LetterHead): Content[] {
  const [left, right] = HEAD_COLUMNS;
  const superior = head.superior === '' ? [] : [centred(upper(head.superior), { size: SIZE.head })];
  return [
    sideBySide(
      HEAD_COLUMNS,
      [
        [
          ...superior,
          centred(upper(head.issuer), { size: SIZE.head, bold: true }),
          rule(points(left) * 0.4, points(left), 6),
          centred(numberLine(head), { size: SIZE.head }),
        ],
        [
          centred(NATIONAL_TITLE, { size: SIZE.national, bold: true }),
          centred(MOTTO, { size: SIZE.head, bold: true }),
          rule(points(MOTTO_WIDTH), points(right), 6),
          centred(placeLine(head), { size: SIZE.head, italic: true }),
        ],
      ],
      HEAD_INDENT,
    ),
  ];
}

function title({ name, abstract }: Title, width: number): Content[] {
  return [
    centred(upper(name), { size: SIZE.title, bold: true, margin: [0, 18, 0, 0] }),
    centred(abstract, { size: SIZE.title, bold: true }),
    rule(points(width / 4), points(width), 10),
  ];
}

function annexTitle({ label, title: name, with: belongs }: AnnexTitle, width: number): Content[] {
  return [
    centred(label, { size: SIZE.title, bold: true }),
    centred(upper(name), { size: SIZE.title, bold: true }),
    centred(belongs, { size: SIZE.title, italic: true }),
    rule(points(width / 4), points(width), 10),
  ];
}

function closing({ recipients, capacity, signer }: Closing, width: number, id?: string): Content[] {
  const first = words(RECIPIENTS, { size: SIZE.recipientsTitle, bold: true, italic: true });
  return [
    { text: '', margin: [0, 4, 0, 4] },
    sideBySide(
      [width / 2, width / 2],
      [
        [
          id === undefined ? first : { ...first, id },
          ...recipients.map((each) =>
            words(`- ${each}`, { size: SIZE.recipients, charsMax: CHARS_MAX.line }),
          ),
        ],
        [
          ...capacity.map((line) => centred(upper(line), { size: SIZE.head, bold: true })),
          centred(signer, { size: SIZE.title, bold: true, margin: [0, points(SIGNATURE_PLACE), 0, 0] }),
        ],
      ],
    ),
  ];
}

function list(block: List): Content[] {
  return block.items.map((item, at) => {
    const runs = typeof item === 'string' ? [{ text: item }] : item;
    return words([{ text: `${markerOf(block, at)} ` }, ...runs], {
      size: SIZE.text,
      align: 'justify',
      margin: [0, 0, 0, 4],
      firstLine: points(FIRST_LINE),
    });
  });
}

/** @param width of the text, millimetres. @param names of lines to know the page of */
export function contentOf(block: Block, width: number, names?: Names): Content[] {
  switch (block.kind) {
    case 'letter-head':
      return letterHead(block);
    case 'title':
      return title(block, width);
    case 'annex-title':
      return annexTitle(block, width);
    case 'closing':
      return closing(block, width, names?.get(0));
    case 'list':
      return list(block);
    case 'heading':
      return [
        {
          ...words(block.words, {
            size: SIZE.text,
            bold: true,
            italic: block.level === 2,
            margin: [points(FIRST_LINE), 6, 0, 6],
          }),
          headlineLevel: block.level,
        },
      ];
    case 'paragraph': {
      const { align = 'justify' } = block;
      const firstLine = block.align === undefined ? points(FIRST_LINE) : undefined;
      return [words(block.words, { size: SIZE.text, align, margin: [0, 0, 0, 6], firstLine })];
    }
    case 'table': {
      const { caption } = block;
      const style = { size: SIZE.text, italic: true, margin: [0, 0, 0, 4] } as const;
      const above = caption === undefined ? [] : [{ ...words(caption, style), headlineLevel: 2 }];
      return [...above, tableOf(block, width, names)];
    }
  }
}
