/**
 * Agent, collector, engine and the whole host are killed with SIGKILL at random moments while a log is written
 * steadily; when it has settled, what is stored and what is alerted must be what an undisturbed run leaves.
 * VONGGAC_CHAOS_KILLS sets how often (8), VONGGAC_CHAOS_SEED repeats a run's decisions, VONGGAC_CHAOS_ROTATE=4 rotates
 * the log before every fourth kill.
 */
import { appendFile, readdir, rename } from 'node:fs/promises';
import path from 'node:path';
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
/** The log is rotated before every so many kills; 0: never. */
const ROTATE_EVERY = Number(process.env['VONGGAC_CHAOS_ROTATE'] ?? 0);
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

/** As logrotate does: `.1` becomes `.2` and so on, the log becomes `.1`. */
async function rotate(file: string): Promise<void> {
  const rotated = (await readdir(path.dirname(file))).length - 1;
  for (let number = rotated; number > 0; number -= 1)
    await rename(`${file}.${number}`, `${file}.${number + 1}`);
  await rename(file, `${file}.1`);
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
    if (ROTATE_EVERY > 0 && at % ROTATE_EVERY === ROTATE_EVERY - 1) {
      const lineEnd = text.indexOf('\n', written) + 1;
      await appendFile(file, text.slice(written, lineEnd));
      written = lineEnd;
      await rotate(file);
    }
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
      const [first = '', ...rest] = lines;
      // An agent that has never seen a log knows nothing of the files it was rotated into before.
      await appendFile(file, `${first}\n`);
      await untilStored(post, first);
      killed = await chaos(post, file, `${rest.join('\n')}\n`);
      await untilStored(post, lines.at(-1) ?? '', SETTLE_MS_MAX);
      await untilAlerted(post, detectionsOf(undisturbed), SETTLE_MS_MAX);
    });
    const { restarts, engineRestarts } = outcome;
    const seconds = Math.round((performance.now() - startedMs) / 1_000);
    process.stdout.write(`${JSON.stringify({ seed: SEED, seconds, killed, restarts, engineRestarts })}\n`);
    expect([...outcome.stored.keys()].toSorted()).toEqual(lines.toSorted());
    const twice = [...outcome.stored].filter(([, times]) => times !== 1);
    // Fewer names than rows: the store holds a row twice; else the agent sent a line twice.
    expect({ twice, names: outcome.names }).toEqual({ twice: [], names: LINES });
    expect(outcome.alerts).toEqual(undisturbed.alerts);
    expect(outcome.correlationHits).toEqual(undisturbed.correlationHits);
    expect(restarts.collector + restarts.agent).toBeGreaterThan(0);
  },
);
