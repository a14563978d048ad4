import { describe, expect, test } from 'vitest';
import { hashPicture } from '#protocol/picture-hash.ts';
import type { InventoryRecord, SourceRecord } from '#protocol/record.ts';
import {
  picture,
  within,
  type Collector,
  type Facts,
  type UnreadPart,
} from '../../../../../agent/sources/inventory/inventory-item.ts';
import {
  createInventorySource,
  type InventoryOptions,
} from '../../../../../agent/sources/inventory/inventory-source.ts';
import { MemoryPositions } from '../memory-positions.ts';
import { start } from '../source-harness.ts';

const DAY_MS = 86_400_000;

/** A host whose packages a test can change. */
class Host {
  packages = new Map<string, string>();
  facts: Facts = {};
  fault: Error | undefined;
  unread: UnreadPart[] = [];
  truncated = 0;
  nowMs = 1_750_000_000_000;
  epoch = 'one';
  readonly positions = new MemoryPositions();

  collector(): Collector {
    return {
      category: 'package',
      steady: { size: within(0, 5) },
      collect: () => {
        if (this.fault !== undefined) return Promise.reject(this.fault);
        const items = [...this.packages].map(([key, version]) => ({
          key,
          detail: { version, ...this.facts },
        }));
        return Promise.resolve(picture(items, this.unread, this.truncated));
      },
    };
  }

  start(extra: Partial<InventoryOptions> = {}) {
    const source = createInventorySource({
      intervalMs: 1,
      collect: [this.collector()],
      random: () => 0,
      ...extra,
    });
    return start(source, { positions: this.positions, now: () => this.nowMs, epoch: () => this.epoch });
  }
}

function inventory(records: readonly SourceRecord[]): InventoryRecord[] {
  return records.filter((record): record is InventoryRecord => record.kind === 'inventory');
}

function told(records: readonly SourceRecord[]): string[] {
  return inventory(records)
    .filter(({ category }) => category !== 'collection')
    .map(
      ({ change, key, before, after }) =>
        `${change} ${key} ${String(before?.['version'])}>${String(after?.['version'])}`,
    );
}

/** How the category stands, as it was told last. */
function standing(records: readonly SourceRecord[]): InventoryRecord | undefined {
  return inventory(records).findLast(({ category }) => category === 'collection');
}

const stands = (records: readonly SourceRecord[]): boolean => standing(records) !== undefined;

