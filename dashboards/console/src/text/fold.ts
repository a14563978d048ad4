/**
 * Folding for search: what a person types without marks finds what is written with them, whatever the Unicode form.
 * Invariant: fold(fold(x)) === fold(x), and NFC and NFD spellings of the same text fold to the same string.
 */

/** Lower case, no diacritics, đ as d, compatibility forms (full width, ligatures) and runs of white space made plain. */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replaceAll('đ', 'd')
    .replace(/\s+/gu, ' ')
    .trim();
}

/** The folded words of a query; a text matches when it contains each of them. */
export function foldedWords(query: string): readonly string[] {
  const folded = fold(query);
  return folded === '' ? [] : folded.split(' ');
}

/** Whether the folded haystack contains every word. */
export function containsWords(foldedHaystack: string, words: readonly string[]): boolean {
  return words.every((word) => foldedHaystack.includes(word));
}
