/**
 * Accounts as hosts tell of them. Linux says what shadow and lastlog say, Windows whether an account is enabled; both in the
 * same facts. Invariant: what was not told is undefined, never a guess.
 */
import type { FleetItem } from '../../store/fleet-store.ts';
import type { HostPicture, Look } from './host-pictures.ts';

export interface AccountFacts {
  name: string;
  isAdmin: boolean;
  /** Somebody may log in as it; undefined: not known. */
  isEnabled: boolean | undefined;
  /** `set`, `locked`, `none`; empty: not known. */
  password: string;
  /** Milliseconds since 1970. */
  passwordChangedMs: number | undefined;
  /** Milliseconds since 1970; 'never'; undefined: not known. */
  lastLogonMs: number | 'never' | undefined;
  uid: string;
}

export const ACCOUNT_LOOKS: readonly Look[] = [
  {
    category: 'user',
    facts: ['admin', 'login', 'enabled', 'password', 'passwordChangedAt', 'lastLogonAt', 'uid'],
    // Accounts of the system that nobody can log in with are most of them.
    where: [
      { fact: 'login', in: ['true', ''] },
      { fact: 'admin', in: ['true'] },
    ],
  },
  { category: 'ssh-key', facts: ['user'] },
];

export function accountsOf(users: HostPicture, keys: HostPicture | undefined): AccountFacts[] {
  const withKey =
    keys === undefined ? undefined : new Set(keys.items.map(({ facts }) => facts['user'] ?? ''));
  return users.items.map((item) => toAccount(item, withKey));
}

function toAccount({ key, facts }: FleetItem, withKey: ReadonlySet<string> | undefined): AccountFacts {
  const password = facts['password'] ?? '';
  return {
    name: key,
    isAdmin: facts['admin'] === 'true',
    isEnabled: enabled(facts, password, withKey?.has(key)),
    password,
    passwordChangedMs: timeOf(facts['passwordChangedAt']),
    lastLogonMs: facts['lastLogonAt'] === 'never' ? 'never' : timeOf(facts['lastLogonAt']),
    uid: facts['uid'] ?? '',
  };
}

function enabled(
  facts: FleetItem['facts'],
  password: string,
  hasKey: boolean | undefined,
): boolean | undefined {
  if (facts['enabled'] === 'true' || facts['enabled'] === 'false') return facts['enabled'] === 'true';
  if (facts['login'] === 'false') return false;
  if (password === 'set' || password === 'none' || hasKey === true) return true;
  return password === 'locked' && hasKey === false ? false : undefined;
}

/** @param text ISO 8601, a day or a moment */
export function timeOf(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}
