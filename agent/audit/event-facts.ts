/**
 * The few facts of a joined audit event that the agent itself uses: who did it, by which program, to which files. The
 * event as a whole is the collector's to interpret.
 */
import path from 'node:path';
import { auditStamp } from '../sources/audit/audit-line.ts';

export interface AuditFile {
  /** As the program named it. */
  name: string;
  /** CREATE, DELETE, NORMAL, PARENT or UNKNOWN. */
  nametype: string;
  /** Absolute; undefined when it is relative to a folder that the event does not name. */
  path: string | undefined;
}

export interface AuditFacts {
  /** Milliseconds since 1970, host clock. */
  at: number;
  success: boolean;
  /** Keys of the rules that caught it. */
  keys: readonly string[];
  exe: string;
  pid: number;
  parentPid: number;
  /** Name where auditd wrote one, else number. */
  user: string;
  loginUser: string;
  commandLine: string | undefined;
  /** It is about a program that was started. */
  isStart: boolean;
  files: readonly AuditFile[];
}

const NAMES_AFTER = '\x1d';
const KEY_SEPARATOR = '\x01';
const HEX = /^(?:[0-9A-F]{2})+$/;
const COMMAND_LINE_MAX = 4_096;
/** AT_FDCWD, as 32-bit and as 64-bit argument. */
const CURRENT_FOLDER = /^(?:f{8})?f{6}9c$/;
/** A first argument so short is the number of an open folder, not the address of a name. */
const FOLDER_NUMBER_CHARS = 4;

/** A field as it stands in the line: quotes and hexadecimal undone; undefined when it is not there or `(null)`. */
export function auditField(line: string, name: string): string | undefined {
  const plain = line.indexOf(` ${name}=`);
  const found = plain === -1 ? line.indexOf(`${NAMES_AFTER}${name}=`) : plain;
  if (found === -1) return undefined;
  const from = found + name.length + 2;
  if (line[from] === '"') {
    const end = line.indexOf('"', from + 1);
    return line.slice(from + 1, end === -1 ? line.length : end);
  }
  const ends = [line.indexOf(' ', from), line.indexOf(NAMES_AFTER, from)].filter((at) => at !== -1);
  const value = line.slice(from, Math.min(line.length, ...ends));
  return value === '(null)' || value === '' ? undefined : value;
}

/** The same for text from strangers. */
function textField(line: string, name: string): string | undefined {
  const value = auditField(line, name);
  if (value === undefined || line.includes(`${name}="`)) return value;
  return HEX.test(value) ? Buffer.from(value, 'hex').toString('utf8') : value;
}

/** @returns undefined for an event without a system call. */
export function auditFacts(text: string): AuditFacts | undefined {
  const lines = text.split('\n');
  const byType = (type: string): string | undefined => lines.find((line) => isOfType(line, type));
  const call = byType('SYSCALL');
  const stamp = call === undefined ? undefined : auditStamp(call);
  if (call === undefined || stamp === undefined) return undefined;
  const cwd = textField(byType('CWD') ?? '', 'cwd');
  const firstArgument = auditField(call, 'a0') ?? '';
  const resolvable = firstArgument.length > FOLDER_NUMBER_CHARS || CURRENT_FOLDER.test(firstArgument);
  const files = lines
    .filter((line) => isOfType(line, 'PATH'))
    .flatMap((line): AuditFile[] => {
      const name = textField(line, 'name');
      if (name === undefined) return [];
      const nametype = auditField(line, 'nametype') ?? '';
      return [{ name, nametype, path: absolute(name, resolvable ? cwd : undefined) }];
    });
  const title = textField(byType('PROCTITLE') ?? '', 'proctitle');
  const keys = (textField(call, 'key') ?? '').split(KEY_SEPARATOR).filter((key) => key !== '');
  return {
    at: stamp.timeMs,
    success: auditField(call, 'success') === 'yes',
    keys,
    exe: textField(call, 'exe') ?? '',
    pid: Number(auditField(call, 'pid') ?? 0),
    parentPid: Number(auditField(call, 'ppid') ?? 0),
    user: auditField(call, 'EUID') ?? auditField(call, 'euid') ?? '',
    loginUser: auditField(call, 'AUID') ?? auditField(call, 'auid') ?? '',
    commandLine: commandLine(byType('EXECVE')) ?? title?.replace(/\0+$/, '').replaceAll('\0', ' '),
    isStart: byType('EXECVE') !== undefined,
    files,
  };
}

export function isOfType(line: string, type: string): boolean {
  const at = line.startsWith('type=') ? 0 : line.indexOf(' type=') + 1;
  return line.startsWith(`type=${type} `, at);
}

function absolute(name: string, folder: string | undefined): string | undefined {
  if (name.startsWith('/')) return path.posix.normalize(name);
  return folder?.startsWith('/') === true ? path.posix.join(folder, name) : undefined;
}

/** Arguments of EXECVE, as far as they are short. */
function commandLine(line: string | undefined): string | undefined {
  if (line === undefined) return undefined;
  const count = Number(auditField(line, 'argc') ?? 0);
  const words: string[] = [];
  let chars = 0;
  for (let at = 0; at < count && chars < COMMAND_LINE_MAX; at += 1) {
    const word = textField(line, `a${at}`);
    if (word === undefined) break;
    words.push(word);
    chars += word.length + 1;
  }
  return words.length === 0 ? undefined : words.join(' ').slice(0, COMMAND_LINE_MAX);
}
