/** The other way round of `fold`: which letters become a folded one. Made once, when it is first asked. */
import { fold } from './fold.ts';

/** No letter beyond this one is folded. */
const FOLDED_LAST = 0x1ffff;

let unfoldedLetters: ReadonlyMap<string, string> | undefined;

/** Folded letter -> all other letters that fold into it. */
export function unfolded(): ReadonlyMap<string, string> {
  if (unfoldedLetters !== undefined) return unfoldedLetters;
  const letters = new Map<string, string>();
  for (let code = 0; code <= FOLDED_LAST; code += 1) {
    const letter = String.fromCodePoint(code);
    const small = fold(letter);
    if (small !== letter) letters.set(small, (letters.get(small) ?? '') + letter);
  }
  unfoldedLetters = letters;
  return letters;
}
