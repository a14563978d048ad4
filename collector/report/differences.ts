/**
 * What a corrected report says otherwise, in the words of its document: cells by table, row and column, whole rows that came or
 * went, texts by their place. Pure; what both say alike is not told.
 */
import type { Difference } from './body.ts';
import type { Cell, ReportDocument, Table, Words } from './document.ts';
import { REPORT_LIMITS } from './report-words.ts';
import { numberText, safeLine } from './safe-text.ts';

const CHARS = 300;

export interface Differences {
  differences: Difference[];
  /** Differences that are not listed. */
  more: number;
}

export function differencesOf(before: ReportDocument, after: ReportDocument): Differences {
  const was = tablesOf(before);
  const is = tablesOf(after);
  const all = [
    ...ofTexts(textsOf(before), textsOf(after)),
    ...[...new Set([...was.keys(), ...is.keys()])].flatMap((sheet) =>
      ofTables(sheet, was.get(sheet), is.get(sheet)),
    ),
  ];
  const listed = all.slice(0, REPORT_LIMITS.differences);
  return { differences: listed, more: all.length - listed.length };
}

function textsOf({ sections }: ReportDocument): Map<string, string> {
  const said = new Map<string, string>();
  let heading = 'Phần mở đầu';
  const add = (words: Words): void => {
    let where = heading;
    for (let at = 2; said.has(where); at += 1) where = `${heading} (${at})`;
    said.set(where, cut(plain(words)));
  };
  for (const block of sections.flatMap(({ blocks }) => blocks)) {
    if (block.kind === 'heading') heading = block.words;
    if (block.kind === 'paragraph') add(block.words);
    if (block.kind === 'list') for (const item of block.items) add(item);
  }
  return said;
}

function ofTexts(was: ReadonlyMap<string, string>, is: ReadonlyMap<string, string>): Difference[] {
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((where) => {
    const [before = '', after = ''] = [was.get(where), is.get(where)];
    return before === after ? [] : [{ where, before, after }];
  });
}

interface Row {
  name: string;
  texts: string[];
}

interface Rows {
  columns: string[];
  byId: Map<string, Row>;
}

function tablesOf({ sections }: ReportDocument): Map<string, Rows> {
  const tables = sections.flatMap(({ blocks }) => blocks).filter((block) => block.kind === 'table');
  return new Map(tables.map((table) => [table.sheet, rowsOf(table)]));
}

function rowsOf({ header, rows, keyColumn, rowIds }: Table): Rows {
  const columns = (header[0] ?? []).flatMap((cell) =>
    Array.from({ length: cell.colSpan ?? 1 }, () => textOf(cell)),
  );
  const byId = new Map<string, Row>();
  for (const [at, row] of rows.entries()) {
    const texts = row.map(textOf);
    const name = keyColumn === undefined ? `dòng ${at + 1}` : (texts[keyColumn] ?? '');
    let id = rowIds?.[at] ?? name;
    while (byId.has(id)) id += '\0';
    byId.set(id, { name, texts });
  }
  return { columns, byId };
}

const NO_ROWS: Rows = { columns: [], byId: new Map() };

function ofTables(sheet: string, was: Rows = NO_ROWS, is: Rows = NO_ROWS): Difference[] {
  const found: Difference[] = [];
  for (const id of new Set([...was.byId.keys(), ...is.byId.keys()])) {
    const [before, after] = [was.byId.get(id), is.byId.get(id)];
    if (before === undefined || after === undefined) {
      const name = (before ?? after)?.name ?? '';
      found.push({ where: `${sheet}, ${name} (cả dòng)`, before: lineOf(before), after: lineOf(after) });
      continue;
    }
    // The first column counts rows, and moves with each that comes or goes.
    for (let column = 1; column < Math.max(before.texts.length, after.texts.length); column += 1) {
      const [left = '', right = ''] = [before.texts[column], after.texts[column]];
      if (left === right) continue;
      const name = is.columns[column] ?? `cột ${column + 1}`;
      found.push({ where: `${sheet}, ${before.name}, ${name}`, before: left, after: right });
    }
  }
  return found;
}

function lineOf(row: Row | undefined): string {
  return row === undefined
    ? ''
    : cut(
        row.texts
          .slice(1)
          .filter((text) => text !== '')
          .join('; '),
      );
}

function plain(words: Words): string {
  return typeof words === 'string' ? words : words.map(({ text }) => text).join('');
}

function textOf({ content, as }: Cell): string {
  return cut(typeof content === 'number' ? numberText(content, as) : plain(content));
}

const cut = (text: string): string => safeLine(text, CHARS);
