/**
 * Lines that come by syslog: the header, then a device's form or the program's own reader. A program without one still
 * yields host, program and pid.
 */
import { readDevice, readUntaggedDevice } from './devices/device.ts';
import { type DeviceReading, KNOWN_FORM, UNKNOWN_FORM } from './devices/device-reading.ts';
import type { LineClock } from './devices/device-time.ts';
import { numberOrText, put } from './draft.ts';
import type { NormalEvent } from './event.ts';
import { KASPERSKY_ELEMENT, readKaspersky } from './devices/kaspersky.ts';
import { readPamTag } from './pam.ts';
import { isEximLog, readEximLog } from './servers/exim-log.ts';
import type { Program } from './program.ts';
import { AUTH_AND_SYSLOG, OTHER, programOf, SSHD, SYSLOG } from './programs.ts';
import { PRIORITY, readHeader, settleHost } from './syslog-header.ts';

const TAG =
  /^([A-Za-z0-9_./@+-]{1,128}|\([A-Za-z0-9_./@+-]{1,126}\))(?:\((pam_[a-z0-9_]{1,32})\))?(?:\[(\d{1,10})\])?: ?/;
/** Old daemons put their version into the tag: `syslogd 1.4.1: restart.` */
const VERSIONED_TAG = /^([A-Za-z][A-Za-z0-9_-]{0,32}) \d[\d.]{0,16}: /;
/** util-linux login writes ` -- root[123]: ROOT LOGIN ON tty2`. */
const DASHED_TAG = /^-- ([A-Za-z0-9_.-]{1,64})\[(\d{1,10})\]: /;
const REPEATED = /^message repeated (\d{1,9}) times: \[ ?(.*?)\]?$/s;
const AUTH_ORIGIN = /\/(?:auth\.log|secure)(?:[.-][^/]*)?$/;

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
  const program = programOf(tag, name);
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
  if (isEximLog(options.origin)) return readEximLog(event, text, options.timeZone, options.receivedMs);
  const fallback = options.channel === 'sshd' ? SSHD : OTHER;
  // Where the line belongs until somebody knows better.
  event.logsources = fallback.logsources;
  const header = readHeader(event, text, options.timeZone, options.receivedMs);
  if (header !== undefined) settleHost(header);
  if (header !== undefined && header.hostname !== '') put(event, 'host.name', header.hostname);
  const { known, timeMs } =
    header === undefined
      ? readBare(event, text.replace(PRIORITY, ''), options, fallback)
      : readBody(event, header.text, options, fallback);
  event.parsed = known;
  if (header?.element === KASPERSKY_ELEMENT) readKaspersky(event);
  return timeMs ?? header?.timeMs;
}
