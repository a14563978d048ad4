/**
 * Agent, collector, engine and the whole host are killed with SIGKILL while a log is written steadily: at random moments,
 * and every other process that is started again at a named step of the delivery. In between the line is cut in the
 * middle of whatever it carries, or goes dead without a word, and the disk under the agent's spool or the collector's data
 * fills up and is freed. When it has settled, what is stored and what is alerted must be what an undisturbed run leaves,
 * and the ledger must account for every record.
 * VONGGAC_CHAOS_KILLS sets how often (8), VONGGAC_CHAOS_SEED repeats a run's decisions, VONGGAC_CHAOS_ROTATE=4 rotates
 * the log before every fourth kill. VONGGAC_CHAOS_DISK=limit does without file systems of its own, as without root.
 */
import { appendFile, readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import {
  checkLedger,
  detectionsOf,
  ledgerFaults,
  logLines,
  runPost,
  runThrough,
  untilAlerted,
  untilStored,
} from '../support/delivery-run.ts';
import { limitedDisks, mountedDisks, type PostDisks } from '../support/chaos-disks.ts';
import { canLimitFiles, canMount } from '../support/full-disk.ts';
import type { PostOptions, WatchPost } from '../support/watch-post.ts';

// As on a machine with cores to spare: rows are made beside the main thread.
process.env['VONGGAC_WORKERS'] ??= '1';

const KILLS = Number(process.env['VONGGAC_CHAOS_KILLS'] ?? 8);
const SEED = Number(process.env['VONGGAC_CHAOS_SEED'] ?? Date.now() % 1_000_000);
const LINES = 200 + KILLS * 50;
const TARGETS = ['agent', 'collector', 'engine', 'host'] as const;
/** Steps of the delivery at which a process dies by itself. */
const STEPS = {
  collector: [
    'collector.before-insert',
    'collector.after-insert',
    'collector.before-ack',
    'collector.after-ack',
    'projector.before-commit',
    'projector.after-commit',
  ],
  agent: [
    'agent.before-spool-commit',
    'agent.after-spool-commit',
    'agent.after-send',
    'agent.before-ack-delete',
    'agent.after-ack-delete',
  ],
} as const;
const PASSINGS_MAX = 6;
/** One write to the log, roughly. */
const PACE_MS = 40;
/** The log is rotated before every so many kills; 0: never. */
const ROTATE_EVERY = Number(process.env['VONGGAC_CHAOS_ROTATE'] ?? 0);
/** The longest a process lives when it is unlucky; half of them live much shorter. */
const GAP_MS_MAX = 3_000;
const SETTLE_MS_MAX = 120_000;
/** How often each disk is filled. */
const FILLS = Math.max(1, Math.round(KILLS / 10));
const FULL_MS_MAX = 1_500;
const MOUNTS = canMount() && process.env['VONGGAC_CHAOS_DISK'] !== 'limit';

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
type Filled = Record<'spool' | 'data', number>;

/** Every other process that is started again dies once more at a step, as long as `isOn`. */
function faultsFrom(random: () => number, isOn: () => boolean): NonNullable<PostOptions['nextFault']> {
  return (process) => {
    const [armed, step, passing] = [random(), random(), random()];
    if (!isOn() || armed < 0.5) return undefined;
    const steps = STEPS[process];
    return `${steps[Math.floor(step * steps.length)] ?? ''}:${1 + Math.floor(passing * PASSINGS_MAX)}`;
  };
}

/** In which rounds which disk is full: each equally often, at random. */
function fillsFrom(random: () => number): Map<number, 'spool' | 'data'> {
  const rounds = Array.from({ length: KILLS }, (_, at) => ({ at, key: random() })).toSorted(
    (a, b) => a.key - b.key,
  );
  return new Map(
    rounds.slice(0, 2 * FILLS).map(({ at }, index) => [at, index % 2 === 0 ? 'data' : 'spool'] as const),
  );
}

/** Writes the text in pieces that heed no line's end, killing in between. */
async function chaos(
  post: WatchPost,
  file: string,
  text: string,
  disks: PostDisks,
): Promise<{ killed: Killed; filled: Filled }> {
  const random = randomFrom(SEED);
  const fills = fillsFrom(randomFrom(SEED + 2));
  const filled: Filled = { spool: 0, data: 0 };
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
    // Half of the time the way is whole again before it breaks; else things break while they come back.
    if (random() < 0.5) {
      post.line.mend();
      await post.until(
        async () => post.line.connections,
        (connections) => connections > 0,
      );
    }
    const which = fills.get(at);
    const disk = which && disks[which]?.(post);
    if (which !== undefined && disk !== undefined) {
      post.diskIsFull = true;
      await disk.fill();
      filled[which] += 1;
    }
    const from = written;
    for (let step = 1; step <= steps; step += 1) {
      const to = from + Math.floor(((upTo - from) * step) / steps);
      await appendFile(file, text.slice(written, to));
      written = to;
      await sleep(gapMs / steps);
    }
    const line = random();
    if (line < 0.3) post.line.cut();
    else if (line < 0.6) post.line.hold();
    else post.line.mend();
    if ((await post.kill(target)) > 0) killed[target] += 1;
    if (disk !== undefined) {
      // What was killed comes back to a full disk.
      await sleep(random() * FULL_MS_MAX);
      await disk.free();
      post.diskIsFull = false;
    }
  }
  post.line.mend();
  return { killed, filled };
}

