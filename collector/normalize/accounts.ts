/** useradd, usermod, groupadd, passwd, chage and their kin: what changed in the local accounts. */
import type { NormalEvent } from './event.ts';
import { readPam } from './pam.ts';
import { phraseTable, readPhrase, type Phrase } from './phrases.ts';

const changed = (action: string) => ({ action, outcome: 'success' }) as const;

const PHRASES: readonly Phrase[] = [
  {
    first: 'new',
    pattern: /^new user: name=([^,]*), UID=(\d+), GID=(\d+), home=([^,]*), shell=([^,]*)(?:, from=(.*))?$/s,
    ...changed('user_created'),
    groups: ['user.name', 'user.id', 'group.id', 'user.home', 'user.shell', 'user.origin'],
  },
  {
    first: 'new',
    pattern: /^new group: name=([^,]*), GID=(\d+)/,
    ...changed('group_created'),
    groups: ['group.name', 'group.id'],
  },
  {
    first: 'group',
    pattern: /^group added to \S+: name=([^,]*)(?:, GID=(\d+))?/,
    ...changed('group_created'),
    groups: ['group.name', 'group.id'],
  },
  {
    first: 'add',
    pattern: /^add '(.*)' to (?:shadow )?group '([^']*)'/s,
    ...changed('group_member_added'),
    groups: ['user.name', 'group.name'],
  },
  {
    first: 'delete',
    pattern: /^delete '(.*)' from (?:shadow )?group '([^']*)'/s,
    ...changed('group_member_removed'),
    groups: ['user.name', 'group.name'],
  },
  {
    first: 'user',
    pattern: /^user (\S+) added by (\S+) to group (\S+)/,
    ...changed('group_member_added'),
    groups: ['user.name', 'user.actor.name', 'group.name'],
  },
  {
    first: 'user',
    pattern: /^user (\S+) removed by (\S+) from group (\S+)/,
    ...changed('group_member_removed'),
    groups: ['user.name', 'user.actor.name', 'group.name'],
  },
  {
    first: 'members',
    pattern: /^members of group (\S+) set by (\S+) to (.*)$/s,
    ...changed('group_member_added'),
    groups: ['group.name', 'user.actor.name', 'user.name'],
  },
  { first: 'delete', pattern: /^delete user '(.*)'/s, ...changed('user_deleted'), groups: ['user.name'] },
  {
    first: 'removed',
    pattern: /^removed group '([^']*)'/,
    ...changed('group_deleted'),
    groups: ['group.name'],
  },
  {
    first: 'group',
    pattern: /^group '([^']*)' removed/,
    ...changed('group_deleted'),
    groups: ['group.name'],
  },
  {
    first: 'change',
    pattern: /^change user '([^']*)' password/,
    ...changed('password_changed'),
    groups: ['user.name'],
  },
  {
    first: 'change',
    pattern: /^change user '([^']*)' UID from '(\d+)' to '(\d+)'/,
    ...changed('user_id_changed'),
    groups: ['user.name', 'user.previous_id', 'user.id'],
  },
  {
    first: 'change',
    pattern: /^change user '([^']*)' shell from '([^']*)' to '([^']*)'/,
    ...changed('user_changed'),
    groups: ['user.name', 'user.previous_shell', 'user.shell'],
  },
  {
    first: 'change',
    pattern: /^change user '([^']*)' (\S.*)$/s,
    ...changed('user_changed'),
    groups: ['user.name', 'event.reason'],
  },
  {
    first: 'changed',
    pattern: /^changed (?:user|password expiry for) '?([^'\s]*)'?/,
    ...changed('user_changed'),
    groups: ['user.name'],
  },
  {
    first: 'lock',
    pattern: /^lock user '([^']*)' password/,
    ...changed('user_locked'),
    groups: ['user.name'],
  },
  {
    first: 'unlock',
    pattern: /^unlock user '([^']*)' password/,
    ...changed('user_unlocked'),
    groups: ['user.name'],
  },
  {
    first: 'password',
    pattern: /^password for '([^']*)' changed by '([^']*)'/,
    ...changed('password_changed'),
    groups: ['user.name', 'user.actor.name'],
  },
  {
    first: 'failed',
    pattern: /^failed (?:adding|to \S+) user '([^']*)'/,
    action: 'user_change_failed',
    outcome: 'failure',
    groups: ['user.name'],
  },
];

const TABLE = phraseTable(PHRASES);

/** @returns false when the form is not known. */
export function readAccounts(event: NormalEvent, text: string): boolean {
  return readPam(event, text) ?? readPhrase(TABLE, event, text);
}
