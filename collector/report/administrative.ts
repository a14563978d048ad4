/** Measures and fixed words of administrative documents: Decree 30/2020/NĐ-CP, annex I. Lengths in millimetres, fonts in points. */
import { dayInWords } from '../request/vietnamese-time.ts';
import type { LetterHead, Section } from './document.ts';

/** Section I, points 1 to 4: A4; 20-25 above and below, 30-35 left, 15-20 right. */
export const PAGE = { width: 210, height: 297, top: 20, bottom: 20, left: 30, right: 15 } as const;

/** Section I, point 2 and annex I, section II: sizes of the parts. */
export const SIZE = {
  text: 13,
  head: 13,
  national: 12,
  title: 14,
  table: 10,
  banner: 10,
  recipientsTitle: 12,
  recipients: 11,
} as const;

export const FONT = 'Times New Roman';
export const NATIONAL_TITLE = 'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM';
export const MOTTO = 'Độc lập - Tự do - Hạnh phúc';
export const RECIPIENTS = 'Nơi nhận:';
/** Height of the blank place for hand or signature program. */
export const SIGNATURE_PLACE = 26;

/** The first line of a paragraph: 1 or 1.27 cm. */
export const FIRST_LINE = 10;
export const MOTTO_WIDTH = 56;

/** Of the two columns of the head, which reaches a little into the left margin: names of bodies are long. */
export const HEAD_COLUMNS = [76, 94] as const;
export const HEAD_INDENT = -5;

const LANDSCAPE = { width: PAGE.height, height: PAGE.width, top: 20, bottom: 15, left: 20, right: 20 };

export type PageMeasures = Readonly<Record<keyof typeof PAGE, number>>;

/** Turned pages hold tables: what is above on the sheet is left when it is bound. */
export function pageOf({ orientation }: Pick<Section, 'orientation'>): PageMeasures {
  return orientation === 'landscape' ? LANDSCAPE : PAGE;
}

export function textWidth(page: PageMeasures): number {
  return page.width - page.left - page.right;
}

/** What is blank has room to be written in. */
export function numberLine({ number, symbol }: LetterHead): string {
  return `Số: ${number === '' ? '        ' : number}${symbol === '' ? '' : `/${symbol}`}`;
}

export function placeLine({ place, day, year }: LetterHead): string {
  const words = day === null ? `ngày       tháng       năm ${year}` : dayInWords(day);
  return `${place === '' ? '................' : place}, ${words}`;
}

/** Widths that fill the page, in the table's own proportions. @returns millimetres */
export function fitColumns(columns: readonly { width: number }[], width: number): number[] {
  const sum = columns.reduce((total, column) => total + column.width, 0);
  return columns.map((column) => (column.width * width) / sum);
}
