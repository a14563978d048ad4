/** Text that others chose (names of files, answers of servers) made safe for a terminal; line breaks and tabs stay. */
const UNSAFE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

export function printable(text: string): string {
  return text.replace(UNSAFE, (mark) => (mark === '\n' || mark === '\t' ? mark : '\ufffd'));
}
