/**
 * Indicators from CSV, or from a plain list with one value a line. Columns are named in English or Vietnamese; commas,
 * semicolons or tabs; with or without a byte order mark. A row at fault is refused by its line, the others are taken.
 */
import { guessKind } from './canonical.ts';
import {
  IndicatorFileError,
  INDICATOR_LIMITS,
  type IndicatorFault,
  type IndicatorKind,
  type ReadDefaults,
  type ReadResult,
} from './indicator.ts';
import { ReadGathering, tlpOf, type Said } from './read-result.ts';

const COLUMNS = {
  kind: ['kind', 'type', 'indicator_type', 'loai', 'kieu'],
  value: ['value', 'indicator', 'ioc', 'ioc_value', 'gia tri', 'chi bao'],
  confidence: ['confidence', 'score', 'do tin cay', 'tin cay'],
  source: ['source', 'feed', 'nguon'],
  until: ['valid until', 'valid_until', 'expires', 'expiry', 'expiration', 'het han', 'hieu luc den'],
  tlp: ['tlp'],
  tags: ['tags', 'tag', 'labels', 'nhan', 'the'],
  description: ['description', 'comment', 'note', 'mo ta', 'ghi chu'],
} as const;
type Column = keyof typeof COLUMNS;

const KINDS: ReadonlyMap<string, IndicatorKind> = new Map<string, IndicatorKind>([
  ...[
    'ip',
    'ipv4',
    'ipv6',
    'ip-src',
    'ip-dst',
    'ipv4-addr',
    'ipv6-addr',
    'cidr',
    'address',
    'dia chi',
    'dia chi ip',
  ].map((name) => [name, 'ip'] as const),
  ...['domain', 'hostname', 'fqdn', 'domain-name', 'ten mien'].map((name) => [name, 'domain'] as const),
  ...['url', 'uri', 'link', 'duong dan', 'lien ket'].map((name) => [name, 'url'] as const),
  ...[
    'hash',
    'md5',
    'sha1',
    'sha-1',
    'sha256',
    'sha-256',
    'filehash-md5',
    'filehash-sha1',
    'filehash-sha256',
    'ma bam',
  ].map((name) => [name, 'hash'] as const),
  ...['email', 'e-mail', 'email-addr', 'mail', 'email-src', 'thu dien tu'].map(
    (name) => [name, 'email'] as const,
  ),
]);

const CELLS_MAX = 64;
/** 23:59:59 of a day in Vietnam. */
const DAY_END_MS = 86_400_000 - 7 * 3_600_000;

/** Without case and marks: `Độ tin cậy` is `do tin cay`. */
function folded(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase().replaceAll('đ', 'd').trim();
}

/** @throws IndicatorFileError when it is too large, or names columns but none for the value */
export function readCsv(source: string, defaults: ReadDefaults): ReadResult {
  if (source.length > INDICATOR_LIMITS.fileBytesMax)
    throw new IndicatorFileError(
      `the file has more than ${INDICATOR_LIMITS.fileBytesMax} characters: split it`,
    );
  const text = source.startsWith('\uFEFF') ? source.slice(1) : source;
  const rows = records(text);
  const gathering = new ReadGathering(defaults);
  let columns: ReadonlyMap<Column, number> | undefined;
  for (const { line, cells, broken } of rows) {
    const place = `line ${line}`;
    const [first = ''] = cells;
    if (broken) {
      gathering.refuse(place, first, 'bad-row');
      continue;
    }
    if (first.startsWith('#') || cells.every((cell) => cell === '')) continue;
    if (columns === undefined) {
      columns = columnsOf(cells);
      if (columns.size > 0 && !columns.has('value'))
        throw new IndicatorFileError('no column is called value, indicator or giá trị: name one so');
      // No names at all: a plain list, whose first line is a value already.
      if (columns.size === 0) {
        columns = new Map([['value', 0]]);
        takeRow(gathering, place, cells, columns);
      }
    } else takeRow(gathering, place, cells, columns);
  }
  return gathering.result();
}

function columnsOf(cells: readonly string[]): ReadonlyMap<Column, number> {
  const columns = new Map<Column, number>();
  for (const [place, cell] of cells.entries()) {
    const name = folded(cell);
    for (const column of Object.keys(COLUMNS)) {
      if (isColumn(column) && COLUMNS[column].some((known) => known === name) && !columns.has(column))
        columns.set(column, place);
    }
  }
  return columns;
}

function isColumn(name: string): name is Column {
  return name in COLUMNS;
}

