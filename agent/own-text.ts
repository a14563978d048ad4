/**
 * Text that is kept. V8 makes a part of a text a view of the whole, so one name that is kept of a file holds the whole
 * file in memory; a copy holds nothing but itself.
 */
export function ownText(text: string): string {
  return Buffer.from(text).toString();
}
