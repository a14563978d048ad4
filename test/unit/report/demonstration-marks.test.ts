/** Files of a demonstration say so on each page and in their properties; others do not. */
import { beforeAll, describe, expect, it } from 'vitest';
import ExcelJS from 'exceljs';
import {
  DEMONSTRATION_WORDS,
  markedData,
  markedDocument,
} from '../../../collector/report/demonstration-words.ts';
import { packFiles } from '../../../collector/report/inspection/pack-files.ts';
import type { InspectionPack } from '../../../collector/report/inspection/pack.ts';
import { render, RENDERED_FORMATS, type RenderedFormat } from '../../../collector/report/render.ts';
import { HAS_POPPLER, partOf, pdfText } from './read-office.ts';
import { sampleDocument } from './sample-document.ts';

const files = new Map<RenderedFormat, Buffer>();
const file = (format: RenderedFormat): Buffer => files.get(format) ?? Buffer.alloc(0);

beforeAll(async () => {
  const document = markedDocument(sampleDocument('Sở A'), DEMONSTRATION_WORDS);
  for (const format of RENDERED_FORMATS) files.set(format, await render(document, format));
}, 30_000);

describe('a document of a demonstration', () => {
  it('says so at the top of its pages', () => {
    const headers = ['word/header1.xml', 'word/header2.xml'].map((name) => partOf(file('docx'), name));
    expect(headers.every((text) => text.includes(DEMONSTRATION_WORDS))).toBe(true);
  });

  it('says so in the properties of Office files', () => {
    for (const format of ['docx', 'xlsx'] as const)
      expect(partOf(file(format), 'docProps/core.xml')).toContain(
        `<cp:keywords>${DEMONSTRATION_WORDS}</cp:keywords>`,
      );
  });

  it('says so when its sheets are printed', async () => {
    const book = new ExcelJS.Workbook();
    await book.xlsx.load(Uint8Array.from(file('xlsx')).buffer);
    expect(
      book.worksheets.every(({ headerFooter }) => headerFooter.oddHeader?.includes(DEMONSTRATION_WORDS)),
    ).toBe(true);
  });

  it.skipIf(!HAS_POPPLER)('says so on each page of a PDF', () => {
    const pages = pdfText(file('pdf'))
      .split('\f')
      .filter((page) => page.trim() !== '');
    expect(pages.length).toBeGreaterThan(1);
    expect(pages.every((page) => page.includes(DEMONSTRATION_WORDS))).toBe(true);
  });

  it('keeps what it had to say itself', () => {
    const drill = markedDocument({ ...sampleDocument('Sở A'), banner: 'DIỄN TẬP' }, DEMONSTRATION_WORDS);
    expect(drill.banner).toBe(`${DEMONSTRATION_WORDS} - DIỄN TẬP`);
  });

  it('is untouched in a real installation', () => {
    const document = sampleDocument('Sở A');
    expect(markedDocument(document, undefined)).toBe(document);
    expect(markedData({ a: 1 }, undefined)).toEqual({ a: 1 });
    expect(Object.keys(markedData({ a: 1 }, DEMONSTRATION_WORDS))).toEqual(['demonstration', 'a']);
  });
});

describe('an inspection pack of a demonstration', () => {
  const pack: InspectionPack = {
    kind: 'agency',
    id: 3,
    name: 'Sở A',
    agencyName: 'Sở A',
    asOf: '2026-12-14',
    madeAt: '2026-12-15 08:00',
    madeBy: 'user:an',
    masked: false,
    parts: [
      { id: 'a', title: 'A', notes: [], columns: { x: 'X' }, rows: [{ cells: { x: '1' } }], beyond: 0 },
    ],
  };

  it('says so in every file but the manifest', () => {
    for (const { name, text } of packFiles({ ...pack, demonstration: DEMONSTRATION_WORDS }))
      expect([name, text.includes(DEMONSTRATION_WORDS)]).toEqual([name, name !== 'MANIFEST.sha256']);
    for (const { name, text } of packFiles(pack))
      expect([name, text.includes('TRÌNH DIỄN')]).toEqual([name, false]);
  });
});
