/** What agencies and groups may send, and what their lines carry by hour. */
import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { createTableWithId } from './columns.ts';

async function up(db: Kysely<unknown>): Promise<void> {
  await createTableWithId(db, 'quota')
    .addColumn('agency_id', 'integer', (c) => c.references('agency.id'))
    .addColumn('group_id', 'integer', (c) => c.references('agent_group.id'))
    .addColumn('per_agent', 'integer', (c) => c.notNull().check(sql`per_agent in (0, 1)`))
    .addColumn('events_per_second', 'bigint', (c) => c.check(sql`events_per_second > 0`))
    .addColumn('bytes_per_day', 'bigint', (c) => c.check(sql`bytes_per_day > 0`))
    .addColumn('set_ms', 'bigint', (c) => c.notNull())
    .addColumn('set_by', 'text', (c) => c.notNull())
    .addCheckConstraint(
      'quota_says_something',
      sql`events_per_second is not null or bytes_per_day is not null`,
    )
    .execute();
  await createTableWithId(db, 'bandwidth_cap')
    .addColumn('agency_id', 'integer', (c) => c.references('agency.id'))
    .addColumn('prefix', 'text')
    .addColumn('from_hour', 'integer', (c) => c.notNull().check(sql`from_hour between 0 and 23`))
    .addColumn('to_hour', 'integer', (c) => c.notNull().check(sql`to_hour between 1 and 24`))
    .addColumn('time_zone', 'text', (c) => c.notNull())
    .addColumn('bytes_per_second', 'bigint', (c) => c.notNull().check(sql`bytes_per_second > 0`))
    .addColumn('set_ms', 'bigint', (c) => c.notNull())
    .addColumn('set_by', 'text', (c) => c.notNull())
    .addCheckConstraint('bandwidth_cap_site', sql`(agency_id is null) <> (prefix is null)`)
    .execute();
}

export const quotas: Migration = { up };
