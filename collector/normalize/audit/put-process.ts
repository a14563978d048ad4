/** Who did it: the process of a system call under the names of Sigma's categories, and the person behind it. */
import { put, setColumn } from '../draft.ts';
import type { NormalEvent } from '../event.ts';
import type { AuditEvent } from './audit-event.ts';

const NOBODY = 'unset';
/** No session: (unsigned int) -1. */
const UNSET = '4294967295';

/** By name, else by number; '' where the event says neither. */
function userOf(event: AuditEvent, id: string): string {
  return event.text(id.toUpperCase()) || event.text(id);
}

export function putProcess(draft: NormalEvent, event: AuditEvent): void {
  const putText = (field: string, value: string | undefined): void => put(draft, field, value || undefined);
  // What it may do is what its effective user may do.
  const user = userOf(event, 'euid') || userOf(event, 'uid');
  const login = userOf(event, 'auid');
  const session = event.text('ses');
  const command = event.arguments?.join(' ') ?? event.text('proctitle');
  putText('Image', event.text('exe'));
  putText('CommandLine', command);
  putText('CurrentDirectory', event.text('cwd'));
  putText('ProcessId', event.text('pid'));
  putText('ParentProcessId', event.text('ppid'));
  putText('ParentImage', event.parent.exe);
  putText('ParentCommandLine', event.parent.commandLine);
  putText('User', user);
  putText('LogonId', session === UNSET ? undefined : session);
  if (login !== NOBODY) putText('user.audit.name', login);
  setColumn(draft, 'user_name', user);
  setColumn(draft, 'process_command_line', command);
}
