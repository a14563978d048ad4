/** Texts of a PDF file; lengths in points. */
import type { Content } from 'pdfmake';
import type { Align, Words } from '../document.ts';
import { CHARS_MAX, safeRuns } from '../safe-text.ts';

export const points = (mm: number): number => (mm * 72) / 25.4;

export interface WordsStyle {
  size: number;
  align?: Align | undefined;
  bold?: boolean | undefined;
  italic?: boolean | undefined;
  charsMax?: number | undefined;
  /** Left, top, right, bottom. */
  margin?: readonly [number, number, number, number] | undefined;
  firstLine?: number | undefined;
}

/** The layout takes time that grows with the square of a word's length: longer ones may be broken at places without width. */
const LONG_WORD = /\S{40}(?=\S)/gu;

export function words(text: Words, style: WordsStyle): Content {
  const { size, align = 'left', bold = false, italic = false, margin, firstLine } = style;
  const runs = safeRuns(text, style.charsMax ?? CHARS_MAX.paragraph);
  return {
    text: runs.map((run) => ({
      text: run.text.replaceAll('\t', ' ').replaceAll(LONG_WORD, '$&\u200b'),
      bold: run.bold ?? bold,
      italics: run.italic ?? italic,
    })),
    fontSize: size,
    alignment: align,
    ...(margin === undefined ? {} : { margin: [...margin] }),
    ...(firstLine === undefined ? {} : { leadingIndent: firstLine }),
  };
}

/** A short line under a centred text. @param width of the line and of the column, points */
export function rule(width: number, columnWidth: number, below = 2): Content {
  const from = (columnWidth - width) / 2;
  return {
    canvas: [{ type: 'line', x1: from, y1: 3, x2: from + width, y2: 3, lineWidth: 0.6 }],
    margin: [0, 0, 0, below],
  };
}