describe('inventory', () => {
  test('gives the first picture as present, then what was added, changed and removed', async () => {
    const host = new Host();
    host.packages = new Map([
      ['bash', '1'],
      ['curl', '1'],
    ]);
    const run = host.start();
    const first = await run.until(stands);
    expect(told(first)).toEqual(['present bash undefined>1', 'present curl undefined>1']);
    const snapshot = standing(first)?.snapshot;
    expect(snapshot).toMatch(/^[0-9a-f]{16}$/);
    expect(new Set(inventory(first).map((record) => record.snapshot))).toEqual(new Set([snapshot]));
    expect(standing(first)).toMatchObject({
      change: 'present',
      key: 'package',
      after: {
        state: 'complete',
        items: 2,
        truncated: 0,
        hash: hashPicture([
          ['bash', '{"version":"1"}'],
          ['curl', '{"version":"1"}'],
        ]),
      },
    });
    host.packages = new Map([
      ['bash', '2'],
      ['nmap', '1'],
    ]);
    const next = await run.until(stands);
    expect(told(next)).toEqual(['changed bash 1>2', 'added nmap undefined>1', 'removed curl 1>undefined']);
    expect(new Set(inventory(next).map((record) => record.snapshot))).toEqual(new Set([snapshot]));
    expect(standing(next)).toMatchObject({ change: 'changed', after: { items: 2 } });
    await run.stop();
  });

  test('says nothing while nothing changes', async () => {
    const host = new Host();
    host.packages.set('bash', '1');
    let looks = 0;
    const counting = host.collector();
    const run = host.start({
      collect: [{ ...counting, collect: (look) => ((looks += 1), counting.collect(look)) }],
    });
    await run.until(stands);
    const waiting = run.pull();
    await expect.poll(() => looks).toBeGreaterThan(3);
    host.packages.set('curl', '1');
    expect(told((await waiting)?.records ?? [])).toEqual(['added curl undefined>1']);
    await run.stop();
  });

  test('tells at its start what changed while the agent was down', async () => {
    const host = new Host();
    host.packages.set('bash', '1');
    const first = host.start();
    await first.until(stands);
    await first.stop();
    host.packages.set('bash', '2');
    const second = host.start();
    expect(told(await second.until(stands))).toEqual(['changed bash 1>2']);
    await second.stop();
  });

  test('goes on with the first picture where it was cut short', async () => {
    const host = new Host();
    for (let index = 0; index < 1_500; index += 1) host.packages.set(`package-${index}`, '1');
    const first = host.start();
    const part = await first.step();
    await first.stop();
    host.packages.set('package-0', '2');
    host.packages.set('package-000', '1');
    const second = host.start();
    const rest = await second.until(stands);
    await second.stop();
    const texts = told([...part, ...rest]);
    expect(texts.filter((text) => text.startsWith('present'))).toHaveLength(1_500);
    // Of the part that was told already, what came since is news.
    expect(texts.filter((text) => !text.startsWith('present'))).toEqual([
      'changed package-0 1>2',
      'added package-000 undefined>1',
    ]);
    expect(new Set(inventory([...part, ...rest]).map(({ snapshot }) => snapshot)).size).toBe(1);
    expect(standing(rest)?.after).toMatchObject({ items: 1_501 });
  });

  test('tells everything again when it is time, with what changed told as a change before', async () => {
    const host = new Host();
    host.packages = new Map([
      ['bash', '1'],
      ['curl', '1'],
    ]);
    const run = host.start({ fullEveryMs: 7 * DAY_MS });
    const first = standing(await run.until(stands));
    host.packages = new Map([
      ['bash', '1'],
      ['nmap', '1'],
    ]);
    host.nowMs += 8 * DAY_MS;
    const again = await run.until(stands);
    expect(told(again)).toEqual([
      'added nmap undefined>1',
      'removed curl 1>undefined',
      'present bash undefined>1',
      'present nmap undefined>1',
    ]);
    const [added, removed, ...present] = inventory(again).map(({ snapshot }) => snapshot);
    expect([added, removed]).toEqual([first?.snapshot, first?.snapshot]);
    expect(new Set(present)).toEqual(new Set([standing(again)?.snapshot]));
    expect(standing(again)?.snapshot).not.toBe(first?.snapshot);
    await run.stop();
  });

  test.each([
    ['the records go through another spool', (host: Host) => void (host.epoch = 'two')],
    ['the clock was set back', (host: Host) => void (host.nowMs -= 400 * DAY_MS)],
  ])('tells everything again when %s', async (_, happen) => {
    const host = new Host();
    host.packages.set('bash', '1');
    const run = host.start();
    await run.until(stands);
    happen(host);
    expect(told(await run.until(stands))).toEqual(['present bash undefined>1']);
    await run.stop();
  });

  test('begins anew over what an earlier version kept', async () => {
    const host = new Host();
    host.packages.set('bash', '2');
    host.packages.set('curl', '1');
    host.positions.commit({
      lane: 'standard',
      records: [],
      positions: [
        { key: 'item:package:bash', value: '{"version":"1"}' },
        { key: 'complete:package', value: '{"at":1}' },
      ],
    });
    const run = host.start();
    expect(told(await run.until(stands))).toEqual([
      'changed bash 1>2',
      'present bash undefined>2',
      'present curl undefined>1',
    ]);
    await run.stop();
  });

  test('never calls something removed because it could not look', async () => {
    const host = new Host();
    host.packages.set('bash', '1');
    const run = host.start();
    await run.until(stands);
    host.fault = new Error('the database is locked');
    host.packages.clear();
    const failed = await run.until(stands);
    expect(told(failed)).toEqual([]);
    expect(standing(failed)?.after).toMatchObject({
      state: 'failed',
      items: 1,
      unread: 'the database is locked',
    });
    expect(run.problems[0]).toMatchObject({ subject: 'package', cause: new Error('the database is locked') });
    host.packages = new Map([
      ['bash', '1'],
      ['curl', '1'],
    ]);
    host.fault = undefined;
    const after = await run.until(stands);
    expect(told(after)).toEqual(['added curl undefined>1']);
    expect(standing(after)?.after).toMatchObject({ state: 'complete', items: 2 });
    await run.stop();
  });

  test('keeps of a part that cannot be read what was known of it, and says why', async () => {
    const host = new Host();
    host.packages = new Map([
      ['snap:core', '1'],
      ['snap:lxd', '1'],
      ['bash', '1'],
    ]);
    const run = host.start();
    await run.until(stands);
    host.packages = new Map();
    host.unread = [{ part: 'snap', reason: 'permission denied', holds: (key) => key.startsWith('snap:') }];
    const next = await run.until(stands);
    expect(told(next)).toEqual(['removed bash 1>undefined']);
    expect(standing(next)?.after).toMatchObject({
      state: 'partial',
      items: 2,
      unread: 'snap: permission denied',
      unreadParts: 1,
    });
    expect(run.problems.map(({ message }) => message)).toEqual([
      'a part cannot be read: snap: permission denied',
    ]);
    host.unread = [];
    expect(told(await run.until(stands))).toEqual([
      'removed snap:core 1>undefined',
      'removed snap:lxd 1>undefined',
    ]);
    await run.stop();
  });

  test('that could never be looked at says so once', async () => {
    const host = new Host();
    host.fault = new Error('no rights');
    const run = host.start();
    const [record] = inventory(await run.until(stands));
    expect(record).toMatchObject({ category: 'collection', after: { state: 'failed', unread: 'no rights' } });
    expect(record?.snapshot).toBeUndefined();
    const waiting = run.pull();
    await expect.poll(() => run.problems.length).toBeGreaterThan(2);
    host.fault = undefined;
    host.packages.set('bash', '1');
    expect(told((await waiting)?.records ?? [])).toEqual(['present bash undefined>1']);
    await run.stop();
  });

  test('keeps to its number of items, counts the rest, and does not trade known items for new ones', async () => {
    const host = new Host();
    for (let index = 10; index < 20; index += 1) host.packages.set(`package-${index}`, '1');
    const run = host.start({ itemsMax: 10 });
    await run.until(stands);
    for (let index = 0; index < 10; index += 1) host.packages.set(`another-${index}`, '1');
    host.packages.delete('package-19');
    const next = await run.until(stands);
    expect(told(next)).toEqual(['added another-0 undefined>1', 'removed package-19 1>undefined']);
    expect(standing(next)?.after).toMatchObject({ state: 'partial', items: 10, truncated: 9 });
    expect(run.problems[0]?.message).toMatch(/19 items; only the first 10/);
    await run.stop();
  });

  test('takes nothing for removed when the reader itself left something out', async () => {
    const host = new Host();
    host.packages = new Map([
      ['bash', '1'],
      ['curl', '1'],
    ]);
    const run = host.start();
    await run.until(stands);
    host.packages.delete('curl');
    host.truncated = 7;
    const next = await run.until(stands);
    expect(told(next)).toEqual([]);
    expect(standing(next)?.after).toMatchObject({ state: 'partial', items: 2, truncated: 7 });
    await run.stop();
  });

  test('small steps of what moves by itself add up to a change', async () => {
    const host = new Host();
    host.packages.set('disk', '1');
    host.facts = { size: 50 };
    const run = host.start();
    await run.until(stands);
    const sizes: unknown[] = [];
    const waiting = run.pull();
    for (const size of [53, 55, 47]) {
      host.facts = { size };
      await new Promise((resolve) => setImmediate(resolve));
    }
    host.facts = { size: 56 };
    for (const { before, after } of inventory((await waiting)?.records ?? [])) {
      sizes.push([before?.['size'], after?.['size']]);
    }
    expect(sizes).toEqual([[50, 56]]);
    await run.stop();
  });
});