/** How often each disk was full in the run; set by it. */
let filled: Filled | undefined;

test.runIf(process.platform === 'linux')(
  `killed ${KILLS} times at random, everything is stored once and counted once (seed ${SEED})`,
  { timeout: 400_000 + KILLS * 9_000 },
  async () => {
    const lines = logLines(LINES);
    const undisturbed = await runThrough(lines, {});
    await using disks = MOUNTS ? await mountedDisks() : limitedDisks();
    let killed: Killed | undefined;
    const startedMs = performance.now();
    let isChaos = true;
    let broken: { cut: number; held: number } | undefined;
    let check: { code: number | null; text: string } | undefined;
    const nextFault = faultsFrom(randomFrom(SEED + 1), () => isChaos);
    const outcome = await runPost(
      { nextFault, ...disks.options },
      async (post, file) => {
        const [first = '', ...rest] = lines;
        // An agent that has never seen a log knows nothing of the files it was rotated into before.
        await appendFile(file, `${first}\n`);
        await untilStored(post, first);
        ({ killed, filled } = await chaos(post, file, `${rest.join('\n')}\n`, disks));
        isChaos = false;
        ({ broken } = post.line);
        await untilStored(post, lines.at(-1) ?? '', SETTLE_MS_MAX);
        await untilAlerted(post, detectionsOf(undisturbed), SETTLE_MS_MAX);
      },
      async (post) => void (check = await checkLedger(post.dataDir)),
    );
    const { restarts, engineRestarts } = outcome;
    const seconds = Math.round((performance.now() - startedMs) / 1_000);
    process.stdout.write(
      `${JSON.stringify({ seed: SEED, seconds, lines: LINES, killed, broken, filled, restarts, engineRestarts })}\n`,
    );
    expect([...outcome.stored.keys()].toSorted()).toEqual(lines.toSorted());
    const twice = [...outcome.stored].filter(([, times]) => times !== 1);
    // Fewer names than rows: the store holds a row twice; else the agent sent a line twice.
    expect({ twice, names: outcome.names }).toEqual({ twice: [], names: LINES });
    expect(outcome.alerts).toEqual(undisturbed.alerts);
    expect(outcome.correlationHits).toEqual(undisturbed.correlationHits);
    expect(ledgerFaults(outcome, LINES)).toEqual([]);
    expect(check).toMatchObject({ code: 0 });
    expect(restarts.collector + restarts.agent).toBeGreaterThan(0);
  },
);

test.runIf(process.platform === 'linux')("in that run the collector's disk was filled and freed", () => {
  expect(filled?.data).toBe(FILLS);
});

test.skipIf(!MOUNTS && !canLimitFiles())(
  "in that run the disk of the agent's spool was filled and freed (needs root, or prlimit of util-linux)",
  () => {
    expect(filled?.spool).toBe(FILLS);
  },
);
