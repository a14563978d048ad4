import { describe, expect, test } from 'vitest';
import type { InventoryRecord, SourceRecord } from '#protocol/record.ts';
import { createInventorySource } from '../../../../../agent/sources/inventory/inventory-source.ts';
import type { Collector, InventoryItem } from '../../../../../agent/sources/inventory/inventory-item.ts';
import { MemoryPositions } from '../memory-positions.ts';
import { start } from '../source-harness.ts';

/** A host whose packages a test can change. */
class Host {
  packages = new Map<string, string>();
  fault: Error | undefined;
  readonly positions = new MemoryPositions();

  collector(): Collector {
    return {
      category: 'package',
      collect: () => {
        if (this.fault !== undefined) return Promise.reject(this.fault);
        const items: InventoryItem[] = [...this.packages].map(([key, version]) => ({
          key,
          detail: { version },
        }));
        return Promise.resolve(items);
      },
    };
  }

  start(extra: { itemsMax?: number } = {}) {
    const source = createInventorySource({ intervalMs: 1, collect: [this.collector()], ...extra });
    return start(source, { positions: this.positions });
  }
}

function told(records: readonly SourceRecord[]): string[] {
  return records
    .filter((record): record is InventoryRecord => record.kind === 'inventory')
    .map(
      ({ change, key, before, after }) =>
        `${change} ${key} ${String(before?.['version'])}>${String(after?.['version'])}`,
    );
}

describe('inventory', () => {
  test('gives the first picture as present, then what was added, changed and removed', async () => {
    const host = new Host();
    host.packages = new Map([
      ['bash', '1'],
      ['curl', '1'],
    ]);
    const run = host.start();
    expect(told(await run.until((all) => all.length >= 2))).toEqual([
      'present bash undefined>1',
      'present curl undefined>1',
    ]);
    host.packages = new Map([
      ['bash', '2'],
      ['nmap', '1'],
    ]);
    expect(told(await run.until((all) => all.length >= 3))).toEqual([
      'changed bash 1>2',
      'added nmap undefined>1',
      'removed curl 1>undefined',
    ]);
    await run.stop();
  });

  test('tells at its start what changed while the agent was down', async () => {
    const host = new Host();
    host.packages.set('bash', '1');
    const first = host.start();
    await first.until((all) => all.length >= 1);
    await first.stop();
    host.packages.set('bash', '2');
    const second = host.start();
    expect(told(await second.until((all) => all.length >= 1))).toEqual(['changed bash 1>2']);
    await second.stop();
  });

  test('goes on with the first picture when it was cut short', async () => {
    const host = new Host();
    for (let index = 0; index < 1_500; index += 1) host.packages.set(`package-${index}`, '1');
    const first = host.start();
    const part = await first.step();
    await first.stop();
    const second = host.start();
    const rest = await second.until((all) => all.length >= 1_500 - part.length);
    await second.stop();
    const changes = new Set(
      [...part, ...rest].map((record) => (record.kind === 'inventory' ? record.change : '')),
    );
    expect(part.length + rest.length).toBe(1_500);
    expect(changes).toEqual(new Set(['present']));
  });

  test('never calls something removed because it could not look', async () => {
    const host = new Host();
    host.packages.set('bash', '1');
    const run = host.start();
    await run.until((all) => all.length >= 1);
    host.fault = new Error('the database is locked');
    const waiting = run.pull();
    // The next looks fail; once they succeed again there is one change, and it is an addition.
    await expect.poll(() => run.problems.length).toBeGreaterThan(0);
    host.packages.set('curl', '1');
    host.fault = undefined;
    expect(told((await waiting)?.records ?? [])).toEqual(['added curl undefined>1']);
    expect(run.problems[0]).toMatchObject({ subject: 'package', cause: new Error('the database is locked') });
    await run.stop();
  });

  test('keeps to its number of items and reports the rest', async () => {
    const host = new Host();
    for (let index = 0; index < 30; index += 1) host.packages.set(`package-${index}`, '1');
    const run = host.start({ itemsMax: 10 });
    expect(await run.until((all) => all.length >= 10)).toHaveLength(10);
    expect(run.problems[0]?.message).toMatch(/30 items; only the first 10/);
    await run.stop();
  });
});
