/** `vonggac replay --story`: an attack told by made-up hosts, and whether what must come of it came. */
import { setTimeout as sleep } from 'node:timers/promises';
import { builtInStories, storySeconds, type LoadedStory } from '../../../rules/stories/index.ts';
import { call, type CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { storyBegin, storyEnd, storyRemove } from '../operations/story.ts';
import { playStories } from '../story/play-stories.ts';
import { holdsTrue, judgeStory, type JudgedStory } from '../story/judge-story.ts';
import { printJudged, printTimeline } from '../story/print-story.ts';
import { withTemporaryCollector } from '../story/temporary-collector.ts';
import { formatTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';

export interface StoryFlags {
  story?: string;
  list?: boolean;
  dryRun?: boolean;
  speed?: number;
  at?: string;
  amongReal?: boolean;
  removeStories?: boolean;
  json?: boolean;
}

const EVERY = 'all';

/** @throws UsageError when one of the product's stories is damaged */
function knownStories({ m }: CommandContext): readonly LoadedStory[] {
  const { stories, problems } = builtInStories();
  const lines = problems.map(({ file, line, field, message }) => `${file}:${line}: ${field}: ${message}`);
  if (lines.length > 0) throw new UsageError(m.story.faults(lines).join('\n'));
  return stories;
}

export function listStoriesCommand(context: CommandContext, { json }: StoryFlags): ExitCode {
  const { m, print, language } = context;
  const stories = knownStories(context);
  if (json === true) {
    const shown = stories.map(({ story }) => ({
      name: story.name,
      title: story.title,
      titleVi: story.title_vi,
      hosts: Object.values(story.hosts).map(({ name }) => name),
      seconds: storySeconds(story),
      alerts: story.alerts.length,
    }));
    print(JSON.stringify(shown, undefined, 2));
    return EXIT.ok;
  }
  const lines = formatTable(stories, [
    { title: m.story.columns.name, value: ({ story }) => story.name },
    {
      title: m.story.columns.hosts,
      value: ({ story }) => String(Object.keys(story.hosts).length),
      align: 'right',
    },
    { title: m.story.columns.steps, value: ({ story }) => String(story.steps.length), align: 'right' },
    { title: m.story.columns.lasts, value: ({ story }) => m.story.lasts(storySeconds(story)) },
    {
      title: m.story.columns.title,
      value: ({ story }) => (language === 'vi' ? story.title_vi : story.title),
    },
  ]);
  lines.forEach((line) => print(line));
  return EXIT.ok;
}

export async function removeStoriesCommand(context: CommandContext, { json }: StoryFlags): Promise<ExitCode> {
  const { m, print } = context;
  let closed = 0;
  for (;;) {
    const done = await call(context, storyRemove, { reason: m.story.removeReason });
    closed += done.closed;
    if (done.left === 0) break;
  }
  print(json === true ? JSON.stringify({ closed }) : m.story.removed(closed));
  return EXIT.ok;
}

export async function storyCommand(context: CommandContext, flags: StoryFlags): Promise<ExitCode> {
  const { m, complain } = context;
  const known = knownStories(context);
  const wanted = flags.story === EVERY ? known : known.filter(({ story }) => story.name === flags.story);
  if (wanted.length === 0) {
    const names = known.map(({ story }) => story.name);
    throw new UsageError(m.story.unknown(flags.story ?? '', names));
  }
  const begin = beginOf(wanted, flags, context);
  if (flags.dryRun !== true) return tell(context, wanted, { ...flags, ...begin });
  complain(m.story.starting);
  const told = await withTemporaryCollector((dataDir) =>
    tell({ ...context, dataDir, registry: undefined }, wanted, { ...flags, ...begin }),
  );
  if (told !== undefined) return told;
  complain(m.story.stopped(0));
  return EXIT.failure;
}

function beginOf(
  stories: readonly LoadedStory[],
  { speed, at }: StoryFlags,
  { m }: CommandContext,
): { atMs: number | undefined; speed: number } {
  if (speed !== undefined && at !== undefined) throw new UsageError(m.story.speedAndAt);
  if (at === undefined) return { atMs: undefined, speed: speed ?? 1 };
  const atMs = Date.parse(at);
  if (Number.isNaN(atMs)) throw new UsageError(m.story.badTime(at));
  const longest = Math.max(...stories.map(({ story }) => storySeconds(story)));
  if (atMs + longest * 1_000 > Date.now()) throw new UsageError(m.story.future);
  return { atMs, speed: 1 };
}

/** After the last event, so that no clock of the story is ahead of the collector's. */
const AFTER_MS = 5_000;

async function tell(
  context: CommandContext,
  stories: readonly LoadedStory[],
  flags: Omit<StoryFlags, 'speed'> & { atMs: number | undefined; speed: number },
): Promise<ExitCode> {
  const { m, print, complain } = context;
  const agencies: Record<string, number> = {};
  const hosts = stories.flatMap(({ story }) => Object.values(story.hosts));
  for (const { agency } of hosts) agencies[agency] = (agencies[agency] ?? 0) + 1;
  const hostnames = hosts.map(({ name }) => name);
  const begun = await call(context, storyBegin, { agencies, hostnames, amongReal: flags.amongReal === true });
  complain(
    m.story.playing(
      stories.map(({ story }) => story.name),
      begun.url,
    ),
  );
  if (flags.amongReal === true) complain(m.story.among);
  const isLive = flags.speed !== 1;
  const longest = Math.max(...stories.map(({ story }) => storySeconds(story)));
  const beginMs = flags.atMs ?? (isLive ? Date.now() : Date.now() - longest * 1_000 - AFTER_MS);
  const stop = new AbortController();
  const onInterrupt = (): void => stop.abort();
  process.once('SIGINT', onInterrupt);
  try {
    const { agents } = await playStories(stories, {
      ...begun,
      beginMs,
      speed: flags.speed,
      isLive,
      now: Date.now,
      sleep: (ms) => sleep(ms, undefined, { signal: stop.signal }).catch(abandoned),
      signal: stop.signal,
      onStep: (story, step) => {
        const { at = 0, on = '', technique = '', what = '', what_vi = '' } = story.steps[step] ?? {};
        if (isLive)
          complain(
            m.story.step(
              at,
              story.hosts[on]?.name ?? on,
              technique,
              context.language === 'vi' ? what_vi : what,
            ),
          );
      },
    });
    const agentIds = [...agents.values()].flatMap((own) => [...own.values()]);
    const outcome = await call(context, storyEnd, { agentIds, sinceMs: begun.sinceMs });
    if (stop.signal.aborted) {
      complain(m.story.stopped(outcome.alerts.length));
      if (flags.dryRun !== true && outcome.alerts.length > 0) complain(m.story.closes);
      return EXIT.failure;
    }
    const judged = stories.map((loaded) => ({
      loaded,
      judged: judgeStory(loaded, agents.get(loaded.story.name) ?? new Map(), outcome),
    }));
    if (flags.json === true)
      print(
        JSON.stringify(
          judged.map(({ judged: one }) => ({ ...one, holds: holdsTrue(one) })),
          undefined,
          2,
        ),
      );
    else for (const { loaded, judged: one } of judged) printAll(context, loaded, one);
    const held = judged.filter(({ judged: one }) => holdsTrue(one)).length;
    if (stories.length > 1 && flags.json !== true) print(m.story.sum(held, stories.length));
    if (flags.dryRun !== true && flags.json !== true) print(m.story.look(outcome.url));
    return held === stories.length ? EXIT.ok : EXIT.failure;
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}

/** Ctrl-C ends a wait. @throws whatever else ended it */
function abandoned(error: unknown): void {
  if (error instanceof Error && error.name === 'AbortError') return;
  throw error;
}

function printAll(context: CommandContext, loaded: LoadedStory, judged: JudgedStory): void {
  const { print, language } = context;
  const { title, title_vi, summary, summary_vi } = loaded.story;
  print(language === 'vi' ? title_vi : title);
  print(language === 'vi' ? summary_vi : summary);
  print('');
  for (const line of [...printTimeline(loaded, context), ...printJudged(loaded, judged, context)])
    print(line);
  print('');
}
