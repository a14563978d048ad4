/** One range of bytes of a download that goes on where it broke off (RFC 9110, 14): the first and last byte, both included. */

export type ByteRange = { kind: 'whole' } | { kind: 'part'; first: number; last: number } | { kind: 'none' };

/**
 * Several ranges, or what is no range, is answered with the whole.
 * @param bytes of the whole, above zero
 * @returns `none` when the range lies outside
 */
export function readByteRange(header: string | undefined, bytes: number): ByteRange {
  const [, from = '', to = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '') ?? [];
  if (from === '' && to === '') return { kind: 'whole' };
  if (from === '') {
    const length = Math.min(Number(to), bytes);
    return length === 0 ? { kind: 'none' } : { kind: 'part', first: bytes - length, last: bytes - 1 };
  }
  const first = Number(from);
  const last = to === '' ? bytes - 1 : Math.min(Number(to), bytes - 1);
  if (to !== '' && Number(to) < first) return { kind: 'whole' };
  return first >= bytes ? { kind: 'none' } : { kind: 'part', first, last };
}
