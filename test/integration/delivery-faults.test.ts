/**
 * Agent, collector and engine are killed with SIGKILL at each named point of the delivery steps; what is stored, and
 * what is alerted, must be what an undisturbed run leaves.
 */
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openStore } from '../../collector/store/open-store.ts';
import { withRegistry } from '../../scripts/simulate/collector-process.ts';
import { WatchPost, type PostOptions, type Restarts } from '../support/watch-post.ts';

const LINES = 1_200;
const CHUNKS = 6;
const ATTACKERS = 3;

/** Numbered sshd lines, one a second; three addresses guess passwords hard enough to be a brute force. */
function logLines(): string[] {
  const startMs = Date.now() - LINES * 1_000;
  return Array.from({ length: LINES }, (_, n) => {
    const time = new Date(startMs + n * 1_000).toISOString().replace('Z', '+00:00');
    const attack = n % 4 !== 0;
    const what = attack
      ? `Failed password for invalid user u${n} from 203.0.113.${(n % ATTACKERS) + 1} port ${1_024 + n} ssh2`
      : `Accepted publickey for deploy from 192.0.2.7 port ${1_024 + n} ssh2: ED25519 SHA256:n${n}`;
    return `${time} srv-01 sshd[${1_000 + n}]: ${what}`;
  });
}

interface Outcome {
  /** Message -> how often it is stored; restricted to the log's lines. */
  stored: Map<string, number>;
  names: number;
  alerts: [rule: string, entity: string, count: number][];
  correlationHits: unknown[];
  restarts: Restarts;
  engineRestarts: number;
}

const eventsSchema = z.object({ events: z.array(z.object({ message: z.string() })) }).or(z.undefined());
const alertsSchema = z
  .object({ alerts: z.array(z.object({ entity: z.record(z.string(), z.string()), count: z.number() })) })
  .or(z.undefined());

/** The host raises alerts of its own (its inventory, say); these are about the log's addresses. */
function isAboutLog(entity: string): boolean {
  return entity.includes('203.0.113.') || entity.includes('192.0.2.7');
}

/** What is left on disk, read with nothing running. */
async function outcomeOf(dataDir: string, restarts: Restarts): Promise<Outcome> {
  const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const opened = await openStore({ dataDir, log: quiet });
  const stored = new Map<string, number>();
  const names = new Set<string>();
  try {
    let after: { timeMs: number; id: string } | undefined;
    for (;;) {
      const page = await opened.store.search({
        fromMs: 0,
        toMs: Date.now() + 86_400_000,
        limit: 1_000,
        after,
      });
      for (const event of page) {
        if (event.channel.startsWith('log/')) {
          stored.set(event.message, (stored.get(event.message) ?? 0) + 1);
          names.add(event.id);
        }
        after = { timeMs: event.timeMs, id: event.id };
      }
      if (page.length < 1_000) break;
    }
  } finally {
    await opened.close();
  }
  return withRegistry(dataDir, async ({ db }) => {
    const alerts = await db.selectFrom('alert').select(['rule_id', 'entity', 'detections']).execute();
    const hits = await db
      .selectFrom('correlation_hit')
      .select(['rule_id', 'grouping', 'time_ms', 'first_ms', 'matches'])
      .orderBy('rule_id')
      .orderBy('grouping')
      .orderBy('time_ms')
      .execute();
    return {
      stored,
      names: names.size,
      alerts: alerts
        .filter(({ entity }) => isAboutLog(entity))
        .map(({ rule_id, entity, detections }): [string, string, number] => [rule_id, entity, detections])
        .toSorted((a, b) => (a.join() < b.join() ? -1 : 1)),
      correlationHits: hits,
      restarts,
      engineRestarts: await engineRestarts(dataDir),
    };
  });
}

/** How often the collector wrote down that the engine's process had ended by itself. */
async function engineRestarts(dataDir: string): Promise<number> {
  const folder = path.join(dataDir, 'logs');
  const files = (await readdir(folder)).filter((name) => name.startsWith('collector'));
  const texts = await Promise.all(files.map((name) => readFile(path.join(folder, name), 'utf8')));
  return texts.join('').split('the embedded ClickHouse ended').length - 1;
}

