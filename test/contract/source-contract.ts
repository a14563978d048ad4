/**
 * What every source of the agent must keep, whatever it reads: run for each implementation. The subject says how to
 * make the source and its world, and what it should report.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LIMITS } from '#protocol/limits.ts';
import { recordSchema, type SourceRecord } from '#protocol/record.ts';
import type { Source, SourceItem } from '../../agent/sources/source.ts';
import { MemoryPositions } from '../unit/agent/sources/memory-positions.ts';
import { start } from '../unit/agent/sources/source-harness.ts';

export interface SourceSubject {
  /** A new instance over the same world; called again for each restart. */
  create(): Source;
  /** What must be reported in all, once each, in any order: one text for each record. */
  expected(): string[];
  /** The text by which a record is told from others; undefined for what the source says of itself. */
  identify(record: SourceRecord): string | undefined;
  /** Removes the world. */
  dispose(): Promise<void>;
}

/**
 * @param arrange makes a world with at least some hundred records waiting to be read.
 * @param options `volatile`: what was sent cannot be read again, so there are no positions to go on from.
 */
export function describeSourceContract(
  name: string,
  arrange: () => Promise<SourceSubject>,
  { volatile = false }: { volatile?: boolean } = {},
): void {
  describe(`source contract: ${name}`, () => {
    let subject: SourceSubject;

    beforeEach(async () => {
      subject = await arrange();
    });

    afterEach(async () => {
      await subject.dispose();
    });

    /** All items of one run over a world that does not change, each committed. */
    async function readItems(positions: MemoryPositions): Promise<SourceItem[]> {
      const run = start(subject.create(), { positions });
      const items: SourceItem[] = [];
      let missing = subject.expected().length;
      while (missing > 0) {
        const item = await run.pull();
        if (item === undefined) break;
        positions.commit(item);
        items.push(item);
        missing -= item.records.length;
      }
      await run.stop();
      return items;
    }

    const identities = (items: readonly SourceItem[]): string[] =>
      items.flatMap((item) => item.records.flatMap((record) => subject.identify(record) ?? [])).sort();

    test('reports everything once', async () => {
      const items = await readItems(new MemoryPositions());
      expect(identities(items)).toEqual(subject.expected().sort());
    });

    test('keeps records within the schema and items within the limits of a batch', async () => {
      for (const item of await readItems(new MemoryPositions())) {
        expect(item.records.length).toBeLessThanOrEqual(LIMITS.batchEventsMax);
        const texts = item.records.map((record) => JSON.stringify(recordSchema.parse(record)));
        expect(Buffer.byteLength(texts.join(','))).toBeLessThanOrEqual(LIMITS.batchBytesMax);
      }
    });

    test.skipIf(volatile)('gives positions with every item that has records', async () => {
      for (const item of await readItems(new MemoryPositions())) {
        expect(item.records.length === 0 || item.positions.length > 0).toBe(true);
      }
    });

    test.skipIf(volatile)(
      'goes on without loss or repetition when it is stopped after any committed item',
      async () => {
        const positions = new MemoryPositions();
        const read: string[] = [];
        const wanted = subject.expected().length;
        while (read.length < wanted) {
          const run = start(subject.create(), { positions });
          const item = await run.pull();
          expect(item).toBeDefined();
          if (item !== undefined) {
            positions.commit(item);
            read.push(...item.records.flatMap((record) => subject.identify(record) ?? []));
          }
          await run.stop();
        }
        expect(read.sort()).toEqual(subject.expected().sort());
      },
    );

    test('says nothing twice when several items are committed at once', async () => {
      const positions = new MemoryPositions();
      const run = start(subject.create(), { positions });
      const read: string[] = [];
      let waiting: SourceItem[] = [];
      while (read.length < subject.expected().length) {
        const item = await run.pull();
        if (item === undefined) break;
        waiting.push(item);
        read.push(...item.records.flatMap((record) => subject.identify(record) ?? []));
        if (waiting.length < 3) continue;
        for (const one of waiting) positions.commit(one);
        waiting = [];
      }
      for (const one of waiting) positions.commit(one);
      await run.stop();
      expect(read.sort()).toEqual(subject.expected().sort());
    });

    test.skipIf(volatile)('gives again what was pulled and not committed', async () => {
      const positions = new MemoryPositions();
      const lost = start(subject.create(), { positions });
      let pulled = await lost.pull();
      while (pulled?.records.length === 0) {
        positions.commit(pulled);
        pulled = await lost.pull();
      }
      await lost.stop();
      expect(pulled?.records.length).toBeGreaterThan(0);
      expect(identities(await readItems(positions))).toEqual(subject.expected().sort());
    });

    test('has nothing to say again once everything is committed', async () => {
      const positions = new MemoryPositions();
      await readItems(positions);
      const abort = new AbortController();
      const again: SourceRecord[] = [];
      const stream = subject.create().open({
        positions,
        now: () => 1_750_000_000_000,
        signal: abort.signal,
        report: () => undefined,
      });
      // Positions may still move; the first quiet moment ends the look.
      const quiet = setTimeout(() => {
        abort.abort();
      }, 400);
      for await (const item of stream) {
        positions.commit(item);
        again.push(...item.records);
      }
      clearTimeout(quiet);
      expect(again.flatMap((record) => subject.identify(record) ?? [])).toEqual([]);
    });

    test('ends when it is aborted while it waits', async () => {
      const positions = new MemoryPositions();
      await readItems(positions);
      const abort = new AbortController();
      const items = subject
        .create()
        .open({ positions, now: Date.now, signal: abort.signal, report: () => undefined });
      const stream = items[Symbol.asyncIterator]();
      const pulling = (async () => {
        for (;;) {
          const next = await stream.next();
          if (next.done === true) return 'ended';
          positions.commit(next.value);
        }
      })();
      abort.abort();
      await expect(pulling).resolves.toBe('ended');
    });

    test('ends at once when it is aborted before it is opened', async () => {
      const abort = new AbortController();
      abort.abort();
      const records: SourceRecord[] = [];
      const context = {
        positions: new MemoryPositions(),
        now: Date.now,
        signal: abort.signal,
        report: () => undefined,
      };
      for await (const item of subject.create().open(context)) records.push(...item.records);
      expect(records).toEqual([]);
    });
  });
}
