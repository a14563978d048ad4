/** Channels that notices go to, and the outbox: changes of alerts, and the messages that tell them. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { createTableWithId } from './columns.ts';

async function up(db: Kysely<unknown>): Promise<void> {
  await createTableWithId(db, 'notify_channel')
    .addColumn('name', 'text', (c) => c.notNull().unique())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('settings', 'text', (c) => c.notNull())
    .addColumn('secrets', 'text')
    .addColumn('agency_id', 'integer', (c) => c.notNull().references('agency.id'))
    .addColumn('severity_rank_min', 'integer', (c) => c.notNull())
    .addColumn('window_ms', 'bigint', (c) => c.notNull())
    .addColumn('messages_per_hour_max', 'integer', (c) => c.notNull())
    .addColumn('enabled', 'integer', (c) => c.notNull())
    .addColumn('created_ms', 'bigint', (c) => c.notNull())
    .addColumn('created_by', 'text', (c) => c.notNull())
    .addColumn('version', 'integer', (c) => c.notNull().defaultTo(1))
    .addColumn('last_message_ms', 'bigint')
    .addColumn('failing_since_ms', 'bigint')
    .addColumn('problem', 'text')
    .execute();
  await db.schema
    .createTable('notify_message')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('channel_id', 'integer', (c) =>
      c.notNull().references('notify_channel.id').onDelete('cascade'),
    )
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('created_ms', 'bigint', (c) => c.notNull())
    .addColumn('items', 'integer', (c) => c.notNull())
    .addColumn('attempts', 'integer', (c) => c.notNull())
    .addColumn('next_ms', 'bigint', (c) => c.notNull())
    .addColumn('sent_ms', 'bigint')
    .addColumn('answer', 'text')
    .addColumn('refused', 'text')
    .addColumn('problem', 'text')
    .execute();
  await db.schema
    .createTable('notify_item')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('channel_id', 'integer', (c) =>
      c.notNull().references('notify_channel.id').onDelete('cascade'),
    )
    .addColumn('alert_id', 'text', (c) => c.notNull())
    .addColumn('change', 'text', (c) => c.notNull())
    .addColumn('severity_rank', 'integer', (c) => c.notNull())
    .addColumn('at_ms', 'bigint', (c) => c.notNull())
    .addColumn('message_id', 'text')
    .execute();
  await db.schema
    .createIndex('notify_item_place')
    .on('notify_item')
    .columns(['message_id', 'channel_id'])
    .execute();
  await db.schema
    .createIndex('notify_message_due')
    .on('notify_message')
    .columns(['state', 'next_ms'])
    .execute();
  await db.schema
    .createIndex('notify_message_channel')
    .on('notify_message')
    .columns(['channel_id', 'created_ms'])
    .execute();
}

export const notify: Migration = { up };
