/** Text of hosts and peers made safe for a terminal: no control characters, no escapes, no reversed writing. */
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|\p{Cs}/gu;

export function printable(text: string): string {
  return text.replace(UNSAFE, '\ufffd');
}

/** As `printable`, for text of several lines. */
export function printableLines(text: string): string {
  return text.replace(UNSAFE, (mark) => (mark === '\n' || mark === '\t' ? mark : '\ufffd'));
}

/** JSON on one line in which such characters are written as escapes: nothing is lost, and a terminal is safe. */
export function printableJson(value: unknown, space?: number): string {
  return JSON.stringify(value, undefined, space).replace(UNSAFE, (mark) =>
    mark === '\n' && space !== undefined ? mark : `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
