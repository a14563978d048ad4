/**
 * The one case fold and the one number parser of the engine.
 * Invariant: `fold` maps each character by itself (no context, no change in the number of characters), so that
 * folding a substring equals the substring of the folded text.
 */

/** Characters whose Unicode simple case folding is not what toLowerCase gives for them alone. */
const EXCEPTIONS: ReadonlyMap<string, string> = new Map([
  ['\u0130', '\u0130'], // dotted capital I: no simple folding; toLowerCase makes two characters of it
  ['\u00b5', '\u03bc'],
  ['\u017f', 's'],
  ['\u0345', '\u03b9'],
  ['\u03c2', '\u03c3'],
  ['\u03d0', '\u03b2'],
  ['\u03d1', '\u03b8'],
  ['\u03d5', '\u03c6'],
  ['\u03d6', '\u03c0'],
  ['\u03f0', '\u03ba'],
  ['\u03f1', '\u03c1'],
  ['\u03f5', '\u03b5'],
  ['\u1e9b', '\u1e61'],
  ['\u1fbe', '\u03b9'],
]);
const EXCEPTION = new RegExp(`[${[...EXCEPTIONS.keys()].join('')}]`);
const EXCEPTION_OR_SIGMA = new RegExp(`[\u03a3${[...EXCEPTIONS.keys()].join('')}]`, 'g');
/** ASCII is by far the common case and needs no look at exceptions. */
// oxlint-disable-next-line no-control-regex
const NON_ASCII = /[^\x00-\x7f]/;

/** Longer texts are tested by encoding them, which the runtime does many characters at a time. */
const SHORT = 60;
const scratch = new Uint8Array(65_536);
const encoder = new TextEncoder();

export function isAscii(text: string): boolean {
  if (text.length < SHORT || text.length > scratch.length) return !NON_ASCII.test(text);
  const { read, written } = encoder.encodeInto(text, scratch);
  return read === text.length && written === text.length;
}

/** Unicode simple case folding: `É` = `é`, `Σ` = `σ` = `ς`, `ſ` = `s`; `ß` stays. No Unicode normalisation. */
export function fold(text: string): string {
  if (isAscii(text)) return text.toLowerCase();
  // Capital sigma is replaced before lower-casing, whose result for it depends on its neighbours.
  if (!EXCEPTION.test(text) && !text.includes('\u03a3')) return text.toLowerCase();
  return text
    .replace(EXCEPTION_OR_SIGMA, (character) =>
      character === '\u03a3' ? '\u03c3' : (EXCEPTIONS.get(character) ?? character),
    )
    .split('\u0130')
    .map((part) => part.toLowerCase())
    .join('\u0130');
}

/** A decimal number and nothing around it; hexadecimal, blanks, `Infinity` and the empty text are no numbers. */
export function parseNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value === 'bigint') return Number(value);
  if (
    typeof value !== 'string' ||
    value.length > 400 ||
    !/^[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$/.test(value)
  ) {
    return undefined;
  }
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}
