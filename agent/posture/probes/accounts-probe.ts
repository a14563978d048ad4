/** `accounts`: facts about local accounts and groups of which there must be none. Names are told, nothing of passwords. */
import type { z } from 'zod';
import type { AccountFact, accountsTestSchema } from '#protocol/posture-tests.ts';
import { listed, type Finding } from '../finding.ts';
import type { HostView } from '../host-view.ts';
import { readAccountBook, type AccountBook, type AccountEntry } from '../readers/account-book.ts';
import { readLastLogins } from '../readers/last-logins.ts';

interface Question {
  book: AccountBook;
  /** Those the test is about. */
  accounts: readonly AccountEntry[];
  daysMax: number;
  /** Days since 1970. */
  today: number;
  view: HostView;
}

const DAY_MS = 86_400_000;
const NOBODY = 65_534;
const SHELL = /\/(?:ba|da|z|k|c|tc|fi|a)?sh$/;
const WEAK_SCHEMES: ReadonlySet<string> = new Set(['des', 'bsdi', '1', 'md5', 'sha1', '3']);
const NEVER_DAYS = 99_999;
/** Accounts of the system that carry a program instead of a shell. */
const PROGRAM_ACCOUNTS: ReadonlySet<string> = new Set(['root', 'sync', 'shutdown', 'halt', 'operator']);

export async function probeAccounts(
  { none, daysMax = 90, administrators, except = [] }: z.infer<typeof accountsTestSchema>,
  view: HostView,
): Promise<Finding> {
  const book = await readAccountBook(view);
  const accounts = book.accounts.filter(
    ({ name }) => !except.includes(name) && (administrators !== true || book.administrators.has(name)),
  );
  const today = Math.floor(view.now() / DAY_MS);
  const found = await FACTS[none]({ book, accounts, daysMax, today, view });
  const about = none.endsWith('-over') ? `${none} ${daysMax}` : none;
  const whom = administrators === true ? ' (administrators)' : '';
  return {
    ok: found.length === 0,
    observed: found.length === 0 ? `${about}: 0` : `${about}: ${listed(found)}`,
    expected: `${about}: 0${whom}`,
  };
}

