/**
 * Sees each joined audit event on its way: remembers who changed which file, and adds a record of the agent's own with
 * what only the host knows: names of ids that auditd did not write (`log_format = RAW`), and the program that started
 * another. The kernel's records stay as they are.
 */
import type { JoinedEvent } from '../sources/audit/event-joiner.ts';
import type { AccountNames, IdKind } from './account-names.ts';
import type { ActorBook } from './actor-book.ts';
import { auditFacts, type AuditFacts } from './event-facts.ts';
import type { ParentPrograms } from './parent-programs.ts';

/** Type of the agent's own record; the collector's reader knows it. */
const AGENT_TYPE = 'VONGGAC_AGENT';

const ID =
  / (?:(auid|uid|euid|suid|fsuid|ouid|oauid|iuid|old-auid)|(gid|egid|sgid|fsgid|ogid|igid))=(\d{1,10})(?= |$)/gm;
const UNSET = '4294967295';
const ENRICHED = '\x1d';
const HEAD = /^(?:node=\S+ )?type=\S+ (msg=audit\([^)]*\)):/;
const PLAIN = /^[\x21\x23-\x7e]+$/;
const IDS_MAX = 32;

export interface EventObserverOptions {
  actors: ActorBook;
  names: AccountNames;
  parents: ParentPrograms;
}

export function observeEvents({
  actors,
  names,
  parents,
}: EventObserverOptions): (event: JoinedEvent) => JoinedEvent {
  return (event) => {
    const { text } = event.record;
    const head = HEAD.exec(text);
    if (head === null) return event;
    const facts = auditFacts(text);
    const ownWords = idNames(text, names);
    if (facts !== undefined) {
      const user = userName(facts.user, names);
      actors.learn({ ...facts, user, loginUser: userName(facts.loginUser, names) });
      ownWords.push(...parentOf(facts, parents));
    }
    if (ownWords.length === 0) return event;
    const own = `type=${AGENT_TYPE} ${head[1] ?? ''}: ${ownWords.join(' ')}`;
    return { ...event, record: { ...event.record, text: `${text}\n${own}` } };
  };
}

function userName(user: string, names: AccountNames): string {
  if (user === UNSET) return 'unset';
  return /^\d+$/.test(user) ? (names.find('uid', user) ?? user) : user;
}

/** `uid_1000="an"` for each id of the event, where auditd wrote no names. */
function idNames(text: string, names: AccountNames): string[] {
  if (text.includes(ENRICHED)) return [];
  const words = new Set<string>();
  for (const [, userId, , id = ''] of text.matchAll(ID)) {
    const kind: IdKind = userId === undefined ? 'gid' : 'uid';
    const name = id === UNSET ? undefined : names.find(kind, id);
    if (name !== undefined && PLAIN.test(name)) words.add(`${kind}_${id}="${name}"`);
    if (words.size >= IDS_MAX) break;
  }
  return [...words];
}

/** What started the program of this event. */
function parentOf(facts: AuditFacts, parents: ParentPrograms): string[] {
  const { isStart, success, pid, parentPid, exe, commandLine = '', at } = facts;
  if (!isStart || !success) return [];
  const parent = parents.find(parentPid, at);
  parents.learn(pid, exe, commandLine, at);
  if (parent === undefined) return [];
  const title = parent.proctitle === '' ? [] : [`parent_proctitle=${untrusted(parent.proctitle)}`];
  return [`parent_exe=${untrusted(parent.exe)}`, ...title];
}

/** As the kernel writes text from strangers: quoted, or in hexadecimal when it holds anything odd. */
function untrusted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : Buffer.from(text).toString('hex').toUpperCase();
}
