/** What people attest of requirements that no telemetry proves, with history; and what providers attest of systems that are rented. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { createTableWithId, makeAppendOnly } from './columns.ts';

async function up(db: Kysely<unknown>): Promise<void> {
  await createTableWithId(db, 'attestation')
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('system_id', 'integer', (c) => c.references('information_system.id'))
    .addColumn('agency_id', 'integer', (c) => c.references('agency.id'))
    .addColumn('profile', 'text', (c) => c.notNull())
    .addColumn('statement', 'text', (c) => c.notNull())
    .addColumn('documents', 'text', (c) => c.notNull())
    .addColumn('signer', 'text', (c) => c.notNull())
    .addColumn('signed_on', 'text', (c) => c.notNull())
    .addColumn('due_on', 'text')
    .addColumn('provider', 'text')
    .addColumn('contract', 'text')
    .addColumn('four_eyes', 'integer', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('created_ms', 'bigint', (c) => c.notNull())
    .addColumn('created_by', 'text', (c) => c.notNull())
    .addColumn('decided_ms', 'bigint')
    .addColumn('decided_by', 'text')
    .addColumn('withdrawn_ms', 'bigint')
    .addColumn('withdrawn_by', 'text')
    .addColumn('version', 'integer', (c) => c.notNull().defaultTo(1))
    .execute();
  await db.schema.createIndex('attestation_system').on('attestation').columns(['system_id', 'id']).execute();
  await db.schema.createIndex('attestation_agency').on('attestation').columns(['agency_id', 'id']).execute();
  await db.schema
    .createTable('attestation_control')
    .addColumn('attestation_id', 'integer', (c) => c.notNull().references('attestation.id'))
    .addColumn('control_id', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('attestation_control_pk', ['attestation_id', 'control_id'])
    .execute();
  await createTableWithId(db, 'attestation_history')
    .addColumn('attestation_id', 'integer', (c) => c.notNull().references('attestation.id'))
    .addColumn('version', 'integer', (c) => c.notNull())
    .addColumn('at_ms', 'bigint', (c) => c.notNull())
    .addColumn('actor', 'text', (c) => c.notNull())
    .addColumn('action', 'text', (c) => c.notNull())
    .addColumn('reason', 'text')
    .execute();
  await db.schema
    .createIndex('attestation_history_of')
    .on('attestation_history')
    .columns(['attestation_id', 'version'])
    .execute();
  await makeAppendOnly(db, 'attestation_history');
}

export const attestations: Migration = { up };
