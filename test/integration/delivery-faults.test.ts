/**
 * Agent, collector and engine are killed with SIGKILL at each named point of the delivery steps; what is stored, and
 * what is alerted, must be what an undisturbed run leaves.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { ATTACKERS, ledgerFaults, logLines, runThrough, type Outcome } from '../support/delivery-run.ts';
import type { PostOptions, Restarts } from '../support/watch-post.ts';

const LINES = 1_200;
/** All of a minute, so that none comes late however long the runs take: what comes late may have company for a while. */
const EVERY_MS = 50;

describe.concurrent(
  'killed at any point, nothing is lost and nothing counted twice',
  { timeout: 180_000 },
  () => {
    const lines = logLines(LINES, EVERY_MS);
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
      expect(ledgerFaults(undisturbed, LINES)).toEqual([]);
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
      expect(ledgerFaults(outcome, LINES)).toEqual([]);
      // The fault did happen: otherwise this test proves nothing. The engine is restarted inside the collector.
      const once = { collector: 0, agent: 0, engine: 0, [killed]: 1 };
      expect({ ...outcome.restarts, engine: outcome.engineRestarts }).toEqual(once);
    });
  },
);
