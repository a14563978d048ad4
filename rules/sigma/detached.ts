/** Shorter texts are always copies of their own. */
const SLICE_CHARS_MIN = 13;

/** A copy that does not keep the longer text alive of which it was cut. */
export function detached(text: string): string {
  return text.length < SLICE_CHARS_MIN ? text : (JSON.parse(JSON.stringify(text)) as string);
}
