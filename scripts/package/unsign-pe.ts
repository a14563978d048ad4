/** Takes the signature off a program of Windows: changed it would not hold, and a new one goes in its place. */

/** Of the optional header for 64-bit programs, the only kind packed. */
const PE32_PLUS = 0x20b;
const CHECKSUM_AT = 64;
const DIRECTORIES_AT = 112;
const SECURITY = 4;

/** @returns the program without what follows its sections. @throws Error for what is no 64-bit program */
export function unsignedPe(program: Buffer): Buffer {
  const header = program.readUInt32LE(0x3c);
  const optional = header + 24;
  if (
    program.toString('latin1', header, header + 4) !== 'PE\0\0' ||
    program.readUInt16LE(optional) !== PE32_PLUS
  )
    throw new Error('this is no 64-bit program of Windows');
  const entry = optional + DIRECTORIES_AT + SECURITY * 8;
  const at = program.readUInt32LE(entry);
  const size = program.readUInt32LE(entry + 4);
  if (at === 0) return program;
  if (at + size !== program.length) throw new Error('its signature is not at its end');
  const bytes = Buffer.from(program.subarray(0, at));
  bytes.writeUInt32LE(0, optional + CHECKSUM_AT);
  bytes.writeBigUInt64LE(0n, entry);
  return bytes;
}
