/** Kept hunts that run by themselves. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { createTableWithId } from './columns.ts';

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('hunt_schedule')
    .addColumn('hunt_id', 'text', (c) => c.primaryKey().references('hunt.id').onDelete('cascade'))
    .addColumn('every_ms', 'bigint')
    .addColumn('daily_at', 'text')
    .addColumn('overlap_ms', 'bigint', (c) => c.notNull())
    .addColumn('threshold', 'integer', (c) => c.notNull())
    .addColumn('enabled', 'integer', (c) => c.notNull())
    .addColumn('owner', 'text', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('fault', 'text')
    .addColumn('failures', 'integer', (c) => c.notNull())
    .addColumn('missed', 'integer', (c) => c.notNull())
    .addColumn('due_ms', 'bigint', (c) => c.notNull())
    .addColumn('covered_ms', 'bigint', (c) => c.notNull())
    .addColumn('known_from_ms', 'bigint', (c) => c.notNull())
    .addColumn('updated_by', 'text', (c) => c.notNull())
    .addColumn('updated_ms', 'bigint', (c) => c.notNull())
    .addColumn('version', 'integer', (c) => c.notNull())
    .execute();
  await createTableWithId(db, 'hunt_run')
    .addColumn('hunt_id', 'text', (c) => c.notNull().references('hunt.id').onDelete('cascade'))
    .addColumn('started_ms', 'bigint', (c) => c.notNull())
    .addColumn('took_ms', 'bigint', (c) => c.notNull())
    .addColumn('from_ms', 'bigint', (c) => c.notNull())
    .addColumn('to_ms', 'bigint', (c) => c.notNull())
    .addColumn('outcome', 'text', (c) => c.notNull())
    .addColumn('events', 'integer', (c) => c.notNull())
    .addColumn('hosts', 'integer', (c) => c.notNull())
    .addColumn('is_cut', 'integer', (c) => c.notNull())
    .addColumn('fault', 'text')
    .execute();
  await db.schema.createIndex('hunt_run_hunt').on('hunt_run').columns(['hunt_id', 'id']).execute();
  await db.schema
    .createTable('hunt_seen')
    .addColumn('hunt_id', 'text', (c) => c.notNull().references('hunt.id').onDelete('cascade'))
    .addColumn('event_id', 'text', (c) => c.notNull())
    .addColumn('time_ms', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('hunt_seen_key', ['hunt_id', 'event_id'])
    .execute();
}

export const huntSchedule: Migration = { up };
