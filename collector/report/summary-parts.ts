/** What the tables of periodic reports are made with. What is not known says so in one line, with its reason. */
import type { Block, Cell, Table } from './document.ts';
import { NOT_ASSESSED } from './report-words.ts';
import type { Known } from './summary-facts.ts';

export type Head = readonly (readonly [words: string, width: number])[];

export interface Around {
  caption?: string | undefined;
  /** The last row, which has no number. */
  total?: Cell[] | undefined;
}

export function table(
  sheet: string,
  head: Head,
  rows: readonly Cell[][],
  { caption, total }: Around = {},
): Table {
  return {
    kind: 'table',
    sheet,
    caption,
    empty: 'Không có',
    keyColumn: 1,
    columns: [{ width: 11, align: 'center' }, ...head.map(([, width]) => ({ width }))],
    header: [[{ content: 'STT' }, ...head.map(([content]) => ({ content }))]],
    rows: [
      ...rows.map((row, at): Cell[] => [{ content: at + 1 }, ...row]),
      ...(total === undefined ? [] : [[{ content: '' }, ...total]]),
    ],
  };
}

export const sentence = (words: string): Block => ({ kind: 'paragraph', words });

/** A part of the report, or why there is none. */
export function part<T>(fact: Known<T>, blocks: (value: T) => Block[]): Block[] {
  return fact.known ? blocks(fact.value) : [sentence(`${upperFirst(NOT_ASSESSED)} (${fact.why}).`)];
}

const upperFirst = (text: string): string => text.slice(0, 1).toLocaleUpperCase('vi') + text.slice(1);
export const share = (value: number | null): Cell =>
  value === null ? { content: NOT_ASSESSED, italic: true } : { content: value, as: 'percent' };
export const count = (value: number | null): Cell =>
  value === null ? { content: NOT_ASSESSED, italic: true } : { content: value };
