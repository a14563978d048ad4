/** Messages of login programs, sudo, account tools and services: who, for whom, from where. */
import { put, putSource } from '../draft.ts';
import type { NormalEvent } from '../event.ts';
import type { AuditEvent } from './audit-event.ts';

const NOBODY = 'unset';
/** What login programs write in place of a user they do not know. */
const UNKNOWN_USER = /^\((?:unknown|invalid) user\)$/;

export function putMessage(draft: NormalEvent, event: AuditEvent): void {
  const actor = event.text('AUID');
  const account = event.text('acct') || event.text('ID');
  if (event.has('USER_CMD')) {
    // sudo names neither whom it asked nor who is meant: whoever is logged in gave the command.
    put(draft, 'process.working_directory', event.text('cwd') || undefined);
    put(draft, 'process.command_line', event.text('cmd') || undefined);
  }
  if (UNKNOWN_USER.test(account)) put(draft, 'user.unknown', true);
  else put(draft, 'user.name', account || undefined);
  if (actor !== NOBODY) put(draft, 'user.audit.name', actor || undefined);
  putSource(draft, event.text('addr') || event.text('hostname'));
  put(draft, 'process.tty', event.text('terminal') || undefined);
  const unit = event.text('unit');
  if (unit !== '') put(draft, 'service.name', unit);
}
