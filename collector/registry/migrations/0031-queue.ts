/** What arranging the queue needs: how much a rule says of one host, and on how many hosts a rule found something. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('risk_part')
    .addColumn('weight_milli', 'integer', (c) => c.notNull().defaultTo(1_000))
    .execute();
  await db.schema
    .createIndex('alert_rule_hosts')
    .on('alert')
    .columns(['rule_id', 'last_seen_ms', 'agent_id'])
    .execute();
}

export const queue: Migration = { up };
