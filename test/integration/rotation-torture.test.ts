/**
 * Logs are written to and rotated in every way there is, all at once, by the real programs too, while the agent that
 * reads them is killed with SIGKILL again and again: at random moments, and every other life at a named step of the
 * delivery. At the end every line must be stored exactly once; only what is written while a log is copied and emptied
 * (copytruncate) may never have been seen by anybody, and that is counted here.
 * VONGGAC_ROTATIONS sets how often each log is rotated (3), VONGGAC_ROTATION_SEED repeats a run's decisions.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SourceRecord } from '#protocol/record.ts';
import { FAULT_POINTS } from '../../agent/fault-point.ts';
import { seeded } from '../../collector/simulate/made-up.ts';
import { makeFolder, removeFolder } from '../support/agent/spool-fixture.ts';
import { startTestCollector, type TestCollector } from '../support/agent/test-collector.ts';
import { logrotateKinds, logrotateMissing } from '../support/rotation/logrotate-kinds.ts';
import { makeRotatingLog, ROTATION_KINDS, type RotatingLog } from '../support/rotation/rotating-log.ts';

const CLI = path.resolve(import.meta.dirname, '../../agent/cli.ts');
const ROTATIONS = Number(process.env['VONGGAC_ROTATIONS'] ?? 3);
const SEED = Number(process.env['VONGGAC_ROTATION_SEED'] ?? Date.now() % 1_000_000);
const TICK_MS = 15;
const ROTATE_MS_MIN = 150;
const ROTATE_MS_MAX = 1_500;
const LIFE_MS_MAX = 1_200;
const DOWN_MS_MAX = 400;
const PASSINGS_MAX = 12;
const LINES_AT_ONCE_MAX = 6;
/** Longer than a rotated file must be quiet to be done. */
const QUIET_MS = 4_000;
/** What an agent that has come back would say again, it says within this time. */
const BACK_MS = 1_000;
const SETTLE_MS_MAX = 60_000;

let folder: string;
let collector: TestCollector;
let children: ChildProcess[];
let logs: RotatingLog[];

beforeEach(async () => {
  folder = makeFolder();
  fs.mkdirSync(path.join(folder, 'logs'));
  children = [];
  logs = [];
  collector = await startTestCollector();
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  for (const log of logs) log.close();
  await collector.stop();
  removeFolder(folder);
});

interface Life {
  child: ChildProcess;
  ended: Promise<unknown>;
  err: () => string;
}

