/** Dossiers of systems' security levels with their history, documents and reminders; who answers for agencies; confirmed rows. */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { createTableWithId, makeAppendOnly } from './columns.ts';

async function up(db: Kysely<unknown>): Promise<void> {
  await createTableWithId(db, 'system_dossier')
    .addColumn('system_id', 'integer', (c) => c.notNull().references('information_system.id'))
    .addColumn('status', 'text', (c) => c.notNull())
    .addColumn('facts', 'text', (c) => c.notNull())
    .addColumn('version', 'integer', (c) => c.notNull().defaultTo(1))
    .addColumn('created_ms', 'bigint', (c) => c.notNull())
    .addColumn('created_by', 'text', (c) => c.notNull())
    .addColumn('changed_ms', 'bigint', (c) => c.notNull())
    .addColumn('changed_by', 'text', (c) => c.notNull())
    .execute();
  await db.schema
    .createIndex('system_dossier_of')
    .on('system_dossier')
    .columns(['system_id', 'id'])
    .execute();
  // Without a reference: what an undone import had begun stays in the history.
  await createTableWithId(db, 'dossier_history')
    .addColumn('dossier_id', 'integer', (c) => c.notNull())
    .addColumn('system_id', 'integer', (c) => c.notNull())
    .addColumn('version', 'integer', (c) => c.notNull())
    .addColumn('at_ms', 'bigint', (c) => c.notNull())
    .addColumn('actor', 'text', (c) => c.notNull())
    .addColumn('reason', 'text')
    .addColumn('facts', 'text')
    .execute();
  await db.schema
    .createIndex('dossier_history_of')
    .on('dossier_history')
    .columns(['dossier_id', 'version'])
    .execute();
  await makeAppendOnly(db, 'dossier_history');
  await createTableWithId(db, 'dossier_answers')
    .addColumn('dossier_id', 'integer', (c) => c.notNull())
    .addColumn('at_ms', 'bigint', (c) => c.notNull())
    .addColumn('actor', 'text', (c) => c.notNull())
    .addColumn('criteria', 'text', (c) => c.notNull())
    .addColumn('answers', 'text', (c) => c.notNull())
    .addColumn('outcome', 'text', (c) => c.notNull())
    .addColumn('level', 'integer')
    .execute();
  await db.schema
    .createIndex('dossier_answers_of')
    .on('dossier_answers')
    .columns(['dossier_id', 'id'])
    .execute();
  await makeAppendOnly(db, 'dossier_answers');
  await addDocuments(db);
  await addReporting(db);
}

async function addDocuments(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('dossier_document')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('system_id', 'integer', (c) => c.references('information_system.id'))
    .addColumn('agency_id', 'integer', (c) => c.references('agency.id'))
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('type', 'text', (c) => c.notNull())
    .addColumn('bytes', 'bigint', (c) => c.notNull())
    .addColumn('sha256', 'text', (c) => c.notNull())
    .addColumn('quarantined', 'integer', (c) => c.notNull())
    .addColumn('added_by', 'text', (c) => c.notNull())
    .addColumn('added_ms', 'bigint', (c) => c.notNull())
    .addColumn('removed_by', 'text')
    .addColumn('removed_ms', 'bigint')
    .addColumn('removed_reason', 'text')
    .execute();
  await db.schema.createIndex('dossier_document_of').on('dossier_document').column('system_id').execute();
  await db.schema
    .createTable('dossier_reminder')
    .addColumn('system_id', 'integer', (c) => c.notNull().references('information_system.id'))
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('due_on', 'text', (c) => c.notNull())
    .addColumn('told', 'text', (c) => c.notNull())
    .addColumn('told_ms', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('dossier_reminder_pk', ['system_id', 'kind', 'due_on'])
    .execute();
}

async function addReporting(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('security_office')
    .addColumn('agency_id', 'integer', (c) => c.notNull().references('agency.id'))
    .addColumn('role', 'text', (c) => c.notNull())
    .addColumn('facts', 'text', (c) => c.notNull())
    .addColumn('version', 'integer', (c) => c.notNull().defaultTo(1))
    .addColumn('changed_ms', 'bigint', (c) => c.notNull())
    .addColumn('changed_by', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('security_office_pk', ['agency_id', 'role'])
    .execute();
  await createTableWithId(db, 'dossier_confirmation')
    .addColumn('agency_id', 'integer', (c) => c.notNull().references('agency.id'))
    .addColumn('year', 'integer', (c) => c.notNull())
    .addColumn('digest', 'text', (c) => c.notNull())
    .addColumn('rows', 'integer', (c) => c.notNull())
    .addColumn('note', 'text', (c) => c.notNull())
    .addColumn('at_ms', 'bigint', (c) => c.notNull())
    .addColumn('actor', 'text', (c) => c.notNull())
    .execute();
  await db.schema
    .createIndex('dossier_confirmation_of')
    .on('dossier_confirmation')
    .columns(['year', 'agency_id', 'id'])
    .execute();
  await makeAppendOnly(db, 'dossier_confirmation');
  await createTableWithId(db, 'dossier_import')
    .addColumn('agency_id', 'integer', (c) => c.notNull().references('agency.id'))
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('sha256', 'text', (c) => c.notNull())
    .addColumn('created', 'integer', (c) => c.notNull())
    .addColumn('changed', 'integer', (c) => c.notNull())
    .addColumn('steps', 'text', (c) => c.notNull())
    .addColumn('at_ms', 'bigint', (c) => c.notNull())
    .addColumn('actor', 'text', (c) => c.notNull())
    .addColumn('undone_ms', 'bigint')
    .addColumn('undone_by', 'text')
    .execute();
}

export const dossiers: Migration = { up };
