/**
 * What a corrected report says otherwise, in the words of its document: cells by table, row and column; texts by their place.
 * Pure; what both say alike is not told.
 */
import type { Difference } from './body.ts';
import type { Cell, ReportDocument, Table, Words } from './document.ts';
import { REPORT_LIMITS } from './report-words.ts';
import { numberText, safeLine } from './safe-text.ts';

const CHARS = 200;

/** Everything the document says, by where it says it. */
function statements({ sections }: ReportDocument): Map<string, string> {
  const said = new Map<string, string>();
  let heading = '';
  for (const block of sections.flatMap(({ blocks }) => blocks)) {
    switch (block.kind) {
      case 'heading':
        heading = block.words;
        break;
      case 'paragraph':
        add(said, heading === '' ? 'Phần mở đầu' : heading, plain(block.words));
        break;
      case 'list':
        for (const item of block.items) add(said, heading, plain(item));
        break;
      case 'table':
        for (const [where, text] of cellsOf(block)) add(said, where, text);
        break;
      case 'annex-title':
      case 'closing':
      case 'letter-head':
      case 'title':
        break;
    }
  }
  return said;
}

/** Places of one name are told apart by their number. */
function add(said: Map<string, string>, where: string, text: string): void {
  let name = where;
  for (let at = 2; said.has(name); at += 1) name = `${where} (${at})`;
  said.set(name, text);
}

function* cellsOf({ sheet, header, rows, keyColumn }: Table): Generator<[string, string]> {
  const names = (header[0] ?? []).flatMap(({ content, colSpan = 1 }) =>
    Array.from({ length: colSpan }, () => textOf({ content })),
  );
  const seen = new Map<string, number>();
  for (const [at, row] of rows.entries()) {
    const key = keyColumn === undefined ? `dòng ${at + 1}` : textOf(row[keyColumn] ?? { content: '' });
    const many = (seen.get(key) ?? 0) + 1;
    seen.set(key, many);
    const name = many === 1 ? key : `${key} (${many})`;
    // The first column counts rows, and moves with each that comes or goes.
    for (const [column, cell] of row.entries())
      if (column > 0) yield [`${sheet}, ${name}, ${names[column] ?? `cột ${column + 1}`}`, textOf(cell)];
  }
}

function plain(words: Words): string {
  return typeof words === 'string' ? words : words.map(({ text }) => text).join('');
}

function textOf({ content, as }: Cell): string {
  return safeLine(typeof content === 'number' ? numberText(content, as) : plain(content), CHARS);
}

/** @returns at most so many as are listed, and how many more there are */
export function differencesOf(
  before: ReportDocument,
  after: ReportDocument,
): { differences: Difference[]; more: number } {
  const was = statements(before);
  const is = statements(after);
  const all: Difference[] = [];
  for (const [where, text] of was) {
    const now = is.get(where) ?? '';
    if (now !== text) all.push({ where, before: cut(text), after: cut(now) });
  }
  for (const [where, text] of is)
    if (!was.has(where) && text !== '') all.push({ where, before: '', after: cut(text) });
  return {
    differences: all.slice(0, REPORT_LIMITS.differences),
    more: Math.max(0, all.length - REPORT_LIMITS.differences),
  };
}

const cut = (text: string): string => safeLine(text, CHARS);
