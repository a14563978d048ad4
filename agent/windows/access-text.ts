/** Access lists of Windows as text (SDDL, [MS-DTYP] 2.5.1): owner, and who may do what. Pure; what makes no sense is undefined. */

export interface AccessEntry {
  /** `A` allows, `D` denies; others (object entries, audit) by their letters. */
  kind: string;
  /** `OICI`, `ID`, `IO`, ... */
  flags: string;
  /** Letters, or 0x and hexadecimal. */
  rights: string;
  /** In full, or the two letters of one that is the same everywhere. */
  who: string;
}

export interface AccessText {
  owner: string | undefined;
  group: string | undefined;
  /** undefined: there is no list, and everybody may do everything. */
  list: { isProtected: boolean; entries: readonly AccessEntry[] } | undefined;
}

const CHARS_MAX = 65_536;
const ENTRIES_MAX = 2_048;
/** A security identifier, or two letters that stand for one. */
const SID = /^(?:S-1-[0-9a-fA-Fx]+(?:-\d+)*|[A-Z]{2})$/;
const PARTS =
  /^(?:O:(?<owner>[^:]*?))?(?:G:(?<group>[^:]*?))?(?:D:(?<flags>(?:P|AI|AR|NO_ACCESS_CONTROL)*)(?<entries>(?:\([^()]*\))*))?(?:S:.*)?$/s;
const ENTRY = /\(([^()]*)\)/g;

export function parseAccessText(text: string): AccessText | undefined {
  if (text.length > CHARS_MAX) return undefined;
  const found = PARTS.exec(text.trim())?.groups;
  if (found === undefined) return undefined;
  const { owner, group, flags, entries } = found;
  for (const sid of [owner, group]) if (sid !== undefined && sid !== '' && !SID.test(sid)) return undefined;
  const list =
    flags === undefined || flags.includes('NO_ACCESS_CONTROL') ? undefined : parseEntries(entries ?? '');
  return {
    owner: owner === '' ? undefined : owner,
    group: group === '' ? undefined : group,
    list: list === undefined ? undefined : { isProtected: /P/.test(flags ?? ''), entries: list },
  };
}

/** Of an entry that makes no sense what is there: it stays a difference. */
function parseEntries(text: string): AccessEntry[] {
  return [...text.matchAll(ENTRY)].slice(0, ENTRIES_MAX).map((found) => {
    const [kind = '', flags = '', rights = '', , , who = ''] = (found[1] ?? '').split(';');
    return { kind, flags, rights, who };
  });
}