const FACTS: Record<AccountFact, (question: Question) => string[] | Promise<string[]>> = {
  'empty-password': ({ book, accounts }) => {
    const passwords = book.passwords();
    return names(accounts.filter(({ name }) => passwords.get(name)?.state === 'none'));
  },
  'root-uid-shared': ({ accounts }) =>
    names(accounts.filter(({ uid, name }) => uid === 0 && name !== 'root')),
  'uid-shared': ({ accounts }) =>
    shared(
      accounts,
      ({ uid }) => String(uid),
      ({ name }) => name,
    ),
  'name-twice': ({ accounts }) =>
    shared(
      accounts,
      ({ name }) => name,
      ({ name }) => name,
    ),
  'group-id-shared': ({ book }) =>
    shared(
      book.groups,
      ({ gid }) => String(gid),
      ({ name }) => name,
    ),
  'group-name-twice': ({ book }) =>
    shared(
      book.groups,
      ({ name }) => name,
      ({ name }) => name,
    ),
  'group-missing': ({ book, accounts }) => {
    const gids = new Set(book.groups.map(({ gid }) => gid));
    return accounts.filter(({ gid }) => !gids.has(gid)).map(({ name, gid }) => `${name}: ${gid}`);
  },
  'not-shadowed': ({ accounts }) => names(accounts.filter(({ isUnshadowed }) => isUnshadowed)),
  'weak-hash': ({ book, accounts }) => {
    const passwords = book.passwords();
    return accounts.flatMap(({ name }) => {
      const scheme = passwords.get(name)?.scheme ?? '';
      return WEAK_SCHEMES.has(scheme) ? [`${name}: ${scheme === '1' ? 'md5' : scheme}`] : [];
    });
  },
  'system-account-with-shell': ({ book, accounts }) =>
    accounts
      .filter(({ name, uid, shell }) => uid < book.uidMin && !PROGRAM_ACCOUNTS.has(name) && SHELL.test(shell))
      .map(({ name, shell }) => `${name}: ${shell}`),
  'home-missing': async ({ book, accounts, view }) => {
    const missing: string[] = [];
    for (const { name, home } of people(accounts, book))
      if ((await view.facts(home))?.type !== 'folder') missing.push(`${name}: ${home}`);
    return missing;
  },
  'home-open': async ({ book, accounts, view }) => {
    const open: string[] = [];
    for (const { name, home } of people(accounts, book)) {
      const mode = (await view.facts(home))?.mode ?? 0;
      if ((mode & 0o027) !== 0) open.push(`${name}: ${home} ${mode.toString(8).padStart(4, '0')}`);
    }
    return open;
  },
  'password-age-over': ({ book, accounts, daysMax }) => {
    const passwords = book.passwords();
    return accounts.flatMap(({ name }) => {
      const { state, ageDaysMax = NEVER_DAYS } = passwords.get(name) ?? { state: 'locked' };
      return state === 'set' && ageDaysMax > daysMax ? [`${name}: ${ageDaysMax}`] : [];
    });
  },
  'password-changed-in-future': ({ book, accounts, today }) => {
    const passwords = book.passwords();
    return names(accounts.filter(({ name }) => (passwords.get(name)?.changedDay ?? 0) > today));
  },
  'inactive-over': ({ book, accounts, daysMax }) => {
    const passwords = book.passwords();
    return accounts.flatMap(({ name }) => {
      const { state, inactiveDays } = passwords.get(name) ?? { state: 'locked' as const, inactiveDays: 0 };
      return state === 'set' && (inactiveDays === undefined || inactiveDays > daysMax)
        ? [`${name}: ${inactiveDays ?? 'never'}`]
        : [];
    });
  },
  'idle-over': async ({ book, accounts, daysMax, today, view }) => {
    const passwords = book.passwords();
    const logins = await readLastLogins(view);
    return people(accounts, book).flatMap(({ name, uid }) => {
      const { state, changedDay } = passwords.get(name) ?? {
        state: 'locked' as const,
        changedDay: undefined,
      };
      if (state !== 'set') return [];
      // Somebody whose account was made lately had no time to log in.
      const last = Math.max(Math.floor((logins.get(uid) ?? 0) / DAY_MS), changedDay ?? 0);
      return today - last > daysMax
        ? [`${name}: ${logins.has(uid) ? `${today - last}` : 'never logged in'}`]
        : [];
    });
  },
  'root-group-shared': ({ accounts }) =>
    names(accounts.filter(({ name, gid }) => gid === 0 && !PROGRAM_ACCOUNTS.has(name))),
  'shadow-group-member': ({ book, accounts }) => {
    const group = book.groups.find(({ name }) => name === 'shadow');
    if (group === undefined) return [];
    return [...group.members, ...names(accounts.filter(({ gid }) => gid === group.gid))];
  },
  'dangerous-file-at-home': async ({ book, accounts, view }) => {
    const found: string[] = [];
    const root = accounts.filter(({ uid }) => uid === 0);
    for (const { home } of [...root, ...people(accounts, book)])
      for (const name of ['.rhosts', '.shosts', '.netrc'])
        if ((await view.facts(`${home.replace(/\/$/, '')}/${name}`)) !== undefined)
          found.push(`${home}/${name}`);
    return found;
  },
};

function names(accounts: readonly { name: string }[]): string[] {
  return accounts.map(({ name }) => name);
}

/** Accounts of people: they have a shell and a number above those of the system. */
function people(accounts: readonly AccountEntry[], { uidMin }: AccountBook): AccountEntry[] {
  return accounts.filter(({ uid, shell }) => uid >= uidMin && uid !== NOBODY && SHELL.test(shell));
}

function shared<T>(
  entries: readonly T[],
  keyOf: (entry: T) => string,
  nameOf: (entry: T) => string,
): string[] {
  return [...Map.groupBy(entries, keyOf)]
    .filter(([, group]) => group.length > 1)
    .map(([key, group]) => `${key}: ${group.map(nameOf).join(', ')}`);
}
