/**
 * PAM's sentences, whichever program they come through (`pam_unix(sshd:auth): ...`, and the older
 * `sshd(pam_unix)[1]: ...`), and su's own.
 */
import type { NormalEvent } from './event.ts';
import { put, putAction, putSource } from './draft.ts';
import { phraseTable, readPhrase } from './phrases.ts';

const MODULE = /^(pam_[a-z0-9_]{1,32})(?:\(([^():\s]{1,64}):([a-z]{1,16})\))?: /;
// The user stands last and may hold anything, the other values come from the system except ruser.
const FAILURE =
  /^(?:(\d{1,9}) more )?authentication failures?; logname=(\S*) uid=(\d*) euid=(\d*) tty=(\S*) ruser=(.*?) rhost=(\S*)(?: +user=(.*))?/s;

const SENTENCES = phraseTable([
  {
    first: 'session',
    pattern: /^session opened for user (.*?)(?:\(uid=(\d+)\))? by (?:(\S*?)\(uid=(\d+)\)|\S*)$/s,
    action: 'session_opened',
    outcome: 'success',
    groups: ['user.name', 'user.id', 'user.actor.name', 'user.actor.id'],
  },
  {
    first: 'session',
    pattern: /^session closed for user (.*)$/s,
    action: 'session_closed',
    groups: ['user.name'],
  },
  { first: 'check', pattern: /^check pass; user unknown/, action: 'user_unknown', outcome: 'failure' },
  {
    first: 'bad',
    pattern: /^bad username \[(.*)\]$/s,
    action: 'user_unknown',
    outcome: 'failure',
    groups: ['user.name'],
  },
  {
    first: 'password',
    pattern: /^password changed for (.*)$/s,
    action: 'password_changed',
    outcome: 'success',
    groups: ['user.name'],
  },
  {
    first: 'account',
    pattern: /^account (\S+) has (expired|password changed in future)/,
    action: 'account_refused',
    outcome: 'failure',
    groups: ['user.name', 'event.reason'],
  },
  {
    first: 'user',
    pattern: /^user '?([^']*?)'? (?:not in|is not allowed|denied|doesn't)/,
    action: 'account_refused',
    outcome: 'failure',
    groups: ['user.name'],
  },
  {
    first: 'requirement',
    pattern: /^requirement "([^"]*)" (?:not )?met by user "([^"]*)"/,
    action: 'pam_requirement',
    groups: ['pam.requirement', 'user.name'],
  },
  {
    first: 'Consecutive',
    pattern: /^Consecutive login failures for user (\S+) account temporarily locked/,
    action: 'account_locked',
    outcome: 'failure',
    groups: ['user.name'],
  },
  {
    first: 'auth',
    pattern: /^auth could not identify password for \[(.*)\]$/s,
    action: 'authentication_failed',
    outcome: 'failure',
    groups: ['user.name'],
  },
  {
    first: 'conversation',
    pattern: /^conversation failed/,
    action: 'authentication_failed',
    outcome: 'failure',
  },
  { first: 'Failed', pattern: /^Failed to /, action: 'pam_error' },
  { first: 'unable', pattern: /^unable to /, action: 'pam_error' },
]);

/**
 * `authentication failure; logname= uid=0 ... rhost=H user=U`, with or without `N more` before it.
 * @param action what such a failure is called where PAM's line is the only one of the attempt.
 */
export function readPamFailure(event: NormalEvent, text: string, action = 'authentication_failed'): boolean {
  const match = FAILURE.exec(text);
  if (match === null) return false;
  const [, more, logname = '', uid, , tty = '', ruser = '', rhost = '', user] = match;
  putAction(event, action, 'failure');
  putSource(event, rhost);
  if (user !== undefined && user !== '') put(event, 'user.name', user);
  const actor = ruser === '' ? logname : ruser;
  if (actor !== '') put(event, 'user.actor.name', actor);
  if (uid !== undefined && uid !== '') put(event, 'user.actor.id', Number(uid));
  if (tty !== '') put(event, 'process.tty', tty);
  if (more !== undefined) put(event, 'repeat.count', Number(more));
  return true;
}

/** Reads what a PAM module said. */
function readPamSentence(event: NormalEvent, text: string, failureAction?: string): boolean {
  return readPamFailure(event, text, failureAction) || readPhrase(SENTENCES, event, text);
}

/** The older form, where the program's tag names the module. @param failureAction see readPamFailure. */
export function readPamTag(
  event: NormalEvent,
  module: string,
  text: string,
  failureAction?: string,
): boolean {
  put(event, 'pam.module', module);
  return readPamSentence(event, text.trimEnd(), failureAction);
}

/** @returns undefined when the text does not come from a PAM module; else whether its sentence is known. */
export function readPam(event: NormalEvent, text: string): boolean | undefined {
  if (!text.startsWith('pam_')) return undefined;
  const match = MODULE.exec(text);
  if (match === null) return undefined;
  const [whole, module, service, type] = match;
  put(event, 'pam.module', module);
  put(event, 'pam.service', service);
  put(event, 'pam.type', type);
  return readPamSentence(event, text.slice(whole.length).trimEnd());
}

const SU = phraseTable([
  {
    first: 'FAILED',
    pattern: /^FAILED SU \(to (.*)\) (\S+) on (\S+)$/s,
    action: 'su_failed',
    outcome: 'failure',
    groups: ['user.name', 'user.actor.name', 'process.tty'],
  },
  {
    first: 'FAILED',
    pattern: /^FAILED su for (.*) by (\S+)$/s,
    action: 'su_failed',
    outcome: 'failure',
    groups: ['user.name', 'user.actor.name'],
  },
  {
    first: '(to',
    pattern: /^\(to (.*)\) (\S+) on (\S+)$/s,
    action: 'su_started',
    outcome: 'success',
    groups: ['user.name', 'user.actor.name', 'process.tty'],
  },
  {
    first: 'Successful',
    pattern: /^Successful su for (.*) by (\S+)$/s,
    action: 'su_started',
    outcome: 'success',
    groups: ['user.name', 'user.actor.name'],
  },
  {
    first: '+',
    pattern: /^\+ (\S+) (\S+):(.*)$/s,
    action: 'su_started',
    outcome: 'success',
    groups: ['process.tty', 'user.actor.name', 'user.name'],
  },
  {
    first: '-',
    pattern: /^- (\S+) (\S+):(.*)$/s,
    action: 'su_failed',
    outcome: 'failure',
    groups: ['process.tty', 'user.actor.name', 'user.name'],
  },
]);

export function readSu(event: NormalEvent, text: string): boolean {
  return readPhrase(SU, event, text);
}
