/**
 * The one way from a record to an event.
 * Invariants: pure; total: any record that the protocol's schema admits yields an event; whatever a reader does not know,
 * or stumbles over, is kept whole in `message` with parsed = false.
 */
import type { LogRecord, SourceRecord } from '../protocol/record.ts';
import type { LogChannel } from '../protocol/record-names.ts';
import { readActivity } from './activity.ts';
import { readAgentRecord } from './agent-record.ts';
import { readApplication } from './application.ts';
import { readAudit } from './audit/read-audit.ts';
import { readCommandOutput } from './command-output.ts';
import { newEvent, put } from './draft.ts';
import type { LogSource, NormalEvent, NormalizeContext } from './event.ts';
import { readDpkg } from './dpkg.ts';
import { correctTime, hostContext, skewFor } from './host-clock.ts';
import { readIntegrity } from './integrity.ts';
import { readInventory } from './inventory.ts';
import { readSyslog } from './linux-syslog.ts';
import { readPosture } from './posture.ts';
import { readProbe } from './probe.ts';
import { readResponse } from './response.ts';
import { readMysqlLog } from './servers/mysql-log.ts';
import { readPostgresqlLog } from './servers/postgresql-log.ts';
import { believableMs } from './time.ts';
import { readWebAccess } from './web-access.ts';
import { readWindowsXml } from './windows-xml.ts';

/** Fills the event from a line; returns the line's own time, when it says one. */
type LineReader = (event: NormalEvent, record: LogRecord, context: NormalizeContext) => number | undefined;

const syslogReader =
  (channel: 'sshd' | 'linux-syslog'): LineReader =>
  (event, record, { timeZone, receivedMs }) =>
    readSyslog(event, record.text, { channel, origin: record.origin, timeZone, receivedMs });

type ZonedReader = (
  event: NormalEvent,
  text: string,
  timeZone: string,
  receivedMs: number,
) => number | undefined;

const inZone =
  (read: ZonedReader): LineReader =>
  (event, record, { timeZone, receivedMs }) =>
    read(event, record.text, timeZone, receivedMs);

const LINE_READERS: Readonly<Record<LogChannel, LineReader>> = {
  sshd: syslogReader('sshd'),
  'linux-syslog': syslogReader('linux-syslog'),
  dpkg: (event, record, context) => readDpkg(event, record.text, context.timeZone, context.receivedMs),
  'web-access': inZone(readWebAccess),
  'web-error': inZone(readWebAccess),
  'windows-xml': (event, record) => readWindowsXml(event, record.text),
  'linux-audit': (event, record) => readAudit(event, record.text),
  postgresql: inZone(readPostgresqlLog),
  mysql: inZone(readMysqlLog),
  command: (event, record) => readCommandOutput(event, record.text, record.origin),
  application: inZone(readApplication),
};

/** Where a line belongs that its reader stumbled over. */
const FALLBACK_LOGSOURCE: Readonly<Record<LogChannel, LogSource>> = {
  sshd: { product: 'linux', service: 'sshd' },
  'linux-syslog': { product: 'linux', service: 'syslog' },
  dpkg: { product: 'linux', service: 'dpkg' },
  'web-access': { category: 'webserver' },
  'web-error': { category: 'webserver' },
  'windows-xml': { product: 'windows' },
  'linux-audit': { product: 'linux', service: 'auditd' },
  postgresql: { product: 'postgresql' },
  mysql: { product: 'mysql' },
  command: { product: 'vonggac', service: 'command' },
  application: { category: 'application' },
};

function putHost(event: NormalEvent, hostname: string): void {
  if (hostname !== '' && !event.fields.has('host.name')) put(event, 'host.name', hostname);
}

function normalizeLine(record: LogRecord, context: NormalizeContext): NormalEvent {
  const event = newEvent(record.at, record.text);
  const ownTimeMs = LINE_READERS[record.channel](event, record, context);
  event.timeMs = believableMs(ownTimeMs, record.at, context.receivedMs);
  putHost(event, context.hostname);
  if (record.cutBytes !== undefined) put(event, 'log.cut_bytes', record.cutBytes);
  if (record.repaired === true) put(event, 'log.repaired', true);
  return event;
}

function normalizeFacts(record: Exclude<SourceRecord, LogRecord>, context: NormalizeContext): NormalEvent {
  const event = newEvent(believableMs(record.at, record.at, context.receivedMs), '');
  switch (record.kind) {
    case 'integrity':
      readIntegrity(event, record);
      break;
    case 'inventory':
      readInventory(event, record);
      break;
    case 'agent':
      readAgentRecord(event, record);
      break;
    case 'activity':
      readActivity(event, record);
      break;
    case 'posture':
      readPosture(event, record);
      break;
    case 'probe':
      readProbe(event, record);
      break;
    case 'response':
      readResponse(event, record);
      break;
  }
  putHost(event, context.hostname);
  return event;
}

/** What is left when a reader has a defect: the record itself, whole. */
function keepWhole(record: SourceRecord, context: NormalizeContext, error: unknown): NormalEvent {
  const isLine = record.kind === 'log';
  const event = newEvent(
    believableMs(undefined, record.at, context.receivedMs),
    isLine ? record.text : JSON.stringify(record),
  );
  event.logsources = isLine
    ? [FALLBACK_LOGSOURCE[record.channel]]
    : [{ product: 'vonggac', service: record.kind }];
  put(event, 'normalize.error', error instanceof Error ? error.message : String(error));
  putHost(event, context.hostname);
  return event;
}

/** Never throws on a record that the protocol's schema admits. */
export function normalize(record: SourceRecord, context: NormalizeContext): NormalEvent {
  const skewMs = skewFor(record, context);
  return correctTime(read(record, hostContext(context, skewMs)), skewMs);
}

function read(record: SourceRecord, context: NormalizeContext): NormalEvent {
  try {
    return record.kind === 'log' ? normalizeLine(record, context) : normalizeFacts(record, context);
  } catch (error) {
    return keepWhole(record, context, error);
  }
}
