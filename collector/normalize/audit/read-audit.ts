/**
 * A whole event of the Linux audit log. Its fields have auditd's own names, so Sigma's auditd rules read it; what it is
 * besides (a program started, a connection, a file made) it says under the names of those categories.
 *
 * Sigma's auditd rules are written for one record at a time (`type: PATH`, `name: ...`). Here `type` lists the types of all
 * records of the event, and a name that several records have lists its values: a rule holds when its parts hold in the
 * event. `a0` to `aN` are the arguments of a program that was started, and those of the system call in every other event.
 */
import { logSources, put, putAction, setColumn } from '../draft.ts';
import type { LogSource, NormalEvent } from '../event.ts';
import { type Saying, Sentence } from '../sentence.ts';
import { ACTION_OF_SYSCALL, ACTION_OF_TYPE, OUTCOME_ACTIONS, TELLING_TYPES } from './audit-actions.ts';
import { type AuditEvent, parseAuditEvent } from './audit-event.ts';
import { errnoName } from './errno-name.ts';
import { putFiles } from './put-files.ts';
import { putMessage } from './put-message.ts';
import { putNetwork } from './put-network.ts';
import { putProcess } from './put-process.ts';

const SERVICE: LogSource = { product: 'linux', service: 'auditd' };

export const AUDITD: readonly LogSource[] = logSources(SERVICE);

const SOURCES_WITH: ReadonlyMap<string, readonly LogSource[]> = new Map(
  ['process_creation', 'network_connection', 'file_event', 'file_delete'].map((category) => [
    category,
    logSources(SERVICE, { product: 'linux', category }),
  ]),
);

/** A call that is not done yet is no failure. */
const EINPROGRESS = '-115';

/** What the outcome of an event is told by: `success` of calls, `res` of messages. */
function outcomeOf(event: AuditEvent): 'success' | 'failure' | undefined {
  const success = event.text('success');
  if (success !== '') {
    return success === 'yes' || event.text('exit') === EINPROGRESS ? 'success' : 'failure';
  }
  const result = event.text('res') || event.text('result');
  if (/^(?:success|1|yes)$/i.test(result)) return 'success';
  return /^(?:failed|failure|fail|0|no)$/i.test(result) ? 'failure' : undefined;
}

function actionOf(event: AuditEvent): string {
  const isCall = event.has('SYSCALL');
  const telling = event.types.find((type) => (isCall ? TELLING_TYPES.has(type) : ACTION_OF_TYPE.has(type)));
  if (telling !== undefined) return ACTION_OF_TYPE.get(telling) ?? 'audit_record';
  if (!isCall) return 'audit_record';
  return ACTION_OF_SYSCALL.get(event.text('SYSCALL')) ?? 'system_call';
}

/** Fields that say nothing to a person beside the others. */
const UNSAID: ReadonlySet<string> = new Set(
  `type arch ARCH syscall items auid uid gid euid suid fsuid egid sgid fsgid GID EUID SUID FSUID EGID SGID FSGID inode dev
   rdev ouid ogid OUID OGID mode argc proctitle saddr pp old_pp ses Image CurrentDirectory ProcessId ParentProcessId
   LogonId TargetFilename user.audit.name`.split(/\s+/),
);
const PROGRAM_ARGUMENT = /^a\d+$/;
const sayings = new Map<string, Saying>();
const SAYINGS_MAX = 1_024;

function sayingOf(field: string): Saying {
  let saying = sayings.get(field);
  if (saying === undefined) {
    if (sayings.size >= SAYINGS_MAX) sayings.clear();
    saying = { field, words: ` ${field}=` };
    sayings.set(field, saying);
  }
  return saying;
}

/** What happened, then what the records say of it. */
function sentenceOf(draft: NormalEvent, event: AuditEvent, action: string): Sentence {
  const said: Saying[] = [];
  const places: number[] = [];
  const isStart = event.arguments !== undefined;
  for (const [place, field] of draft.fields.shape.names.entries()) {
    if (field === 'event.action') break;
    if (UNSAID.has(field) || (isStart && PROGRAM_ARGUMENT.test(field))) continue;
    said.push(sayingOf(field));
    places.push(place);
  }
  return new Sentence(`audit ${action}:`, said, places, draft.fields);
}

/**
 * Reads one event into `draft`.
 * @returns the event's own time, when its records say one.
 */
export function readAudit(draft: NormalEvent, text: string): number | undefined {
  draft.logsources = AUDITD;
  const parsed = parseAuditEvent(text);
  if (parsed === undefined) return undefined;
  const { event, rest } = parsed;
  put(draft, 'type', event.types.length === 1 ? event.types[0] : event.types);
  for (const [name, value] of event.values) put(draft, name, value);
  if (event.node !== '') put(draft, 'host.name', event.node);
  if (rest.length > 0) put(draft, 'log.unread_lines', rest);
  const outcome = outcomeOf(event);
  const base = actionOf(event);
  const words = OUTCOME_ACTIONS.get(base);
  const category = putViews(draft, event, outcome);
  const action =
    category.action ?? (words === undefined ? base : (words[outcome === 'failure' ? 1 : 0] ?? base));
  putAction(draft, action, outcome);
  if (event.has('SYSCALL')) put(draft, 'error.code', errnoName(Number(event.text('exit'))));
  put(draft, 'event.sequence', event.serial);
  draft.logsources = (category.name === undefined ? undefined : SOURCES_WITH.get(category.name)) ?? AUDITD;
  draft.parsed = true;
  draft.message = sentenceOf(draft, event, action);
  return event.timeMs;
}

interface View {
  /** Sigma category, besides auditd's service. */
  name?: string | undefined;
  /** What happened, where the view knows better than the name of the call. */
  action?: string | undefined;
}

function putViews(draft: NormalEvent, event: AuditEvent, outcome: 'success' | 'failure' | undefined): View {
  const program = event.text('exe');
  setColumn(draft, 'process_name', event.text('comm') || program.slice(program.lastIndexOf('/') + 1));
  if (!event.has('SYSCALL')) {
    putMessage(draft, event);
    return {};
  }
  putProcess(draft, event);
  const call = event.text('SYSCALL');
  if (call === 'execve' || call === 'execveat')
    return { name: outcome === 'success' ? 'process_creation' : undefined };
  if (event.address !== undefined) return { name: putNetwork(draft, event, outcome) };
  return putFiles(draft, event, outcome);
}
