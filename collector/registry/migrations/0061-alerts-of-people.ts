/** The alerts that somebody has are few among all: found without looking through the queue. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createIndex('alert_assigned')
    .on('alert')
    .columns(['assignee', 'closed'])
    .where('assignee', 'is not', null)
    .execute();
}

export const alertsOfPeople: Migration = { up };
