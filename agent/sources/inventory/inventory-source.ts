/**
 * What the host has, by category: each is looked at in its own rhythm and told as a full picture first, then as
 * differences, with a full picture again from time to time. What was told is the source's positions, so a change while
 * the agent was down is told at its next start. How a category stands, what it costs to look at and what could not be
 * read is told as the category `collection`.
 */
import { randomBytes } from 'node:crypto';
import type { InventoryCategory } from '#protocol/record-names.ts';
import { thisHost } from '../../host/host.ts';
import { pause } from '../pause.ts';
import type { Source } from '../source.ts';
import { CategoryTeller } from './category-teller.ts';
import { collectorsOf } from './collectors.ts';
import type { Collector, Rhythm } from './inventory-item.ts';
import { monotonicNow } from '../../monotonic-now.ts';

export interface InventoryOptions {
  /** From the end of one look to the next of a category in the normal rhythm: milliseconds. */
  intervalMs: number;
  /** Of single categories, whatever their rhythm. */
  intervalsMs?: Partial<Record<InventoryCategory, number | undefined>> | undefined;
  /** Categories that are not looked at. */
  exclude?: readonly InventoryCategory[] | undefined;
  /** From one full picture to the next. Default seven days. */
  fullEveryMs?: number | undefined;
  /** Default `inventory`. */
  name?: string | undefined;
  /** Default: those of this platform. */
  collect?: readonly Collector[] | undefined;
  /** Items of one category; the rest is reported and left out. Default 20,000. */
  itemsMax?: number | undefined;
  /** Uniform in [0, 1). */
  random?: (() => number) | undefined;
}

const ITEMS_MAX = 20_000;
const FULL_EVERY_MS = 7 * 86_400_000;
/** A look at one category that takes longer holds up the others only once. */
const PAUSE_MS_MIN = 1;

const FACTOR: Readonly<Record<Rhythm, number>> = { quick: 1 / 6, normal: 1, slow: 24 };

interface Due {
  teller: CategoryTeller;
  everyMs: number;
  dueMs: number;
}

export function createInventorySource(options: InventoryOptions): Source {
  const exclude = new Set(options.exclude);
  const tellerOptions = {
    itemsMax: options.itemsMax ?? ITEMS_MAX,
    fullEveryMs: options.fullEveryMs ?? FULL_EVERY_MS,
    random: options.random ?? Math.random,
    newName: () => randomBytes(8).toString('hex'),
    monotonicMs: monotonicNow,
  };
  return {
    name: options.name ?? 'inventory',
    async *open(context) {
      // It tells differences from time to time; there is nothing to wait for.
      context.caughtUp?.();
      const collectors = options.collect ?? (await collectorsOf(thisHost, process.platform, context.now));
      const look = {
        signal: context.signal,
        turn: async () => context.pace?.turn(),
      };
      const all = collectors
        .filter(({ category }) => !exclude.has(category))
        .map((collector): Due => ({
          teller: new CategoryTeller(collector, tellerOptions, context),
          everyMs:
            options.intervalsMs?.[collector.category] ??
            options.intervalMs * FACTOR[collector.rhythm ?? 'normal'],
          dueMs: -Infinity,
        }));
      while (!context.signal.aborted && all.length > 0) {
        const next = all.reduce((first, other) => (other.dueMs < first.dueMs ? other : first));
        const waitMs = next.dueMs - monotonicNow();
        if (waitMs > 0) await pause(Math.max(PAUSE_MS_MIN, waitMs), context.signal);
        if (context.signal.aborted) return;
        // A long wait goes in several.
        if (monotonicNow() < next.dueMs) continue;
        await look.turn();
        yield* next.teller.look(look);
        next.dueMs = monotonicNow() + next.everyMs;
      }
      if (all.length === 0) await pause(Infinity, context.signal);
    },
  };
}
