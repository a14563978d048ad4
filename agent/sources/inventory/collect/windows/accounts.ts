/** Accounts and groups of this host, by their numbers: names of built-in ones are in the system's language. */
import { isoDay } from '../../../../iso-time.ts';
import { listOf, textOf, timeMsOf, type CimRow } from '../../../../windows/cim-look.ts';
import { memberOf, membersOf } from '../../../../windows/local-groups.ts';
import { picture, type Collector, type UnreadPart } from '../../inventory-item.ts';
import type { WindowsLook } from './windows-collectors.ts';

const ADMINISTRATORS = 'S-1-5-32-544';
/** Members can become administrator, or read whatever they like: backup, print, Hyper-V, remote management. */
const STRONG = /^S-1-5-32-(544|547|548|549|550|551|578|580)$/;
const WEEK_MS = 7 * 86_400_000;

export function usersCollector({ cim }: WindowsLook): Collector {
  return {
    category: 'user',
    steady: {
      lastLogonAt: (before, after) =>
        Math.abs(Date.parse(String(after)) - Date.parse(String(before))) < WEEK_MS,
    },
    async collect({ signal }) {
      const { rows, truncated } = await cim.rows('users', signal);
      const groups = await cim.ask('groups', signal);
      const members = groups.kind === 'rows' ? membersOf(groups.rows, ADMINISTRATORS) : undefined;
      const admins = new Set(members?.map(({ sid }) => sid));
      const day = (text: string): string => {
        const ms = timeMsOf(text);
        return ms === undefined ? '' : isoDay(ms);
      };
      const items = rows.map((row) => {
        const sid = textOf(row, 'Sid');
        return {
          key: textOf(row, 'Name'),
          detail: {
            sid,
            uid: sid.slice(sid.lastIndexOf('-') + 1),
            comment: textOf(row, 'Description'),
            admin: members === undefined ? null : admins.has(sid),
            enabled: row['Enabled'] === true,
            login: row['Enabled'] === true,
            password: passwordOf(row),
            passwordChangedAt: day(textOf(row, 'PasswordLastSet')),
            passwordExpiresAt: day(textOf(row, 'PasswordExpires')) || 'never',
            lastLogonAt: day(textOf(row, 'LastLogon')) || 'never',
          },
        };
      });
      const unread: UnreadPart[] =
        members === undefined
          ? [
              {
                part: 'administrators',
                reason: groups.kind === 'unread' ? groups.reason : 'not told',
                holds: () => false,
              },
            ]
          : [];
      return picture(items, unread, truncated ? 1 : 0);
    },
  };
}

/** Only one that needs none and never had one is known to have none. */
function passwordOf(row: CimRow): string {
  if (textOf(row, 'PasswordLastSet') !== '') return 'set';
  return row['PasswordRequired'] === false ? 'none' : '';
}

export function groupsCollector({ cim }: WindowsLook): Collector {
  return {
    category: 'group',
    async collect({ signal }) {
      const { rows, truncated } = await cim.rows('groups', signal);
      return picture(
        rows.map((row) => {
          const sid = textOf(row, 'SID');
          const names = listOf(row, 'Members').map((text) => memberOf(text).name);
          return {
            key: textOf(row, 'Name'),
            detail: { sid, members: names.join(','), count: names.length, admin: STRONG.test(sid) },
          };
        }),
        [],
        truncated ? 1 : 0,
      );
    },
  };
}
