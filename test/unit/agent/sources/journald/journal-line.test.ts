import { expect, test } from 'vitest';
import { recordSchema } from '#protocol/record.ts';
import { laneTable } from '../../../../../agent/lane-of.ts';
import { ExportParser } from '../../../../../agent/sources/journald/export-parser.ts';
import { journalLine } from '../../../../../agent/sources/journald/journal-line.ts';
import type { JournalLine } from '../../../../../agent/sources/journald/journal-line.ts';
import { exportEntry } from '../../../../support/journal-files.ts';
import type { EntryFields } from '../../../../support/journal-files.ts';
import { readLine } from '../../../normalize/helpers.ts';

const US = 1_750_000_000_000_001;

function line(fields: EntryFields): JournalLine {
  const [entry] = new ExportParser().push(exportEntry(US, fields));
  if (entry === undefined) throw new Error('no entry');
  const told = journalLine(entry, 1_750_000_000_500, laneTable());
  recordSchema.parse(told.record);
  return told;
}

test('an entry becomes the line of RFC 5424 that a syslog daemon writes', () => {
  const { lane, record } = line({
    MESSAGE: 'Failed password for root from 203.0.113.9 port 22 ssh2',
    PRIORITY: '6',
    SYSLOG_FACILITY: '10',
    SYSLOG_IDENTIFIER: 'sshd',
    _PID: '4711',
    _HOSTNAME: 'may-chu',
    _SOURCE_REALTIME_TIMESTAMP: '1749999999123456',
  });
  expect(lane).toBe('security');
  expect(record).toEqual({
    kind: 'log',
    at: 1_750_000_000_500,
    channel: 'sshd',
    origin: 'journald',
    text: '<86>1 2025-06-15T15:06:39.123456Z may-chu sshd 4711 - - Failed password for root from 203.0.113.9 port 22 ssh2',
  });
});

test.each<[string, EntryFields, string, string]>([
  [
    'kernel',
    { MESSAGE: 'oom', _TRANSPORT: 'kernel' },
    '<6>1 2025-06-15T15:06:40.000001Z - kernel - - - oom',
    'standard',
  ],
  [
    'sudo of authpriv',
    { MESSAGE: 'm', SYSLOG_FACILITY: '10', SYSLOG_IDENTIFIER: 'sudo' },
    '<86>1 2025-06-15T15:06:40.000001Z - sudo - - - m',
    'security',
  ],
  [
    'a header of junk',
    {
      MESSAGE: 'm',
      PRIORITY: '99',
      SYSLOG_FACILITY: 'x',
      SYSLOG_IDENTIFIER: 'mậu dịch]',
      SYSLOG_PID: '1 2',
      _PID: '3',
      _HOSTNAME: 'a b',
    },
    '<14>1 2025-06-15T15:06:40.000001Z a_b m_u_d_ch] - - - m',
    'standard',
  ],
  ['no message', { _COMM: 'x' }, '<14>1 2025-06-15T15:06:40.000001Z - x - - - ', 'standard'],
])('%s', (_, fields, text, lane) => {
  const told = line(fields);
  expect(told.record.text).toBe(text);
  expect(told.lane).toBe(lane);
});

test('bytes that are no text are replaced and told, bytes too many are cut and counted', () => {
  expect(line({ MESSAGE: Buffer.from([0x61, 0xff, 0x62]) }).record).toMatchObject({ repaired: true });
  const messageBytes = 1_000_000;
  const { record } = line({ MESSAGE: 'x'.repeat(messageBytes), SYSLOG_IDENTIFIER: 'app' });
  const header = record.text.indexOf('x');
  expect(record.cutBytes).toBe(messageBytes + header - Buffer.byteLength(record.text));
});

test('the collector reads host, program, process and time of it', () => {
  const { record } = line({
    MESSAGE: 'Accepted password for an from 192.0.2.7 port 40222 ssh2',
    SYSLOG_FACILITY: '4',
    SYSLOG_IDENTIFIER: 'sshd',
    _PID: '9',
    _HOSTNAME: 'h1',
  });
  const event = readLine('sshd', record.text);
  expect(event.parsed).toBe(true);
  expect(event.timeMs).toBe(1_750_000_000_000);
  expect(event.fields.toRecord()).toMatchObject({
    'host.name': 'h1',
    'process.name': 'sshd',
    'process.pid': 9,
    'user.name': 'an',
    'source.address': '192.0.2.7',
    'log.syslog.facility.code': 4,
    'log.syslog.severity.code': 6,
  });
});
