/** Samples of `npm run bench -- day`, `-- day --public` and `-- storm`: the same programs with fewer hosts. */
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { playGate, printGate } from '../../scripts/day/working-day/gate.ts';
import { playDay, playStorm } from '../../scripts/day/play.ts';
import { printQueue } from '../../scripts/day/queue.ts';
import { hasRecordings } from '../../scripts/day/stories.ts';

const CORPUS = path.resolve(process.env['VONGGAC_CORPUS'] ?? '../shared/corpus');
const SMALL = { agencies: 6, seed: 11, minutes: 60 };

test('a patch night is a few rows, and the host that is being ransomed the first of them', async () => {
  const { judged, counted } = await playStorm({ ...SMALL, hosts: 250, corpus: undefined });
  expect(judged.faults.length === 0 ? '' : printQueue(judged)).toBe('');
  expect(counted.detections).toBeGreaterThan(1_000);
});

test('a working day of 300 hosts under our own rules alone: at most two false highs, and every attack story found', async () => {
  const hosts = 300;
  const result = await playGate({
    ...SMALL,
    hosts,
    minutes: 120,
    corpus: undefined,
    limits: { falseHighsMax: 2, rowsMax: 36 },
  });
  expect(result.faults.length === 0 ? '' : printGate(result, hosts)).toBe('');
  expect(result.counted.events).toBeGreaterThan(30_000);
  expect(result.attacks.length).toBeGreaterThanOrEqual(10);
  // Matters of policy: told, and never an alarm.
  const policy = ['fee4e64b-daa9-4217-8a5f-a476b9b19d24', '55f398f1-b84e-4f4b-808e-ad6a171c7e68'];
  for (const id of policy)
    expect(result.byRule.find((rule) => rule.id === id)).toMatchObject({
      level: 'low',
      hits: expect.any(Number),
    });
});

describe.skipIf(!hasRecordings(CORPUS))('with the public rules and recorded attacks', () => {
  test('an ordinary day is a queue that one person can look through, and the attacks are on top', async () => {
    // Of two administrators, what one does is not usual yet: one of them may stand among the ten attacks.
    const { judged } = await playDay({ ...SMALL, hosts: 500, corpus: CORPUS, placeMax: 12 });
    expect(judged.faults.length === 0 ? '' : printQueue(judged)).toBe('');
  });
});
