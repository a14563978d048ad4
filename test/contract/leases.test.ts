/** Leases of collectors side by side, on a real PostgreSQL. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { claimAgent, handOver, readWishes } from '../../collector/registry/agent-owners.ts';
import type { Registry } from '../../collector/registry/database.ts';
import {
  buryCollector,
  claimBatch,
  endLease,
  enterCollector,
  LeaseLostError,
  NeighbourError,
  neighbours,
  renewLease,
  requireDuty,
  settleBatch,
  settledHead,
  takeDuty,
} from '../../collector/registry/leases.ts';
import { emptiedPostgres } from '../support/emptied-postgres.ts';
import { postgresPrograms, startPostgres, type TestPostgres } from '../support/postgres.ts';

describe.skipIf(postgresPrograms() === undefined)('collectors side by side', () => {
  let server: TestPostgres;
  let emptied: Awaited<ReturnType<typeof emptiedPostgres>>;
  let registry: Registry;

  beforeAll(async () => {
    server = await startPostgres();
    emptied = await emptiedPostgres(server);
  });
  afterAll(async () => {
    await emptied.close();
    await server.close();
  });
  const enter = (id: string, change: { head?: number; ownStore?: boolean } = {}): Promise<void> =>
    enterCollector(registry.db, {
      id,
      name: `host:${id}`,
      leaseMs: 60_000,
      head: 10,
      ownStore: false,
      ...change,
    });
  /** As a collector that has seen it, whose own name is not among them. */
  const bury = async (id: string): Promise<void> => {
    const seen = (await neighbours(registry.db, 'observer')).find((one) => one.id === id);
    if (seen === undefined) throw new Error(`${id} is not there`);
    await buryCollector(registry.db, seen);
  };
  const fall = async (id: string): Promise<void> => {
    await endLease(registry.db, id);
    await bury(id);
  };
  beforeEach(async () => {
    registry = await emptied.open(Date.now);
    await enter('a');
    await enter('b', { head: 7 });
  });
  afterEach(() => registry.close());

  test('batch numbers go on above the store, each given out once, however many ask', async () => {
    const { db } = registry;
    const numbers = await Promise.all(
      Array.from({ length: 40 }, (_, at) => claimBatch(db, at % 2 === 0 ? 'a' : 'b')),
    );
    expect(numbers.toSorted((x, y) => x - y)).toEqual(Array.from({ length: 40 }, (_, at) => 11 + at));
  });

  test('the head stays below every batch that is not settled, and a late report settles no later claim', async () => {
    const { db } = registry;
    expect(await settledHead(db)).toBe(10);
    expect([await claimBatch(db, 'a'), await claimBatch(db, 'b')]).toEqual([11, 12]);
    await settleBatch(db, 'b', 12);
    expect(await settledHead(db)).toBe(10);
    expect(await claimBatch(db, 'a')).toBe(13);
    expect(await settledHead(db)).toBe(12);
    await settleBatch(db, 'a', 11);
    expect(await settledHead(db)).toBe(12);
    await settleBatch(db, 'a', 13);
    expect(await settledHead(db)).toBe(13);
  });

  test('without a lease there is no number; a fallen collector holds the head until it is buried', async () => {
    const { db } = registry;
    await claimBatch(db, 'a');
    await endLease(db, 'a');
    await expect(claimBatch(db, 'a')).rejects.toThrow(LeaseLostError);
    expect(await neighbours(db, 'b')).toMatchObject([{ id: 'a', hasLeft: true }]);
    expect(await neighbours(db, 'a')).toMatchObject([{ id: 'b', hasLeft: false }]);
    expect(await settledHead(db)).toBe(10);
    await bury('a');
    expect(await settledHead(db)).toBe(11);
    expect(await renewLease(db, 'a', 1_000)).toBe(false);
  });

  test('a lease that ran out while the control plane was away is renewed unless somebody buried its collector', async () => {
    const { db } = registry;
    await renewLease(db, 'a', -1);
    await expect(claimBatch(db, 'a')).rejects.toThrow(LeaseLostError);
    const [seen] = await neighbours(db, 'b');
    expect(await renewLease(db, 'a', 60_000)).toBe(true);
    await buryCollector(db, seen ?? { id: '', expiresMs: 0 });
    expect(await claimBatch(db, 'a')).toBe(11);
    // The database's clock was set back: a lease seems valid for long, and its holder may be buried all the same.
    await bury('a');
    await expect(claimBatch(db, 'a')).rejects.toThrow(LeaseLostError);
    expect(await renewLease(db, 'a', 60_000)).toBe(false);
  });

  test('what else a fallen collector left is seen to when it is buried, and only then', async () => {
    const { db } = registry;
    const told: string[] = [];
    const also = async (_trx: unknown, id: string): Promise<void> => void told.push(id);
    const [seen = { id: '', expiresMs: 0 }] = await neighbours(db, 'b');
    await buryCollector(db, { ...seen, expiresMs: seen.expiresMs - 1 }, also);
    expect(told).toEqual([]);
    const failing = buryCollector(db, seen, async () => {
      throw new Error('not now');
    });
    await expect(failing).rejects.toThrow('not now');
    expect(await neighbours(db, 'b')).toEqual([seen]);
    await buryCollector(db, seen, also);
    expect(told).toEqual(['a']);
    expect(await neighbours(db, 'b')).toEqual([]);
  });

  test('a duty changes hands when its holder is buried, and who had it writes no more', async () => {
    const { db } = registry;
    expect(await takeDuty(db, 'project', 'a')).toBe(1);
    expect(await takeDuty(db, 'project', 'b')).toBeUndefined();
    await endLease(db, 'a');
    expect(await takeDuty(db, 'project', 'b')).toBeUndefined();
    await bury('a');
    expect(await takeDuty(db, 'project', 'b')).toBe(2);
    await expect(requireDuty(db, 'project', 'a', 1)).rejects.toThrow(LeaseLostError);
    await requireDuty(db, 'project', 'b', 2);
  });

  test('an agent goes from a living owner by its act, from a buried one at once', async () => {
    const { db } = registry;
    expect(await claimAgent(db, 'x', 'a')).toBe(true);
    expect(await claimAgent(db, 'x', 'b')).toBe(false);
    expect(await readWishes(db, 'a')).toEqual([{ agentId: 'x', wantedBy: 'b', endsWith: null }]);
    expect(await handOver(db, 'x', 'a')).toBe(true);
    expect(await claimAgent(db, 'x', 'b')).toBe(true);
    expect(await claimAgent(db, 'x', 'a')).toBe(false);
    await endLease(db, 'b');
    expect(await claimAgent(db, 'x', 'a')).toBe(false);
    await bury('b');
    expect(await claimAgent(db, 'x', 'a')).toBe(true);
  });

  test('an agent that came back to its owner is not handed over any more', async () => {
    const { db } = registry;
    await claimAgent(db, 'x', 'a');
    await claimAgent(db, 'x', 'b');
    expect(await claimAgent(db, 'x', 'a')).toBe(true);
    expect(await readWishes(db, 'a')).toEqual([]);
    expect(await handOver(db, 'x', 'a')).toBe(false);
  });

  test('a collector that keeps its events for itself works alone', async () => {
    await expect(enter('c', { ownStore: true })).rejects.toThrow(/set VONGGAC_CLICKHOUSE_URL for each/);
    await fall('a');
    await fall('b');
    await enter('c', { ownStore: true });
    await expect(enter('d')).rejects.toThrow(NeighbourError);
    await fall('c');
    await enter('d');
  });
});
