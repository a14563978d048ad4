/** Plays a scripted day or a patch night, and judges the queue that comes of it. */
import path from 'node:path';
import { seeded } from '../../collector/simulate/made-up.ts';
import { makeDay, type StampedRecord } from './activity.ts';
import { makeEstate, type Estate } from './estate.ts';
import { OFFICE_NOISE } from './office-noise.ts';
import { PATCH_NIGHT, ransom, watchedChanges } from './patch-night.ts';
import { openProvince } from './province.ts';
import { judgeQueue, type JudgedQueue, type Wanted } from './queue.ts';
import { SERVER_NOISE } from './server-noise.ts';
import { playStories, STORIES } from './stories.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** Midnight in Việt Nam. */
const DAY_MS = Date.UTC(2026, 10, 24) - 7 * 3_600_000;

export interface PlayOptions {
  hosts: number;
  agencies: number;
  seed: number;
  /** What comes in so many minutes is one batch. */
  minutes: number;
  /** Folder of public rules and recorded events; the product's own rules alone without it. */
  corpus: string | undefined;
  /** Every attack is among so many rows; 10 by default. */
  placeMax?: number | undefined;
}

export interface Played {
  judged: JudgedQueue;
  counted: { events: number; hits: number; detections: number };
  rules: number;
  cpuSeconds: number;
}

/** @param options.corpus needed: the attacks are recordings of it */
export function playDay(options: PlayOptions & { corpus: string }): Promise<Played> {
  const random = seeded(options.seed);
  const estate = makeEstate(options.hosts, options.agencies, random);
  const noise = makeDay([...OFFICE_NOISE, ...SERVER_NOISE], estate, random, DAY_MS);
  const stories = playStories(STORIES, estate, { corpus: options.corpus, dayMs: DAY_MS });
  const attacks = stories.map(({ story, host }) => ({ name: story.name, agentId: host.agentId }));
  const records = [...noise, ...stories.flatMap((story) => story.records)];
  return play(estate, records, {
    ...options,
    attacks,
    limits: { rowsMax: 50, placeMax: options.placeMax ?? 10 },
  });
}

export function playStorm(options: PlayOptions): Promise<Played> {
  const random = seeded(options.seed);
  const estate = makeEstate(options.hosts, options.agencies, random);
  const offices = estate.hosts.filter(({ kind }) => kind === 'office');
  const host = offices[Math.floor(offices.length / 3)];
  if (host === undefined) throw new RangeError('no office computer is left for the ransomware');
  const records = [
    ...makeDay(PATCH_NIGHT, estate, random, DAY_MS),
    ...watchedChanges(estate.hosts, random, DAY_MS),
    ...ransom(host, DAY_MS + 2.5 * 3_600_000, random),
  ];
  const attacks = [{ name: 'the ransomware', agentId: host.agentId }];
  return play(estate, records, { ...options, attacks, limits: { rowsMax: 5, placeMax: 1 } });
}

async function play(
  estate: Estate,
  records: readonly StampedRecord[],
  options: PlayOptions & { attacks: readonly Wanted[]; limits: { rowsMax: number; placeMax: number } },
): Promise<Played> {
  const { corpus, minutes, attacks, limits } = options;
  const cpu = process.cpuUsage();
  const rules = [
    path.join(ROOT, 'rules', 'detections'),
    ...(corpus === undefined ? [] : [path.join(corpus, 'sigma', 'rules')]),
  ];
  const province = await openProvince(estate, rules, DAY_MS);
  try {
    await province.take(
      records.toSorted((a, b) => a.timeMs - b.timeMs),
      minutes,
    );
    const judged = await judgeQueue(province.world, attacks, limits);
    const { user, system } = process.cpuUsage(cpu);
    return {
      judged,
      counted: province.counted,
      rules: province.book.summaries.length,
      cpuSeconds: Math.round((user + system) / 100_000) / 10,
    };
  } finally {
    await province.close();
  }
}
