/** Deliveries to the national centre by the collector itself: where they go, the queue of documents, and each attempt. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { createTableWithId } from './columns.ts';

async function up(db: Kysely<unknown>): Promise<void> {
  await createTableWithId(db, 'exchange_link')
    .addColumn('name', 'text', (c) => c.notNull().unique())
    .addColumn('agency_id', 'integer', (c) => c.notNull().references('agency.id'))
    .addColumn('settings', 'text', (c) => c.notNull())
    .addColumn('secrets', 'text')
    .addColumn('enabled', 'integer', (c) => c.notNull())
    .addColumn('next_ms', 'bigint')
    .addColumn('made_to_ms', 'bigint')
    .addColumn('reports_since_ms', 'bigint', (c) => c.notNull())
    .addColumn('failures', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('problem', 'text')
    .addColumn('accepted_ms', 'bigint')
    .addColumn('created_ms', 'bigint', (c) => c.notNull())
    .addColumn('created_by', 'text', (c) => c.notNull())
    .addColumn('version', 'integer', (c) => c.notNull().defaultTo(1))
    .execute();
  await db.schema
    .createTable('exchange_message')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('link_id', 'integer', (c) => c.notNull().references('exchange_link.id').onDelete('cascade'))
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('cause', 'text', (c) => c.notNull())
    .addColumn('report_id', 'text')
    .addColumn('from_ms', 'bigint', (c) => c.notNull())
    .addColumn('to_ms', 'bigint', (c) => c.notNull())
    .addColumn('created_ms', 'bigint', (c) => c.notNull())
    .addColumn('created_by', 'text', (c) => c.notNull())
    .addColumn('file', 'text', (c) => c.notNull())
    .addColumn('bytes', 'bigint', (c) => c.notNull())
    .addColumn('sha256', 'text', (c) => c.notNull())
    .addColumn('machines', 'integer', (c) => c.notNull())
    .addColumn('signed', 'integer', (c) => c.notNull())
    .addColumn('document', 'text')
    .addColumn('attempts', 'integer', (c) => c.notNull())
    .addColumn('tries', 'integer', (c) => c.notNull())
    .addColumn('next_ms', 'bigint', (c) => c.notNull())
    .addColumn('ended_ms', 'bigint')
    .addColumn('problem', 'text')
    .execute();
  await db.schema
    .createIndex('exchange_message_due')
    .on('exchange_message')
    .columns(['state', 'next_ms'])
    .execute();
  await db.schema
    .createIndex('exchange_message_link')
    .on('exchange_message')
    .columns(['link_id', 'created_ms'])
    .execute();
  await createTableWithId(db, 'exchange_attempt')
    .addColumn('message_id', 'text', (c) => c.notNull().references('exchange_message.id').onDelete('cascade'))
    .addColumn('at_ms', 'bigint', (c) => c.notNull())
    .addColumn('ended_ms', 'bigint')
    .addColumn('address', 'text', (c) => c.notNull())
    .addColumn('outcome', 'text')
    .addColumn('status', 'integer')
    .addColumn('answer', 'text')
    .addColumn('answer_sha256', 'text')
    .addColumn('fault', 'text')
    .execute();
  await db.schema
    .createIndex('exchange_attempt_message')
    .on('exchange_attempt')
    .columns(['message_id', 'at_ms'])
    .execute();
}

export const exchange: Migration = { up };
