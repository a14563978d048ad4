/** Figures in the formats of ClickHouse's HTTP interface that clients ask for: Native for Grafana, JSON for the rest. */
import type { FigureCell, FigureColumn, FigureTable } from './figure-table.ts';
import { nativeBlock, secondsOf } from './native-block.ts';

export const FIGURE_FORMATS = [
  'Native',
  'JSON',
  'JSONCompact',
  'JSONEachRow',
  'TabSeparatedWithNames',
] as const;
export type FigureFormat = (typeof FIGURE_FORMATS)[number];

export interface FigureAnswer {
  contentType: string;
  body: Buffer | string;
}

/** As ClickHouse writes a time: YYYY-MM-DD hh:mm:ss, in UTC. */
const timeText = (ms: number): string =>
  new Date(secondsOf(ms) * 1_000).toISOString().slice(0, 19).replace('T', ' ');

function jsonCell({ type }: FigureColumn, cell: FigureCell): string | number | null {
  if (cell === null || typeof cell === 'string') return cell;
  return type.includes('DateTime') ? timeText(cell) : cell;
}

function tabCell(column: FigureColumn, cell: FigureCell): string {
  if (cell === null) return '\\N';
  return String(jsonCell(column, cell))
    .replaceAll('\\', '\\\\')
    .replaceAll('\t', '\\t')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r');
}

/** @param revision for Native: protocol version of whoever asks */
export function writeFigures(table: FigureTable, format: FigureFormat, revision: number): FigureAnswer {
  const { columns, rows } = table;
  const cells = (row: readonly FigureCell[]) =>
    columns.map((column, place) => jsonCell(column, row[place] ?? null));
  const named = (row: readonly FigureCell[]) =>
    Object.fromEntries(cells(row).map((cell, place) => [columns[place]?.name ?? '', cell]));
  switch (format) {
    case 'Native':
      return { contentType: 'application/octet-stream', body: nativeBlock(table, revision) };
    case 'JSON':
    case 'JSONCompact': {
      const data = format === 'JSON' ? rows.map(named) : rows.map(cells);
      const body = JSON.stringify({ meta: columns, data, rows: rows.length });
      return { contentType: 'application/json; charset=utf-8', body };
    }
    case 'JSONEachRow': {
      const body = rows.map((row) => `${JSON.stringify(named(row))}\n`).join('');
      return { contentType: 'application/x-ndjson; charset=utf-8', body };
    }
    case 'TabSeparatedWithNames': {
      const lines = [
        columns.map(({ name }) => name),
        ...rows.map((row) => columns.map((column, place) => tabCell(column, row[place] ?? null))),
      ];
      const body = lines.map((line) => `${line.join('\t')}\n`).join('');
      return { contentType: 'text/tab-separated-values; charset=utf-8', body };
    }
  }
}
