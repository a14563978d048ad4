/**
 * A reader of DER that believes nothing: every length is checked against what holds it, and how much is read is bounded. For
 * structures that peers send (ITU-T X.690); indefinite lengths are refused.
 */

/** What was read is no such structure. */
export class DerError extends Error {
  override readonly name = 'DerError';
}

export interface DerNode {
  /** The identifier octet. */
  tag: number;
  /** The whole element, and its content. */
  bytes: Buffer;
  content: Buffer;
}

const CHILDREN_MAX = 1_000;

/** The element at the begin of the bytes; what follows it does not count. @throws DerError */
export function readDer(bytes: Buffer): DerNode {
  const tag = bytes[0];
  const first = bytes[1];
  if (tag === undefined || first === undefined) throw new DerError('the structure ends too early');
  if ((tag & 0x1f) === 0x1f) throw new DerError('the structure has a tag of several octets');
  let length = first;
  let start = 2;
  if (first >= 0x80) {
    const octets = first & 0x7f;
    if (octets === 0 || octets > 4) throw new DerError('the structure has a length that is not definite');
    start = 2 + octets;
    if (bytes.length < start) throw new DerError('the structure ends too early');
    length = bytes.readUIntBE(2, octets);
  }
  if (start + length > bytes.length) throw new DerError('the structure is longer than what holds it');
  return { tag, bytes: bytes.subarray(0, start + length), content: bytes.subarray(start, start + length) };
}

/** The elements in a constructed one. @throws DerError */
export function childrenOf({ tag, content }: DerNode): DerNode[] {
  if ((tag & 0x20) === 0) throw new DerError('the structure has no parts');
  const found: DerNode[] = [];
  for (let at = 0; at < content.length;) {
    if (found.length >= CHILDREN_MAX) throw new DerError('the structure has too many parts');
    const child = readDer(content.subarray(at));
    found.push(child);
    at += child.bytes.length;
  }
  return found;
}

export const SEQUENCE = 0x30;
export const SET = 0x31;
export const OCTETS = 0x04;
export const OID = 0x06;

/** @throws DerError when it is of another kind */
export function expectTag(node: DerNode | undefined, tag: number): DerNode {
  if (node?.tag !== tag) throw new DerError('the structure is not what was expected');
  return node;
}

/** As dotted numbers. @throws DerError */
export function oidOf(node: DerNode | undefined): string {
  const { content } = expectTag(node, OID);
  if (content.length === 0 || content.length > 64)
    throw new DerError('the structure has no object identifier');
  const parts: number[] = [];
  let value = 0;
  for (const octet of content) {
    value = value * 128 + (octet & 0x7f);
    if (value > Number.MAX_SAFE_INTEGER / 128) throw new DerError('the object identifier is too large');
    if (octet >= 0x80) continue;
    if (parts.length === 0)
      parts.push(Math.min(2, Math.floor(value / 40)), value - 40 * Math.min(2, Math.floor(value / 40)));
    else parts.push(value);
    value = 0;
  }
  return parts.join('.');
}
