/**
 * Locks a local account and lets it expire, and undoes that exactly. Never root, never the account the agent runs as,
 * never the last one that can still administer the host.
 */
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { readAccounts, type Account } from '../host/accounts.ts';
import { at, type Host } from '../host/host.ts';
import { whyNot } from '../host/run-program.ts';
import { writePrivate } from '../identity.ts';
import type { Action } from './action.ts';
import { ActionError } from './action.ts';
import { isoDay } from '../iso-time.ts';

const FOLDER = 'accounts';
/** Groups whose members may become root on Debian, Ubuntu and the RHEL family. */
const ADMIN_GROUPS: ReadonlySet<string> = new Set(['sudo', 'wheel', 'admin']);
/** A day long past: the account has expired. */
const EXPIRED = '1970-01-02';

const keptSchema = z.strictObject({
  version: z.literal(1),
  user: z.string(),
  /** The eighth field of shadow: days since 1970, or nothing. */
  expires: z.string(),
  wasLocked: z.boolean(),
});

function keptFile(stateDir: string, user: string): string {
  return path.join(stateDir, FOLDER, `${user}.json`);
}

async function findAccount(host: Host, user: string): Promise<{ account: Account; all: readonly Account[] }> {
  const { accounts } = await readAccounts(host);
  const account = accounts.items.find(({ name }) => name === user);
  if (account === undefined) throw new ActionError('failed', `there is no local account ${user}`);
  return { account, all: accounts.items };
}

function canAdminister(account: Account): boolean {
  const isAdmin =
    account.uid === 0 || [account.group, ...account.groups].some((name) => ADMIN_GROUPS.has(name));
  return isAdmin && account.password === 'set';
}

/** The shadow line's field of that number, counted from 0. */
function shadowField(host: Host, user: string, field: number): string {
  const lines = fs.readFileSync(at(host, '/etc/shadow'), 'utf8').split('\n');
  return lines.find((line) => line.startsWith(`${user}:`))?.split(':')[field] ?? '';
}

async function usermod(host: Host, args: readonly string[]): Promise<void> {
  // Another root is another machine's files: usermod changes them where it is told to.
  const where = host.root === '/' ? [] : ['--prefix', host.root];
  const result = await host.run('usermod', [...where, ...args]);
  const reason = whyNot('usermod', result);
  if (reason !== undefined) throw new ActionError('failed', reason);
}

export const disableAccount: Action<'disable-account'> = async ({ user }, { dryRun, host, stateDir }) => {
  const { account, all } = await findAccount(host, user);
  if (account.uid === 0)
    throw new ActionError('refused', `${user} is root: the host could not be mended any more`);
  if (account.uid === process.getuid?.()) throw new ActionError('refused', `the agent runs as ${user}`);
  const others = all.filter((other) => other.name !== user && canAdminister(other));
  if (canAdminister(account) && others.length === 0)
    throw new ActionError('refused', `${user} is the last account that can administer this host`);
  const facts = { user, uid: account.uid, wasLocked: account.password === 'locked' };
  if (dryRun) return facts;
  const file = keptFile(stateDir, user);
  // What it was before the first time is what is given back.
  if (!fs.existsSync(file)) {
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    writePrivate(file, { version: 1, user, expires: shadowField(host, user, 7), wasLocked: facts.wasLocked });
  }
  await usermod(host, ['--lock', '--expiredate', EXPIRED, user]);
  return facts;
};

export const enableAccount: Action<'enable-account'> = async ({ user }, { dryRun, host, stateDir }) => {
  await findAccount(host, user);
  const file = keptFile(stateDir, user);
  if (!fs.existsSync(file)) throw new ActionError('refused', `${user} was not disabled by a command`);
  const { expires, wasLocked } = keptSchema.parse(JSON.parse(fs.readFileSync(file, 'utf8')));
  const facts = { user, staysLocked: wasLocked };
  if (dryRun) return facts;
  const day = expires === '' ? '' : isoDay(Number(expires) * 86_400_000);
  await usermod(host, [...(wasLocked ? [] : ['--unlock']), '--expiredate', day, user]);
  fs.rmSync(file);
  return facts;
};
