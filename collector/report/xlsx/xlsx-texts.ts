/** The texts of a document on its first sheet, a row each; where a table was, the name of its sheet. */
import type ExcelJS from 'exceljs';
import { MOTTO, NATIONAL_TITLE, numberLine, placeLine, RECIPIENTS, SIZE } from '../administrative.ts';
import type { Align, Block, Words } from '../document.ts';
import { markerOf } from '../list-marker.ts';
import { CHARS_MAX, safeLine } from '../safe-text.ts';
import { linesOf, setText } from './xlsx-cell.ts';

/** Widths in characters: the left and the right half of the page. */
export const TEXT_COLUMNS = [42, 50] as const;
const CHARS = TEXT_COLUMNS[0] + TEXT_COLUMNS[1];
const POINTS_PER_LINE = 16.5;
const ROW_POINTS_MAX = 405;
/** Letters of the text's size in a column of that many characters of the usual size. */
const NARROWER = 0.95;

interface Line {
  words: Words;
  align?: Align;
  bold?: boolean;
  italic?: boolean;
  size?: number;
}
type Row = Line | readonly [left: Line, right: Line];

const upper = (text: string): string => safeLine(text).toLocaleUpperCase('vi');
const centred = (words: string, style: Omit<Line, 'words'> = {}): Line => ({
  words,
  align: 'center',
  ...style,
});
const BLANK: Line = { words: '' };

function rowsOf(block: Block): Row[] {
  switch (block.kind) {
    case 'letter-head':
      return [
        [centred(upper(block.superior)), centred(NATIONAL_TITLE, { bold: true, size: SIZE.national })],
        [centred(upper(block.issuer), { bold: true }), centred(MOTTO, { bold: true })],
        [centred(numberLine(block)), centred(placeLine(block), { italic: true })],
        BLANK,
      ];
    case 'title':
      return [
        centred(upper(block.name), { bold: true, size: SIZE.title }),
        centred(block.abstract, { bold: true, size: SIZE.title }),
        BLANK,
      ];
    case 'annex-title':
      return [
        BLANK,
        centred(block.label, { bold: true }),
        centred(upper(block.title), { bold: true }),
        centred(block.with, { italic: true }),
      ];
    case 'heading':
      return [{ words: block.words, bold: true, italic: block.level === 2 }];
    case 'paragraph':
      return [{ words: block.words, align: block.align ?? 'justify' }];
    case 'list':
      return block.items.map((item, at) => {
        const words = typeof item === 'string' ? [{ text: item }] : item;
        return { words: [{ text: `${markerOf(block, at)} ` }, ...words], align: 'justify' };
      });
    case 'table':
      return [{ words: `(Bảng tại trang tính “${block.sheet}”)`, italic: true }];
    case 'closing': {
      const left: Line[] = [
        { words: RECIPIENTS, bold: true, italic: true, size: SIZE.recipientsTitle },
        ...block.recipients.map((each) => ({ words: `- ${each}`, size: SIZE.recipients })),
      ];
      const right: Line[] = [
        ...block.capacity.map((line) => centred(upper(line), { bold: true })),
        ...Array.from({ length: 4 }, () => BLANK),
        centred(block.signer, { bold: true }),
      ];
      const height = Math.max(left.length, right.length);
      return [
        BLANK,
        ...Array.from({ length: height }, (_, at) => [left[at] ?? BLANK, right[at] ?? BLANK] as const),
      ];
    }
  }
}

export function fillTexts(sheet: ExcelJS.Worksheet, blocks: readonly Block[]): void {
  let at = 0;
  for (const row of blocks.flatMap(rowsOf)) {
    at += 1;
    const isPair = Array.isArray(row);
    const lines: readonly Line[] = isPair ? row : [row as Line];
    if (!isPair) sheet.mergeCells(at, 1, at, TEXT_COLUMNS.length);
    let height = 1;
    for (const [column, line] of lines.entries()) {
      const text = setText(sheet.getCell(at, column + 1), line.words, {
        size: line.size ?? SIZE.text,
        align: line.align,
        bold: line.bold,
        italic: line.italic,
        charsMax: isPair ? CHARS_MAX.line : CHARS_MAX.paragraph,
      });
      const chars = isPair ? (TEXT_COLUMNS[column] ?? CHARS) : CHARS;
      height = Math.max(height, linesOf(text, chars * NARROWER));
    }
    sheet.getRow(at).height = Math.min(ROW_POINTS_MAX, height * POINTS_PER_LINE + 2);
  }
}
