/** How many rows may be gone that were there: for whoever compares counts across a deletion. */
import { expect, test } from 'vitest';
import { rowsDeletedSince } from '../../../collector/registry/retention-book.ts';
import { memoryRegistry } from './registry-fixture.ts';

test('deletions that are under way or ended since then count, earlier ones do not', async () => {
  const { registry } = await memoryRegistry();
  const { db } = registry;
  expect(await rowsDeletedSince(db, 0)).toBe(0);
  const run = await db
    .insertInto('retention_run')
    .values({ started_ms: 0, finished_ms: null, actor: 'system', day: 20261125, state: 'running' })
    .returning('id')
    .executeTakeFirstOrThrow();
  const deletion = (rows: number, done_ms: number | null) => ({
    run_id: run.id,
    day: 20260101,
    kind: 'rows' as const,
    state: done_ms === null ? ('begun' as const) : ('done' as const),
    agent_id: null,
    agents: 2,
    rows,
    bytes: 0,
    policy: '{}',
    begun_ms: 10,
    done_ms,
  });
  await db
    .insertInto('retention_deletion')
    .values([deletion(1, 20), deletion(10, 30), deletion(100, null)])
    .execute();
  expect(await rowsDeletedSince(db, 25)).toBe(110);
  expect(await rowsDeletedSince(db, 31)).toBe(100);
  await registry.close();
});
