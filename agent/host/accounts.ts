/** Local accounts and groups, and what shadow says of a password without ever passing the password on. */
import { isoDay } from '../iso-time.ts';
import type { Host } from './host.ts';
import { readText } from './read-text.ts';
import { reading, type Reading, type Unread } from './reading.ts';

export interface Account {
  name: string;
  uid: number;
  gid: number;
  /** Name of its own group. */
  group: string;
  /** Names of the groups it was added to, sorted. */
  groups: string[];
  comment: string;
  home: string;
  shell: string;
  /** undefined when shadow cannot be read. */
  password: PasswordState | undefined;
  /** Day on which it was last changed, YYYY-MM-DD; undefined: shadow does not say. */
  passwordChangedOn: string | undefined;
}

/** `none`: it logs in without one. `locked`: no password fits. */
export type PasswordState = 'set' | 'locked' | 'none';

export interface Group {
  name: string;
  gid: number;
  /** Those who were added, and those whose own group it is; sorted. */
  members: string[];
}

function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

export function parseAccounts(passwd: string, group: string, shadow?: string): Account[] {
  const groupNames = new Map<number, string>();
  const memberships = new Map<string, string[]>();
  for (const { name, gid, added } of parseGroupLines(group)) {
    groupNames.set(gid, name);
    for (const member of added) memberships.set(member, [...(memberships.get(member) ?? []), name]);
  }
  const passwords = shadow === undefined ? undefined : parseShadow(shadow);
  const accounts: Account[] = [];
  for (const line of lines(passwd)) {
    const [name, , uid, gid, comment, home, shell] = line.split(':');
    if (name === undefined || name === '' || uid === undefined || gid === undefined) continue;
    // `+` and `-` lines ask a directory service.
    if (name.startsWith('+') || name.startsWith('-')) continue;
    accounts.push({
      name,
      uid: Number(uid),
      gid: Number(gid),
      group: groupNames.get(Number(gid)) ?? '',
      groups: (memberships.get(name) ?? []).sort(),
      comment: comment ?? '',
      home: home ?? '',
      shell: shell ?? '',
      password: passwords === undefined ? undefined : (passwords.get(name)?.state ?? 'locked'),
      passwordChangedOn: passwords?.get(name)?.changedOn,
    });
  }
  return accounts;
}

function parseGroupLines(group: string): { name: string; gid: number; added: string[] }[] {
  return lines(group).flatMap((line) => {
    const [name, , gid, members] = line.split(':');
    if (name === undefined || name === '' || gid === undefined) return [];
    return [{ name, gid: Number(gid), added: (members ?? '').split(',').filter(Boolean) }];
  });
}

export function parseGroups(group: string, accounts: readonly Account[]): Group[] {
  return parseGroupLines(group).map(({ name, gid, added }) => {
    const own = accounts.filter((account) => account.gid === gid).map((account) => account.name);
    return { name, gid, members: [...new Set([...added, ...own])].sort() };
  });
}

const DAY_MS = 86_400_000;

interface ShadowEntry {
  state: PasswordState;
  changedOn: string | undefined;
}

/** @param text of /etc/shadow (shadow(5)) */
function parseShadow(text: string): Map<string, ShadowEntry> {
  const entries = new Map<string, ShadowEntry>();
  for (const line of lines(text)) {
    const [name, password, changed = ''] = line.split(':');
    if (name === undefined || password === undefined) continue;
    const state = password === '' ? 'none' : /^[!*]/.test(password) ? 'locked' : 'set';
    // 0 asks for another one at the next logon and says nothing of when.
    const days = /^\d{1,6}$/.test(changed) ? Number(changed) : 0;
    const changedOn = days === 0 ? undefined : isoDay(days * DAY_MS);
    entries.set(name, { state, changedOn });
  }
  return entries;
}

export interface Accounts {
  accounts: Reading<Account>;
  groups: Reading<Group>;
}

/** @throws Error when passwd or group cannot be read: there is no host without them */
export async function readAccounts(host: Pick<Host, 'root'>): Promise<Accounts> {
  const passwd = await must(host, '/etc/passwd');
  const group = await must(host, '/etc/group');
  const shadow = await readText(host, '/etc/shadow');
  const unread: Unread[] =
    shadow.kind === 'unreadable' ? [{ part: '/etc/shadow', reason: shadow.reason }] : [];
  const accounts = parseAccounts(passwd, group, shadow.kind === 'text' ? shadow.text : undefined);
  return {
    accounts: reading(accounts, unread),
    groups: reading(parseGroups(group, accounts)),
  };
}

async function must(host: Pick<Host, 'root'>, file: string): Promise<string> {
  const result = await readText(host, file, 32 * 1_048_576);
  if (result.kind === 'text' && result.truncated) throw new Error(`${file} is too long`);
  if (result.kind === 'text') return result.text;
  throw new Error(`${file} cannot be read: ${result.kind === 'absent' ? 'it is not there' : result.reason}`);
}
