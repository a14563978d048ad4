import { describe, expect, test } from 'vitest';
import { ClusterStatementError, renderForCluster } from '../../../collector/store/cluster.ts';

const on = (statement: string): string[] => renderForCluster(statement, 'c1');

const SHARDED = `CREATE OR REPLACE TABLE events ON CLUSTER 'c1' AS events_local
ENGINE = Distributed('c1', currentDatabase(), 'events_local', batch)`;

describe('a schema statement on a cluster', () => {
  test('events lie on the shards, below a table that sends a whole batch to one shard', () => {
    const statement = `-- Why it is so.
CREATE TABLE IF NOT EXISTS events
(
    batch UInt64
)
ENGINE = MergeTree
PARTITION BY toYYYYMMDD(received)
ORDER BY batch
SETTINGS
    non_replicated_deduplication_window = 1000,
    fsync_after_insert = 1`;
    expect(on(statement)).toEqual([
      `CREATE TABLE IF NOT EXISTS events_local ON CLUSTER 'c1'
(
    batch UInt64
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{database}/{shard}/events_local', '{replica}')
PARTITION BY toYYYYMMDD(received)
ORDER BY batch
SETTINGS
    replicated_deduplication_window = 1000,
    fsync_after_insert = 1`,
      SHARDED,
    ]);
  });

  test('every other table is replicated whole to every node, with what its engine is told', () => {
    const statement = `CREATE TABLE IF NOT EXISTS lane_mark (seq UInt64)
ENGINE = ReplacingMergeTree(seq)
ORDER BY seq`;
    expect(on(statement)).toEqual([
      `CREATE TABLE IF NOT EXISTS lane_mark ON CLUSTER 'c1' (seq UInt64)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{database}/lane_mark', '{shard}-{replica}', seq)
ORDER BY seq`,
    ]);
  });

  test('a new column reaches the table above too; an index and a deletion only the rows', () => {
    expect(on('ALTER TABLE events\n    ADD COLUMN IF NOT EXISTS a UInt8')).toEqual([
      "ALTER TABLE events_local ON CLUSTER 'c1'\n    ADD COLUMN IF NOT EXISTS a UInt8",
      SHARDED,
    ]);
    expect(on('ALTER TABLE events ADD INDEX i a TYPE minmax')).toEqual([
      "ALTER TABLE events_local ON CLUSTER 'c1' ADD INDEX i a TYPE minmax",
    ]);
    expect(on('ALTER TABLE events DELETE WHERE agent_id = {agent:String}')).toEqual([
      "ALTER TABLE events_local ON CLUSTER 'c1' DELETE WHERE agent_id = {agent:String}",
    ]);
    expect(on('ALTER TABLE events DROP PARTITION 20260101')).toEqual([
      "ALTER TABLE events_local ON CLUSTER 'c1' DROP PARTITION 20260101",
    ]);
    expect(on('ALTER TABLE lane_mark DELETE WHERE 1')).toEqual([
      "ALTER TABLE lane_mark ON CLUSTER 'c1' DELETE WHERE 1",
    ]);
    expect(on('DELETE FROM events WHERE a = 1')).toEqual([
      "DELETE FROM events_local ON CLUSTER 'c1' WHERE a = 1",
    ]);
  });

  test('views and tables that go', () => {
    expect(on('CREATE VIEW IF NOT EXISTS v AS SELECT 1')).toEqual([
      "CREATE VIEW IF NOT EXISTS v ON CLUSTER 'c1' AS SELECT 1",
    ]);
    expect(on('DROP TABLE IF EXISTS old')).toEqual(["DROP TABLE IF EXISTS old ON CLUSTER 'c1'"]);
  });

  test('inserts and reads go as they are', () => {
    for (const statement of ['INSERT INTO lane_mark SELECT 1', 'SELECT 1', 'KILL MUTATION WHERE 1']) {
      expect(on(statement)).toEqual([statement]);
    }
  });

  test.each([
    'CREATE TABLE IF NOT EXISTS m (a UInt8) ENGINE = Memory',
    'CREATE MATERIALIZED VIEW v TO events AS SELECT 1',
    'RENAME TABLE a TO b',
    'DROP TABLE events',
    'OPTIMIZE TABLE events FINAL',
  ])('%s is refused rather than sent to one node', (statement) => {
    expect(() => on(statement)).toThrow(ClusterStatementError);
  });
});
