/** cron, crontab and atd: what ran for whom, and whose table changed. */
import type { NormalEvent } from './event.ts';
import { put, putAction } from './draft.ts';
import { readPam } from './pam.ts';

const ENTRY = /^\(([^)]{1,64})\) ([A-Z][A-Z() ]{1,40}?) \((.*)\)?$/s;

const ACTION_OF: ReadonlyMap<string, string> = new Map([
  ['CMD', 'cron_command'],
  ['REPLACE', 'crontab_replaced'],
  ['BEGIN EDIT', 'crontab_edit_started'],
  ['END EDIT', 'crontab_edit_ended'],
  ['LIST', 'crontab_listed'],
  ['DELETE', 'crontab_deleted'],
  ['RELOAD', 'crontab_reloaded'],
  ['MAIL', 'cron_mail'],
  ['CMDOUT', 'cron_output'],
  ['CMDEND', 'cron_command_ended'],
  ['INFO', 'cron_info'],
  ['STARTUP', 'cron_info'],
  ['WRONG FILE OWNER', 'crontab_refused'],
  ['INSECURE MODE', 'crontab_refused'],
  ['SYMLINK', 'crontab_refused'],
]);

/** @returns false when the form is not known. */
export function readCron(event: NormalEvent, text: string): boolean {
  const pam = readPam(event, text);
  if (pam !== undefined) return pam;
  const match = ENTRY.exec(text);
  if (match === null) return false;
  const [, user = '', verb = '', argument = ''] = match;
  const action = ACTION_OF.get(verb) ?? 'cron_other';
  putAction(event, action);
  // crontab(1) writes (actor) VERB (owner of the table).
  const value = argument.endsWith(')') ? argument.slice(0, -1) : argument;
  if (action === 'cron_command' || action === 'cron_output' || action === 'cron_command_ended') {
    put(event, 'user.name', user);
    put(event, 'process.command_line', value);
  } else if (action.startsWith('crontab_')) {
    put(event, 'user.actor.name', user);
    put(event, 'user.name', /^[A-Za-z0-9._-]{1,64}$/.test(value) ? value : user);
    put(event, 'cron.argument', value);
  } else {
    put(event, 'user.name', user);
    put(event, 'event.reason', value);
  }
  return action !== 'cron_other';
}
