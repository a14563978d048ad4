/**
 * The one place through which text of events goes before it leaves the collector: personal data is masked (law
 * 91/2025/QH15 on personal data), and nothing is left that moves a terminal, a mail header or the reading direction.
 */
import { maskPersonal } from '../personal/mask-personal.ts';

/** C0 and C1 controls, line and paragraph separators, marks of reading direction, zero-width marks. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/g;

/** @param charsMax what is longer is cut, and says so */
export function leavingText(text: string, charsMax: number): string {
  const shown = text.normalize('NFC').toWellFormed().replaceAll(UNSEEN, ' ').trim();
  // What cannot be seen is gone by now, so it hides nothing from the mask.
  const line = maskPersonal(shown);
  if (line.length <= charsMax) return line;
  return `${line
    .slice(0, charsMax - 1)
    .toWellFormed()
    .replace(/\ufffd$/u, '')}…`;
}
