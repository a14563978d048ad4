/** Text that programs of Windows write into files: by its mark UTF-16 or UTF-8, else of one byte each. */
export function windowsText(bytes: Buffer): string {
  const [first, second, third] = bytes;
  if (first === 0xff && second === 0xfe) return bytes.subarray(2).toString('utf16le').toWellFormed();
  if (first === 0xfe && second === 0xff) {
    const even = bytes.subarray(2, bytes.length - (bytes.length % 2));
    return Buffer.from(even).swap16().toString('utf16le').toWellFormed();
  }
  if (first === 0xef && second === 0xbb && third === 0xbf)
    return bytes.subarray(3).toString('utf8').toWellFormed();
  return bytes.toString('latin1');
}
