/** A page's bytes as text, in the encoding that its order mark, its header or itself names. Never fails. */

/** Where a page must name its encoding, says the standard. */
const PRESCAN_BYTES = 1_024;

export function decodeText(bytes: Uint8Array, contentType: string | undefined): string {
  const marked = byOrderMark(bytes);
  const named = marked ?? charsetOf(contentType ?? '') ?? charsetOf(prescan(bytes)) ?? 'utf-8';
  return decoderFor(named).decode(bytes).toWellFormed();
}

function byOrderMark(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 'utf-8' : undefined;
}

function prescan(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.subarray(0, PRESCAN_BYTES)).toString('latin1');
  const name = charsetOf(head);
  // A page that can be read so far is not in UTF-16, whatever it says.
  return name === undefined || /^utf-?16/i.test(name) ? '' : `charset=${name}`;
}

function charsetOf(text: string): string | undefined {
  return /charset\s*=\s*["']?\s*([\w.:-]{1,40})/i.exec(text)?.[1];
}

function decoderFor(name: string): { decode: (bytes: Uint8Array) => string } {
  try {
    return new TextDecoder(name);
  } catch (error) {
    // An encoding that nobody knows.
    if (error instanceof RangeError) return new TextDecoder();
    throw error;
  }
}
