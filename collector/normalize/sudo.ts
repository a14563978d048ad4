/**
 * sudo's one line per command: `actor : [reason ;] TTY=x ; PWD=x ; USER=x ; [GROUP=x ;] [ENV=x ;] COMMAND=x`.
 * The command stands last and may hold anything, ` ; ` included.
 */
import type { NormalEvent } from './event.ts';
import { put, putAction } from './draft.ts';
import { readPam } from './pam.ts';

const ACTOR = /^ *(\S+) : /;
const COMMAND = '; COMMAND=';

const FIELD_OF: ReadonlyMap<string, string> = new Map([
  ['TTY', 'process.tty'],
  ['PWD', 'process.working_directory'],
  ['USER', 'user.name'],
  ['GROUP', 'group.name'],
  ['CHROOT', 'process.chroot'],
  ['ENV', 'sudo.environment'],
  ['TSID', 'sudo.session_id'],
]);

/** The program a command line starts, without its folder. */
function programOf(command: string): string {
  const space = command.indexOf(' ');
  const path = space === -1 ? command : command.slice(0, space);
  return path.slice(path.lastIndexOf('/') + 1);
}

/** @returns false when the form is not known. */
export function readSudo(event: NormalEvent, text: string): boolean {
  const pam = readPam(event, text);
  if (pam !== undefined) return pam;
  const actor = ACTOR.exec(text);
  if (actor === null) return false;
  put(event, 'user.actor.name', actor[1]);
  const rest = text.slice(actor[0].length);
  const at = rest.indexOf(COMMAND);
  const head = at === -1 ? rest : rest.slice(0, at);
  const reasons: string[] = [];
  for (const part of head.split(' ; ', 64)) {
    const equals = part.indexOf('=');
    const field = equals === -1 ? undefined : FIELD_OF.get(part.slice(0, equals).trim());
    if (field === undefined) reasons.push(part.trim());
    else put(event, field, part.slice(equals + 1).trimEnd());
  }
  const reason = reasons.filter((part) => part !== '').join('; ');
  if (reason !== '') put(event, 'event.reason', reason);
  if (at !== -1) {
    const command = rest.slice(at + COMMAND.length).trimEnd();
    put(event, 'process.command_line', command);
    put(event, 'process.executable_name', programOf(command));
  }
  // Without a reason sudo ran the command; a reason says why it did not.
  const refused = reason !== '' || at === -1;
  putAction(event, refused ? 'sudo_refused' : 'sudo_command', refused ? 'failure' : 'success');
  return at !== -1 || reason !== '';
}
