/** What readers see of the files: parts of an Office file, and the text of a PDF. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import { readZip } from '../../../collector/report/fixed-zip.ts';

export const HAS_POPPLER = spawnSync('pdftotext', ['-v']).status === 0;

export function partOf(archive: Buffer, name: string): string {
  const part = readZip(archive).get(name);
  if (part === undefined) throw new Error(`the file has no ${name}`);
  return part.toString('utf8');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
};
const unescaped = (text: string): string =>
  text.replaceAll(/&(?:amp|lt|gt|quot|apos);/g, (found) => ENTITIES[found] ?? found);

/** Paragraphs of a DOCX file, in order; cells are paragraphs. */
export function docxText(file: Buffer): string[] {
  return [...partOf(file, 'word/document.xml').matchAll(/<w:p>(.*?)<\/w:p>/gs)].map(([, body = '']) =>
    [...body.matchAll(/<w:t[^>]*>([^<]*)<\/w:t>/g)].map(([, text = '']) => unescaped(text)).join(''),
  );
}

/** As it lies on the pages. Needs Poppler. */
export function pdfText(file: Buffer): string {
  const run = spawnSync('pdftotext', ['-layout', '-', '-'], { input: file, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stderr);
  return run.stdout;
}

/** Of what is in a file, whatever compressed it: compression differs between machines. */
export function contentDigest(file: Buffer): string {
  const hash = createHash('sha256');
  if (file.subarray(0, 4).toString('latin1') === '%PDF') {
    const text = file.toString('latin1');
    let from = 0;
    for (const found of text.matchAll(/\/Length (\d+)[^>]*?\/Filter \/FlateDecode[^>]*>>\s*stream\n/gs)) {
      const start = found.index + found[0].length;
      hash.update(text.slice(from, found.index), 'latin1');
      hash.update(inflateSync(file.subarray(start, start + Number(found[1]))));
      from = start + Number(found[1]);
    }
    return hash.update(text.slice(from).replace(/xref\n.*$/s, ''), 'latin1').digest('hex');
  }
  for (const [name, part] of readZip(file)) hash.update(`${name}\0${part.length}\0`).update(part);
  return hash.digest('hex');
}