function takeRow(
  gathering: ReadGathering,
  place: string,
  cells: readonly string[],
  columns: ReadonlyMap<Column, number>,
): void {
  const cell = (column: Column): string => cells[columns.get(column) ?? -1] ?? '';
  const value = cell('value');
  const fail = (what: string, fault: IndicatorFault): void => gathering.refuse(place, what, fault);
  if (value === '') return fail('', 'empty');
  const kindText = cell('kind');
  const kind = kindText === '' ? guessKind(value) : KINDS.get(folded(kindText));
  if (kind === undefined) return fail(kindText === '' ? value : kindText, 'unknown-kind');
  const said: Said = { source: cell('source'), description: cell('description') };
  const confidence = cell('confidence');
  if (confidence !== '') {
    if (!/^\d{1,3}%?$/.test(confidence) || Number.parseInt(confidence, 10) > 100)
      return fail(confidence, 'bad-confidence');
    said.confidence = Number.parseInt(confidence, 10);
  }
  const until = cell('until');
  if (until !== '') {
    const untilMs = timeOf(until);
    if (untilMs === undefined) return fail(until, 'bad-date');
    said.validUntilMs = untilMs;
  }
  const tlp = cell('tlp');
  if (tlp !== '') {
    said.tlp = tlpOf(tlp);
    if (said.tlp === undefined) return fail(tlp, 'bad-tlp');
  }
  said.tags = cell('tags').split(/[|;,]/);
  gathering.take(place, kind, value, said);
}

/** A moment (ISO 8601), or the end of a day (`2026-12-31`, `31/12/2026`) in Vietnam. Milliseconds since 1970. */
export function timeOf(text: string): number | undefined {
  const local = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(text);
  const day =
    local === null
      ? text
      : `${local[3]}-${(local[2] ?? '').padStart(2, '0')}-${(local[1] ?? '').padStart(2, '0')}`;
  if (/^\d{4}-\d{2}-\d{2}$/.test(day)) {
    const startMs = Date.parse(`${day}T00:00:00Z`);
    // `Date.parse` takes the 31st of every month for a day.
    const isDay = !Number.isNaN(startMs) && new Date(startMs).toISOString().startsWith(day);
    return isDay ? startMs + DAY_END_MS : undefined;
  }
  if (!/^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})$/.test(text))
    return undefined;
  const ms = Date.parse(text.replace(' ', 'T'));
  return Number.isNaN(ms) ? undefined : ms;
}

interface CsvRecord {
  line: number;
  cells: readonly string[];
  /** A quote is opened and never closed, or there are too many cells. */
  broken: boolean;
}

function separatorOf(line: string): string {
  const counts = [';', '\t', ','].map((separator) => [separator, line.split(separator).length] as const);
  return counts.reduce((best, one) => (one[1] > best[1] ? one : best))[0];
}

/** Rows of the text by line. A quoted cell may go over several lines. Linear in the length of the text. */
function* records(text: string): Generator<CsvRecord> {
  let separator: string | undefined;
  let line = 0;
  let from = 0;
  while (from < text.length) {
    line += 1;
    const startLine = line;
    let end = endOfLine(text, from);
    const first = text.slice(from, end).replace(/\r$/, '');
    if (separator === undefined && first !== '' && !first.startsWith('#')) {
      const named = /^sep=(.)$/.exec(first);
      separator = named?.[1] ?? separatorOf(first.replaceAll(/"[^"]*"/g, ''));
      if (named !== null) {
        from = end + 1;
        continue;
      }
    }
    if (!first.includes('"')) {
      const cells = first.split(separator ?? ',', CELLS_MAX + 1).map((cell) => unguarded(cell.trim()));
      yield { line: startLine, cells, broken: cells.length > CELLS_MAX };
      from = end + 1;
      continue;
    }
    const cells: string[] = [];
    let at = from;
    let broken = false;
    for (;;) {
      if (text[at] === '"') {
        const close = closingQuote(text, at + 1);
        broken = close < 0;
        if (broken) break;
        const inner = text.slice(at + 1, close);
        line += inner.split('\n').length - 1;
        cells.push(unguarded(inner.replaceAll('""', '"').trim()));
        at = close + 1;
        end = endOfLine(text, at);
        const next = text.slice(at, end).indexOf(separator ?? ',');
        if (next < 0) break;
        at += next + 1;
      } else {
        const next = text.slice(at, end).indexOf(separator ?? ',');
        cells.push(unguarded(text.slice(at, next < 0 ? end : at + next).trim()));
        if (next < 0) break;
        at += next + 1;
      }
      if (cells.length > CELLS_MAX) {
        broken = true;
        break;
      }
    }
    yield { line: startLine, cells, broken };
    from = end + 1;
  }
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

/** @returns -1 when it is not closed within what a cell may hold */
function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0 && at - from <= 16_384; at = text.indexOf('"', at + 2)) {
    if (text[at + 1] !== '"') return at;
  }
  return -1;
}

/** Takes back the apostrophe that keeps a spreadsheet from running a cell. */
function unguarded(cell: string): string {
  return /^'[=+\-@]/.test(cell) ? cell.slice(1) : cell;
}
