/** Who did it: the process of a system call under the names of Sigma's categories, and the person behind it. */
import { put, setColumn } from '../draft.ts';
import type { NormalEvent } from '../event.ts';
import type { AuditEvent } from './audit-event.ts';

const NOBODY = 'unset';

/** By name, else by number; '' where the event says neither. */
function userOf(event: AuditEvent, id: string): string {
  return event.text(id.toUpperCase()) || event.text(id);
}

export function putProcess(draft: NormalEvent, event: AuditEvent): void {
  const put_ = (field: string, value: string | undefined): void => put(draft, field, value || undefined);
  // What it may do is what its effective user may do.
  const user = userOf(event, 'euid') || userOf(event, 'uid');
  const login = userOf(event, 'auid');
  const command = event.arguments?.join(' ') ?? event.text('proctitle');
  put_('Image', event.text('exe'));
  put_('CommandLine', command);
  put_('CurrentDirectory', event.text('cwd'));
  put_('ProcessId', event.text('pid'));
  put_('ParentProcessId', event.text('ppid'));
  put_('ParentImage', event.parent.exe);
  put_('ParentCommandLine', event.parent.commandLine);
  put_('User', user);
  put_('LogonId', event.text('ses'));
  if (login !== NOBODY) put_('user.actor.name', login);
  setColumn(draft, 'user_name', user);
  setColumn(draft, 'process_command_line', command);
}
