/**
 * Linux system logs: header forms (RFC 3164 with and without priority, RFC 5424, ISO 8601 as current rsyslog and
 * Debian write it), then the program's own reader. A program without one still yields host, program and pid.
 */
import type { LogSource, NormalEvent } from './event.ts';
import { readAccounts } from './accounts.ts';
import { readCron } from './cron.ts';
import { readDevice, readUntaggedDevice } from './device.ts';
import { type DeviceReading, KNOWN_FORM, UNKNOWN_FORM } from './device-reading.ts';
import type { LineClock } from './device-time.ts';
import { readAuditd, readJournald, readLogind, readRsyslogd, readSystemd } from './daemons.ts';
import { logSources, numberOrText, put } from './draft.ts';
import { FILTERLOG_SOURCES, readFilterlog } from './filterlog.ts';
import { readKernel } from './kernel.ts';
import { readPam, readPamTag, readSu } from './pam.ts';
import { readSshd } from './sshd.ts';
import { readSudo } from './sudo.ts';
import { calendarMs, fractionToMs, inferYearMs, MONTHS, parseIsoMs, wallToUtcMs } from './time.ts';

/** Reads a program's message; false when its form is not known. */
type ProgramReader = (event: NormalEvent, text: string) => boolean;

interface Program {
  logsources: readonly LogSource[];
  read: ProgramReader;
  /** Every sentence of the program should be known: one that is not leaves the event unparsed. */
  strict?: true;
  /**
   * What a failure is called that PAM tells under the program's tag (`sshd(pam_unix)[1]: ...`): systems that write so
   * keep the program's own words in another log, so this line is the attempt.
   */
  pamTagFailure?: string;
}

const LINUX_SYSLOG: LogSource = { product: 'linux', service: 'syslog' };
const LINUX_AUTH: LogSource = { product: 'linux', service: 'auth' };
const of = (service: string, ...others: readonly LogSource[]): readonly LogSource[] =>
  logSources({ product: 'linux', service }, ...others);

const AUTH = logSources(LINUX_AUTH);
const SYSLOG = logSources(LINUX_SYSLOG);
const AUTH_AND_SYSLOG = logSources(LINUX_AUTH, LINUX_SYSLOG);

const SSHD: Program = {
  logsources: of('sshd', LINUX_AUTH),
  read: readSshd,
  strict: true,
  pamTagFailure: 'ssh_login_failed',
};
const SUDO: Program = { logsources: of('sudo', LINUX_AUTH), read: readSudo };
const CRON: Program = { logsources: of('cron', LINUX_SYSLOG), read: readCron };
const ACCOUNTS: Program = { logsources: AUTH, read: readAccounts };
const LOGIN: Program = { logsources: AUTH, read: (event, text) => readPam(event, text) ?? false };
const SU: Program = { logsources: AUTH, read: (event, text) => readPam(event, text) ?? readSu(event, text) };
const OTHER: Program = { logsources: SYSLOG, read: (event, text) => readPam(event, text) ?? false };

const PROGRAMS: ReadonlyMap<string, Program> = new Map<string, Program>([
  ...['sshd', 'sshd-session', 'sshd-auth'].map((name) => [name, SSHD] as const),
  ['sudo', SUDO],
  ...['su', 'runuser'].map((name) => [name, SU] as const),
  ...['cron', 'CRON', 'crond', 'CROND', 'crontab', 'anacron', 'atd'].map((name) => [name, CRON] as const),
  ...[
    'useradd',
    'userdel',
    'usermod',
    'adduser',
    'deluser',
    'groupadd',
    'groupdel',
    'groupmod',
    'gpasswd',
  ].map((name) => [name, ACCOUNTS] as const),
  ...['passwd', 'chpasswd', 'chage', 'chfn', 'chsh', 'newusers', 'vipw'].map(
    (name) => [name, ACCOUNTS] as const,
  ),
  ...[
    'login',
    'gdm',
    'gdm-password',
    'lightdm',
    'sddm',
    'polkitd',
    'polkit-agent-helper-1',
    'pkexec',
    'doas',
  ].map((name) => [name, LOGIN] as const),
  ['kernel', { logsources: SYSLOG, read: readKernel }],
  [
    'systemd',
    { logsources: SYSLOG, read: (event, text) => readPam(event, text) ?? readSystemd(event, text) },
  ],
  ['systemd-logind', { logsources: AUTH, read: readLogind }],
  ['systemd-journald', { logsources: SYSLOG, read: readJournald }],
  ['rsyslogd', { logsources: SYSLOG, read: readRsyslogd }],
  ['auditd', { logsources: SYSLOG, read: readAuditd }],
  ...['vsftpd', 'clamav', 'guacamole'].map(
    (name) => [name, { logsources: of(name, LINUX_SYSLOG), read: OTHER.read }] as const,
  ),
  ['filterlog', { logsources: FILTERLOG_SOURCES, read: readFilterlog, strict: true }],
  ['named', { logsources: of('named', LINUX_SYSLOG), read: OTHER.read }],
]);

