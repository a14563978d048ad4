/** Pages of a report end where a reader expects it: no signature alone on its page, no heading alone at the end of one. */
import { describe, expect, it } from 'vitest';
import type { Block } from '../../../collector/report/document.ts';
import { keptWithClosing } from '../../../collector/report/kept-with-closing.ts';
import { render } from '../../../collector/report/render.ts';
import { HAS_POPPLER, partOf, pdfText } from './read-office.ts';

const CLOSING: Block = {
  kind: 'closing',
  recipients: ['Như trên;', 'Lưu: VT.'],
  capacity: ['KT. Giám đốc', 'Phó Giám đốc'],
  signer: 'Nguyễn Văn An',
};
const heading: Block = { kind: 'heading', level: 1, words: 'ĐẦU MỤC' };
const paragraph = (words: string): Block => ({ kind: 'paragraph', words });
const paragraphs = (count: number): Block[] =>
  Array.from({ length: count }, (_, at) => paragraph(`dòng ${at}`));
const list = (count: number): Block => ({
  kind: 'list',
  marker: 'dash',
  items: Array.from({ length: count }, (_, at) => `dòng ${at}`),
});
const table = (rows: number, caption?: string): Block => ({
  kind: 'table',
  sheet: 'Bảng',
  caption,
  empty: 'Không có',
  columns: [{ width: 10 }, { width: 50 }],
  header: [[{ content: 'STT' }, { content: 'Nội dung' }]],
  rows: Array.from({ length: rows }, (_, at) => [{ content: at + 1 }, { content: `dòng ${at}` }]),
});

const documentOf = (blocks: readonly Block[]) => ({
  title: 'x',
  author: 'x',
  createdMs: 0,
  sections: [{ orientation: 'portrait', blocks } as const],
});
const pagesOf = async (blocks: readonly Block[]): Promise<string[]> =>
  pdfText(await render(documentOf(blocks), 'pdf'))
    .split('\f')
    .slice(0, -1);
const linesIn = (text: string): number => text.split('\n').filter((line) => line.includes('dòng ')).length;

describe.skipIf(!HAS_POPPLER)('a PDF file', () => {
  // Text up to where the page has no room for the signature any more, or for one line of it.
  it.each([
    ['paragraphs', [28, 32, 35], paragraphs],
    ['items', [32, 36, 38], (count: number) => [list(count)]],
    ['rows', [34, 40, 44], (count: number) => [table(count)]],
    ['rows under a heading', [34, 38, 41], (count: number) => [heading, table(count, 'Chú thích')]],
    ['a short table after text', [28, 30, 33], (count: number) => [...paragraphs(count), heading, table(1)]],
  ] as const)('has two lines above the signature: %s', async (_, counts, make) => {
    for (const count of counts) {
      const pages = await pagesOf([...make(count), CLOSING]);
      expect(pages).toHaveLength(2);
      const [above = '', signed] = (pages[1] ?? '').split('Nơi nhận:');
      expect(signed).toContain('Nguyễn Văn An');
      expect([count, linesIn(above) + above.split('Không có').length - 1]).toEqual([count, 2]);
      expect(linesIn(pages.join(''))).toBe(make(count).reduce((sum, block) => sum + countOf(block), 0));
    }
  });

  it('repeats the header of a table that was parted for it, and its caption not', async () => {
    const pages = await pagesOf([table(40, 'Chú thích'), CLOSING]);
    expect(pages.map((page) => page.split('Nội dung').length - 1)).toEqual([1, 1]);
    expect(pages.map((page) => page.split('Chú thích').length - 1)).toEqual([1, 0]);
  });

  it('has no heading or caption alone at the end of a page', async () => {
    for (const count of [28, 29, 30, 31, 32]) {
      for (const page of await pagesOf([...paragraphs(count), heading, table(9, 'Chú thích')]))
        expect(page.trimEnd()).toMatch(/dòng \d+$/);
    }
  });
});

function countOf(block: Block): number {
  if (block.kind === 'table') return block.rows.length;
  if (block.kind === 'list') return block.items.length;
  return block.kind === 'paragraph' ? 1 : 0;
}

describe('a DOCX file', () => {
  const keptIn = async (blocks: readonly Block[]): Promise<string[]> => {
    const xml = partOf(await render(documentOf(blocks), 'docx'), 'word/document.xml');
    const found = [...xml.matchAll(/<w:p>(.*?)<\/w:p>/gs)].map(([, body = '']) => body);
    return found
      .filter((body) => body.includes('<w:keepNext/>'))
      .map((body) => [...body.matchAll(/<w:t[^>]*>([^<]*)/g)].map(([, text]) => text).join(''));
  };

  it('keeps the last two lines or rows with the signature, and what lies between', async () => {
    expect(await keptIn([...paragraphs(9), CLOSING])).toEqual(['dòng 7', 'dòng 8', '']);
    expect(await keptIn([list(9), CLOSING])).toEqual(['- dòng 7', '- dòng 8', '']);
    expect(await keptIn([table(9), CLOSING])).toEqual(['8', 'dòng 7', '9', 'dòng 8', '', '']);
    expect(await keptIn([...paragraphs(3), heading, table(1), CLOSING])).toEqual([
      'dòng 2',
      'ĐẦU MỤC',
      '1',
      'dòng 0',
      '',
      '',
    ]);
  });
});

describe('what stays with the signature', () => {
  it('is none where nothing is signed or nothing stands before', () => {
    expect(keptWithClosing(paragraphs(3))).toBeUndefined();
    expect(keptWithClosing([CLOSING])).toBeUndefined();
  });

  it('never parts rows that a cell spans, nor a heading from its text', () => {
    const spanned = table(4);
    if (spanned.kind !== 'table') throw new Error('no table');
    const [first, second, third, last] = spanned.rows;
    const rows = [
      first,
      [{ content: 2, rowSpan: 2 }, ...(second ?? []).slice(1)],
      (third ?? []).slice(1),
      last,
    ];
    const joined = { ...spanned, rows: rows.map((row) => row ?? []) };
    expect(keptWithClosing([joined, CLOSING])).toEqual({ closing: 1, from: 0, rows: 3 });
    expect(keptWithClosing([paragraph('a'), heading, paragraph('b'), paragraph('c'), CLOSING])?.from).toBe(1);
  });
});
