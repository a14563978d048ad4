/** What hosts and people typed lands in every field of every format: nothing executes, nothing breaks the file or its pages. */
import ExcelJS from 'exceljs';
import * as fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { beforeAll, describe, expect, it } from 'vitest';
import { readZip } from '../../../collector/report/fixed-zip.ts';
import { render } from '../../../collector/report/render.ts';
import { CHARS_MAX, safeLine, safeRuns, safeText } from '../../../collector/report/safe-text.ts';
import { HAS_POPPLER, pdfText } from './read-office.ts';
import { sampleDocument } from './sample-document.ts';

const HOSTILE: Readonly<Record<string, string>> = {
  formula: "=cmd|' /C calc'!A0",
  'at sign': '@SUM(1+1)*cmd',
  markup: '</w:t></w:r><script>alert(1)</script>&<!--]]>"\'',
  'ten thousand letters': 'ỗ'.repeat(10_000),
  'ten thousand words': 'từ '.repeat(10_000),
  controls: 'a\0b\u0007c\u001bd\u0085e\r\nf\tg\vh',
  'right to left': '\u202exslx.exe\u2066\u200f\u05d0\u0627',
  'what is no character': 'x\ud800y\uffff\ufffez\u{1fffe}',
  'stacked marks': `Z${'\u0301\u0323'.repeat(5_000)}`,
  'other scripts': '漢字 😀 กรุงเทพ',
  'a link': 'https://example.org/?q=\'"&x',
};

function wellFormed(xml: string): void {
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.write(xml).close();
}

describe.each(Object.entries(HOSTILE))('%s', (_, text) => {
  it('is text in a DOCX file', async () => {
    const parts = readZip(await render(sampleDocument(text), 'docx'));
    for (const [name, part] of parts) if (/\.(xml|rels)$/.test(name)) wellFormed(part.toString('utf8'));
    const relations = [...parts]
      .filter(([name]) => name.endsWith('.rels'))
      .map(([, part]) => part.toString('utf8'));
    expect(relations.join('')).not.toContain('External');
    expect(parts.get('word/document.xml')?.toString('utf8')).not.toContain('w:instrText');
  });

  it('is text in an XLSX file, also when it is edited', async () => {
    const file = await render(sampleDocument(text), 'xlsx');
    const parts = [...readZip(file)];
    for (const [name, part] of parts) if (/\.(xml|rels)$/.test(name)) wellFormed(part.toString('utf8'));
    const sheets = parts
      .filter(([name]) => name.startsWith('xl/worksheets/'))
      .map(([, part]) => part.toString('utf8'));
    expect(sheets.join('')).not.toMatch(/<f[ >]|<hyperlink/);
    const book = new ExcelJS.Workbook();
    await book.xlsx.load(new Uint8Array(file).buffer);
    const cell = book.getWorksheet('Điểm')?.getCell(4, 2);
    expect(cell?.type).toBe(ExcelJS.ValueType.String);
    expect(cell?.numFmt).toBe('@');
    expect(cell?.text).toBe(safeText(text, CHARS_MAX.cell));
  });
});

describe('all of it in a PDF file', () => {
  const sections = Object.values(HOSTILE).flatMap((text) => sampleDocument(text).sections);
  let file: Buffer;
  beforeAll(async () => {
    file = await render({ ...sampleDocument('x'), sections }, 'pdf');
  });

  it('does nothing when it is opened', () => {
    expect(file.toString('latin1')).not.toMatch(/\/(JavaScript|JS|Launch|URI|OpenAction|EmbeddedFile)\b/);
  });

  it.skipIf(!HAS_POPPLER)('stays on its pages, and in sight', () => {
    const pages = pdfText(file).split('\f');
    expect(pages.length).toBeLessThan(sections.length * 3);
    expect(pages.join('\n')).toContain("=cmd|' /C calc'!A0");
  });
});

describe('a text', () => {
  it('has no control, no turned direction and one form, whatever it was, and cleaned twice is the same', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.integer({ min: 1, max: 80 }),
        (text, charsMax) => {
          const clean = safeText(text, charsMax);
          expect(clean.length).toBeLessThanOrEqual(charsMax + 1);
          expect(clean).not.toMatch(/(?![\t\n])\p{Cc}|[\u200b-\u200f\u202a-\u202e\u2066-\u2069]|\p{Cs}/u);
          expect(clean.isWellFormed()).toBe(true);
          expect(safeText(clean, charsMax + 1)).toBe(clean);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('of Vietnamese keeps every letter', () => {
    const letters = 'ằắẳẵặầấẩẫậềếểễệồốổỗộờớởỡợừứửữựỳýỷỹỵđĐƠƯ';
    expect(safeLine(letters.normalize('NFD'))).toBe(letters);
  });

  it('of several runs is cut over all of them', () => {
    const runs = safeRuns(
      [{ text: 'a'.repeat(30) }, { text: 'b'.repeat(30), bold: true }, { text: 'c' }],
      40,
    );
    expect(runs).toEqual([{ text: 'a'.repeat(30) }, { text: `${'b'.repeat(10)}…`, bold: true }]);
  });
});
