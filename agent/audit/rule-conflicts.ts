/** What in the other rules of the host stands in the way of ours, or of reading what they catch. */
import fs from 'node:fs';
import path from 'node:path';

export type RuleConflict =
  /** `-e 2`: rules are locked once loaded, until the next start. */
  | { kind: 'locks'; file: string }
  /** `-a task,never` and the like: no system call is audited at all. */
  | { kind: 'silences'; file: string; rule: string }
  /** `-r N`: the kernel drops what is above it. */
  | { kind: 'limits-rate'; file: string; perSecond: number }
  /** `-b N`: a burst of so many records is all that waits. */
  | { kind: 'small-backlog'; file: string; records: number }
  /** `-f 2`: the system stops when records are lost. */
  | { kind: 'panics'; file: string };

/** Records; below it a busy minute loses some. */
const BACKLOG_MIN = 1_024;
const FILE_BYTES_MAX = 1_048_576;
/** Without a system call, path or program named, a `never` rule is about everything. */
const SILENCE = /^-[aA] (?:never,(?:task|exit)|(?:task|exit),never)$/;

export function conflictsIn(file: string, text: string): RuleConflict[] {
  return text.split('\n').flatMap((raw): RuleConflict[] => {
    const line = raw.trim().replace(/\s+/g, ' ');
    if (line.startsWith('#')) return [];
    if (line === '-e 2') return [{ kind: 'locks', file }];
    if (line === '-f 2') return [{ kind: 'panics', file }];
    if (SILENCE.test(line)) return [{ kind: 'silences', file, rule: line }];
    const [, option, number] = /^-([rb]) (\d{1,9})$/.exec(line) ?? [];
    const value = Number(number);
    if (option === 'r' && value > 0) return [{ kind: 'limits-rate', file, perSecond: value }];
    if (option === 'b' && value < BACKLOG_MIN) return [{ kind: 'small-backlog', file, records: value }];
    return [];
  });
}

/**
 * Of all rule files of a folder but one.
 * @throws when a file cannot be read
 */
export function findConflicts(folder: string, but: string): RuleConflict[] {
  const names = fs.readdirSync(folder).filter((name) => name.endsWith('.rules') && name !== but);
  return names.sort().flatMap((name) => {
    const file = path.join(folder, name);
    if (!fs.statSync(file).isFile() || fs.statSync(file).size > FILE_BYTES_MAX) return [];
    return conflictsIn(file, fs.readFileSync(file, 'utf8'));
  });
}
