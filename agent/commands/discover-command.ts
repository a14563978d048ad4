/** `vonggac-agent discover` */
import fs from 'node:fs';
import path from 'node:path';
import { AUDIT_LOG } from '../audit-config.ts';
import { loadConfig } from '../config.ts';
import { discover, type Discovery, type LeftOutReason } from '../discover/discover.ts';
import { SERVER_NAMES, type LogWriter } from '../discover/known-logs.ts';
import { nodeDiscoverDisk } from '../discover/discover-disk.ts';
import { EXIT } from '../exit-code.ts';
import type { DiscoverMessages } from '../messages/discover-en.ts';
import { printable } from '../printable.ts';
import { proposesJournal } from '../sources/journald/discover-journal.ts';
import { writeAtomic } from '../write-atomic.ts';
import type { CommandContext, CommandResult } from './command.ts';

export interface DiscoverCommandOptions {
  state?: string;
  config?: string;
  json?: boolean;
  write?: boolean;
}

export async function discoverCommand(
  options: DiscoverCommandOptions,
  { m, print, complain }: CommandContext,
): CommandResult {
  if (process.platform !== 'linux') {
    complain(m.discover.notLinux);
    return EXIT.failure;
  }
  // What is wrong with the settings is said first: they may be written below.
  const { stateDir } = loadConfig({ stateDir: options.state, file: options.config });
  const file =
    options.config === undefined ? path.join(stateDir, 'agent.json') : path.resolve(options.config);
  const own = readOwn(file);
  const journal = journalOf(own);
  const found = discover({ disk: nodeDiscoverDisk, journal, auditLog: auditLogOf(own) });
  const isConfigured = own['tails'] !== undefined;
  if (options.json === true) {
    print(JSON.stringify({ journal, settings: file, configured: isConfigured, ...found }));
  } else {
    for (const line of describe(found, journal, m.discover)) print(printable(line));
    if (isConfigured && options.write !== true) print(m.discover.configured(file));
  }
  if (options.write === true) {
    write(file, own, found, journal);
    if (options.json !== true) print(m.discover.written(found.read.length, file));
  }
  return EXIT.ok;
}

/** Was checked to be settings. */
function readOwn(file: string): Record<string, unknown> {
  if (!fs.existsSync(file)) return {};
  const own: unknown = JSON.parse(fs.readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
  return typeof own === 'object' && own !== null ? { ...own } : {};
}

function section(own: Record<string, unknown>, name: string): Record<string, unknown> {
  const value = own[name];
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** What is so by itself on this host, unless the settings say otherwise. */
function journalOf(own: Record<string, unknown>): boolean {
  const { enabled } = section(own, 'journald');
  if (typeof enabled === 'boolean') return enabled;
  return proposesJournal({
    exists: (place) => fs.existsSync(place),
    programPath: process.env['PATH'] ?? '',
  });
}

function auditLogOf(own: Record<string, unknown>): string | undefined {
  const { enabled, log } = section(own, 'audit');
  if (enabled === false) return undefined;
  return typeof log === 'string' ? log : AUDIT_LOG;
}

/** With `tails` in the settings nothing is chosen by itself any more, so journal and audit log are written down, too. */
function write(file: string, own: Record<string, unknown>, found: Discovery, journal: boolean): void {
  const tails = Array.isArray(own['tails']) ? [...(own['tails'] as readonly unknown[])] : [];
  const named = new Set(
    tails.flatMap((tail) => (typeof tail === 'object' && tail !== null && 'path' in tail ? [tail.path] : [])),
  );
  for (const { path: pattern, channel } of found.read) {
    if (!named.has(pattern)) tails.push({ path: pattern, channel, startAt: 'end', optional: true });
  }
  const settings = {
    ...own,
    tails,
    journald: { enabled: journal, ...section(own, 'journald') },
    audit: { enabled: true, ...section(own, 'audit') },
  };
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  writeAtomic(file, `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600, durable: true });
}

function describe({ read, leftOut }: Discovery, journal: boolean, m: DiscoverMessages): string[] {
  const width = Math.max(0, ...[...read, ...leftOut].map(({ path: place }) => place.length));
  const rows = (entries: readonly Discovery['read'][number][]): string[] =>
    entries.length === 0
      ? [m.none]
      : entries.map(
          ({ path: place, writer, channel, files }) =>
            `  ${place.padEnd(width)}  ${channel.padEnd(12)}  ${nameOf(writer, m)}, ${m.files(files.length)}`,
        );
  return [
    journal ? m.journalRead : m.journalNotRead,
    m.read,
    ...rows(read.filter(({ extra }) => !extra)),
    m.extra,
    ...rows(read.filter(({ extra }) => extra)),
    m.leftOut,
    ...(leftOut.length === 0 ? [m.none] : []),
    ...leftOut.map(({ path: place, reason }) => `  ${place.padEnd(width)}  ${because(reason, m)}`),
  ];
}

function nameOf(writer: LogWriter, m: DiscoverMessages): string {
  const names: Readonly<Record<LogWriter, string>> = { ...SERVER_NAMES, ...m.writers };
  return names[writer];
}

function because(reason: LeftOutReason, m: DiscoverMessages): string {
  switch (reason.kind) {
    case 'in-journal':
      return m.inJournal;
    case 'covered':
      return m.covered(reason.by);
    case 'same-file':
      return m.sameFile(reason.as);
    case 'audit-source':
      return m.auditSource;
    case 'unreadable':
      return m.unreadable;
    case 'perhaps-in-syslog':
      return m.perhapsInSyslog;
  }
}
