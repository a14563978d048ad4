/**
 * How a pattern of a message is written: its parts with NUL between them. The first character of a part says what it is:
 * \u0001 a field by name, \u0002 the next of the row's texts by number from 1, \u0003 a typed column by number from 1;
 * else words.
 */
export const NUL = '\0';
export const FIELD = '\u0001';
export const GAP = '\u0002';
export const COLUMN = '\u0003';
/** A message that holds one stands whole. */
// oxlint-disable-next-line no-control-regex -- these are what patterns are written with
export const MARKS = /[\0-\u0003]/;

/** Longer messages stand whole, UTF-16 units. */
export const MESSAGE_CHARS_MAX = 16_384;
/** Words of a pattern: what is longer is no pattern but a text of its own. */
export const WORDS_CHARS_MAX = 2_048;
export const PARTS_MAX = 200;

export const fieldPart = (name: string): string => FIELD + name;
/** @param column - its number from 0 */
export const columnPart = (column: number): string => COLUMN + String(column + 1);
export const joinParts = (parts: readonly string[]): string => parts.join(NUL);
/** Whether the text can stand in a pattern. */
export const isWords = (text: string): boolean => !MARKS.test(text);
