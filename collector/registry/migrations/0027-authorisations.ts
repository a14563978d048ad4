/** Authorisations signed beforehand, by which rules act on hosts without a person, and what was done by them; commands of jobs. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('response_authorisation')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('agency_id', 'integer', (c) => c.notNull().references('agency.id'))
    .addColumn('title', 'text', (c) => c.notNull())
    .addColumn('signer', 'text', (c) => c.notNull())
    .addColumn('document_sha256', 'text', (c) => c.notNull())
    .addColumn('valid_from_ms', 'bigint', (c) => c.notNull())
    .addColumn('valid_to_ms', 'bigint', (c) => c.notNull())
    .addColumn('from_time', 'text', (c) => c.notNull())
    .addColumn('to_time', 'text', (c) => c.notNull())
    .addColumn('days_off', 'integer', (c) => c.notNull())
    .addColumn('action', 'text', (c) => c.notNull())
    .addColumn('rules', 'text', (c) => c.notNull())
    .addColumn('hosts_max', 'integer', (c) => c.notNull())
    .addColumn('breaker_hosts', 'integer', (c) => c.notNull())
    .addColumn('breaker_window_ms', 'bigint', (c) => c.notNull())
    .addColumn('isolate_ms', 'bigint', (c) => c.notNull())
    .addColumn('dry_run', 'integer', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('requested_by', 'text', (c) => c.notNull())
    .addColumn('requested_ms', 'bigint', (c) => c.notNull())
    .addColumn('decided_by', 'text')
    .addColumn('decided_ms', 'bigint')
    .addColumn('ended_by', 'text')
    .addColumn('ended_ms', 'bigint')
    .addColumn('reason', 'text')
    .addColumn('version', 'integer', (c) => c.notNull().defaultTo(1))
    .execute();
  await db.schema
    .createTable('response_automatic')
    .addColumn('alert_id', 'text', (c) => c.notNull())
    .addColumn('agent_id', 'text', (c) => c.notNull())
    .addColumn('authorisation_id', 'text', (c) => c.notNull().references('response_authorisation.id'))
    .addColumn('at_ms', 'bigint', (c) => c.notNull())
    .addColumn('outcome', 'text', (c) => c.notNull())
    .addColumn('response_id', 'text')
    .addPrimaryKeyConstraint('response_automatic_key', ['alert_id', 'agent_id'])
    .execute();
  await db.schema
    .createIndex('response_automatic_authorisation')
    .on('response_automatic')
    .columns(['authorisation_id', 'at_ms'])
    .execute();
  await db.schema.alterTable('response_command').addColumn('job_id', 'text').execute();
  await db.schema.createIndex('response_command_job').on('response_command').column('job_id').execute();
}

export const authorisations: Migration = { up };
