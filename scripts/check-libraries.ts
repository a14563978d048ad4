/**
 * Tells how old package-lock.json is, and holds its libraries against feeds that are given: OSV for npm (`npm/all.zip` of osv.dev), CISA
 * KEV. Usage: `node scripts/check-libraries.ts [FEED...]`, or VONGGAC_LIBRARY_FEEDS; exit 1 when one is past the time SECURITY.md promises.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { FeedFileError, plainText } from '../collector/vulnerability/advisory.ts';
import {
  judgeLibraries,
  librariesOf,
  readLibraryFeed,
  type LibraryFinding,
} from './libraries/judge-libraries.ts';

const DAY_MS = 86_400_000;
const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
const ageInDays = (ms: number, nowMs: number): number => Math.max(0, Math.floor((nowMs - ms) / DAY_MS));

/** When it was changed last as the history says; undefined outside of a repository. */
function changedMs(file: string): number | undefined {
  const told = spawnSync('git', ['log', '-1', '--format=%ct', '--', path.basename(file)], {
    cwd: path.dirname(file),
    encoding: 'utf8',
  });
  const seconds = Number(told.stdout?.trim());
  return told.status === 0 && seconds > 0 ? seconds * 1_000 : undefined;
}

function lineOf(one: LibraryFinding): string {
  const end =
    one.fixed === null
      ? 'no fix yet: see SECURITY.md'
      : one.isOverdue
        ? `OVERDUE since ${one.dueMs === null ? 'an unknown day' : day(one.dueMs)}, fixed in ${one.fixed}`
        : `until ${day(one.dueMs ?? 0)}, fixed in ${one.fixed}`;
  const how = `${one.severity}${one.exploited ? ', exploited' : ''}`;
  return `${plainText(one.library, 200)} ${plainText(one.version, 200)}: ${one.id} (${how}), ${end}`;
}

export interface LibraryCheck {
  lines: string[];
  overdue: number;
}

/** @throws FeedFileError, the system's error when a file cannot be read */
export function checkLibraries(lockFile: string, feeds: readonly string[], nowMs: number): LibraryCheck {
  const libraries = librariesOf(JSON.parse(readFileSync(lockFile, 'utf8')));
  const changed = changedMs(lockFile);
  const age =
    changed === undefined ? 'its age is not known here' : `changed ${ageInDays(changed, nowMs)} days ago`;
  const lines = [`${libraries.length} libraries; package-lock.json: ${age}`];
  if (feeds.length === 0) lines.push('not held against any feed: give one (SECURITY.md, "Libraries")');
  const items = feeds.flatMap((file) => {
    const { items: read, report } = readLibraryFeed(readFileSync(file));
    // A feed of something else would be silence that looks like peace.
    if (read.length === 0) throw new FeedFileError(`${file}: nothing in it is about npm libraries`);
    const of = report.dataMs === null ? 'of an unknown day' : `${ageInDays(report.dataMs, nowMs)} days old`;
    lines.push(`${path.basename(file)}: ${report.entries} entries, ${report.refused} refused, ${of}`);
    return read;
  });
  const found = judgeLibraries(libraries, items, nowMs);
  if (feeds.length > 0 && found.length === 0) lines.push('no known vulnerability');
  return { lines: [...lines, ...found.map(lineOf)], overdue: found.filter((one) => one.isOverdue).length };
}

if (import.meta.main) {
  const named = process.argv.slice(2);
  const byEnvironment = (process.env['VONGGAC_LIBRARY_FEEDS'] ?? '').split(path.delimiter).filter(Boolean);
  try {
    const lock = path.join(import.meta.dirname, '../package-lock.json');
    const { lines, overdue } = checkLibraries(lock, named.length > 0 ? named : byEnvironment, Date.now());
    process.stdout.write(`${lines.join('\n')}\n`);
    process.exitCode = overdue > 0 ? 1 : 0;
  } catch (error) {
    const isFile = error instanceof FeedFileError || (error instanceof Error && 'code' in error);
    if (!isFile) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
