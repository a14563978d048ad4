/** Journal or files: which of the two a host's system messages are read from, never both. */
import path from 'node:path';
import picomatch from 'picomatch';
import { KNOWN_LOGS } from '../../discover/known-logs.ts';

/** What a syslog daemon writes of the messages that the journal holds, too. */
const SYSTEM_LOGS: readonly string[] = [
  '/var/log/auth.log',
  '/var/log/secure',
  '/var/log/syslog',
  '/var/log/messages',
];
const JOURNAL_FOLDERS: readonly string[] = ['/var/log/journal', '/run/log/journal'];
const PROGRAM = 'journalctl';

export interface JournalSurroundings {
  exists: (file: string) => boolean;
  /** Folders of programs, as in PATH. */
  programPath: string;
}

/** A host with a journal that no syslog daemon writes into files. */
export function proposesJournal({ exists, programPath }: JournalSurroundings): boolean {
  const folders = programPath.split(path.delimiter).filter((folder) => folder !== '');
  return (
    JOURNAL_FOLDERS.some(exists) &&
    !SYSTEM_LOGS.some(exists) &&
    folders.some((folder) => exists(path.join(folder, PROGRAM)))
  );
}

/** @returns the system logs that a path or glob stands for: the journal holds their messages, too. */
export function alsoInJournal(pattern: string): string[] {
  const logs = KNOWN_LOGS.flatMap((log) => (log.inJournal === true ? [log.path] : []));
  return logs.filter((file) => picomatch.isMatch(file, pattern));
}