const PRIORITY = /^<(\d{1,3})>/;
const RFC3164 =
  /^([A-Z][a-z]{2}) {1,2}(\d{1,2}) (?:(\d{4}) )?(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?: (\d{4}))?:? (\S{1,255}) +/;
const ISO_HEADER = /^(\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}\S{0,16}) (\S{1,255}) +/;
const RFC5424 = /^1 (\S{1,64}) (\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32}) /;
const TAG =
  /^([A-Za-z0-9_./@+-]{1,128}|\([A-Za-z0-9_./@+-]{1,126}\))(?:\((pam_[a-z0-9_]{1,32})\))?(?:\[(\d{1,10})\])?: ?/;
/** Old daemons put their version into the tag: `syslogd 1.4.1: restart.` */
const VERSIONED_TAG = /^([A-Za-z][A-Za-z0-9_-]{0,32}) \d[\d.]{0,16}: /;
/** util-linux login writes ` -- root[123]: ROOT LOGIN ON tty2`. */
const DASHED_TAG = /^-- ([A-Za-z0-9_.-]{1,64})\[(\d{1,10})\]: /;
const REPEATED = /^message repeated (\d{1,9}) times: \[ ?(.*?)\]?$/s;
const AUTH_ORIGIN = /\/(?:auth\.log|secure)(?:[.-][^/]*)?$/;

/** Header of a line: what it said, and where its text starts. */
interface Header {
  timeMs: number | undefined;
  hostname: string;
  text: string;
}

/** `[id name="value" ...]` blocks, with `\]` escaped; NILVALUE is a dash. @returns where the message starts. */
function structuredDataEnd(text: string): number {
  if (!text.startsWith('[')) return text.startsWith('-') ? 1 : 0;
  let at = 0;
  while (text[at] === '[') {
    let quoted = false;
    let index = at + 1;
    for (; index < text.length; index += 1) {
      const char = text[index];
      if (char === '\\') index += 1;
      else if (char === '"') quoted = !quoted;
      else if (char === ']' && !quoted) break;
    }
    at = index + 1;
  }
  return Math.min(at, text.length);
}

