/** Settings of systemd's journal, and whether it is read: never together with the files that hold the same. */
import { z } from 'zod';
import type { ConfigEnvironment, TailConfig } from './config.ts';
import { defaultTails } from './config-defaults.ts';
import { absolutePath } from './setting-types.ts';
import { alsoInJournal, proposesJournal } from './sources/journald/discover-journal.ts';

export const journaldSchema = () =>
  z.strictObject({
    /** Left out: where a journal is and no file holds the same messages, unless `tails` are given. */
    enabled: z.boolean().optional(),
    /** Folder of journal files; left out: this machine's journal. */
    directory: absolutePath.optional(),
    /** Where to begin the first time. */
    startAt: z.enum(['beginning', 'end']).default('end'),
  });

type Settings = z.infer<ReturnType<typeof journaldSchema>>;
export type JournaldConfig = Omit<Settings, 'enabled'>;

/** The journal is read when the settings say so, or when it is what this host has. */
export function chooseJournal(
  { enabled, ...journald }: Settings,
  tails: readonly unknown[] | undefined,
  { platform, env, exists }: ConfigEnvironment,
): JournaldConfig | undefined {
  const proposed =
    tails === undefined &&
    platform === 'linux' &&
    exists !== undefined &&
    proposesJournal({ exists, programPath: env['PATH'] ?? '' });
  return (enabled ?? proposed) ? journald : undefined;
}

/** The usual logs, without those whose messages come from the journal. */
export function tailsBeside(journald: JournaldConfig | undefined, platform: NodeJS.Platform): TailConfig[] {
  const usual = defaultTails(platform);
  return journald === undefined ? usual : usual.filter((tail) => alsoInJournal(tail.path).length === 0);
}
