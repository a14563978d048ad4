/**
 * Plays stories into a running collector: their hosts enrol and send over the agents' own protocol, all stories in one order
 * of time, so that what belongs to none of them has its chance to be mixed up.
 */
import { parseJoinToken } from '../../protocol/join-token.ts';
import type { HostFacts } from '../../protocol/message-fields.ts';
import { laneNumber } from '../../protocol/lane.ts';
import { seenAt, enrolWhenFree } from '../../simulate/identity.ts';
import { SimSession } from '../../simulate/sim-session.ts';
import {
  buildStory,
  type LoadedStory,
  type StoryHost,
  type StoryRecord,
} from '../../../rules/stories/index.ts';

export interface PlayOptions {
  url: string;
  /** By the names of agencies. */
  tokens: Readonly<Record<string, string>>;
  /** Moment of each story's first step. */
  beginMs: number;
  /** So many of a story's minutes are one. */
  speed: number;
  /** Records wait for their time; else all are sent at once, with the times of the story. */
  isLive: boolean;
  now: () => number;
  sleep: (ms: number) => Promise<void>;
  signal: AbortSignal;
  onStep: (story: LoadedStory['story'], step: number, timeMs: number) => void;
}

interface Played {
  /** Ids of agents by story and role. */
  agents: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

/** What comes within so much time may reach the collector in any order. */
const TOGETHER_MS = 60_000;

/** @throws EnrolRefusedError, CollectorUnreachableError, Error when a session ends before all is told */
export async function playStories(stories: readonly LoadedStory[], options: PlayOptions): Promise<Played> {
  const { signal, sleep, now, isLive } = options;
  const hosts = await enrolHosts(stories, options);
  const sessions = [...hosts.values()].map(({ session }) => session);
  try {
    for (const session of sessions) await session.open();
    const records = stories
      .flatMap(({ story }) =>
        buildStory(story, options.beginMs, options.speed).map((record) => ({ story, ...record })),
      )
      .toSorted((a, b) => a.timeMs - b.timeMs);
    const told = new Set<string>();
    for (const part of together(records, isLive)) {
      if (signal.aborted) break;
      const [first] = part;
      if (isLive && first !== undefined) await sleep(Math.max(0, first.timeMs - now()));
      for (const { story, step, timeMs } of part) {
        const name = `${story.name}/${step}`;
        if (!told.has(name)) options.onStep(story, step, timeMs);
        told.add(name);
      }
      const byHost = Map.groupBy(part, ({ story, role }) => `${story.name}/${role}`);
      for (const [key, own] of byHost) {
        const session = hosts.get(key)?.session;
        session?.send(
          laneNumber('security'),
          own.map(({ record }) => JSON.stringify(record)),
        );
      }
      for (const session of sessions) await session.settled();
      const ended = sessions.find(({ closed }) => closed !== undefined)?.closed;
      if (ended !== undefined) throw new Error(`a session of the story ended: ${ended.code} ${ended.reason}`);
    }
  } finally {
    for (const session of sessions) session.close();
  }
  const agents = new Map<string, Map<string, string>>();
  for (const { story } of stories) {
    const roles = Object.keys(story.hosts);
    agents.set(
      story.name,
      new Map(roles.map((role) => [role, hosts.get(`${story.name}/${role}`)?.agentId ?? ''])),
    );
  }
  return { agents };
}

const facts = ({ name, platform }: StoryHost): HostFacts => ({
  hostname: name,
  arch: 'x64',
  timeZone: 'Asia/Ho_Chi_Minh',
  ...(platform === 'windows'
    ? { platform: 'win32', osName: 'Microsoft Windows', osVersion: '11 Pro 24H2' }
    : { platform: 'linux', osName: 'Debian GNU/Linux', osVersion: '12' }),
});

async function enrolHosts(
  stories: readonly LoadedStory[],
  { url, tokens, signal, sleep }: PlayOptions,
): Promise<Map<string, { agentId: string; session: SimSession }>> {
  const [anyToken = ''] = Object.values(tokens);
  const pin = parseJoinToken(anyToken);
  if (pin === undefined) throw new RangeError('the collector made no join token');
  const served = await seenAt(url, pin, undefined);
  const enrolled = new Map<string, { agentId: string; session: SimSession }>();
  for (const { story } of stories) {
    for (const [role, host] of Object.entries(story.hosts)) {
      const token = tokens[host.agency] ?? '';
      const wanted = { url, token, served, hostname: host.name, host: facts(host) };
      const identity = await enrolWhenFree(wanted, { signal, sleep });
      enrolled.set(`${story.name}/${role}`, { agentId: identity.agentId, session: new SimSession(identity) });
    }
  }
  return enrolled;
}

type Told = StoryRecord & { story: LoadedStory['story'] };

/** In the order of time: what may go together. */
function* together(records: readonly Told[], isLive: boolean): Generator<Told[]> {
  let part: Told[] = [];
  for (const record of records) {
    const [first] = part;
    if (first !== undefined && record.timeMs - first.timeMs > (isLive ? 0 : TOGETHER_MS)) {
      yield part;
      part = [];
    }
    part.push(record);
  }
  if (part.length > 0) yield part;
}
