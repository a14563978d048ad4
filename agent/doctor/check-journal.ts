/** Can the journal be read, and is nothing of it read from files a second time? */
import type { TailConfig } from '../config.ts';
import { formatTime } from '../format.ts';
import type { JournaldConfig } from '../journald-config.ts';
import type { Messages } from '../messages/en.ts';
import { alsoInJournal } from '../sources/journald/discover-journal.ts';
import { receivedUs } from '../sources/journald/journal-line.ts';
import { lastEntry } from '../sources/journald/journalctl.ts';
import { fail, ok, reasonOf, warn } from './check.ts';
import type { Check } from './check.ts';

const ANSWER_MS_MAX = 10_000;

export async function checkJournal(
  config: JournaldConfig | undefined,
  tails: readonly TailConfig[],
  m: Messages,
): Promise<Check[]> {
  if (config === undefined) return [];
  const twice = tails
    .flatMap(({ path }) => alsoInJournal(path))
    .map((file) => warn('journal', m.doctor.journal.twice(file)));
  return [await checkReading(config, m), ...twice];
}

async function checkReading({ directory }: JournaldConfig, m: Messages): Promise<Check> {
  try {
    const signal = AbortSignal.timeout(ANSWER_MS_MAX);
    const last = await lastEntry({ directory }, signal);
    if (signal.aborted) return fail('journal', m.doctor.journal.silent(ANSWER_MS_MAX / 1_000));
    if (last === undefined) return warn('journal', m.doctor.journal.empty);
    const us = receivedUs(last);
    return ok('journal', m.doctor.journal.readable(formatTime(us === undefined ? 0 : Number(us / 1_000n))));
  } catch (error) {
    return fail('journal', m.doctor.journal.unreadable(reasonOf(error)));
  }
}
