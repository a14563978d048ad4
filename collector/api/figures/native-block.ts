/**
 * A table as one block of ClickHouse's Native format, as programs in Go read it over HTTP. With a protocol version of 54454
 * or above a block begins with facts of itself and each column says that it is serialised plainly; without one, neither.
 */
import type { FigureCell, FigureColumn, FigureTable } from './figure-table.ts';

/** From this version on columns say how they are serialised. */
export const PLAIN_COLUMNS_REVISION = 54_454;

const NULLABLE = /^Nullable\((.+)\)$/;

function varUInt(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return Buffer.from(bytes);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'utf8');
  return Buffer.concat([varUInt(bytes.length), bytes]);
}

/** Neither overflowing nor of an own bucket: what stands before each block. */
const BLOCK_INFO = Buffer.from([1, 0, 2, 0xff, 0xff, 0xff, 0xff, 0]);

const SECONDS_MAX = 0xffff_ffff;

/** Whole seconds since 1970, as far as the type goes. */
export const secondsOf = (ms: number): number => Math.min(SECONDS_MAX, Math.max(0, Math.floor(ms / 1_000)));

function plainCell(type: string, cell: FigureCell): Buffer {
  if (type === 'String') return text(String(cell ?? ''));
  const value = typeof cell === 'number' ? cell : 0;
  if (type === 'DateTime') {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(secondsOf(value));
    return bytes;
  }
  if (type === 'UInt8') return Buffer.from([value]);
  if (type === 'UInt32') {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    return bytes;
  }
  const bytes = Buffer.alloc(8);
  if (type === 'UInt64') bytes.writeBigUInt64LE(BigInt(Math.max(0, Math.round(value))));
  else bytes.writeDoubleLE(value);
  return bytes;
}

function columnData({ type }: FigureColumn, cells: readonly FigureCell[]): Buffer[] {
  const inner = NULLABLE.exec(type)?.[1];
  if (inner === undefined) return cells.map((cell) => plainCell(type, cell));
  return [
    Buffer.from(cells.map((cell) => (cell === null ? 1 : 0))),
    ...cells.map((cell) => plainCell(inner, cell)),
  ];
}

/** @param revision protocol version of whoever asks; 0: none was told */
export function nativeBlock({ columns, rows }: FigureTable, revision: number): Buffer {
  const parts: Buffer[] = revision > 0 ? [BLOCK_INFO] : [];
  parts.push(varUInt(columns.length), varUInt(rows.length));
  columns.forEach((column, place) => {
    parts.push(text(column.name), text(column.type));
    if (revision >= PLAIN_COLUMNS_REVISION) parts.push(Buffer.from([0]));
    const cells = rows.map((row) => row[place] ?? null);
    parts.push(...columnData(column, cells));
  });
  return Buffer.concat(parts);
}
