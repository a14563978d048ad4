/**
 * A mix of records as agents send them, for measuring the store: real ones from the public corpus where it is at hand
 * (`VONGGAC_CORPUS`), made ones otherwise. The same seed gives the same records.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { recordSchema, type SourceRecord } from '#protocol/record.ts';
import { makeRecord } from '../../collector/simulate/records.ts';

export type Random = () => number;

/** The corpus's folder; undefined where it is absent. */
export function corpusFolder(): string | undefined {
  const root = path.resolve(
    process.env['VONGGAC_CORPUS'] ?? path.join(import.meta.dirname, '../../../shared/corpus'),
  );
  return existsSync(root) ? root : undefined;
}

/** Lines of the generator. */
export function madeRecords(count: number, random: Random, startMs: number): SourceRecord[] {
  return Array.from({ length: count }, (_, at) =>
    recordSchema.parse(JSON.parse(makeRecord(random, startMs + at * 5))),
  );
}

/** What a shipper added to an event, and what Windows does not write into the event itself. */
const SHIPPED =
  /^(?:@.*|_.*|tags|host|port|Severity|SeverityValue|SourceModule.*|EventReceivedTime|EventTime|EventType|AccountType|AccountName|Domain|Category|Message|type)$/;
const SYSTEM = new Set([
  'SourceName',
  'ProviderGuid',
  'EventID',
  'Version',
  'Level',
  'Task',
  'Opcode',
  'OpcodeValue',
  'Keywords',
  'TimeCreated',
  'RecordNumber',
  'ExecutionProcessID',
  'ProcessID',
  'ThreadID',
  'Channel',
  'Hostname',
  'UserID',
]);

