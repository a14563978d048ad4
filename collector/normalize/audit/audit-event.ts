/**
 * All records of one audit event. Invariants: nothing a record says is lost but the numbers of its list items, empty sets
 * of capabilities and the addresses that `execve` was called with; of a name that several records have, each different
 * value is kept, in their order.
 */
import { type AuditField, type AuditRecord, parseAuditRecord } from './audit-record.ts';
import { architectureName, syscallName } from './audit-syscalls.ts';
import { auditValue, escapedText } from './audit-value.ts';
import { describeAddress, socketAddress, type SocketAddress } from './socket-address.ts';

/** What the agent adds to an event: names of ids, and what the parent process was. */
const AGENT_TYPE = 'VONGGAC_AGENT';
/** Arguments that have a field of their own; all of them are in the command line. */
const ARGUMENTS_MAX = 128;
const ARGUMENT = /^a(\d{1,5})(?:\[(\d{1,4})\])?$/;
const ARGUMENT_LENGTH = /^a\d{1,5}_len$/;
const PLAIN_ARGUMENT = /^a[0-3]$/;
const ACCESS_DECISION = /^avc: (granted|denied) \{ ([^}]{1,512}) \}/;
const CAPABILITY = /^(?:cap_\w+|f(?:p|i|e|ver)|frootid|old_p[piea]|p[piea])$/;
const USER_IDS: ReadonlySet<string> = new Set(
  'auid uid euid suid fsuid ouid oauid iuid sauid inode_uid old-auid new-auid'.split(' '),
);
const GROUP_IDS: ReadonlySet<string> = new Set('gid egid sgid fsgid ogid igid inode_gid'.split(' '));
/** (uid_t) -1: nobody has logged in. */
const UNSET = '4294967295';

export type AuditValue = string | null | readonly (string | null)[];

/** One file a system call named. */
export interface AuditPath {
  name: string;
  /** CREATE, DELETE, NORMAL, PARENT or UNKNOWN. */
  nametype: string;
}

export class AuditEvent {
  /** Types of its records, each once, in their order. */
  readonly types: readonly string[];
  readonly timeMs: number;
  readonly serial: string;
  readonly node: string;
  readonly values: ReadonlyMap<string, AuditValue>;
  /** Of a program that was started; undefined where it is not said. */
  readonly arguments: readonly string[] | undefined;
  readonly paths: readonly AuditPath[];
  readonly address: SocketAddress | undefined;
  /** By the agent: the program that started this one. */
  readonly parent: { exe: string | undefined; commandLine: string | undefined };

  constructor(records: readonly [AuditRecord, ...AuditRecord[]]) {
    const [first] = records;
    this.timeMs = first.timeMs;
    this.serial = first.serial;
    this.node = first.node;
    const own = records.filter(({ type }) => type !== AGENT_TYPE);
    this.types = [...new Set(own.map(({ type }) => type))];
    const gathering = new Gathering(
      records.find(({ type }) => type === AGENT_TYPE),
      this.types.includes('EXECVE'),
    );
    for (const record of own) gathering.add(record);
    this.values = gathering.finish();
    this.arguments = gathering.arguments;
    this.paths = gathering.paths;
    this.address = gathering.address;
    this.parent = {
      exe: gathering.agentSays('parent_exe'),
      commandLine: gathering.agentSays('parent_proctitle'),
    };
  }

  /** The first value of a field as text; '' where there is none. */
  text(name: string): string {
    const value = this.values.get(name);
    return (typeof value === 'string' ? value : value?.find((one) => one !== null)) ?? '';
  }

  has(type: string): boolean {
    return this.types.includes(type);
  }
}

/** @returns undefined for a text of which no line is a record; `rest` are the lines that are none. */
export function parseAuditEvent(text: string): { event: AuditEvent; rest: readonly string[] } | undefined {
  const records: AuditRecord[] = [];
  const rest: string[] = [];
  for (const line of text.split('\n')) {
    const record = parseAuditRecord(line);
    if (record !== undefined) records.push(record);
    else if (line.trim() !== '') rest.push(line);
  }
  const [first, ...others] = records;
  return first === undefined ? undefined : { event: new AuditEvent([first, ...others]), rest };
}

class Gathering {
  readonly paths: AuditPath[] = [];
  address: SocketAddress | undefined;
  readonly #agent: ReadonlyMap<string, AuditField>;
  /** The call's own a0 to a3 are addresses in memory that is gone; the program's arguments have these names. */
  readonly #isStart: boolean;
  readonly #values = new Map<string, (string | null)[]>();
  readonly #arguments: string[] = [];

  constructor(agent: AuditRecord | undefined, isStart: boolean) {
    this.#agent = new Map(agent?.fields.map((field) => [field.name, field]));
    this.#isStart = isStart;
  }

