/** What the agent of this machine watches and reads, to be told to the user: the defaults that exist, and what was asked for. */
import { existsSync, globSync } from 'node:fs';
import path from 'node:path';
import { proposesJournal } from '../../agent/sources/journald/discover-journal.ts';
import { defaultTails, defaultWatch } from '../../agent/config-defaults.ts';

export interface WatchPlan {
  /** What was asked for comes first. */
  watched: string[];
  tailed: string[];
  /** For `vonggac-agent run`. */
  arguments: string[];
}

/** Standard wildcard characters of a shell. */
const GLOB = /[*?[\]{}]/;

function present(pattern: string): string[] {
  if (!GLOB.test(pattern)) return existsSync(pattern) ? [pattern] : [];
  return globSync(pattern).toSorted();
}

/** Whether the agent reads the journal, as it does unless it finds the same messages in files. */
function hasJournal(): boolean {
  const programPath = process.env['PATH'] ?? '';
  return process.platform === 'linux' && proposesJournal({ exists: existsSync, programPath });
}

/** @param tails `FILE` or `FILE=CHANNEL` */
export function watchPlan(watches: readonly string[], tails: readonly string[]): WatchPlan {
  const extraWatches = watches.map((place) => path.resolve(place));
  const extraTails = tails.map((tail) => {
    const [, file = tail, channel = ''] = /^(.*?)(=[a-z-]+)?$/s.exec(tail) ?? [];
    return { file: path.resolve(file), channel };
  });
  return {
    watched: [...extraWatches, ...defaultWatch(process.platform).flatMap((watch) => present(watch.path))],
    tailed: [
      ...extraTails.map(({ file }) => file),
      ...(hasJournal() ? ['journald'] : []),
      ...defaultTails(process.platform).flatMap((tail) => present(tail.path)),
    ],
    arguments: [
      ...extraWatches.flatMap((place) => ['--watch', place]),
      ...extraTails.flatMap(({ file, channel }) => ['--tail', `${file}${channel}`]),
    ],
  };
}
