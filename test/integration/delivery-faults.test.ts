/**
 * Agent, collector and engine are killed with SIGKILL at each named point of the delivery steps, one after the other, in one
 * watch post; what is stored, and what is alerted, must be what an undisturbed post leaves.
 */
import { appendFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  ATTACKERS,
  detectionsOf,
  engineRestarts,
  ledgerFaults,
  logLines,
  runPost,
  runThrough,
  untilAlerted,
  untilStored,
  type Outcome,
} from '../support/delivery-run.ts';
import type { WatchPost } from '../support/watch-post.ts';

interface Fault {
  name: string;
  point: string;
  killed: 'collector' | 'agent' | 'engine';
}

/** Each process passes its point before it dies there, the agent also with records of its own. */
const FAULTS: readonly Fault[] = [
  { name: 'collector, before the insert', point: 'collector.before-insert:2', killed: 'collector' },
  { name: 'collector, after the insert', point: 'collector.after-insert:2', killed: 'collector' },
  { name: 'collector, before the acknowledgement', point: 'collector.before-ack:2', killed: 'collector' },
  { name: 'collector, after the acknowledgement', point: 'collector.after-ack:2', killed: 'collector' },
  { name: 'projector, before its commit', point: 'projector.before-commit:2', killed: 'collector' },
  { name: 'projector, after its commit', point: 'projector.after-commit:2', killed: 'collector' },
  { name: 'engine, before the insert', point: 'engine.before-insert:2', killed: 'engine' },
  { name: 'engine, after the insert', point: 'engine.after-insert:2', killed: 'engine' },
  { name: 'agent, before the spool commits', point: 'agent.before-spool-commit:3', killed: 'agent' },
  { name: 'agent, after the spool commits', point: 'agent.after-spool-commit:3', killed: 'agent' },
  { name: 'agent, after sending', point: 'agent.after-send:3', killed: 'agent' },
  { name: 'agent, before an acknowledgement deletes', point: 'agent.before-ack-delete:3', killed: 'agent' },
  { name: 'agent, after an acknowledgement deletes', point: 'agent.after-ack-delete:3', killed: 'agent' },
];
/** Written one after the other while a fault is awaited, each stored before the next, so that each is a batch of its own. */
const CHUNK_LINES = 20;
const CHUNKS_MAX = 5;
const LINES = FAULTS.length * CHUNKS_MAX * CHUNK_LINES;
/** All of a minute, so that none comes late however long the runs take: what comes late may have company for a while. */
const EVERY_MS = 50;

/** Which process a point is in: the engine has its own from the collector that starts it. */
function hostOf({ killed }: Fault): 'collector' | 'agent' {
  return killed === 'agent' ? 'agent' : 'collector';
}

async function killsOf(post: WatchPost, killed: Fault['killed']): Promise<number> {
  return killed === 'engine' ? engineRestarts(post.dataDir) : post.restarts[killed];
}

/** Writes chunk by chunk until the process has died so often. @returns what it wrote */
async function writeUntilKilled(
  post: WatchPost,
  write: (count: number) => Promise<readonly string[]>,
  { killed }: Fault,
  kills: number,
): Promise<readonly string[]> {
  const written: string[] = [];
  do {
    const chunk = await write(CHUNK_LINES);
    await untilStored(post, chunk.at(-1) ?? '');
    written.push(...chunk);
  } while (written.length < CHUNKS_MAX * CHUNK_LINES && (await killsOf(post, killed)) < kills);
  await post.until(
    () => killsOf(post, killed),
    (count) => count >= kills,
  );
  return written;
}

describe('killed at each point, nothing is lost and nothing counted twice', () => {
  const lines = logLines(LINES, EVERY_MS);
  let undisturbed: Outcome;
  let outcome: Outcome;
  /** Of each fault: what was written while it was awaited. */
  const parts: (readonly string[])[] = [];

  beforeAll(async () => {
    undisturbed = await runThrough(lines, {});
    // The process that takes the place of one that was killed is armed with the next fault.
    const points = {
      collector: FAULTS.filter((fault) => hostOf(fault) === 'collector').map(({ point }) => point),
      agent: FAULTS.filter((fault) => hostOf(fault) === 'agent').map(({ point }) => point),
    };
    const collectorFault = points.collector.shift() ?? '';
    outcome = await runPost(
      { collectorFault, nextFault: (process) => points[process].shift() },
      async (post, file) => {
        const kills = { collector: 0, agent: 0, engine: 0 };
        let written = 0;
        const write = async (count: number): Promise<readonly string[]> => {
          const chunk = lines.slice(written, written + count);
          written += chunk.length;
          await appendFile(file, `${chunk.join('\n')}\n`);
          return chunk;
        };
        let before: Fault | undefined;
        for (const [index, fault] of FAULTS.entries()) {
          const host = hostOf(fault);
          // Whoever lives on, or has not been armed yet, makes room for one that is.
          if (index > 0 && (before?.killed === 'engine' || host === 'agent') && before?.killed !== host) {
            await post.kill(host);
            kills[host] += 1;
          }
          kills[fault.killed] += 1;
          parts.push(await writeUntilKilled(post, write, fault, kills[fault.killed]));
          before = fault;
        }
        await untilStored(post, (await write(LINES)).at(-1) ?? '');
        await untilAlerted(post, detectionsOf(undisturbed));
      },
    );
  }, 400_000);

  test('an undisturbed run stores every line once and finds each attacker', () => {
    expect([...undisturbed.stored.keys()].toSorted()).toEqual(lines.toSorted());
    expect(new Set(undisturbed.stored.values())).toEqual(new Set([1]));
    expect(undisturbed.names).toBe(LINES);
    expect(undisturbed.restarts).toEqual({ collector: 0, agent: 0 });
    const attackers = new Set(
      undisturbed.correlationHits.map((hit) => JSON.stringify(hit).match(/203\.0\.113\.\d/)?.[0]),
    );
    expect(attackers.size).toBe(ATTACKERS);
    expect(ledgerFaults(undisturbed, LINES)).toEqual([]);
  });

  test.each(FAULTS.map((fault, index) => ({ ...fault, index })))('$name: each line once', ({ index }) => {
    expect(parts[index]?.length).toBeGreaterThan(0);
    expect(parts[index]?.filter((line) => outcome.stored.get(line) !== 1)).toEqual([]);
  });

  test('what is left is what an undisturbed run leaves', () => {
    expect([...outcome.stored.keys()].toSorted()).toEqual(lines.toSorted());
    expect(outcome.names).toBe(LINES);
    expect(outcome.alerts).toEqual(undisturbed.alerts);
    expect(outcome.correlationHits).toEqual(undisturbed.correlationHits);
    expect(ledgerFaults(outcome, LINES)).toEqual([]);
  });

  // Each was seen to die in its turn. One more collector and one more agent made room for an armed one.
  test('each fault happened once', () => {
    const count = (killed: Fault['killed']): number =>
      FAULTS.filter((fault) => fault.killed === killed).length;
    expect(outcome.engineRestarts).toBe(count('engine'));
    expect(outcome.restarts).toEqual({ collector: count('collector') + 1, agent: count('agent') + 1 });
  });
});
