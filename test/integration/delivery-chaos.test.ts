/**
 * Agent, collector, engine and the whole host are killed with SIGKILL at random moments while a log is written
 * steadily; when it has settled, what is stored and what is alerted must be what an undisturbed run leaves.
 * VONGGAC_CHAOS_KILLS sets how often (8), VONGGAC_CHAOS_SEED repeats a run's decisions.
 */
import { appendFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import {
  detectionsOf,
  logLines,
  runPost,
  runThrough,
  untilAlerted,
  untilStored,
} from '../support/delivery-run.ts';
import type { WatchPost } from '../support/watch-post.ts';

const KILLS = Number(process.env['VONGGAC_CHAOS_KILLS'] ?? 8);
const SEED = Number(process.env['VONGGAC_CHAOS_SEED'] ?? Date.now() % 1_000_000);
const LINES = 200 + KILLS * 50;
const TARGETS = ['agent', 'collector', 'engine', 'host'] as const;
/** One write to the log, roughly. */
const PACE_MS = 40;
/** The longest a process lives when it is unlucky; half of them live much shorter. */
const GAP_MS_MAX = 3_000;
const SETTLE_MS_MAX = 60_000;

/** mulberry32: small, seeded, good enough to choose moments. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Every target comes up equally often, in random order. */
function targetsFrom(random: () => number): (typeof TARGETS)[number][] {
  return Array.from({ length: KILLS }, (_, at) => ({
    target: TARGETS[at % TARGETS.length] ?? 'host',
    key: random(),
  }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ target }) => target);
}

type Killed = Record<(typeof TARGETS)[number], number>;

/** Writes the text in pieces that heed no line's end, killing in between. */
async function chaos(post: WatchPost, file: string, text: string): Promise<Killed> {
  const random = randomFrom(SEED);
  const killed: Killed = { agent: 0, collector: 0, engine: 0, host: 0 };
  let written = 0;
  for (const [at, target] of targetsFrom(random).entries()) {
    const gapMs = random() < 0.5 ? random() * 500 : random() * GAP_MS_MAX;
    const upTo = Math.floor((text.length * (at + 1)) / KILLS);
    const steps = Math.max(1, Math.round(gapMs / PACE_MS));
    const from = written;
    for (let step = 1; step <= steps; step += 1) {
      const to = from + Math.floor(((upTo - from) * step) / steps);
      await appendFile(file, text.slice(written, to));
      written = to;
      await sleep(gapMs / steps);
    }
    if ((await post.kill(target)) > 0) killed[target] += 1;
  }
  return killed;
}

test.runIf(process.platform === 'linux')(
  `killed ${KILLS} times at random, everything is stored once and counted once (seed ${SEED})`,
  { timeout: 120_000 + KILLS * 6_000 },
  async () => {
    const lines = logLines(LINES);
    const undisturbed = await runThrough(lines, {});
    let killed: Killed | undefined;
    const startedMs = performance.now();
    const outcome = await runPost({}, async (post, file) => {
      killed = await chaos(post, file, `${lines.join('\n')}\n`);
      await untilStored(post, lines.at(-1) ?? '', SETTLE_MS_MAX);
      await untilAlerted(post, detectionsOf(undisturbed), SETTLE_MS_MAX);
    });
    const { restarts, engineRestarts } = outcome;
    const seconds = Math.round((performance.now() - startedMs) / 1_000);
    process.stdout.write(`${JSON.stringify({ seed: SEED, seconds, killed, restarts, engineRestarts })}\n`);
    expect([...outcome.stored.keys()].toSorted()).toEqual(lines.toSorted());
    expect(new Set(outcome.stored.values())).toEqual(new Set([1]));
    expect(outcome.names).toBe(LINES);
    expect(outcome.alerts).toEqual(undisturbed.alerts);
    expect(outcome.correlationHits).toEqual(undisturbed.correlationHits);
    expect(restarts.collector + restarts.agent).toBeGreaterThan(0);
  },
);
