/**
 * A journal entry as the RFC 5424 line that a syslog daemon would have written of it: priority, time in UTC to the
 * microsecond, host, identifier and process. What the fields lack or may not hold in a header is a dash or `_`.
 */
import type { LaneName } from '#protocol/lane.ts';
import type { LogRecord } from '#protocol/record.ts';
import type { LogChannel } from '#protocol/record-names.ts';
import type { LaneTable } from '../../lane-of.ts';
import { decodeRecord } from '../file/text-encoding.ts';
import type { JournalEntry } from './export-parser.ts';
import { isoTime } from '../../iso-time.ts';

/** What is asked of journalctl; cursor and times come in any case. */
export const JOURNAL_FIELDS = [
  'MESSAGE',
  'PRIORITY',
  'SYSLOG_FACILITY',
  'SYSLOG_IDENTIFIER',
  'SYSLOG_PID',
  '_COMM',
  '_HOSTNAME',
  '_PID',
  '_SOURCE_REALTIME_TIMESTAMP',
  '_TRANSPORT',
] as const;

export const JOURNAL_ORIGIN = 'journald';

const NIL = '-';
const FACILITY = { kernel: 0, user: 1, auth: 4, authpriv: 10 } as const;
const SEVERITY_INFO = 6;
const FACILITY_MAX = 23;
const SEVERITY_MAX = 7;
const SSHD = /^sshd(?:-session|-auth)?$/;
/** Lines of the authentication facilities travel in the lane of the file they would be in. */
const AUTH_FILE = 'auth.log';
const HOSTNAME_MAX = 255;
const IDENTIFIER_MAX = 48;

export interface JournalLine {
  lane: LaneName;
  record: LogRecord;
}

/** @param at when it is read, milliseconds since 1970. */
export function journalLine(entry: JournalEntry, at: number, laneOf: LaneTable): JournalLine {
  const facility = facilityOf(entry);
  const severity = numberField(entry, 'PRIORITY', SEVERITY_MAX) ?? SEVERITY_INFO;
  const identifier = text(entry, 'SYSLOG_IDENTIFIER') ?? text(entry, '_COMM') ?? kernelName(entry) ?? '';
  const pid = text(entry, 'SYSLOG_PID') ?? text(entry, '_PID') ?? '';
  const header = [
    `<${facility * 8 + severity}>1`,
    timeOf(entry),
    word(text(entry, '_HOSTNAME') ?? '', HOSTNAME_MAX),
    word(identifier, IDENTIFIER_MAX),
    /^\d{1,10}$/.test(pid) ? pid : NIL,
    NIL,
    NIL,
    '',
  ].join(' ');
  const message = entry.get('MESSAGE');
  const line = Buffer.concat([Buffer.from(header), message?.bytes ?? Buffer.alloc(0)]);
  const decoded = decodeRecord(line, 'utf-8', message?.droppedBytes ?? 0);
  const channel: LogChannel = SSHD.test(identifier) ? 'sshd' : 'linux-syslog';
  const record: LogRecord = { kind: 'log', at, channel, origin: JOURNAL_ORIGIN, text: decoded.text };
  if (decoded.cutBytes > 0) record.cutBytes = decoded.cutBytes;
  if (decoded.repaired) record.repaired = true;
  const isAuth = facility === FACILITY.auth || facility === FACILITY.authpriv;
  return { lane: laneOf(`log/${channel}`, isAuth ? AUTH_FILE : undefined), record };
}

/** When the journal took the entry in: microseconds since 1970; undefined when the entry does not say. */
export function receivedUs(entry: JournalEntry): bigint | undefined {
  return microseconds(entry, '__REALTIME_TIMESTAMP');
}

/** Whether it is a record of the kernel's audit, which auditd writes into its own log too. */
export function isOfAudit(entry: JournalEntry): boolean {
  return text(entry, '_TRANSPORT') === 'audit';
}

export function cursorOf(entry: JournalEntry): string | undefined {
  return text(entry, '__CURSOR');
}

/** `2025-06-15T15:06:40.000001Z` */
export function formatUs(us: bigint): string {
  const second = isoTime(Number(us / 1_000_000n) * 1_000).slice(0, -'.000Z'.length);
  return `${second}.${String(us % 1_000_000n).padStart(6, '0')}Z`;
}

/** The program's own time where the journal could tell it, else when the entry arrived. */
function timeOf(entry: JournalEntry): string {
  const us = microseconds(entry, '_SOURCE_REALTIME_TIMESTAMP') ?? receivedUs(entry);
  return us === undefined ? NIL : formatUs(us);
}

/** Times that a date can hold; year 9999 is the last of four digits. */
const US_MAX = 253_402_300_799_999_999n;

function microseconds(entry: JournalEntry, name: string): bigint | undefined {
  const value = text(entry, name);
  if (value === undefined || !/^\d{1,18}$/.test(value)) return undefined;
  const us = BigInt(value);
  return us <= US_MAX ? us : undefined;
}

function facilityOf(entry: JournalEntry): number {
  const own = numberField(entry, 'SYSLOG_FACILITY', FACILITY_MAX);
  return own ?? (kernelName(entry) === undefined ? FACILITY.user : FACILITY.kernel);
}

function kernelName(entry: JournalEntry): string | undefined {
  return text(entry, '_TRANSPORT') === 'kernel' ? 'kernel' : undefined;
}

function numberField(entry: JournalEntry, name: string, max: number): number | undefined {
  const value = text(entry, name);
  if (value === undefined || !/^\d{1,3}$/.test(value)) return undefined;
  return Number(value) <= max ? Number(value) : undefined;
}

function text(entry: JournalEntry, name: string): string | undefined {
  const field = entry.get(name);
  return field === undefined || field.bytes.length === 0 ? undefined : field.bytes.toString('utf8');
}

/** A header's word: printable ASCII without spaces. */
function word(value: string, lengthMax: number): string {
  return value === '' ? NIL : value.slice(0, lengthMax).replaceAll(/[^\x21-\x7e]/g, '_');
}
