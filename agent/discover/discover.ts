/**
 * What logs this host has, which of them to read and which not, and why. Invariant: no line is read twice: one file
 * counts once, whatever links lead to it, and of journal, audit log and files that hold the same messages one is read.
 */
import path from 'node:path';
import type { LogChannel } from '#protocol/record-names.ts';
import { channelByContent, channelByPath } from '../sources/file/channel.ts';
import type { DiscoverDisk } from './discover-disk.ts';
import { KNOWN_LOGS, type KnownLog, type LogWriter } from './known-logs.ts';

export type LeftOutReason =
  /** The journal is read, and holds the same messages. */
  | { kind: 'in-journal' }
  /** A file that is read holds the same lines. */
  | { kind: 'covered'; by: string }
  /** Another path leads to the same file. */
  | { kind: 'same-file'; as: string }
  | { kind: 'audit-source' }
  | { kind: 'unreadable' }
  /** Lines of syslog in a file of its own: the system's logs may hold them, too. */
  | { kind: 'perhaps-in-syslog' };

export interface Proposed {
  /** A file or a glob. */
  path: string;
  writer: LogWriter;
  channel: LogChannel;
  /** Those it stands for now. */
  files: string[];
  /** It is not among the usual logs: read only when the settings say so. */
  extra: boolean;
}

export interface LeftOut {
  path: string;
  writer: LogWriter;
  reason: LeftOutReason;
}

export interface Discovery {
  read: Proposed[];
  leftOut: LeftOut[];
}

export interface DiscoverOptions {
  disk: DiscoverDisk;
  /** The journal is read. */
  journal: boolean;
  /** The audit log that is read by its own source. */
  auditLog?: string | undefined;
  /** Where to look for logs of applications. */
  folder?: string | undefined;
}

const SAMPLE_BYTES_MAX = 8_192;
/** Files that are looked at in all, beside the known ones. */
const FILES_MAX = 2_000;
/** What is proposed beside the known ones. */
const EXTRA_MAX = 200;
/** Names of what is no log of lines, or ours. */
const NO_LOG = /(^|\/)(wtmp|btmp|lastlog|faillog|tallylog|journal|installer|vonggac[^/]*)($|[./-])/;
const SYSLOG_HEADER =
  /^(?:<\d{1,3}>)?(?:[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\S{8,24}) \S{1,255} \S/;

export function discover(options: DiscoverOptions): Discovery {
  return new Discoverer(options).run();
}

class Discoverer {
  readonly #options: DiscoverOptions;
  readonly #read: Proposed[] = [];
  readonly #leftOut: LeftOut[] = [];
  /** Path of what is read, by the file behind all links. */
  readonly #taken = new Map<string, string>();
  /** Files, behind all links, of known logs, whether they are read or not. */
  readonly #settled = new Set<string>();

  constructor(options: DiscoverOptions) {
    this.#options = options;
  }

  run(): Discovery {
    const found = KNOWN_LOGS.map((log) => ({ log, files: this.#options.disk.expand(log.path) }));
    for (const { log, files } of found) if (files.length > 0) this.#known(log, files);
    this.#audit();
    this.#others();
    return { read: this.#read, leftOut: this.#leftOut };
  }

  #known(log: KnownLog, files: readonly string[]): void {
    const { writer, path: pattern, channel } = log;
    for (const file of files) this.#settled.add(this.#options.disk.real(file) ?? file);
    if (log.inJournal === true && this.#options.journal) {
      this.#leave(pattern, writer, { kind: 'in-journal' });
      return;
    }
    const by = log.coveredBy?.find((other) => this.#read.some((read) => read.path === other));
    if (by !== undefined) {
      this.#leave(pattern, writer, { kind: 'covered', by });
      return;
    }
    const own = files.filter((file) => this.#take(file, writer));
    if (own.length > 0)
      this.#read.push({ path: pattern, writer, channel, files: own, extra: log.usual !== true });
  }

  /** @returns whether the file may be read, and by nobody else. */
  #take(file: string, writer: LogWriter): boolean {
    const { disk } = this.#options;
    const real = disk.real(file) ?? file;
    const as = this.#taken.get(real);
    if (as !== undefined) {
      if (as !== file) this.#leave(file, writer, { kind: 'same-file', as });
      return false;
    }
    if (disk.sample(file, 1) === undefined) {
      this.#leave(file, writer, { kind: 'unreadable' });
      return false;
    }
    this.#taken.set(real, file);
    return true;
  }

  #leave(file: string, writer: LogWriter, reason: LeftOutReason): void {
    this.#leftOut.push({ path: file, writer, reason });
  }

  #audit(): void {
    const { disk, auditLog } = this.#options;
    if (auditLog === undefined || !disk.exists(auditLog)) return;
    this.#taken.set(disk.real(auditLog) ?? auditLog, auditLog);
    this.#leave(auditLog, 'auditd', { kind: 'audit-source' });
  }

  /** Logs of applications: what stands beside the known ones and says by its lines what it is. */
  #others(): void {
    const { disk, folder = '/var/log' } = this.#options;
    const known = new Set(this.#leftOut.map((left) => left.path));
    const files = ['*', '*/*', '*/*/*'].flatMap((depth) => disk.expand(path.join(folder, depth)));
    let extra = 0;
    for (const file of files.slice(0, FILES_MAX)) {
      if (known.has(file) || NO_LOG.test(file) || extra >= EXTRA_MAX) continue;
      const real = disk.real(file) ?? file;
      const as = this.#taken.get(real);
      if (as !== undefined) {
        if (as !== file) this.#leave(file, 'application', { kind: 'same-file', as });
        continue;
      }
      if (this.#settled.has(real)) continue;
      const channel = this.#channelOf(file);
      if (channel === undefined) continue;
      extra += 1;
      this.#taken.set(real, file);
      if (channel === 'linux-syslog') this.#leave(file, 'application', { kind: 'perhaps-in-syslog' });
      else this.#read.push({ path: file, writer: 'application', channel, files: [file], extra: true });
    }
  }

  /** undefined: no log of lines that is known. */
  #channelOf(file: string): LogChannel | undefined {
    const sample = this.#options.disk.sample(file, SAMPLE_BYTES_MAX);
    if (sample === undefined || sample.length === 0 || sample.includes(0)) return undefined;
    const text = sample.toString('utf8');
    const channel = channelByPath(file) ?? channelByContent(text);
    if (channel !== 'linux-syslog') return channel;
    const lines = text.split('\n').filter((line) => line !== '');
    return lines.length > 0 && SYSLOG_HEADER.test(lines[0] ?? '') ? channel : undefined;
  }
}
