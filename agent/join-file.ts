/**
 * `join.txt` in the state folder: what a package's installer, or a person, leaves for the agent to enrol with at its next
 * start. Lines KEY=VALUE, as Notepad and Windows Installer write them; gone once the agent is enrolled.
 */
import fs from 'node:fs';
import path from 'node:path';
import { ConfigError } from './config-error.ts';
import { keepEnrolment } from './kept-enrolment.ts';
import { en } from './messages/en.ts';

const FILE_NAME = 'join.txt';
const BYTES_MAX = 65_536;
const KEYS = ['URL', 'TOKEN', 'CA', 'KEEP'] as const;
type Key = (typeof KEYS)[number];

export const JOIN_FAULTS = [
  'too-long',
  'no-equals',
  'unknown-key',
  'no-url',
  'no-token',
  'no-ca-file',
] as const;
export type JoinFault = (typeof JOIN_FAULTS)[number];

export interface Join {
  /** https: URL of the collector. */
  url: string;
  /** Join token as pasted. */
  token: string;
  /** Certificate authority of the collector, PEM; `CA=` names its file. */
  caPem?: string | undefined;
}

function joinPath(stateDir: string): string {
  return path.join(stateDir, FILE_NAME);
}

/** @returns undefined when there is none. @throws ConfigError naming the file and the line */
export function loadJoinFile(stateDir: string): Join | undefined {
  const file = joinPath(stateDir);
  const size = fs.statSync(file, { throwIfNoEntry: false })?.size;
  if (size === undefined) return undefined;
  if (size > BYTES_MAX) throw fault(file, 0, 'too-long');
  const { URL: url = '', TOKEN: token = '', CA: ca = '' } = fields(file);
  if (url === '') throw fault(file, 0, 'no-url');
  if (token === '') throw fault(file, 0, 'no-token');
  return { url, token, ...(ca === '' ? {} : { caPem: authority(file, ca) }) };
}

/** The token is not needed any more, or is kept where `KEEP=1` asks for it (copied disks enrol anew by themselves). */
export function useUpJoinFile(stateDir: string, join: Join): void {
  if (fields(joinPath(stateDir))['KEEP'] === '1') keepEnrolment(stateDir, join);
  forgetJoinFile(stateDir);
}

export function forgetJoinFile(stateDir: string): void {
  fs.rmSync(joinPath(stateDir), { force: true });
}

function fields(file: string): Partial<Record<Key, string>> {
  const found: Partial<Record<Key, string>> = {};
  for (const [at, line] of textOf(fs.readFileSync(file))
    .split(/\r\n|\r|\n/)
    .entries()) {
    const text = line.trim();
    // Windows Installer writes a section above; people write comments.
    if (text === '' || /^[#;[]/.test(text)) continue;
    const equals = text.indexOf('=');
    if (equals < 0) throw fault(file, at + 1, 'no-equals');
    const name = text.slice(0, equals).trim().toUpperCase();
    const key = KEYS.find((each) => each === name);
    if (key === undefined) throw fault(file, at + 1, 'unknown-key');
    found[key] = text.slice(equals + 1).trim();
  }
  return found;
}

/** Notepad's "Unicode" is UTF-16 with its mark. */
function textOf(bytes: Buffer): string {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return bytes.toString(isUtf16 ? 'utf16le' : 'utf8').replace(/^\uFEFF/, '');
}

function authority(file: string, ca: string): string {
  try {
    return fs.readFileSync(path.resolve(path.dirname(file), ca), 'utf8');
  } catch (cause) {
    throw fault(file, 0, 'no-ca-file', cause);
  }
}

function fault(file: string, line: number, what: JoinFault, cause?: unknown): ConfigError {
  return new ConfigError({ kind: 'join', file, line, fault: what }, en, { cause });
}