/** Appends the lines in chunks, waits until all are stored and the alerts settle, and reads what is left. */
async function runThrough(
  lines: readonly string[],
  faults: Omit<PostOptions, 'agentArgs'>,
  expected?: Outcome,
): Promise<Outcome> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'vonggac-log-'));
  const file = path.join(folder, 'auth.log');
  await writeFile(file, '');
  const post = await WatchPost.start({ ...faults, agentArgs: ['--tail', `${file}=linux-syslog`] });
  try {
    const size = Math.ceil(lines.length / CHUNKS);
    for (let from = 0; from < lines.length; from += size) {
      const chunk = lines.slice(from, from + size);
      await appendFile(file, `${chunk.join('\n')}\n`);
      // The next chunk follows when this one is stored, so that each is a batch of its own. A lane is stored in
      // order: its last line says that all are.
      const last = chunk.at(-1) ?? '';
      const name = / user (u\d+) /.exec(last)?.[1] ?? '';
      await post.until(
        async () => eventsSchema.parse(await post.get(`/events?text=${name}`)),
        (page) => page?.events.some(({ message }) => message === last) ?? false,
      );
    }
    const total = expected?.alerts.reduce((sum, [, , count]) => sum + count, 0) ?? 1;
    await post.until(
      async () => alertsSchema.parse(await post.get('/alerts?limit=500')),
      (page) => {
        const counts = page?.alerts.filter(({ entity }) => isAboutLog(JSON.stringify(entity))) ?? [];
        return counts.reduce((sum, { count }) => sum + count, 0) >= total;
      },
    );
    await post.stop();
    return await outcomeOf(post.dataDir, post.restarts);
  } finally {
    await post.remove();
    await rm(folder, { recursive: true, force: true });
  }
}

describe.concurrent('killed at any point, nothing is lost and nothing counted twice', () => {
  const lines = logLines();
  let undisturbed: Outcome;

  beforeAll(async () => {
    undisturbed = await runThrough(lines, {});
  });

  test('an undisturbed run stores every line once and finds each attacker', () => {
    expect([...undisturbed.stored.keys()].toSorted()).toEqual(lines.toSorted());
    expect(new Set(undisturbed.stored.values())).toEqual(new Set([1]));
    expect(undisturbed.names).toBe(LINES);
    expect(undisturbed.restarts).toEqual({ collector: 0, agent: 0 });
    const attackers = new Set(
      undisturbed.correlationHits.map((hit) => JSON.stringify(hit).match(/203\.0\.113\.\d/)?.[0]),
    );
    expect(attackers.size).toBe(ATTACKERS);
  });

  test.each<[point: string, faults: Omit<PostOptions, 'agentArgs'>, killed: keyof Restarts | 'engine']>([
    ['agent, before the spool commits', { agentFault: 'agent.before-spool-commit:3' }, 'agent'],
    ['agent, after the spool commits', { agentFault: 'agent.after-spool-commit:3' }, 'agent'],
    ['agent, after sending', { agentFault: 'agent.after-send:3' }, 'agent'],
    ['agent, before an acknowledgement deletes', { agentFault: 'agent.before-ack-delete:3' }, 'agent'],
    ['agent, after an acknowledgement deletes', { agentFault: 'agent.after-ack-delete:3' }, 'agent'],
    ['collector, before the insert', { collectorFault: 'collector.before-insert:3' }, 'collector'],
    ['collector, after the insert', { collectorFault: 'collector.after-insert:3' }, 'collector'],
    ['collector, before the acknowledgement', { collectorFault: 'collector.before-ack:3' }, 'collector'],
    ['collector, after the acknowledgement', { collectorFault: 'collector.after-ack:3' }, 'collector'],
    ['projector, before its commit', { collectorFault: 'projector.before-commit:3' }, 'collector'],
    ['projector, after its commit', { collectorFault: 'projector.after-commit:3' }, 'collector'],
    ['engine, before the insert', { collectorFault: 'engine.before-insert:3' }, 'engine'],
    ['engine, after the insert', { collectorFault: 'engine.after-insert:3' }, 'engine'],
  ])('%s', async (_, faults, killed) => {
    const outcome = await runThrough(lines, faults, undisturbed);
    expect([...outcome.stored.keys()].toSorted()).toEqual(lines.toSorted());
    expect(new Set(outcome.stored.values())).toEqual(new Set([1]));
    expect(outcome.names).toBe(LINES);
    expect(outcome.alerts).toEqual(undisturbed.alerts);
    expect(outcome.correlationHits).toEqual(undisturbed.correlationHits);
    // The fault did happen: otherwise this test proves nothing. The engine is restarted inside the collector.
    const once = { collector: 0, agent: 0, engine: 0, [killed]: 1 };
    expect({ ...outcome.restarts, engine: outcome.engineRestarts }).toEqual(once);
  });
});
