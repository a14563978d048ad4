/** Vietnamese text in forms that compare. */

const MARKS = /\p{M}+/gu;
const NOT_WORDS = /[^\p{L}\p{N}]+/gu;

/** Lower case, one blank between words, diacritics kept: ` nhà cái uy tín `. */
export function spelled(text: string): string {
  return ` ${text.normalize('NFC').toLowerCase().replace(NOT_WORDS, ' ').trim()} `;
}

/**
 * The words that were written without any diacritic; the others leave a gap. So `ca cuoc` of an address is found, and
 * not what `cả cuộc đời` would be without its marks.
 */
export function bare(text: string): string {
  const words = spelled(text)
    .trim()
    .split(' ')
    .map((word) => (/^[\x20-\x7e]*$/.test(word) ? word : '\u0000'));
  return ` ${words.join(' ')} `;
}

/** As people write it who have no Vietnamese keyboard. */
export function withoutMarks(text: string): string {
  return text.normalize('NFD').replace(MARKS, '').replaceAll('đ', 'd').replaceAll('Đ', 'D');
}
