/** Whether an access list of Windows (SDDL) lets everybody write. */

/** Everybody, guests, people who signed in, users, who signed in at the machine. */
const EVERYBODY = /^(?:WD|AN|BG|AU|BU|IU|S-1-1-0|S-1-5-11|S-1-5-32-545)$/;
const ENTRY = /\(A;([A-Z]*);([^;()]*);[^;()]*;[^;()]*;([^;()]+)\)/g;
/** All, write, and in objects' own words. */
const WRITING = /^(?:FA|FW|GA|GW)/;
/** FILE_WRITE_DATA, FILE_APPEND_DATA, WRITE_DAC, WRITE_OWNER, GENERIC_ALL, GENERIC_WRITE. */
const WRITE_BITS = 0x2 | 0x4 | 0x40000 | 0x80000 | 0x10000000 | 0x40000000;

/** @param acl of a file; of Linux, or none: false */
export function othersMayWrite(acl: string | undefined): boolean {
  if (acl === undefined || !acl.startsWith('D:')) return false;
  if (acl.startsWith('D:NO_ACCESS_CONTROL')) return true;
  for (const [, flags = '', rights = '', who = ''] of acl.matchAll(ENTRY)) {
    // Only for what is made below.
    if (!EVERYBODY.test(who) || flags.includes('IO')) continue;
    if (WRITING.test(rights)) return true;
    if (/^0x[0-9a-f]{1,8}$/i.test(rights) && (Number(rights) & WRITE_BITS) !== 0) return true;
  }
  return false;
}
