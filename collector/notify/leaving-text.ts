/**
 * The one place through which text of events goes before it leaves the collector: personal numbers are masked (law
 * 91/2025/QH15 on personal data), and nothing is left that moves a terminal, a mail header or the reading direction.
 */

/** C0 and C1 controls, line and paragraph separators, marks of reading direction, zero-width marks. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/g;

/** Citizen numbers have 12 digits. */
const CITIZEN = /(?<![\p{L}\d.])\d{12}(?![\p{L}\d])/gu;
/** Mobile and fixed lines in the national and the international form. */
const PHONE = /(?<![\p{L}\d.])(?:\+?84|0)(?:[ .-]?\d){9,10}(?![\p{L}\d])/gu;
const KEPT_DIGITS = 3;

/** Keeps the first and last digits, so that people who know the number know it again. */
function maskDigits(text: string): string {
  const digits = text.replaceAll(/\D/g, '');
  return `${digits.slice(0, KEPT_DIGITS)}${'*'.repeat(digits.length - KEPT_DIGITS - 2)}${digits.slice(-2)}`;
}

/** @param charsMax what is longer is cut, and says so */
export function leavingText(text: string, charsMax: number): string {
  const line = text
    .normalize('NFC')
    .toWellFormed()
    .replaceAll(UNSEEN, ' ')
    .replaceAll(CITIZEN, maskDigits)
    .replaceAll(PHONE, maskDigits)
    .trim();
  if (line.length <= charsMax) return line;
  return `${line
    .slice(0, charsMax - 1)
    .toWellFormed()
    .replace(/\ufffd$/u, '')}…`;
}
