/** Rows of (name, line by syslog, fields wanted) as tests. */
import { expect, it } from 'vitest';
import { readLine } from './helpers.ts';

export type LineRow = readonly [name: string, line: string, want: Readonly<Record<string, unknown>>];

/** @param source which each line's log sources hold, among others; `start` stands before each line */
export function lineRows(
  source: Readonly<Record<string, string>>,
  start: string,
  rows: readonly LineRow[],
): void {
  it.each(rows)('%s', (_name, line, want) => {
    const event = readLine('linux-syslog', start + line);
    expect(event.fields.toRecord()).toMatchObject(want);
    expect(event.parsed).toBe(true);
    expect(event.logsources).toContainEqual(expect.objectContaining(source));
  });
}
