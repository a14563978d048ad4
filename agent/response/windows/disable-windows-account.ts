/**
 * Disables a local account of Windows, and undoes that exactly. Never the last one that can administer the host, never one
 * of the system.
 */
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Host } from '../../host/host.ts';
import { whyNot } from '../../host/run-program.ts';
import { writePrivate } from '../../identity.ts';
import { lookAtCim, textOf, type CimAnswer, type CimRow } from '../../windows/cim-look.ts';
import { membersOf } from '../../windows/local-groups.ts';
import type { Action } from '../action.ts';
import { ActionError } from '../action.ts';

const ADMINISTRATORS = 'S-1-5-32-544';

const keptSchema = z.strictObject({ version: z.literal(1), user: z.string(), wasDisabled: z.boolean() });

/** Names are compared without regard to case. */
function keptFile(stateDir: string, user: string): string {
  return path.join(stateDir, 'accounts', `${user.toLowerCase()}.json`);
}

function rowsOf(answer: CimAnswer | undefined): readonly CimRow[] {
  if (answer?.kind === 'rows') return answer.rows;
  throw new ActionError('failed', `local accounts cannot be told: ${answer?.reason ?? 'no answer'}`);
}

interface Found {
  name: string;
  sid: string;
  isDisabled: boolean;
  /** Nobody else can administer the host. */
  isLastAdmin: boolean;
}

async function find(host: Host, user: string): Promise<Found> {
  const answers = await lookAtCim(host, ['users', 'groups']);
  const users = rowsOf(answers.get('users'));
  const own = users.find((row) => textOf(row, 'Name').toLowerCase() === user.toLowerCase());
  if (own === undefined) throw new ActionError('failed', `there is no local account ${user}`);
  const members = membersOf(rowsOf(answers.get('groups')), ADMINISTRATORS);
  if (members === undefined) throw new ActionError('failed', 'it cannot be told who administers this host');
  const disabled = new Set(users.filter((row) => row['Enabled'] !== true).map((row) => textOf(row, 'Sid')));
  const sid = textOf(own, 'Sid');
  const able = members.filter((member) => !disabled.has(member.sid));
  const isLastAdmin = able.some((member) => member.sid === sid) && able.every((member) => member.sid === sid);
  return { name: textOf(own, 'Name'), sid, isDisabled: disabled.has(sid), isLastAdmin };
}

async function setActive(host: Host, user: string, isActive: boolean): Promise<void> {
  const reason = whyNot('net', await host.run('net', ['user', user, `/active:${isActive ? 'yes' : 'no'}`]));
  if (reason !== undefined) throw new ActionError('failed', reason);
}

export const disableAccount: Action<'disable-account'> = async ({ user }, { dryRun, host, stateDir }) => {
  const { name, sid, isDisabled, isLastAdmin } = await find(host, user);
  if (isLastAdmin)
    throw new ActionError('refused', `${name} is the last account that can administer this host`);
  const facts = { user: name, sid, wasLocked: isDisabled };
  if (dryRun) return facts;
  const file = keptFile(stateDir, name);
  // What it was before the first time is what is given back.
  if (!fs.existsSync(file)) {
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    writePrivate(file, { version: 1, user: name, wasDisabled: isDisabled });
  }
  await setActive(host, name, false);
  return facts;
};

export const enableAccount: Action<'enable-account'> = async ({ user }, { dryRun, host, stateDir }) => {
  const { name } = await find(host, user);
  const file = keptFile(stateDir, name);
  if (!fs.existsSync(file)) throw new ActionError('refused', `${name} was not disabled by a command`);
  const { wasDisabled } = keptSchema.parse(JSON.parse(fs.readFileSync(file, 'utf8')));
  const facts = { user: name, staysLocked: wasDisabled };
  if (dryRun) return facts;
  if (!wasDisabled) await setActive(host, name, true);
  fs.rmSync(file);
  return facts;
};
