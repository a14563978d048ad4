import { describe, expect, it } from 'vitest';
import { Parts } from '../../../collector/compose/parts.ts';

/** Parts that write down what happens to them. */
function world() {
  const told: string[] = [];
  const parts = new Parts();
  parts.tell({
    onStarted: (part) => told.push(`${part} runs`),
    onStopped: (part) => told.push(`${part} stopped`),
    onFault: (part, error) => told.push(`${part}: ${String(error)}`),
  });
  const part = (name: string, stop: () => Promise<void> = () => Promise.resolve()) => ({
    start: () => void told.push(`${name} starts`),
    stop: async () => {
      told.push(`${name} stops`);
      await stop();
    },
  });
  return { told, parts, part };
}

describe('the parts of a collector', () => {
  it('stop in the reverse order of their start, each when the one after it has stopped', async () => {
    const { told, parts, part } = world();
    const gate = Promise.withResolvers<void>();
    await parts.start('store', part('store'));
    await parts.start(
      'doors',
      part('doors', () => gate.promise),
    );
    const stopping = parts.stop();
    expect(told).toEqual(['store starts', 'store runs', 'doors starts', 'doors runs', 'doors stops']);
    gate.resolve();
    await stopping;
    expect(told.slice(5)).toEqual(['doors stopped', 'store stops', 'store stopped']);
  });

  it('stop although one of them fails to', async () => {
    const { told, parts, part } = world();
    await parts.start('store', part('store'));
    await parts.start(
      'jobs',
      part('jobs', () => Promise.reject(new Error('a step hangs'))),
    );
    await parts.stop();
    expect(told.slice(4)).toEqual([
      'jobs stops',
      'jobs: Error: a step hangs',
      'store stops',
      'store stopped',
    ]);
  });

  it('are stopped once, however often that is asked for', async () => {
    const { told, parts, part } = world();
    await parts.start('store', part('store'));
    await Promise.all([parts.stop(), parts.stop()]);
    await parts.stop();
    expect(told.filter((line) => line === 'store stops')).toHaveLength(1);
  });

  it('do not count one whose start failed', async () => {
    const { told, parts, part } = world();
    const broken = { ...part('broken'), start: () => Promise.reject(new Error('no room')) };
    await expect(parts.start('broken', broken)).rejects.toThrow('no room');
    await parts.stop();
    expect(told).toEqual([]);
  });

  it('need no start of their own when they run already', async () => {
    const { told, parts } = world();
    parts.runs('lock', () => void told.push('lock released'));
    await parts.stop();
    expect(told).toEqual(['lock runs', 'lock released', 'lock stopped']);
  });
});
