/** The attacks of the day: the stories that come with the product, and recorded ones where they are at hand, on hosts of the estate. */
import type { Alert } from '../../../collector/api/contract-alerts.ts';
import { buildStory, builtInStories, type StoryHost } from '../../../rules/stories/index.ts';
import type { StampedRecord } from '../activity.ts';
import type { Estate, HostKind, SimulatedHost } from '../estate.ts';
import { playStories, STORIES } from '../stories.ts';

export interface Attack {
  name: string;
  agentIds: ReadonlySet<string>;
  records: readonly StampedRecord[];
  /** All that its records say, to know a row that is about an address or an account of it. */
  text: string;
}

const HOUR_MS = 3_600_000;
/** The first begins at eight, one more every so many hours; a story goes on for hours. */
const BEGIN_HOUR = 8;
const EVERY_HOURS = 0.9;
/** Shorter values are in too many records to say anything. */
const VALUE_CHARS_MIN = 7;

function kindOf({ name, platform }: StoryHost, isWeb: boolean): HostKind {
  if (platform === 'linux') return isWeb ? 'portal' : 'linux';
  if (name.includes('-dc-')) return 'controller';
  return name.includes('-pc-') ? 'office' : 'server';
}

/** @throws RangeError when the estate has no host of a kind */
export function attacksOn(estate: Estate, dayMs: number, corpus: string | undefined): Attack[] {
  const { stories, problems } = builtInStories();
  if (problems.length > 0) throw new Error(`attack stories are damaged: ${problems[0]?.message ?? ''}`);
  const taken = new Set<SimulatedHost>();
  const told = stories.map(({ story }, at): Attack => {
    const built = buildStory(story, dayMs + (BEGIN_HOUR + at * EVERY_HOURS) * HOUR_MS);
    const isWeb = story.steps.some(({ events }) => events.some(({ kind }) => kind === 'web'));
    const byRole = new Map(
      Object.entries(story.hosts).map(([role, host]) => [role, pick(estate, kindOf(host, isWeb), taken)]),
    );
    const records = built.flatMap(({ role, timeMs, record }): StampedRecord[] => {
      const host = byRole.get(role);
      return host === undefined ? [] : [{ timeMs, host, record }];
    });
    return attack(story.name, [...byRole.values()], records);
  });
  if (corpus === undefined) return told;
  const free = { ...estate, hosts: estate.hosts.filter((host) => !taken.has(host)) };
  return [
    ...told,
    ...playStories(STORIES, free, { corpus, dayMs }).map(({ story, host, records }) =>
      attack(story.name, [host], records),
    ),
  ];
}

const attack = (
  name: string,
  hosts: readonly SimulatedHost[],
  records: readonly StampedRecord[],
): Attack => ({
  name,
  agentIds: new Set(hosts.map(({ agentId }) => agentId)),
  records,
  text: JSON.stringify(records.map(({ record }) => record)).toLowerCase(),
});

/** One that no other attack has, as long as there are such. */
function pick({ hosts }: Estate, kind: HostKind, taken: Set<SimulatedHost>): SimulatedHost {
  const able = hosts.filter((host) => host.kind === kind);
  const host = able.findLast((one) => !taken.has(one)) ?? able[0];
  if (host === undefined) throw new RangeError(`the estate has no host of kind ${kind}`);
  taken.add(host);
  return host;
}

export function isAbout(
  { agentIds, text }: Attack,
  { agentId, entity, hosts }: Pick<Alert, 'agentId' | 'entity' | 'hosts'>,
): boolean {
  if (agentId !== null) return agentIds.has(agentId);
  return (
    hosts <= agentIds.size &&
    Object.values(entity).some(
      (value) =>
        value.length >= VALUE_CHARS_MIN && text.includes(JSON.stringify(value).slice(1, -1).toLowerCase()),
    )
  );
}
