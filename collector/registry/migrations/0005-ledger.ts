/** The loss ledger: what agents counted, what the store holds of it, and how far both have come. */
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { createTableWithId } from './columns.ts';

const COUNTS = ['told', 'produced', 'limited', 'dropped', 'stored', 'rejected', 'duplicate', 'open'] as const;

async function up(db: Kysely<unknown>): Promise<void> {
  let cells = db.schema
    .createTable('ledger_cell')
    .addColumn('agent_id', 'text', (c) => c.notNull())
    .addColumn('hour', 'bigint', (c) => c.notNull())
    .addColumn('lane', 'integer', (c) => c.notNull())
    .addColumn('channel', 'text', (c) => c.notNull());
  for (const name of COUNTS) cells = cells.addColumn(name, 'bigint', (c) => c.notNull().defaultTo(0));
  await cells.addPrimaryKeyConstraint('ledger_cell_key', ['agent_id', 'hour', 'lane', 'channel']).execute();
  await db.schema.createIndex('ledger_cell_hour').on('ledger_cell').column('hour').execute();
  // What is not settled is looked at again and again, and is little.
  await db.schema
    .createIndex('ledger_cell_open')
    .on('ledger_cell')
    .columns(['agent_id', 'lane', 'hour'])
    .where(sql.ref('open'), '!=', sql.lit(0))
    .where(sql.ref('told'), '=', sql.lit(1))
    .execute();
  await db.schema
    .createTable('ledger_told')
    .addColumn('agent_id', 'text', (c) => c.notNull())
    .addColumn('counts_id', 'text', (c) => c.notNull())
    .addColumn('hour', 'bigint', (c) => c.notNull())
    .addColumn('lane', 'integer', (c) => c.notNull())
    .addColumn('channel', 'text', (c) => c.notNull())
    .addColumn('produced', 'bigint', (c) => c.notNull())
    .addColumn('limited', 'text', (c) => c.notNull())
    .addColumn('dropped', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('ledger_told_key', ['agent_id', 'counts_id', 'hour', 'lane', 'channel'])
    .execute();
  await db.schema.createIndex('ledger_told_hour').on('ledger_told').column('hour').execute();
  await db.schema
    .createTable('ledger_lane')
    .addColumn('agent_id', 'text', (c) => c.notNull())
    .addColumn('epoch', 'text', (c) => c.notNull())
    .addColumn('lane', 'integer', (c) => c.notNull())
    .addColumn('given_seq', 'bigint')
    .addColumn('told_ms', 'bigint')
    .addColumn('counted_seq', 'bigint', (c) => c.notNull())
    .addColumn('first_ms', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('ledger_lane_key', ['agent_id', 'epoch', 'lane'])
    .execute();
  await createTableWithId(db, 'ledger_gap')
    .addColumn('agent_id', 'text', (c) => c.notNull())
    .addColumn('epoch', 'text', (c) => c.notNull())
    .addColumn('lane', 'integer', (c) => c.notNull())
    .addColumn('after_seq', 'bigint', (c) => c.notNull())
    .addColumn('to_seq', 'bigint', (c) => c.notNull())
    .addColumn('missing', 'bigint', (c) => c.notNull())
    .addColumn('found_ms', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('ledger_reset')
    .addColumn('agent_id', 'text', (c) => c.notNull())
    .addColumn('epoch', 'text', (c) => c.notNull())
    .addColumn('hour', 'bigint', (c) => c.notNull())
    .addColumn('lost', 'bigint')
    .addPrimaryKeyConstraint('ledger_reset_key', ['agent_id', 'epoch'])
    .execute();
  await db.schema
    .createTable('ledger_agent')
    .addColumn('agent_id', 'text', (c) => c.primaryKey())
    .addColumn('since_hour', 'bigint', (c) => c.notNull())
    .addColumn('complete', 'integer', (c) => c.notNull())
    .addColumn('told_ms', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('ledger_state')
    .addColumn('id', 'integer', (c) => c.primaryKey())
    .addColumn('cursor', 'bigint', (c) => c.notNull())
    .execute();
  await createLiveness(db);
}

async function createLiveness(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('agent_presence')
    .addColumn('agent_id', 'text', (c) => c.primaryKey())
    .addColumn('network', 'text', (c) => c.notNull())
    .addColumn('online_ms', 'bigint', (c) => c.notNull())
    .addColumn('offline_ms', 'bigint')
    .addColumn('habit', 'text', (c) => c.notNull())
    .addColumn('habit_hour', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('silence')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('kind', 'text', (c) => c.notNull().check(sql`kind in ('agent', 'site', 'channel')`))
    .addColumn('subject', 'text', (c) => c.notNull())
    .addColumn('agency_id', 'integer', (c) => c.notNull())
    .addColumn('agent_id', 'text')
    .addColumn('since_ms', 'bigint', (c) => c.notNull())
    .addColumn('begun_ms', 'bigint', (c) => c.notNull())
    .addColumn('ended_ms', 'bigint')
    .execute();
  await db.schema
    .createIndex('silence_open')
    .on('silence')
    .columns(['kind', 'subject'])
    .where(sql.ref('ended_ms'), 'is', sql.lit(null))
    .execute();
  await db.schema
    .createTable('liveness_calendar')
    .addColumn('agency_id', 'integer', (c) => c.primaryKey().references('agency.id'))
    .addColumn('calendar', 'text', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('liveness_profile')
    .addColumn('group_id', 'integer', (c) => c.primaryKey().references('agent_group.id'))
    .addColumn('profile', 'text', (c) => c.notNull())
    .execute();
}

export const ledger: Migration = { up };
