/**
 * Which lines belong to one record: decided line by line, by a pattern of the settings or by what is known of the
 * channel. Invariants: linear in the line whatever the pattern (patterns come by policy); only the beginning of a
 * line is looked at; a decision depends on nothing but the lines since the record began.
 */
import type { LogChannel } from '#protocol/record-names.ts';
import { applicationGrouping } from './application-grouping.ts';

/** Of one file; told every line in order. */
export interface LineGrouping {
  /** @param line its beginning, at most `LINE_CHARS_MAX`. @returns whether it belongs to the record before it. */
  continues(line: string): boolean;
  /** Whether more than the beginning of a line is needed. */
  readonly wholeLines?: boolean | undefined;
  /** A record was begun anew, or given up: nothing is under way. */
  reset(): void;
}

/** How much of a line decides. */
export const LINE_CHARS_MAX = 1_024;

export interface MultilineSettings {
  /** Of a line that begins a record. */
  startsWith?: string | undefined;
  /** Of a line that belongs to the record before it. */
  continues?: string | undefined;
  linesMax: number;
  bytesMax: number;
  /** A record is complete when nothing came for so long. */
  waitMs: number;
}

/** What groups hold at most where the settings do not say. */
export const GROUP_DEFAULTS = { linesMax: 500, bytesMax: 65_536, waitMs: 1_000 } as const;

type LineTest = (line: string) => boolean;

/** @param isStart of lines that begin a record; all others continue. */
function startingWith(isStart: LineTest): LineGrouping {
  return { continues: (line) => !isStart(line), reset: () => undefined };
}

function continuingWith(isMore: LineTest): LineGrouping {
  return { continues: isMore, reset: () => undefined };
}

/** A row ends where its quotes do. */
function csvGrouping(): LineGrouping {
  let open = false;
  return {
    wholeLines: true,
    continues(line) {
      const before = open;
      for (let at = line.indexOf('"'); at !== -1; at = line.indexOf('"', at + 1)) open = !open;
      return before;
    },
    reset() {
      open = false;
    },
  };
}

/** `2026-01-31T10:00:00.1Z 0 [Note] ...`, `260131 10:00:00 ...`, `# Time: ...`. */
const MYSQL_TIME = /^(?:\d{4}-\d{2}-\d{2}[T ] ?\d{1,2}:\d{2}:\d{2}|\d{6} {1,2}\d{1,2}:\d{2}:\d{2}[ \t])/;

/** Error log, general log and slow query log of MySQL and MariaDB. */
function mysqlGrouping(): LineGrouping {
  let head: 'time' | 'user' | undefined;
  return {
    continues(line) {
      if (line.startsWith('# Time: ')) {
        head = 'time';
        return false;
      }
      if (line.startsWith('# User@Host: ')) {
        // Queries of one second share one line of time.
        const belongs = head === 'time';
        head = 'user';
        return belongs;
      }
      if (MYSQL_TIME.test(line)) {
        head = undefined;
        return false;
      }
      // The general log leaves the time out of what happens in the same second.
      return !/^\t\t {0,8}\d{1,20} [A-Z][A-Za-z ]{2,20}(?:\t|$)/.test(line);
    },
    reset() {
      head = undefined;
    },
  };
}

/** A statement's further lines begin with a tab, unless they come as CSV. */
function postgresqlGrouping(file: string): LineGrouping {
  return /\.csv(?:$|\.)/.test(file) ? csvGrouping() : continuingWith((line) => line.startsWith('\t'));
}

const OF_CHANNEL: Readonly<Record<string, (file: string) => LineGrouping>> = {
  postgresql: postgresqlGrouping,
  mysql: mysqlGrouping,
  application: applicationGrouping,
};

/** The grouping of a channel; undefined: every line is a record. */
export function groupingOf(channel: LogChannel, file: string): LineGrouping | undefined {
  return OF_CHANNEL[channel]?.(file);
}

/** A search takes at most so many times the length of the line. */
const LINE_STEPS_MAX = 1_000;

/**
 * By the patterns of the settings, which are run in time linear in the line.
 * @throws when a pattern is not valid; the settings were checked for it.
 */
export async function groupingBy(settings: MultilineSettings): Promise<() => LineGrouping> {
  const { compilePattern } = await import('#protocol/linear-pattern.ts');
  const { startsWith, continues } = settings;
  const pattern = compilePattern(startsWith ?? continues ?? '', LINE_STEPS_MAX);
  const matches: LineTest = (line) => pattern.test(line);
  return () => (startsWith === undefined ? continuingWith(matches) : startingWith(matches));
}
