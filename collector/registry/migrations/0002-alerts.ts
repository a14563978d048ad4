/** Alerts, their proofs, correlation hits, the projector's place and the agents' declared losses. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('alert')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('rule_id', 'text', (column) => column.notNull())
    .addColumn('group_key', 'text', (column) => column.notNull())
    .addColumn('severity', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('entity', 'text', (column) => column.notNull())
    .addColumn('rule', 'text', (column) => column.notNull())
    .addColumn('agent_id', 'text')
    .addColumn('hostname', 'text')
    .addColumn('agency_id', 'integer', (column) => column.notNull())
    .addColumn('detections', 'bigint', (column) => column.notNull())
    .addColumn('first_seen_ms', 'bigint', (column) => column.notNull())
    .addColumn('last_seen_ms', 'bigint', (column) => column.notNull())
    .addColumn('created_ms', 'bigint', (column) => column.notNull())
    .addColumn('updated_ms', 'bigint', (column) => column.notNull())
    .addColumn('message', 'text', (column) => column.notNull())
    .addColumn('state_by', 'text')
    .addColumn('state_reason', 'text')
    .execute();
  await db.schema.createIndex('alert_group').on('alert').columns(['group_key', 'state']).execute();
  await db.schema.createIndex('alert_updated').on('alert').columns(['updated_ms', 'id']).execute();
  await db.schema
    .createTable('alert_detection')
    .addColumn('alert_id', 'text', (column) => column.notNull().references('alert.id'))
    .addColumn('detection_id', 'text', (column) => column.notNull())
    .addColumn('time_ms', 'bigint', (column) => column.notNull())
    .addColumn('event_id', 'text', (column) => column.notNull())
    .addColumn('hostname', 'text', (column) => column.notNull())
    .addColumn('message', 'text', (column) => column.notNull())
    .addColumn('matched', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('alert_detection_key', ['alert_id', 'detection_id'])
    .execute();
  await db.schema
    .createTable('correlation_hit')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('rule_id', 'text', (column) => column.notNull())
    .addColumn('grouping', 'text', (column) => column.notNull())
    .addColumn('time_ms', 'bigint', (column) => column.notNull())
    .addColumn('first_ms', 'bigint', (column) => column.notNull())
    .addColumn('matches', 'bigint', (column) => column.notNull())
    .addColumn('batch', 'bigint', (column) => column.notNull())
    .addColumn('late', 'integer', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('projector_state')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('cursor', 'bigint', (column) => column.notNull())
    .addColumn('snapshot', 'text')
    .addColumn('snapshot_batch', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('late_batch')
    .addColumn('batch', 'bigint', (column) => column.primaryKey())
    .addColumn('times', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('loss')
    .addColumn('agent_id', 'text', (column) => column.notNull())
    .addColumn('epoch', 'text', (column) => column.notNull())
    .addColumn('lane', 'integer', (column) => column.notNull())
    .addColumn('from_seq', 'bigint', (column) => column.notNull())
    .addColumn('to_seq', 'bigint', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('recorded_ms', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('loss_key', ['agent_id', 'epoch', 'lane', 'from_seq', 'to_seq'])
    .execute();
}

export const alerts: Migration = { up };
