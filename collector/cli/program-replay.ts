/** `vonggac replay` on the command line: a recorded log, or an attack story. */
import { Option, type Command } from 'commander';
import type { ReplaySource } from './commands/replay.ts';
import type { StoryFlags } from './commands/replay-story.ts';
import type { Messages } from './messages/en.ts';
import type { SimulateProgram } from './program-simulate.ts';
import { UsageError } from './usage-error.ts';

type ReplayFlags = StoryFlags & { source?: ReplaySource };
const SOURCES = ['sshd', 'apache', 'linux-syslog', 'windows-xml'] as const satisfies readonly ReplaySource[];
const OF_STORY = { dryRun: '--dry-run', speed: '--speed', at: '--at', amongReal: '--among-real' } as const;
const loadStory = () => import('./commands/replay-story.ts');

export function addReplay(
  program: Command,
  { m, help, add, jsonOption, run, number }: SimulateProgram,
): void {
  add(program, 'replay', help.replay, [
    'vonggac replay --source sshd auth.log',
    'vonggac replay --list',
    'vonggac replay --story ransomware-by-document --dry-run',
    'vonggac replay --story web-shell-to-domain --speed 60',
  ])
    .argument('[file]', help.file)
    .addOption(new Option('--source <source>', help.source).choices(SOURCES))
    .option('--story <name>', help.story)
    .option('--list', help.storyList)
    .option('--dry-run', help.storyDryRun)
    .addOption(new Option('--speed <n>', help.storySpeed).argParser(number))
    .option('--at <time>', help.storyAt)
    .option('--among-real', help.storyAmongReal)
    .option('--remove-stories', help.storyRemove)
    .addOption(jsonOption())
    .action((file: string | undefined, flags: ReplayFlags) =>
      run(async (context) => {
        const { source, json } = flags;
        refuseIdleFlags(file, flags, m);
        if (flags.list === true) return (await loadStory()).listStoriesCommand(context, flags);
        if (flags.removeStories === true) return (await loadStory()).removeStoriesCommand(context, flags);
        if (flags.story !== undefined) return (await loadStory()).storyCommand(context, flags);
        if (file === undefined) throw new UsageError(m.story.needsFile);
        if (source === undefined) throw new UsageError(m.story.needsSource);
        const { replayCommand } = await import('./commands/replay.ts');
        return replayCommand(context, file, { source, ...(json === undefined ? {} : { json }) });
      }),
    );
}

/** A flag that would do nothing is refused: with `--dry-run` nobody expects something to be sent. @throws UsageError */
function refuseIdleFlags(file: string | undefined, flags: ReplayFlags, { story: words }: Messages): void {
  const ways = [file, flags.story, flags.list, flags.removeStories].filter((way) => way !== undefined);
  if (ways.length > 1) throw new UsageError(words.oneWay);
  if (flags.story === undefined) {
    for (const [name, flag] of Object.entries(OF_STORY))
      if (Object.hasOwn(flags, name)) throw new UsageError(words.onlyWithStory(flag));
  }
  if (flags.source !== undefined && ways.length > 0 && file === undefined)
    throw new UsageError(words.sourceOfFile);
}
