/** Users and groups, what sudo allows them, and the keys they may log in with. */
import { readAccounts, type Account } from '../../../host/accounts.ts';
import type { Host } from '../../../host/host.ts';
import { readLastLogons } from '../../../host/last-logons.ts';
import { readSshKeys } from '../../../host/ssh-keys.ts';
import { readSudoers } from '../../../host/sudoers.ts';
import { picture, type Collector } from '../inventory-item.ts';

/** Groups whose members can become root. */
const ADMIN_GROUPS: ReadonlySet<string> = new Set([
  'root',
  'sudo',
  'wheel',
  'admin',
  'docker',
  'lxd',
  'incus-admin',
  'libvirt',
  'disk',
  'shadow',
]);

export function isAdmin(account: Account): boolean {
  return account.uid === 0 || [account.group, ...account.groups].some((group) => ADMIN_GROUPS.has(group));
}

function mayLogIn({ shell }: Account): boolean {
  return !/(nologin|false|sync|halt|shutdown)$/.test(shell);
}

const WEEK_MS = 7 * 86_400_000;

/** Days that are less than a week apart. */
function isSameWeek(before: unknown, after: unknown): boolean {
  return Math.abs(Date.parse(String(after)) - Date.parse(String(before))) < WEEK_MS;
}

export function usersCollector(host: Host): Collector {
  return {
    category: 'user',
    rhythm: 'quick',
    // Who works here logs on every day.
    steady: { lastLogonAt: isSameWeek },
    async collect() {
      const { accounts } = await readAccounts(host);
      const logons = readLastLogons(
        host,
        accounts.items.filter(mayLogIn).map(({ uid }) => uid),
      );
      const items = accounts.items.map((account) => ({
        key: account.name,
        detail: {
          uid: account.uid,
          gid: account.gid,
          group: account.group,
          groups: account.groups.join(','),
          comment: account.comment,
          home: account.home,
          shell: account.shell,
          admin: isAdmin(account),
          login: mayLogIn(account),
          password: account.password ?? null,
          passwordChangedAt: account.passwordChangedOn ?? null,
          lastLogonAt: logons.get(account.uid) ?? null,
        },
      }));
      return picture(
        items,
        accounts.unread.map((part) => ({ ...part, holds: () => false })),
      );
    },
  };
}

export function groupsCollector(host: Host): Collector {
  return {
    category: 'group',
    rhythm: 'quick',
    async collect() {
      const { groups } = await readAccounts(host);
      return picture(
        groups.items.map(({ name, gid, members }) => ({
          key: name,
          detail: { gid, members: members.join(','), count: members.length, admin: ADMIN_GROUPS.has(name) },
        })),
      );
    },
  };
}

export function sudoRulesCollector(host: Host): Collector {
  return {
    category: 'sudo-rule',
    rhythm: 'quick',
    async collect() {
      const { items, unread, truncated } = await readSudoers(host);
      return picture(
        items.map(({ text, noPassword, all, kind, who, ...rule }) => ({
          key: text,
          detail: {
            kind,
            who,
            hosts: rule.hosts,
            runAs: rule.runAs,
            commands: rule.commands,
            noPassword,
            all,
            file: rule.file,
          },
        })),
        // A folder that cannot be listed holds files that were seen before.
        unread.map(({ part, reason }) => ({
          part,
          reason,
          holds: (_, { file }) =>
            typeof file === 'string' &&
            (file === part || file.startsWith(`${part}/`) || part === '/etc/sudoers'),
        })),
        truncated,
      );
    },
  };
}

export function sshKeysCollector(host: Host): Collector {
  return {
    category: 'ssh-key',
    rhythm: 'quick',
    async collect() {
      const { accounts } = await readAccounts(host);
      const { items, unread, truncated, unreadUsers } = await readSshKeys(host, accounts.items);
      const admins = new Set(accounts.items.filter(isAdmin).map(({ name }) => name));
      return picture(
        items.map(({ user, type, fingerprint, comment, options, file }) => ({
          key: `${user} ${fingerprint}`,
          detail: { user, type, fingerprint, comment, options, file, admin: admins.has(user) },
        })),
        unread.map((part) => ({
          ...part,
          holds: (_, { user }) => typeof user === 'string' && unreadUsers.has(user),
        })),
        truncated,
      );
    },
  };
}