function agent(args: readonly string[], fault = ''): Life {
  const child = spawn(process.execPath, [CLI, ...args, '--state', path.join(folder, 'state')], {
    env: { ...process.env, LC_ALL: 'C.UTF-8', VONGGAC_FAULT: fault },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  children.push(child);
  let err = '';
  child.stderr.on('data', (part: Buffer) => (err += part.toString()));
  return { child, ended: once(child, 'close'), err: () => err };
}

function run(fault?: string): Life {
  return agent(['run', '--config', path.join(folder, 'agent.json'), '--log-level', 'silent'], fault);
}

/** What is stored, by the file it came from. */
class Stored {
  readonly texts = new Map<string, string[]>();
  readonly #seen = new Map<unknown, number>();

  look(): void {
    for (const lanes of collector.stored.values()) {
      for (const { records } of lanes.values()) this.#take(records);
    }
  }

  count(file: string): number {
    return this.texts.get(file)?.length ?? 0;
  }

  #take(records: readonly SourceRecord[]): void {
    for (const record of records.slice(this.#seen.get(records) ?? 0)) {
      if (record.kind !== 'log') continue;
      const texts = this.texts.get(record.origin) ?? [];
      texts.push(record.text);
      this.texts.set(record.origin, texts);
    }
    this.#seen.set(records, records.length);
  }
}

/** Rotates one log as often as asked, at random moments. */
async function rotateAgainAndAgain(log: RotatingLog, stored: Stored, random: () => number): Promise<void> {
  for (let rotation = 0; rotation < ROTATIONS; rotation += 1) {
    await sleep(Math.max(log.everyMsMin, ROTATE_MS_MIN + random() ** 2 * ROTATE_MS_MAX));
    if (!log.destroys) {
      await log.rotate();
      continue;
    }
    // What is removed unread is lost: it is removed in a moment in which nothing waits to be read.
    log.paused = true;
    await collector.until(() => {
      stored.look();
      return stored.count(log.file) >= log.lines.length;
    });
    log.paused = false;
    await log.rotate();
  }
}

/** Starts the agent and kills it until `over`. @returns how often. */
async function killAgainAndAgain(
  random: () => number,
  over: () => boolean,
): Promise<{ kills: number; faults: number }> {
  const count = { kills: 0, faults: 0 };
  while (!over()) {
    const [armed, which, passing] = [random(), random(), random()];
    const [patience, lifeShare, downShare] = [random(), random(), random()];
    const fault =
      armed < 0.5
        ? `${FAULT_POINTS[Math.floor(which * FAULT_POINTS.length)] ?? ''}:${1 + Math.floor(passing * PASSINGS_MAX)}`
        : '';
    const sessions = collector.sessions;
    const life = run(fault);
    // Every other life ends while the agent is starting, or soon after; the others get to their work first, and to the
    // moment in which a log may be removed.
    if (patience < 0.5)
      await Promise.race([life.ended, collector.until(() => collector.sessions > sessions)]);
    await Promise.race([life.ended, sleep(100 + lifeShare * LIFE_MS_MAX)]);
    if (patience < 0.5) {
      await Promise.race([life.ended, collector.until(() => !logs.some(({ paused }) => paused))]);
    }
    if (life.child.signalCode === 'SIGKILL') count.faults += 1;
    else count.kills += 1;
    life.child.kill('SIGKILL');
    await life.ended;
    expect(life.err()).toBe('');
    await sleep(downShare * DOWN_MS_MAX);
  }
  return count;
}

interface Difference {
  kind: string;
  /** Of the lines that are missing: the first and the last one of each gap, and the rotations around it. */
  gaps: string[];
  missing: string[];
  repeated: string[];
  strange: string[];
}

function difference(log: RotatingLog, read: readonly string[]): Difference {
  const left = new Map<string, number>();
  for (const line of log.lines) left.set(line, (left.get(line) ?? 0) + 1);
  const repeated: string[] = [];
  const strange: string[] = [];
  for (const text of read) {
    const count = left.get(text);
    if (count === undefined) strange.push(text);
    else if (count === 0) repeated.push(text);
    else left.set(text, count - 1);
  }
  const missing = [...left].flatMap(([line, count]) => Array.from({ length: count }, () => line));
  const gaps: string[] = [];
  const gone = log.lines.map((line) => (left.get(line) ?? 0) > 0);
  for (let from = gone.indexOf(true); from !== -1; from = gone.indexOf(true, from)) {
    const end = gone.indexOf(false, from);
    const to = end === -1 ? gone.length : end;
    const rotations = log.rotatedAt.filter((at) => at >= from - 40 && at <= to + 40);
    gaps.push(`lines ${from + 1} to ${to}; rotated after ${rotations.join(', ')}`);
    from = to;
  }
  const short = (texts: readonly string[]): string[] => texts.map((text) => text.slice(0, 60));
  return {
    kind: log.kind,
    gaps,
    missing: short(missing),
    repeated: short(repeated),
    strange: short(strange),
  };
}

test.runIf(process.platform === 'linux')(
  `logs rotated ${ROTATIONS} times in every way, their reader killed in between: every line once (seed ${SEED})`,
  { timeout: 120_000 + ROTATIONS * 10_000 },
  async () => {
    const where = path.join(folder, 'logs');
    const missing = logrotateMissing();
    if (missing !== undefined) console.warn(`${missing}: its own ways of rotation are left out`);
    const kinds = [...ROTATION_KINDS, ...(missing === undefined ? logrotateKinds(folder) : [])];
    const config = {
      watch: [],
      tails: [{ path: path.join(where, '*', '*.log'), channel: 'linux-syslog' }],
      journald: { enabled: false },
      inventory: { enabled: false },
      posture: { enabled: false },
    };
    fs.writeFileSync(path.join(folder, 'agent.json'), JSON.stringify(config));
    const enrolling = agent(['enrol', '--url', collector.url, '--token', collector.token]);
    await enrolling.ended;
    expect(enrolling.err()).toBe('');

    logs = kinds.map((kind, index) => makeRotatingLog(kind, where, seeded(SEED + 100 + index)));
    for (const log of logs) log.write(2);
    const stored = new Stored();
    const allStored = (): boolean => {
      stored.look();
      return logs.every((log) => stored.count(log.file) >= log.lines.length - log.atRisk.size);
    };
    // An agent that has never seen a log knows nothing of the files it was rotated into before.
    const first = run();
    await collector.until(allStored);
    first.child.kill('SIGKILL');
    await first.ended;

    const rotation = new AbortController();
    const pace = seeded(SEED + 1);
    const writing = (async () => {
      while (!rotation.signal.aborted) {
        for (const log of logs) if (pace() < 0.4) log.write(Math.ceil(pace() * LINES_AT_ONCE_MAX));
        await sleep(TICK_MS);
      }
    })();
    const killing = killAgainAndAgain(seeded(SEED), () => rotation.signal.aborted);
    await Promise.all(logs.map((log, index) => rotateAgainAndAgain(log, stored, seeded(SEED + 200 + index))));
    rotation.abort();
    const [{ kills, faults }] = await Promise.all([killing, writing]);

    const last = run();
    await Promise.race([collector.until(allStored), sleep(SETTLE_MS_MAX)]);
    // What would be read twice would be read when rotated files are done, and when the agent comes back.
    await sleep(QUIET_MS);
    last.child.kill('SIGKILL');
    await last.ended;
    const sessions = collector.sessions;
    const again = run();
    await collector.until(() => collector.sessions > sessions);
    await sleep(BACK_MS);
    again.child.kill('SIGKILL');
    await again.ended;
    stored.look();

    const differences = logs.map((log) => difference(log, stored.texts.get(log.file) ?? []));
    const atRisk = new Set(logs.flatMap(({ atRisk: lines }) => [...lines].map((line) => line.slice(0, 60))));
    const lost = differences.flatMap((each) => each.missing).filter((line) => atRisk.has(line));
    const unexplained = differences
      .map((each) => ({ ...each, missing: each.missing.filter((line) => !atRisk.has(line)) }))
      // A copy made while a line was being written may end in the middle of it.
      .map((each) => (each.kind.endsWith('-at-once') ? { ...each, strange: [] } : each))
      .filter((each) => each.missing.length + each.repeated.length + each.strange.length > 0);
    const total = logs.reduce((sum, { lines }) => sum + lines.length, 0);
    console.info(
      `${logs.length} logs, ${ROTATIONS} rotations each, ${total} lines; ${kills} kills and ${faults} deaths at ` +
        `named steps; ${lost.length} of ${atRisk.size} lines written during a copytruncate were never to be seen`,
    );
    const origins = [...stored.texts.keys()].filter((origin) => !logs.some(({ file }) => file === origin));
    expect({ unexplained, origins, faults: collector.faults }).toEqual({
      unexplained: [],
      origins: [],
      faults: [],
    });
  },
);
