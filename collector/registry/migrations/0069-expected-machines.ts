/** Machines that agencies are to have an agent on, how many there are to be, and what hosts said of themselves that were not let in. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { createTableWithId } from './columns.ts';

async function up(db: Kysely<unknown>): Promise<void> {
  await createTableWithId(db, 'expected_machine')
    .addColumn('agency_id', 'integer', (c) => c.notNull().references('agency.id'))
    .addColumn('system_id', 'integer', (c) => c.references('information_system.id'))
    .addColumn('hostname', 'text', (c) => c.notNull())
    .addColumn('hostname_key', 'text', (c) => c.notNull())
    .addColumn('serial', 'text', (c) => c.notNull())
    .addColumn('macs', 'text', (c) => c.notNull())
    .addColumn('label', 'text', (c) => c.notNull())
    .addColumn('place', 'text', (c) => c.notNull())
    .addColumn('person', 'text', (c) => c.notNull())
    .addColumn('forwards_to', 'text', (c) => c.notNull())
    .addColumn('begun_ms', 'bigint', (c) => c.notNull())
    .addColumn('ended_ms', 'bigint')
    .execute();
  await db.schema
    .createIndex('expected_machine_agency')
    .on('expected_machine')
    .columns(['agency_id', 'hostname_key'])
    .execute();
  await db.schema
    .createIndex('expected_machine_system')
    .on('expected_machine')
    .columns(['system_id', 'begun_ms'])
    .execute();
  await db.schema
    .createTable('expected_count')
    .addColumn('agency_id', 'integer', (c) => c.primaryKey().references('agency.id'))
    .addColumn('machines', 'integer', (c) => c.notNull())
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('set_ms', 'bigint', (c) => c.notNull())
    .addColumn('set_by', 'text', (c) => c.notNull())
    .execute();
  await createTableWithId(db, 'enrol_refusal')
    .addColumn('agency_id', 'integer', (c) => c.notNull().references('agency.id'))
    .addColumn('token_id', 'text', (c) => c.notNull())
    .addColumn('hostname', 'text', (c) => c.notNull())
    .addColumn('hostname_key', 'text', (c) => c.notNull())
    .addColumn('os_name', 'text', (c) => c.notNull())
    .addColumn('os_version', 'text', (c) => c.notNull())
    .addColumn('arch', 'text', (c) => c.notNull())
    .addColumn('reason', 'text', (c) => c.notNull())
    .addColumn('address', 'text', (c) => c.notNull())
    .addColumn('first_ms', 'bigint', (c) => c.notNull())
    .addColumn('last_ms', 'bigint', (c) => c.notNull())
    .addColumn('times', 'integer', (c) => c.notNull())
    .execute();
  await db.schema
    .createIndex('enrol_refusal_agency')
    .on('enrol_refusal')
    .columns(['agency_id', 'hostname_key'])
    .execute();
}

export const expectedMachines: Migration = { up };
