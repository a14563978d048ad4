/**
 * Texts as a document may hold them: people and hosts typed them. Invariants: one Unicode form, no control characters, no marks
 * that turn the reading direction, nothing XML does not allow, and not longer than a page can hold.
 */
import type { Run, Words } from './document.ts';

/** Controls but tab and line break, marks of direction and those without width, and what is no character. */
const UNSEEN =
  /(?![\t\n])[\p{Cc}\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\uffff\p{Noncharacter_Code_Point}\u{e0000}-\u{e0fff}]/gu;
/** More than this many marks on one letter write over the lines around. */
const MARKS = /(\p{M}{3})\p{M}+/gu;

export const CHARS_MAX = { cell: 400, line: 400, paragraph: 6_000 } as const;

/** @param charsMax UTF-16 units that are kept; what is cut ends with `…` */
export function safeText(text: string, charsMax: number): string {
  // Cut first, generously: forms and marks of a huge text are not worth the time.
  const near = text.length > charsMax * 4 ? text.slice(0, charsMax * 4) : text;
  const clean = near
    .toWellFormed()
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(UNSEEN, '')
    // Before, too: putting thousands of marks in order takes time that grows with their square.
    .replaceAll(MARKS, '$1')
    .normalize('NFC')
    .replaceAll(MARKS, '$1');
  if (clean.length <= charsMax && near.length === text.length) return clean;
  const cut = clean.slice(0, charsMax);
  const whole = /[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut;
  return `${whole.trimEnd()}…`;
}

/** Of one line: breaks become spaces. */
export function safeLine(text: string, charsMax: number = CHARS_MAX.line): string {
  return safeText(text, charsMax)
    .replaceAll(/[\t\n]+/g, ' ')
    .trim();
}

/** Runs with clean texts; the limit counts over all of them. */
export function safeRuns(words: Words, charsMax: number): Run[] {
  let left = charsMax;
  const runs: Run[] = [];
  for (const run of typeof words === 'string' ? [{ text: words }] : words) {
    if (left <= 0) break;
    const text = safeText(run.text, left);
    left -= text.length;
    if (text !== '') runs.push({ ...run, text });
  }
  return runs;
}

const counts = new Intl.NumberFormat('vi-VN', { maximumFractionDigits: 2 });
const percents = new Intl.NumberFormat('vi-VN', { style: 'percent', maximumFractionDigits: 1 });

/** As it is written in Vietnamese: `1.234`, `85,3%`. */
export function numberText(value: number, as: 'count' | 'percent' = 'count'): string {
  return (as === 'percent' ? percents : counts).format(value);
}
