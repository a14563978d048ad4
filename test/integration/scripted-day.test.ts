/** Samples of `npm run bench -- day` and `-- storm`: the same programs with fewer hosts. */
import path from 'node:path';
import { describe, expect, test } from 'vitest';
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

describe.skipIf(!hasRecordings(CORPUS))('with the public rules and recorded attacks', () => {
  test('an ordinary day is a queue that one person can look through, and the attacks are on top', async () => {
    // Of two administrators, what one does is not usual yet: one of them may stand among the ten attacks.
    const { judged } = await playDay({ ...SMALL, hosts: 500, corpus: CORPUS, placeMax: 12 });
    expect(judged.faults.length === 0 ? '' : printQueue(judged)).toBe('');
  });
});
