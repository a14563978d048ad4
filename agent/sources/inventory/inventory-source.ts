/**
 * What the host has: a full picture the first time (`present`), differences from then on. The last picture is the
 * source's positions, so a change while the agent was down is told at its next start. A category that cannot be
 * collected is reported and left as it was: nothing is ever said to be removed because we could not look.
 */
import os from 'node:os';
import { LIMITS } from '#protocol/limits.ts';
import type { InventoryRecord } from '#protocol/record.ts';
import type { PositionChange, Source, SourceContext, SourceItem } from '../source.ts';
import { accountsCollector } from './accounts.ts';
import { tidy, type Collector, type Detail, type InventoryItem } from './inventory-item.ts';
import { listeningPortsCollector } from './listening-ports.ts';
import { packagesCollector } from './packages.ts';
import { hardwareCollector, networkCollector, osCollector } from './system.ts';

export interface InventoryOptions {
  /** From the end of one look to the next: milliseconds. */
  intervalMs: number;
  /** Default `inventory`. */
  name?: string | undefined;
  /** Default: those of this platform. */
  collect?: readonly Collector[] | undefined;
  /** Items of one category; the rest is reported and left out. Default 20,000. */
  itemsMax?: number | undefined;
}

const ITEMS_MAX = 20_000;
const MS_MAX = 2 ** 31 - 1;
const BYTES_FULL = LIMITS.batchBytesMax / 2;

/** The collectors of a platform. */
function defaultCollectors(platform: NodeJS.Platform): Collector[] {
  const everywhere = [
    osCollector('/', platform),
    hardwareCollector(),
    networkCollector(os.networkInterfaces),
  ];
  if (platform !== 'linux') return everywhere;
  return [...everywhere, accountsCollector('/'), listeningPortsCollector('/proc'), packagesCollector('/')];
}

export function createInventorySource(options: InventoryOptions): Source {
  const collectors = options.collect ?? defaultCollectors(process.platform);
  const itemsMax = options.itemsMax ?? ITEMS_MAX;
  return {
    name: options.name ?? 'inventory',
    async *open(context) {
      // It tells differences from time to time; there is nothing to wait for.
      context.caughtUp?.();
      // What was told last: the committed rows at first, then what was handed out, committed yet or not.
      const pictures = new Map<string, Picture>();
      while (!context.signal.aborted) {
        for (const collector of collectors) {
          for (const item of await differences(collector, itemsMax, context, pictures)) {
            yield item;
            if (context.signal.aborted) return;
          }
        }
        await pause(options.intervalMs, context.signal);
      }
    },
  };
}

/** Facts of each item as JSON text. */
type Picture = ReadonlyMap<string, string>;

async function differences(
  collector: Collector,
  itemsMax: number,
  context: SourceContext,
  pictures: Map<string, Picture>,
): Promise<SourceItem[]> {
  const { category } = collector;
  let found: Map<string, Detail>;
  try {
    found = byKey(await collector.collect(context.signal), itemsMax, category, context);
  } catch (error) {
    if (!context.signal.aborted) {
      context.report({
        subject: category,
        message: 'this part of the inventory cannot be collected; it is tried again at the next interval',
        cause: error,
      });
    }
    return [];
  }
  if (context.signal.aborted) return [];
  const items = new ItemList();
  const marker = `complete:${category}`;
  const prefix = `item:${category}:`;
  const told = pictures.get(category);
  const first = told === undefined && context.positions.get(marker) === undefined;
  const known = told ?? knownItems(context, prefix);
  const picture = new Map<string, string>();
  pictures.set(category, picture);
  for (const [key, after] of found) {
    const text = JSON.stringify(after);
    const before = known.get(key);
    picture.set(key, text);
    if (before === text) continue;
    const record: InventoryRecord = {
      kind: 'inventory',
      at: context.now(),
      change: 'changed',
      category,
      key,
      after,
    };
    if (before === undefined) record.change = first ? 'present' : 'added';
    else record.before = parseDetail(before);
    items.add(record, { key: prefix + key, value: text }, text.length + (before?.length ?? 0));
  }
  for (const [key, before] of known) {
    if (picture.has(key)) continue;
    const record: InventoryRecord = {
      kind: 'inventory',
      at: context.now(),
      change: 'removed',
      category,
      key,
      before: parseDetail(before),
    };
    items.add(record, { key: prefix + key, value: undefined }, before.length);
  }
  if (first) items.position({ key: marker, value: JSON.stringify({ at: context.now() }) });
  return items.items;
}

function byKey(
  items: readonly InventoryItem[],
  itemsMax: number,
  category: string,
  context: SourceContext,
): Map<string, Detail> {
  const found = new Map<string, Detail>();
  for (const item of items.map(tidy)) {
    // A part that tells nothing about itself (the BIOS of a container) is not there.
    if (item.key !== '' && Object.keys(item.detail).length > 0) found.set(item.key, item.detail);
  }
  if (found.size <= itemsMax) return found;
  context.report({
    subject: category,
    message: `${found.size} items; only the first ${itemsMax} in order of their names are kept`,
  });
  return new Map([...found].sort(([left], [right]) => (left < right ? -1 : 1)).slice(0, itemsMax));
}

function knownItems(context: SourceContext, prefix: string): Map<string, string> {
  const known = new Map<string, string>();
  for (const [key, value] of context.positions.entries()) {
    if (key.startsWith(prefix)) known.set(key.slice(prefix.length), value);
  }
  return known;
}

function parseDetail(text: string): Detail {
  const value: unknown = JSON.parse(text);
  const detail: Detail = {};
  if (typeof value !== 'object' || value === null) return detail;
  for (const [name, fact] of Object.entries(value) as [string, unknown][]) {
    if (typeof fact === 'string' || typeof fact === 'number' || typeof fact === 'boolean')
      detail[name] = fact;
  }
  return detail;
}

/** Items within the limits of a batch, each change beside its row. */
class ItemList {
  readonly items: { lane: 'standard'; records: InventoryRecord[]; positions: PositionChange[] }[] = [];
  #bytes = 0;

  add(record: InventoryRecord, position: PositionChange, bytes: number): void {
    const item = this.#room();
    item.records.push(record);
    item.positions.push(position);
    this.#bytes += bytes * 2 + record.key.length + 256;
  }

  position(position: PositionChange): void {
    this.#room().positions.push(position);
  }

  #room(): { records: InventoryRecord[]; positions: PositionChange[] } {
    const last = this.items.at(-1);
    if (last !== undefined && last.positions.length < LIMITS.batchEventsMax && this.#bytes < BYTES_FULL)
      return last;
    this.#bytes = 0;
    const item = { lane: 'standard' as const, records: [], positions: [] };
    this.items.push(item);
    return item;
  }
}

async function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const done = (): void => {
    resolve();
  };
  const timer = setTimeout(done, Math.min(durationMs, MS_MAX));
  signal.addEventListener('abort', done, { once: true });
  await promise;
  clearTimeout(timer);
  signal.removeEventListener('abort', done);
}
