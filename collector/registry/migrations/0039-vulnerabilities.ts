/** Vulnerabilities: feeds as they were carried in, what hosts have installed, and what of it has which vulnerability. */
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { createTableWithId } from './columns.ts';

async function up(db: Kysely<unknown>): Promise<void> {
  await feeds(db);
  await hosts(db);
}

async function feeds(db: Kysely<unknown>): Promise<void> {
  await createTableWithId(db, 'vulnerability_upload')
    .addColumn('feed', 'text')
    .addColumn('added_ms', 'bigint', (c) => c.notNull())
    .addColumn('added_by', 'text', (c) => c.notNull())
    .addColumn('facts', 'text')
    .execute();
  // What of it counts is what a feed points to: reading a file changes nothing until then.
  await db.schema
    .createTable('vulnerability_feed')
    .addColumn('name', 'text', (c) => c.primaryKey())
    .addColumn('form', 'text', (c) => c.notNull())
    .addColumn('upload_id', 'integer', (c) => c.notNull().references('vulnerability_upload.id'))
    .addColumn('releases', 'text', (c) => c.notNull())
    .addColumn('vulnerabilities', 'integer', (c) => c.notNull())
    .addColumn('ranges', 'integer', (c) => c.notNull())
    .addColumn('refused', 'integer', (c) => c.notNull())
    .addColumn('data_ms', 'bigint', (c) => c.notNull())
    .addColumn('file_name', 'text', (c) => c.notNull())
    .addColumn('sha256', 'text', (c) => c.notNull())
    .addColumn('imported_ms', 'bigint', (c) => c.notNull())
    .addColumn('imported_by', 'text', (c) => c.notNull())
    .addColumn('version', 'integer', (c) => c.notNull().defaultTo(1))
    .execute();
  await createTableWithId(db, 'vulnerability_range')
    .addColumn('upload_id', 'integer', (c) => c.notNull())
    .addColumn('release', 'text', (c) => c.notNull())
    .addColumn('package', 'text', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .execute();
  await db.schema
    .createIndex('vulnerability_range_by_package')
    .on('vulnerability_range')
    .columns(['upload_id', 'release', 'package'])
    .execute();
  await db.schema
    .createTable('vulnerability_fact')
    .addColumn('upload_id', 'integer', (c) => c.notNull())
    .addColumn('cve', 'text', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('vulnerability_fact_key', ['upload_id', 'cve'])
    .execute();
}

async function hosts(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('host_software')
    .addColumn('agent_id', 'text', (c) => c.primaryKey().references('agent.id').onDelete('cascade'))
    .addColumn('system', 'text', (c) => c.notNull())
    .addColumn('release', 'text')
    .addColumn('is_whole', 'integer', (c) => c.notNull())
    .addColumn('packages', 'integer', (c) => c.notNull())
    .addColumn('place', 'text', (c) => c.notNull())
    .addColumn('told_ms', 'bigint', (c) => c.notNull())
    .addColumn('matched_by', 'text')
    .addColumn('matched_ms', 'bigint')
    .addColumn('body', 'text', (c) => c.notNull())
    .execute();
  await createTableWithId(db, 'vulnerability_finding')
    .addColumn('agent_id', 'text', (c) => c.notNull().references('agent.id').onDelete('cascade'))
    .addColumn('cve', 'text', (c) => c.notNull())
    .addColumn('package', 'text', (c) => c.notNull())
    .addColumn('installed', 'text', (c) => c.notNull())
    .addColumn('fixed', 'text')
    .addColumn('advisory', 'text', (c) => c.notNull())
    .addColumn('severity', 'text', (c) => c.notNull())
    .addColumn('score_tenths', 'integer')
    .addColumn('exploited', 'integer', (c) => c.notNull())
    .addColumn('epss_ppm', 'integer')
    .addColumn('priority', 'integer', (c) => c.notNull())
    .addColumn('first_ms', 'bigint', (c) => c.notNull())
    .addColumn('last_ms', 'bigint', (c) => c.notNull())
    .addColumn('fixed_ms', 'bigint')
    .addColumn('exception_id', 'integer')
    .addColumn('excepted_until_ms', 'bigint')
    .addUniqueConstraint('vulnerability_finding_of', ['agent_id', 'cve', 'package'])
    .execute();
  const index = (name: string, columns: string[]) =>
    db.schema.createIndex(name).on('vulnerability_finding').columns(columns);
  // Each finding stands in one of the two.
  await index('vulnerability_finding_in_order', ['priority', 'id']).where('fixed_ms', 'is', null).execute();
  await index('vulnerability_finding_fixed', ['priority', 'id']).where('fixed_ms', 'is not', null).execute();
  await index('vulnerability_finding_by_end', ['fixed_ms']).where('fixed_ms', 'is not', null).execute();
  await index('vulnerability_finding_by_cve', ['cve']).execute();
  // Of most there is none.
  await index('vulnerability_finding_by_exception', ['exception_id'])
    .where('exception_id', 'is not', null)
    .execute();
  // Which register of exceptions the findings were last held against.
  await db.schema
    .createTable('vulnerability_clock')
    .addColumn('id', 'integer', (c) => c.primaryKey())
    .addColumn('register', 'text', (c) => c.notNull())
    .execute();
  await sql`insert into vulnerability_clock (id, register) values (1, '')`.execute(db);
}

export const vulnerabilities: Migration = { up };
