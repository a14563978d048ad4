/**
 * Events out of lines: NDJSON, one object a line. What is not one is named (up to BAD_LINES_SHOWN) and counted.
 */
import { createReadStream } from 'node:fs';
import type { Messages } from '../messages/en.ts';
import { printable } from '../printable.ts';
import { expandGzip } from './expand-gzip.ts';
import { readLines, type LineBatch } from './read-lines.ts';

const LINE_BYTES_MAX = 64 * 1_048_576;
const CHUNK_BYTES = 1_048_576;
/** Further bad lines are only counted: a file that is no NDJSON at all needs no million complaints. */
const BAD_LINES_SHOWN = 20;

export type Fields = Readonly<Record<string, unknown>>;

/** The lines of a file or, for `-`, of standard input; gzip or not. */
export function openLines(place: string, standardInput: AsyncIterable<Buffer>): AsyncIterable<LineBatch> {
  const bytes = place === '-' ? standardInput : createReadStream(place, { highWaterMark: CHUNK_BYTES });
  return readLines(expandGzip(bytes), LINE_BYTES_MAX);
}

export function placeName(place: string): string {
  return place === '-' ? '<stdin>' : place;
}

/** @throws SyntaxError when the line is no JSON object */
export function parseEvent(line: string): Fields {
  // A file may begin with a byte order mark.
  const value: unknown = JSON.parse(line.charCodeAt(0) === 0xfeff ? line.slice(1) : line);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new SyntaxError(Array.isArray(value) ? 'an array' : value === null ? 'null' : `a ${typeof value}`);
  }
  return value as Fields;
}

/** Complains of bad lines, and at the end of how many more there were. */
export class BadLines {
  count = 0;
  readonly #place: string;
  readonly #m: Messages['sigma'];
  readonly #complain: (line: string) => void;

  constructor(place: string, m: Messages['sigma'], complain: (line: string) => void) {
    this.#place = placeName(place);
    this.#m = m;
    this.#complain = complain;
  }

  add(number: number, reason: string): void {
    this.count += 1;
    if (this.count > BAD_LINES_SHOWN) return;
    this.#complain(this.#m.badLine(`${this.#place}:${String(number)}`, printable(reason)));
  }

  end(): void {
    if (this.count > BAD_LINES_SHOWN) this.#complain(this.#m.moreBadLines(this.count - BAD_LINES_SHOWN));
  }

  /** The events of some lines by the number of their line; blank lines are none. */
  parse(lines: readonly (Buffer | undefined)[], first: number): { number: number; event: Fields }[] {
    const events: { number: number; event: Fields }[] = [];
    for (const [index, line] of lines.entries()) {
      const number = first + index;
      if (line === undefined) {
        this.add(number, this.#m.tooLong(LINE_BYTES_MAX));
        continue;
      }
      const text = line.toString('utf8');
      try {
        events.push({ number, event: parseEvent(text) });
      } catch (error) {
        if (/^[ \t\r]*$/.test(text)) continue;
        this.add(number, error instanceof Error ? error.message : String(error));
      }
    }
    return events;
  }
}

/** The system's code of a fault in reading; undefined for a defect of ours. */
export function readFault(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^(?:E|Z_)[A-Z_]+$/.test(code) ? code : undefined;
}