  get arguments(): readonly string[] | undefined {
    // An argument that no record brought is empty.
    return this.#arguments.length === 0
      ? undefined
      : Array.from(this.#arguments, (text?: string) => text ?? '');
  }

  agentSays(name: string): string | undefined {
    const field = this.#agent.get(name);
    const value = field === undefined ? undefined : auditValue(field);
    return typeof value === 'string' && value !== '' ? value : undefined;
  }

  add({ type, fields, words }: AuditRecord): void {
    if (words !== '') this.#addWords(words);
    for (const field of fields) this.#addField(type, field);
    if (type === 'SYSCALL') this.#nameCall();
    if (type === 'PATH') this.#addPath(fields);
    this.#nameIds(fields);
  }

  finish(): ReadonlyMap<string, AuditValue> {
    const finished = new Map<string, AuditValue>();
    if (this.address !== undefined && !this.#values.has('SADDR'))
      this.#put('SADDR', describeAddress(this.address));
    for (const [name, values] of this.#values) {
      const [first] = values;
      if (values.length === 1 && first !== undefined) finished.set(name, first);
      else finished.set(name, values);
    }
    for (const [at, argument] of (this.arguments ?? []).entries()) {
      if (at < ARGUMENTS_MAX) finished.set(`a${at}`, argument);
    }
    return finished;
  }

  #put(name: string, value: string | null, repeats = false): void {
    const known = this.#values.get(name);
    if (known === undefined) this.#values.set(name, [value]);
    else if (repeats || !known.includes(value)) known.push(value);
  }

  /** SELinux says first what it did with which permissions; of other text each record's is kept. */
  #addWords(words: string): void {
    const decision = ACCESS_DECISION.exec(words);
    if (decision === null) {
      this.#put('text', words);
      return;
    }
    this.#put('seresult', decision[1] ?? '');
    for (const permission of (decision[2] ?? '').split(' ')) this.#put('seperms', permission);
  }

  #addField(type: string, field: AuditField): void {
    const { name } = field;
    if (type === 'EXECVE' && this.#addArgument(field)) return;
    if (type === 'PATH' && name === 'item') return;
    if (field.value === '0' && CAPABILITY.test(name)) return;
    if (this.#isStart && type === 'SYSCALL' && PLAIN_ARGUMENT.test(name)) return;
    const value = auditValue(field);
    // Of a list of files each has its place, what is not known too.
    if (value === undefined || (value === null && type !== 'PATH')) return;
    if (name === 'saddr') this.#addAddress(field.value);
    if (Array.isArray(value)) for (const one of value) this.#put(name, one);
    else if (value === null || typeof value === 'string') this.#put(name, value, type === 'PATH');
  }

  /** @returns whether it was one: an argument, a piece of a long one, or its length. */
  #addArgument(field: AuditField): boolean {
    if (ARGUMENT_LENGTH.test(field.name)) return true;
    const match = ARGUMENT.exec(field.name);
    if (match === null) return false;
    const at = Number(match[1]);
    const text = escapedText(field);
    this.#arguments[at] = match[2] === undefined ? text : (this.#arguments[at] ?? '') + text;
    return true;
  }

  #addAddress(hex: string): void {
    this.address ??= socketAddress(hex);
  }

  #addPath(fields: readonly AuditField[]): void {
    const valueOf = (wanted: string): string => {
      const field = fields.find(({ name }) => name === wanted);
      const value = field === undefined ? undefined : auditValue(field);
      return typeof value === 'string' ? value : '';
    };
    const name = valueOf('name');
    if (name !== '') this.paths.push({ name, nametype: valueOf('nametype') });
  }

  #nameCall(): void {
    const code = this.#values.get('arch')?.[0] ?? '';
    const number = Number(this.#values.get('syscall')?.[0] ?? Number.NaN);
    const architecture = architectureName(code);
    if (!this.#values.has('ARCH') && architecture !== undefined) this.#put('ARCH', architecture);
    const call = Number.isSafeInteger(number) ? syscallName(code, number) : undefined;
    if (!this.#values.has('SYSCALL') && call !== undefined) this.#put('SYSCALL', call);
  }

  /** What auditd did not name: `UID` beside `uid`, as it would have written it. */
  #nameIds(fields: readonly AuditField[]): void {
    for (const { name, value } of fields) {
      const isUser = USER_IDS.has(name);
      if (!isUser && !GROUP_IDS.has(name)) continue;
      const upper = name.toUpperCase();
      if (fields.some((other) => other.name === upper)) continue;
      const known = value === UNSET ? 'unset' : this.agentSays(`${isUser ? 'uid' : 'gid'}_${value}`);
      if (known !== undefined) this.#put(upper, known);
    }
  }
}
