/** What hosts and people typed lands in every field of every format: nothing executes, nothing breaks the file or its pages. */
import ExcelJS from 'exceljs';
import * as fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { beforeAll, describe, expect, it } from 'vitest';
import { readZip } from '../../../collector/report/fixed-zip.ts';
import type { ReportBody } from '../../../collector/report/body.ts';
import { differencesOf } from '../../../collector/report/differences.ts';
import { documentOf } from '../../../collector/report/document-of.ts';
import { render } from '../../../collector/report/render.ts';
import { CHARS_MAX, safeLine, safeRuns, safeText } from '../../../collector/report/safe-text.ts';
import { HAS_POPPLER, pdfText } from './read-office.ts';
import { noticeDocument } from '../../../collector/report/notice-document.ts';
import type { NoticeBody } from '../../../collector/report/notice-body.ts';
import { mau08ReportBody, quarterlyBody } from './sample-bodies.ts';
import { noticeBody } from './sample-notice.ts';
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

/** Everything that people or hosts said in a body; what kinds, days and numbers are stays. */
function withEveryText(value: unknown, text: string, key = ''): unknown {
  if (typeof value === 'string') return OWN.has(key) || /^\d{4}-\d{2}-\d{2}/.test(value) ? value : text;
  if (Array.isArray(value))
    return key === 'checks' && typeof value[0] === 'string'
      ? value
      : value.map((one) => withEveryText(one, text, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, withEveryText(one, text, name)]),
  );
}

const OWN = new Set([
  'class',
  'channel',
  'causeCertainty',
  'consequences',
  'confidence',
  'format',
  'period',
  'kind',
  'status',
  'plan',
  'severity',
  'code',
  'of',
]);

describe.each(Object.entries(HOSTILE))('%s in every field', (_, text) => {
  const amendment = { of: 'x', reason: 'x', more: 1, differences: [{ where: 'x', before: 'x', after: 'x' }] };
  // Texts only. The kinds left out are made of the same parts.
  const reports = [mau08ReportBody('x', { amendment }), quarterlyBody()].map(
    (body) => withEveryText(body, text) as ReportBody,
  );
  const notices = (['initial-24h', 'final', 'older-final'] as const).map(
    (kind) => withEveryText({ ...noticeBody(kind), amendment }, text) as NoticeBody,
  );
  const documents = [...reports.map(documentOf), ...notices.map(noticeDocument)];

  it('leaves every Office format of every report and notice whole', async () => {
    for (const document of documents) {
      for (const format of ['docx', 'xlsx'] as const) {
        const parts = [...readZip(await render(document, format))];
        for (const [name, part] of parts) if (/\.(xml|rels)$/.test(name)) wellFormed(part.toString('utf8'));
        const bodies = parts.filter(([name]) => /worksheets|word\/document|_rels/.test(name));
        const whole = bodies.map(([, part]) => part.toString('utf8')).join('');
        expect(/<f[ >]|<hyperlink|w:instrText|TargetMode="External"/.test(whole)).toBe(false);
      }
      expect(differencesOf(document, document).differences).toEqual([]);
    }
  });

  it('leaves a PDF without an act, on pages of some text', async () => {
    // Layout takes its time: each text goes through another one of them.
    const at = Object.values(HOSTILE).indexOf(text) % documents.length;
    for (const document of documents.slice(at, at + 1)) {
      const file = (await render(document, 'pdf')).toString('latin1');
      expect(/\/(JavaScript|JS|Launch|URI|OpenAction|EmbeddedFile)\b/.test(file)).toBe(false);
      expect(file.match(/\/Type \/Page\b/g)?.length).toBeLessThan(100);
    }
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