function xmlText(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** A labelled event of the corpus as Windows renders it; undefined for what is not of Windows. */
function toWindowsXml(event: Readonly<Record<string, unknown>>, record: number): string | undefined {
  const { Channel: channel, EventID: id, SourceName: provider } = event;
  if (channel === undefined || id === undefined || provider === undefined) return undefined;
  const time = event['TimeCreated'] ?? event['@timestamp'];
  const keywords = event['Keywords'];
  const bits =
    typeof keywords === 'number'
      ? `0x${BigInt.asUintN(64, BigInt(Math.trunc(keywords))).toString(16)}`
      : keywords;
  const data = Object.entries(event)
    .filter(([name]) => !SYSTEM.has(name) && !SHIPPED.test(name))
    .map(([name, value]) => `<Data Name="${xmlText(name)}">${xmlText(value)}</Data>`);
  return [
    '<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System>',
    `<Provider Name="${xmlText(provider)}" Guid="${xmlText(event['ProviderGuid'] ?? '')}"/>`,
    `<EventID>${xmlText(id)}</EventID><Version>${xmlText(event['Version'] ?? 0)}</Version>`,
    `<Level>${xmlText(event['Level'] ?? 0)}</Level><Task>${xmlText(event['Task'] ?? 0)}</Task>`,
    `<Opcode>${xmlText(event['OpcodeValue'] ?? 0)}</Opcode><Keywords>${xmlText(bits ?? '0x0')}</Keywords>`,
    `<TimeCreated SystemTime="${xmlText(time ?? '')}"/>`,
    `<EventRecordID>${xmlText(event['RecordNumber'] ?? record)}</EventRecordID><Correlation/>`,
    `<Execution ProcessID="${xmlText(event['ExecutionProcessID'] ?? 4)}" ThreadID="${xmlText(event['ThreadID'] ?? 0)}"/>`,
    `<Channel>${xmlText(channel)}</Channel><Computer>${xmlText(event['Hostname'] ?? '')}</Computer>`,
    `<Security UserID="${xmlText(event['UserID'] ?? '')}"/></System>`,
    `<EventData>${data.join('')}</EventData></Event>`,
  ].join('');
}

/** Real Windows events: Sysmon, Security, PowerShell. */
export function windowsRecords(root: string, countMax: number): SourceRecord[] {
  const records: SourceRecord[] = [];
  const lines = gunzipSync(readFileSync(path.join(root, 'events/windows-100k.ndjson.gz'))).toString('utf8');
  for (const line of lines.split('\n')) {
    if (line === '' || records.length >= countMax) continue;
    const event = JSON.parse(line) as Record<string, unknown>;
    const text = toWindowsXml(event, records.length);
    if (text === undefined) continue;
    const at = Date.parse(String(event['@timestamp'] ?? event['TimeCreated']));
    if (Number.isNaN(at)) continue;
    const record = { kind: 'log', at, channel: 'windows-xml', origin: String(event['Channel']), text };
    records.push(recordSchema.parse(record));
  }
  return records;
}

const LOGS = [
  ['logs/openssh.log', 'linux-syslog', '/var/log/auth.log'],
  ['logs/linux.log', 'linux-syslog', '/var/log/messages'],
  ['logs/apache.log', 'web-access', '/var/log/apache2/error.log'],
] as const;

/** Real lines of sshd, Linux and Apache. */
export function lineRecords(root: string, startMs: number): SourceRecord[] {
  return LOGS.flatMap(([file, channel, origin]) =>
    readFileSync(path.join(root, file), 'utf8')
      .split(/\r?\n/)
      .filter((line) => line !== '')
      .map((text, at) =>
        recordSchema.parse({ kind: 'log', at: startMs + at * 1_000, channel, origin, text }),
      ),
  );
}

const FOLDERS = [
  '/etc',
  '/etc/ssh',
  '/usr/bin',
  '/usr/lib/x86_64-linux-gnu',
  '/var/www/cong-dich-vu',
  '/opt/qlvb/bin',
];
const PACKAGES = [
  'openssl',
  'libc6',
  'linux-image-amd64',
  'nginx',
  'postgresql-17',
  'python3',
  'libreoffice-core',
];

/** Changed files and parts of the inventory. */
export function factRecords(count: number, random: Random, startMs: number): SourceRecord[] {
  const pick = (list: readonly string[]): string => list[Math.floor(random() * list.length)] ?? '';
  const number = (max: number): number => Math.floor(random() * max);
  const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
  return Array.from({ length: count }, (_, index) => {
    const at = startMs + index * 200;
    if (random() < 0.5) {
      const version = `${number(9)}.${number(30)}.${number(9)}-${number(4)}+deb13u${number(6)}`;
      const after = { version, architecture: 'amd64' };
      const key = `${pick(PACKAGES)}-${number(400)}`;
      return recordSchema.parse({
        kind: 'inventory',
        at,
        change: 'present',
        category: 'package',
        key,
        after,
      });
    }
    const file = `${pick(FOLDERS)}/file-${number(4_000)}.conf`;
    const state = (age: number): object => ({
      type: 'file',
      size: number(200_000),
      mode: 0o100644,
      uid: 0,
      gid: 0,
      mtimeMs: at - age,
      inode: String(1_000_000 + number(900_000)),
      sha256: hash(`${file} ${index} ${age}`),
    });
    return recordSchema.parse({
      kind: 'integrity',
      at,
      change: 'modified',
      path: file,
      before: state(86_400_000 + number(900_000_000)),
      after: state(number(5_000)),
    });
  });
}

/** Puts each record somewhere between the others, in a reproducible order that keeps time's direction within a source. */
export function interleave(sources: readonly (readonly SourceRecord[])[], random: Random): SourceRecord[] {
  const left = sources.map((records) => ({ records, next: 0 }));
  const total = sources.reduce((sum, records) => sum + records.length, 0);
  const mixed: SourceRecord[] = [];
  while (mixed.length < total) {
    let ticket = random() * (total - mixed.length);
    for (const source of left) {
      const waiting = source.records.length - source.next;
      if (ticket < waiting) {
        const record = source.records[source.next];
        if (record !== undefined) mixed.push(record);
        source.next += 1;
        break;
      }
      ticket -= waiting;
    }
  }
  return mixed;
}
