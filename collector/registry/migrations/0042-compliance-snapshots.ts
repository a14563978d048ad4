/** Assessments of systems as they were day by day: only added to. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { makeAppendOnly } from './columns.ts';

const COUNTS = [
  'hosts',
  'hosts_reporting',
  'met',
  'partly',
  'not_met',
  'excepted',
  'not_assessed',
  'not_applicable',
  'provider',
] as const;

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('compliance_run')
    .addColumn('day', 'text', (c) => c.notNull())
    .addColumn('run', 'integer', (c) => c.notNull())
    .addColumn('at_ms', 'bigint', (c) => c.notNull())
    .addColumn('actor', 'text', (c) => c.notNull())
    .addColumn('systems', 'integer', (c) => c.notNull())
    .addColumn('digest', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('compliance_run_key', ['day', 'run'])
    .execute();
  let table = db.schema
    .createTable('compliance_snapshot')
    .addColumn('day', 'text', (c) => c.notNull())
    .addColumn('run', 'integer', (c) => c.notNull())
    // No reference: what was kept of a system stays when an import that made it is taken back.
    .addColumn('system_id', 'integer', (c) => c.notNull())
    .addColumn('profile', 'text', (c) => c.notNull())
    .addColumn('level', 'integer')
    .addColumn('at_ms', 'bigint', (c) => c.notNull());
  for (const count of COUNTS) table = table.addColumn(count, 'integer', (c) => c.notNull());
  await table
    .addColumn('score_permille', 'integer')
    .addColumn('coverage_permille', 'integer')
    .addColumn('digest', 'text', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('compliance_snapshot_key', ['system_id', 'day', 'run'])
    .execute();
  await db.schema
    .createIndex('compliance_snapshot_day')
    .on('compliance_snapshot')
    .columns(['day', 'run'])
    .execute();
  await makeAppendOnly(db, 'compliance_run');
  await makeAppendOnly(db, 'compliance_snapshot');
}

export const complianceSnapshots: Migration = { up };
