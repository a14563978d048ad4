/**
 * Places in a rule file: the text, its lines, and where the characters of a scalar were written.
 * Lines end with LF, CR LF or CR; columns count UTF-16 units from 1; a byte order mark takes no column.
 */
import type { ConditionText, Position, WrittenLine } from './types.ts';

/** The text of a file and the place of each of its characters. */
export class SourceText {
  readonly text: string;
  readonly #starts: number[];

  constructor(text: string) {
    this.text = text;
    this.#starts = [text.startsWith('\uFEFF') ? 1 : 0];
    for (const { 0: lineEnd, index } of text.matchAll(/\r\n?|\n/g)) this.#starts.push(index + lineEnd.length);
  }

  position(index: number): Position {
    const line = lastUpTo(this.#starts, index, (start) => start);
    return { line: line + 1, column: Math.max(0, index - (this.#starts[line] ?? 0)) + 1 };
  }

  /**
   * Where the characters of a scalar stand that was read from index `start` on. Folding changes blanks only, so the
   * others are found one after the other; undefined where the text holds escapes.
   */
  writtenLines(scalar: string, start: number): readonly WrittenLine[] | undefined {
    const lines: WrittenLine[] = [];
    let index = start;
    let distance: number | undefined;
    for (let offset = 0; offset < scalar.length; offset += 1) {
      const character = scalar.charAt(offset);
      if (BLANK.test(character)) continue;
      while (index < this.text.length && BLANK.test(this.text.charAt(index))) index += 1;
      if (this.text.charAt(index) !== character) return undefined;
      if (distance !== index - offset) lines.push({ offset, ...this.position(index) });
      distance = index - offset;
      index += 1;
    }
    return lines;
  }
}

const BLANK = /[ \t\r\n]/;

/** The place of one character of a condition; the place of the whole where it was written with escapes. */
export function placeIn({ at, lines }: Pick<ConditionText, 'at' | 'lines'>, offset: number): Position {
  const line = lines?.[lastUpTo(lines, offset, (candidate) => candidate.offset)];
  if (line === undefined) return { line: at.line, column: at.column };
  return { line: line.line, column: line.column + offset - line.offset };
}

/** Index of the last of some ascending entries that is not above the limit; 0 where all are. */
function lastUpTo<Entry>(entries: readonly Entry[], limit: number, value: (entry: Entry) => number): number {
  let low = 0;
  let high = entries.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    const entry = entries[middle];
    if (entry !== undefined && value(entry) <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}
