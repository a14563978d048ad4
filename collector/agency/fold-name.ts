/** Names of agencies and systems as people mean them: what differs only in how it was typed is the same name. */

/**
 * The older and the newer way to place a tone mark: hoà and hòa, khoẻ and khỏe, thuỷ and thủy. Only at the end of a
 * syllable: in "hoàn" and "quỳnh" the mark has one place. After q, u is no vowel: "quý".
 */
const TONE_PLACES: readonly { older: string; pattern: RegExp; newer: string }[] = ['oa', 'oe', 'uy'].flatMap(
  (vowels) => {
    const [first = '', second = ''] = vowels;
    return ['\u0300', '\u0301', '\u0303', '\u0309', '\u0323'].map((tone) => {
      const older = `${first}${second}${tone}`.normalize('NFC');
      const pattern = new RegExp(`(?<!q)${older}(?!\\p{L})`, 'gu');
      return { older, pattern, newer: `${first}${tone}${second}`.normalize('NFC') };
    });
  },
);

/** As it is shown: one Unicode form, no spaces around, one space between words. */
export function tidyName(text: string): string {
  return text.normalize('NFC').replaceAll(/\s+/gu, ' ').trim();
}

/** Equal for names that are twins: case, spaces, Unicode form and the place of tone marks do not count; letters do. */
export function foldName(text: string): string {
  let folded = tidyName(text).toLowerCase();
  for (const { older, pattern, newer } of TONE_PLACES) {
    if (folded.includes(older)) folded = folded.replaceAll(pattern, newer);
  }
  return folded;
}

/** For finding by typing without marks: "so y te" finds "Sở Y tế". */
export function searchKey(text: string): string {
  return foldName(text).normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll('đ', 'd');
}
