/** The agency tree with its root, information systems, agents and their tokens, people, the audit trail. */
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { createTableWithId, makeAppendOnly } from './columns.ts';

/** Name the root agency has until an administrator gives it its own. */
const ROOT_NAME = 'Cơ quan chủ quản';

async function createAgencies(db: Kysely<unknown>): Promise<void> {
  await createTableWithId(db, 'agency')
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) =>
      c.notNull().check(sql`kind in ('province', 'department', 'commune', 'unit')`),
    )
    .addColumn('parent_id', 'integer', (c) => c.references('agency.id'))
    .addColumn('created_ms', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('agency_parent').on('agency').column('parent_id').execute();

  await createTableWithId(db, 'agency_code')
    .addColumn('agency_id', 'integer', (c) => c.notNull().references('agency.id'))
    .addColumn('form', 'text', (c) => c.notNull().check(sql`form in ('qcvn-102', 'qd-20')`))
    .addColumn('code', 'text', (c) => c.notNull())
    .addColumn('valid_from', 'text')
    .addColumn('valid_to', 'text')
    .execute();
  await db.schema.createIndex('agency_code_agency').on('agency_code').column('agency_id').execute();
  await db.schema.createIndex('agency_code_code').on('agency_code').columns(['code', 'form']).execute();

  await createTableWithId(db, 'information_system')
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('owner_agency_id', 'integer', (c) => c.notNull().references('agency.id'))
    .addColumn('level', 'integer', (c) => c.check(sql`level between 1 and 5`))
    .addColumn('law_profile', 'text', (c) => c.notNull().check(sql`law_profile in ('vn-2026', 'vn-2022')`))
    .addColumn('created_ms', 'bigint', (c) => c.notNull())
    .addUniqueConstraint('information_system_name', ['owner_agency_id', 'name'])
    .execute();

  await createTableWithId(db, 'agent_group')
    .addColumn('name', 'text', (c) => c.notNull().unique())
    .addColumn('created_ms', 'bigint', (c) => c.notNull())
    .execute();
}

