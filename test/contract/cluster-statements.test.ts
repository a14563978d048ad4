/** What a cluster is told is checked by the engine's own parser: no cluster runs in the tests. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { renderForCluster, syncStatements, systemTable } from '../../collector/store/cluster.ts';
import { Connection } from '../../collector/store/connection.ts';
import { readMigrations } from '../../collector/store/migrate.ts';
import { startTestEngine, type TestEngine } from './store-engine.ts';

let engine: TestEngine;
let connection: Connection;
beforeAll(async () => {
  engine = await startTestEngine();
  connection = new Connection({ socketPath: engine.engine.socketPath });
});
afterAll(async () => {
  await connection.close();
  await engine.close();
});

/** The statement as the engine understands it. */
async function format(statement: string): Promise<string> {
  const [text] = await connection.rows(
    { query: 'SELECT formatQuerySingleLine({statement:String}) AS text', params: { statement } },
    (row) => String((row as { text: unknown }).text),
  );
  return text ?? '';
}

test('every migration has a form for a cluster that the engine parses, and names the cluster in it', async () => {
  const statements = (await readMigrations()).flatMap((migration) => migration.statements);
  expect(statements.length).toBeGreaterThan(3);
  for (const statement of statements) {
    for (const rendered of renderForCluster(statement, 'thu-duc')) {
      expect(await format(rendered)).toMatch(/ON CLUSTER `?thu-duc`? ?/);
      // Nothing is left that would change the Distributed table's name only, or a lone table.
      expect(rendered).not.toMatch(/ENGINE = (Replacing|Aggregating|Summing|Collapsing)?MergeTree/);
    }
  }
});

test('waiting for replicas, and system tables of all nodes', async () => {
  for (const statement of syncStatements('thu-duc'))
    expect(await format(statement)).toContain('SYNC REPLICA');
  const query = `SELECT query_id FROM ${systemTable('processes', 'thu-duc')}`;
  expect(await format(query)).toBe("SELECT query_id FROM clusterAllReplicas('thu-duc', system.processes)");
});