const STRUCTURED_VALUE = /([^\s=\]"]{1,64})="((?:[^"\\]|\\.){0,1024})"/g;
const STRUCTURED_VALUES_MAX = 64;
const STRUCTURED_CHARS_MAX = 16_384;

function putStructuredData(event: NormalEvent, text: string): void {
  let count = 0;
  for (const [, name = '', value = ''] of text.slice(0, STRUCTURED_CHARS_MAX).matchAll(STRUCTURED_VALUE)) {
    put(event, `syslog.sd.${name}`, value.replaceAll(/\\(["\\\]])/g, '$1'));
    count += 1;
    if (count >= STRUCTURED_VALUES_MAX) return;
  }
}

function readRfc5424(event: NormalEvent, text: string, timeZone: string): Header | undefined {
  const match = RFC5424.exec(text);
  if (match === null) return undefined;
  const [whole, time = '', hostname = '', program = '', pid = '', messageId = ''] = match;
  const rest = text.slice(whole.length);
  const end = structuredDataEnd(rest);
  if (end > 1) putStructuredData(event, rest.slice(0, end));
  if (messageId !== '-') put(event, 'event.code', messageId);
  const body = rest.slice(end).replace(/^ ?(?:\u{FEFF})?/u, '');
  const tag = program === '-' ? '' : `${program}${/^\d{1,10}$/.test(pid) ? `[${pid}]` : ''}: `;
  return {
    timeMs: time === '-' ? undefined : parseIsoMs(time, timeZone),
    hostname: hostname === '-' ? '' : hostname,
    text: tag + body,
  };
}

function readRfc3164(text: string, timeZone: string, receivedMs: number): Header | undefined {
  const match = RFC3164.exec(text);
  if (match === null) return undefined;
  const [whole, name = '', day, yearBefore, hour, minute, second, fraction, yearAfter, hostname = ''] = match;
  const month = MONTHS.get(name);
  if (month === undefined) return undefined;
  const reading = [
    month,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    fractionToMs(fraction),
  ] as const;
  const year = yearBefore ?? yearAfter;
  let timeMs: number | undefined;
  if (year === undefined) timeMs = inferYearMs(reading, timeZone, receivedMs);
  else {
    const wallMs = calendarMs(Number(year), ...reading);
    if (wallMs !== undefined) timeMs = wallToUtcMs(wallMs, timeZone, receivedMs);
  }
  return { timeMs, hostname, text: text.slice(whole.length) };
}

function readIso(text: string, timeZone: string, receivedMs: number): Header | undefined {
  const match = ISO_HEADER.exec(text);
  if (match === null) return undefined;
  const [whole, time = '', hostname = ''] = match;
  const timeMs = parseIsoMs(time, timeZone, receivedMs);
  return timeMs === undefined ? undefined : { timeMs, hostname, text: text.slice(whole.length) };
}

function readHeader(
  event: NormalEvent,
  line: string,
  timeZone: string,
  receivedMs: number,
): Header | undefined {
  let text = line;
  const priority = PRIORITY.exec(line);
  if (priority !== null) {
    const code = Number(priority[1]);
    if (code <= 191) {
      put(event, 'log.syslog.facility.code', code >> 3);
      put(event, 'log.syslog.severity.code', code & 7);
    }
    text = line.slice(priority[0].length);
    const header = readRfc5424(event, text, timeZone);
    if (header !== undefined) return header;
  }
  return readIso(text, timeZone, receivedMs) ?? readRfc3164(text, timeZone, receivedMs);
}

const COLON = 0x3a;

/** Devices that leave out their name (`Jun 15 09:00:00 filterlog[1]: ...`) or put a colon behind it. */
function settleHost(header: Header): void {
  const { hostname, text } = header;
  if (hostname.charCodeAt(hostname.length - 1) !== COLON || hostname.endsWith('::')) return;
  if (text.startsWith('%')) header.hostname = hostname.slice(0, -1);
  else {
    header.hostname = '';
    header.text = `${hostname} ${text}`;
  }
}

/** Facilities auth (4) and authpriv (10), or the file these go to. */
function isAuth(event: NormalEvent, origin: string): boolean {
  const facility = event.fields.get('log.syslog.facility.code');
  return facility === 4 || facility === 10 || AUTH_ORIGIN.test(origin);
}

function readProgram(
  event: NormalEvent,
  program: Program,
  module: string | undefined,
  body: string,
): boolean {
  const repeated = REPEATED.exec(body);
  const text = repeated === null ? body : (repeated[2] ?? '');
  if (repeated !== null) put(event, 'repeat.count', numberOrText(repeated[1] ?? ''));
  return module === undefined
    ? program.read(event, text)
    : readPamTag(event, module, text, program.pamTagFailure);
}

/** Where a line comes from and how its times are read. */
interface LineOrigin extends LineClock {
  /** Path of the log. */
  origin: string;
}

/** Program's own text of a line without a header, as a bare `sshd` channel may carry. */
function readBody(event: NormalEvent, text: string, from: LineOrigin, fallback: Program): DeviceReading {
  const device = readDevice(event, text, from);
  if (device !== undefined) return device;
  const match = TAG.exec(text) ?? DASHED_TAG.exec(text);
  if (match === null) return readUntagged(event, text, from, fallback);
  const dashed = match.length === 3;
  const [whole, tag = ''] = match;
  const module = dashed ? undefined : match[2];
  const pid = dashed ? match[2] : match[3];
  const name = tag.slice(tag.lastIndexOf('/') + 1);
  put(event, 'process.name', name);
  if (pid !== undefined) put(event, 'process.pid', Number(pid));
  const program = PROGRAMS.get(name) ?? OTHER;
  const body = text.slice(whole.length);
  if (program === OTHER) {
    event.logsources = module !== undefined || isAuth(event, from.origin) ? AUTH_AND_SYSLOG : SYSLOG;
    const inner = readDevice(event, body, from);
    if (inner !== undefined) return inner;
  } else event.logsources = program.logsources;
  const known = readProgram(event, program, module, body);
  return known || program.strict === undefined ? KNOWN_FORM : UNKNOWN_FORM;
}

function readUntagged(event: NormalEvent, text: string, from: LineOrigin, fallback: Program): DeviceReading {
  const device = fallback === SSHD ? undefined : readUntaggedDevice(event, text);
  if (device !== undefined) return device;
  const versioned = VERSIONED_TAG.exec(text);
  if (versioned !== null) put(event, 'process.name', versioned[1]);
  event.logsources = isAuth(event, from.origin) ? AUTH_AND_SYSLOG : fallback.logsources;
  return fallback.strict === undefined || readProgram(event, fallback, undefined, text)
    ? KNOWN_FORM
    : UNKNOWN_FORM;
}

/** A line without a syslog header: a device's, or on sshd's channel the program's own words. */
function readBare(event: NormalEvent, text: string, from: LineOrigin, fallback: Program): DeviceReading {
  event.logsources = fallback.logsources;
  if (fallback === SSHD) return readBody(event, text, from, SSHD);
  return readDevice(event, text, from) ?? readUntaggedDevice(event, text) ?? UNKNOWN_FORM;
}

/**
 * Reads one line into `event`.
 * @param channel `sshd` reads a line without header or tag as sshd's own words.
 * @returns the line's own time, when it says one: the device's where it says one of its own, else the header's.
 */
export function readSyslog(
  event: NormalEvent,
  line: string,
  options: LineOrigin & { channel: 'sshd' | 'linux-syslog' },
): number | undefined {
  const text = line.trimEnd();
  const fallback = options.channel === 'sshd' ? SSHD : OTHER;
  const header = readHeader(event, text, options.timeZone, options.receivedMs);
  if (header !== undefined) settleHost(header);
  if (header !== undefined && header.hostname !== '') put(event, 'host.name', header.hostname);
  const { known, timeMs } =
    header === undefined
      ? readBare(event, text.replace(PRIORITY, ''), options, fallback)
      : readBody(event, header.text, options, fallback);
  event.parsed = known;
  return timeMs ?? header?.timeMs;
}
