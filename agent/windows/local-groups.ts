/** Members of local groups, by the number of the group: its name is in the system's language. */
import { listOf, textOf, type CimRow } from './cim-look.ts';

export interface GroupMember {
  /** `MAY-01\quantri` */
  name: string;
  sid: string;
}

/** @param groups rows of the section `groups`. undefined: there is no such group */
export function membersOf(groups: readonly CimRow[], sid: string): GroupMember[] | undefined {
  const group = groups.find((row) => textOf(row, 'SID') === sid);
  return group === undefined ? undefined : listOf(group, 'Members').map(memberOf);
}

/** A member as the section has it: `MAY-01\quantri|S-1-5-21-...`. */
export function memberOf(text: string): GroupMember {
  const cut = text.lastIndexOf('|');
  return cut === -1 ? { name: text, sid: '' } : { name: text.slice(0, cut), sid: text.slice(cut + 1) };
}
