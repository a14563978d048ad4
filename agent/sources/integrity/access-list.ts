/** POSIX access lists as the kernel keeps them (linux/posix_acl_xattr.h), in their short text form. */

const VERSION = 2;
const HEADER_BYTES = 4;
const ENTRY_BYTES = 8;
const TAGS: Record<number, string> = {
  0x01: 'user',
  0x02: 'user',
  0x04: 'group',
  0x08: 'group',
  0x10: 'mask',
  0x20: 'other',
};
const NAMED = new Set([0x02, 0x08]);

/** Entries such as `user:1000:r--`, with numbers for names; none for what is no such list. */
export function formatAccessList(value: Buffer): string[] {
  if (value.length < HEADER_BYTES || value.readUInt32LE(0) !== VERSION) return [];
  const entries: string[] = [];
  for (let at = HEADER_BYTES; at + ENTRY_BYTES <= value.length; at += ENTRY_BYTES) {
    const tag = value.readUInt16LE(at);
    const permissions = value.readUInt16LE(at + 2);
    const id = NAMED.has(tag) ? String(value.readUInt32LE(at + 4)) : '';
    entries.push(`${TAGS[tag] ?? tag}:${id}:${formatPermissions(permissions)}`);
  }
  return entries;
}

function formatPermissions(bits: number): string {
  return `${(bits & 4) === 0 ? '-' : 'r'}${(bits & 2) === 0 ? '-' : 'w'}${(bits & 1) === 0 ? '-' : 'x'}`;
}