async function createAgents(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('join_token')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('secret_hash', 'text', (c) => c.notNull())
    .addColumn('agency_id', 'integer', (c) => c.notNull().references('agency.id'))
    .addColumn('group_id', 'integer', (c) => c.references('agent_group.id'))
    .addColumn('uses_max', 'integer', (c) => c.notNull().check(sql`uses_max > 0`))
    .addColumn('uses', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('expires_ms', 'bigint', (c) => c.notNull())
    .addColumn('revoked_ms', 'bigint')
    .addColumn('created_ms', 'bigint', (c) => c.notNull())
    .addColumn('created_by', 'text', (c) => c.notNull())
    .addCheckConstraint('join_token_uses', sql`uses >= 0 and uses <= uses_max`)
    .execute();

  await db.schema
    .createTable('agent')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('public_key', 'text', (c) => c.notNull().unique())
    .addColumn('state', 'text', (c) => c.notNull().check(sql`state in ('active', 'revoked')`))
    .addColumn('agency_id', 'integer', (c) => c.notNull().references('agency.id'))
    .addColumn('group_id', 'integer', (c) => c.references('agent_group.id'))
    .addColumn('join_token_id', 'text', (c) => c.notNull().references('join_token.id'))
    .addColumn('hostname', 'text', (c) => c.notNull())
    .addColumn('platform', 'text', (c) => c.notNull())
    .addColumn('os_name', 'text', (c) => c.notNull())
    .addColumn('os_version', 'text', (c) => c.notNull())
    .addColumn('arch', 'text', (c) => c.notNull())
    .addColumn('time_zone', 'text', (c) => c.notNull())
    .addColumn('agent_version', 'text', (c) => c.notNull())
    .addColumn('machine_id', 'text', (c) => c.notNull())
    .addColumn('enrolled_ms', 'bigint', (c) => c.notNull())
    .addColumn('last_seen_ms', 'bigint')
    .addColumn('clock_skew_ms', 'bigint')
    .addColumn('revoked_ms', 'bigint')
    .execute();
  await db.schema.createIndex('agent_agency').on('agent').column('agency_id').execute();
  await db.schema.createIndex('agent_hostname').on('agent').columns(['hostname', 'id']).execute();
  await db.schema.createIndex('agent_machine').on('agent').column('machine_id').execute();

  await createTableWithId(db, 'join_token_use')
    .addColumn('token_id', 'text', (c) => c.notNull().references('join_token.id'))
    .addColumn('agent_id', 'text', (c) => c.notNull().references('agent.id'))
    .addColumn('used_ms', 'bigint', (c) => c.notNull())
    .addColumn('address', 'text', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('join_token_use_token').on('join_token_use').column('token_id').execute();

  await createTableWithId(db, 'host_system')
    .addColumn('agent_id', 'text', (c) => c.notNull().references('agent.id'))
    .addColumn('system_id', 'integer', (c) => c.notNull().references('information_system.id'))
    .addColumn('valid_from_ms', 'bigint', (c) => c.notNull())
    .addColumn('valid_to_ms', 'bigint')
    .addCheckConstraint('host_system_validity', sql`valid_to_ms is null or valid_to_ms > valid_from_ms`)
    .execute();
  await db.schema.createIndex('host_system_agent').on('host_system').column('agent_id').execute();
  await db.schema.createIndex('host_system_system').on('host_system').column('system_id').execute();
}

async function createPeople(db: Kysely<unknown>): Promise<void> {
  const role = sql`role in ('administrator', 'analyst', 'viewer')`;
  await createTableWithId(db, 'user_account')
    .addColumn('username', 'text', (c) => c.notNull().unique())
    .addColumn('password_hash', 'text', (c) => c.notNull())
    .addColumn('role', 'text', (c) => c.notNull().check(role))
    .addColumn('agency_id', 'integer', (c) => c.notNull().references('agency.id'))
    .addColumn('must_change_password', 'integer', (c) =>
      c.notNull().check(sql`must_change_password in (0, 1)`),
    )
    .addColumn('failed_attempts', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('locked_until_ms', 'bigint')
    .addColumn('created_ms', 'bigint', (c) => c.notNull())
    .addColumn('password_changed_ms', 'bigint', (c) => c.notNull())
    .addColumn('disabled_ms', 'bigint')
    .execute();

  await db.schema
    .createTable('user_session')
    .addColumn('id_hash', 'text', (c) => c.primaryKey())
    .addColumn('user_id', 'integer', (c) => c.notNull().references('user_account.id'))
    .addColumn('created_ms', 'bigint', (c) => c.notNull())
    .addColumn('last_used_ms', 'bigint', (c) => c.notNull())
    .addColumn('expires_ms', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('user_session_user').on('user_session').column('user_id').execute();

  await db.schema
    .createTable('api_token')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('token_hash', 'text', (c) => c.notNull().unique())
    .addColumn('role', 'text', (c) => c.notNull().check(role))
    .addColumn('agency_id', 'integer', (c) => c.notNull().references('agency.id'))
    .addColumn('created_ms', 'bigint', (c) => c.notNull())
    .addColumn('created_by', 'text', (c) => c.notNull())
    .addColumn('expires_ms', 'bigint', (c) => c.notNull())
    .addColumn('last_used_ms', 'bigint')
    .addColumn('revoked_ms', 'bigint')
    .execute();

  await createTableWithId(db, 'audit_log')
    .addColumn('at_ms', 'bigint', (c) => c.notNull())
    .addColumn('actor', 'text', (c) => c.notNull())
    .addColumn('action', 'text', (c) => c.notNull())
    .addColumn('target', 'text', (c) => c.notNull())
    .addColumn('detail', 'text', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('audit_log_at').on('audit_log').column('at_ms').execute();
  await makeAppendOnly(db, 'audit_log');
}

export function foundation(now: () => number): Migration {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      await createAgencies(db);
      await createAgents(db);
      await createPeople(db);
      await sql`insert into agency (name, kind, parent_id, created_ms)
        values (${ROOT_NAME}, 'province', null, ${now()})`.execute(db);
    },
  };
}
