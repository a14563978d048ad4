/** A day of a province, scripted: what thousands of hosts do anyway, and ten recorded attacks among it. */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { seeded } from '../../collector/simulate/made-up.ts';
import { makeDay } from '../day/activity.ts';
import { makeEstate } from '../day/estate.ts';
import { OFFICE_NOISE } from '../day/office-noise.ts';
import { openProvince } from '../day/province.ts';
import { judgeQueue, printQueue } from '../day/queue.ts';
import { SERVER_NOISE } from '../day/server-noise.ts';
import { hasRecordings, playStories, STORIES } from '../day/stories.ts';
import { corpusFolder } from './sigma-lanes.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const DAY_MS = Date.UTC(2026, 10, 24) - 7 * 3_600_000;

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      hosts: { type: 'string', default: '5000' },
      agencies: { type: 'string', default: '40' },
      seed: { type: 'string', default: '7' },
      minutes: { type: 'string', default: '10' },
    },
  });
  const corpus = corpusFolder();
  if (!hasRecordings(corpus)) {
    process.stdout.write(`skipped: no recorded events in ${corpus} (VONGGAC_CORPUS)\n`);
    return;
  }
  const random = seeded(Number(values.seed));
  const estate = makeEstate(Number(values.hosts), Number(values.agencies), random);
  const noise = makeDay([...OFFICE_NOISE, ...SERVER_NOISE], estate, random, DAY_MS);
  const stories = playStories(STORIES, estate, { corpus, dayMs: DAY_MS });
  const records = [...noise, ...stories.flatMap((story) => story.records)].toSorted(
    (a, b) => a.timeMs - b.timeMs,
  );
  const rules = [path.join(ROOT, 'rules', 'detections'), path.join(corpus, 'sigma', 'rules')];
  const cpu = process.cpuUsage();
  const province = await openProvince(estate, rules, DAY_MS);
  try {
    await province.take(records, Number(values.minutes));
    const attacks = stories.map(({ story, host }) => ({ name: story.name, agentId: host.agentId }));
    const judged = await judgeQueue(province.world, attacks, { rowsMax: 50, placeMax: 10 });
    const { user, system } = process.cpuUsage(cpu);
    const result = {
      hosts: estate.hosts.length,
      rules: province.book.summaries.length,
      ...province.counted,
      rows: judged.rows.length,
      places: judged.places.map(({ name, place }) => ({ name, place })),
      faults: judged.faults,
      cpuSeconds: Math.round((user + system) / 100_000) / 10,
    };
    process.stdout.write(
      values.json
        ? `${JSON.stringify(result)}\n`
        : `${printQueue(judged)}\n${JSON.stringify(province.counted)} ${result.rules} rules, ${result.cpuSeconds} s of CPU\n`,
    );
    if (judged.faults.length > 0) process.exitCode = 1;
  } finally {
    await province.close();
  }
}
