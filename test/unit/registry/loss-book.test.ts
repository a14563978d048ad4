import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Registry } from '../../../collector/registry/database.ts';
import { recordLoss } from '../../../collector/registry/loss-book.ts';
import { emptyRegistry } from './registry-fixture.ts';

let registry: Registry;
beforeEach(async () => {
  registry = await emptyRegistry(() => 0);
});
afterEach(() => registry.close());

async function lose(from_seq: number, to_seq: number, changes: { lane?: number; epoch?: string } = {}) {
  const range = { agent_id: 'a', epoch: 'e', lane: 0, from_seq, to_seq, ...changes };
  await recordLoss(registry.db, { ...range, reason: 'spool-full', recorded_ms: 1 });
}

async function ranges(): Promise<[number, number][]> {
  const rows = await registry.db
    .selectFrom('loss')
    .select(['from_seq', 'to_seq'])
    .orderBy('epoch')
    .orderBy('lane')
    .orderBy('from_seq')
    .execute();
  return rows.map(({ from_seq, to_seq }) => [from_seq, to_seq]);
}

test('a loss that is declared again is written down once', async () => {
  await lose(3, 7);
  await lose(3, 7);
  expect(await ranges()).toEqual([[3, 7]]);
});

test('a loss that has grown since it was declared adds what is new, so that no sequence counts twice', async () => {
  await lose(3, 7);
  await lose(3, 12);
  expect(await ranges()).toEqual([
    [3, 7],
    [8, 12],
  ]);
  await lose(1, 20);
  expect(await ranges()).toEqual([
    [1, 2],
    [3, 7],
    [8, 12],
    [13, 20],
  ]);
  await lose(5, 9);
  expect(await ranges()).toHaveLength(4);
});

test('other lanes and epochs are losses of their own', async () => {
  await lose(3, 7);
  await lose(3, 7, { lane: 1 });
  await lose(3, 7, { epoch: 'f' });
  expect(await ranges()).toHaveLength(3);
});
