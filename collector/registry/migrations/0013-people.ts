/** Roles of the working day, second factors, devices, invitations, sessions that can be named, tokens with a list of what they may. */
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const ROLES = sql`role in ('administrator', 'soc-lead', 'analyst', 'agency-operator', 'agency-viewer', 'auditor', 'api')`;

/** Neither database can change a check in place: the column is made anew. Who was a viewer becomes an agency's. */
async function widenRole(db: Kysely<unknown>, table: string): Promise<void> {
  await db.schema.alterTable(table).renameColumn('role', 'role_before').execute();
  await db.schema
    .alterTable(table)
    .addColumn('role', 'text', (c) => c.notNull().defaultTo('agency-viewer').check(ROLES))
    .execute();
  await sql`update ${sql.table(table)} set role = case role_before when 'viewer' then 'agency-viewer' else role_before end`.execute(
    db,
  );
  await db.schema.alterTable(table).dropColumn('role_before').execute();
}

async function widenAccounts(db: Kysely<unknown>): Promise<void> {
  const added = [
    ['display_name', 'text'],
    ['email', 'text'],
    ['external_issuer', 'text'],
    ['external_subject', 'text'],
    ['totp_secret', 'text'],
    ['totp_since_ms', 'bigint'],
    ['totp_last_step', 'bigint'],
    ['last_login_ms', 'bigint'],
  ] as const;
  for (const [name, type] of added)
    await db.schema.alterTable('user_account').addColumn(name, type).execute();
  await db.schema
    .alterTable('user_account')
    .addColumn('version', 'integer', (c) => c.notNull().defaultTo(1))
    .execute();
  await db.schema
    .createIndex('user_account_external')
    .on('user_account')
    .columns(['external_issuer', 'external_subject'])
    .unique()
    .execute();
}

async function widenSessions(db: Kysely<unknown>): Promise<void> {
  await sql`delete from user_session`.execute(db); // they say neither from where nor how they were begun
  const added = [
    ['address', 'text'],
    ['client', 'text'],
    ['proved_ms', 'bigint'],
    ['external_token', 'text'],
    ['external_checked_ms', 'bigint'],
  ] as const;
  await db.schema
    .alterTable('user_session')
    .addColumn('id', 'text', (c) => c.notNull().defaultTo(''))
    .execute();
  await db.schema
    .alterTable('user_session')
    .addColumn('method', 'text', (c) => c.notNull().defaultTo('password'))
    .execute();
  for (const [name, type] of added)
    await db.schema.alterTable('user_session').addColumn(name, type).execute();
}

async function up(db: Kysely<unknown>): Promise<void> {
  await widenRole(db, 'user_account');
  await widenRole(db, 'api_token');
  await widenAccounts(db);
  await widenSessions(db);
  await db.schema.alterTable('api_token').addColumn('permissions', 'text').execute();
  await db.schema.alterTable('api_token').addColumn('last_used_address', 'text').execute();

  await db.schema
    .createTable('user_recovery_code')
    .addColumn('code_hash', 'text', (c) => c.primaryKey())
    .addColumn('user_id', 'integer', (c) => c.notNull().references('user_account.id'))
    .addColumn('created_ms', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('user_recovery_code_user').on('user_recovery_code').column('user_id').execute();

  await db.schema
    .createTable('user_device')
    .addColumn('id_hash', 'text', (c) => c.primaryKey())
    .addColumn('user_id', 'integer', (c) => c.notNull().references('user_account.id'))
    .addColumn('created_ms', 'bigint', (c) => c.notNull())
    .addColumn('last_used_ms', 'bigint', (c) => c.notNull())
    .addColumn('failed_attempts', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('locked_until_ms', 'bigint')
    .execute();
  await db.schema.createIndex('user_device_user').on('user_device').column('user_id').execute();

  await db.schema
    .createTable('login_address')
    .addColumn('address', 'text', (c) => c.primaryKey())
    .addColumn('failed_attempts', 'integer', (c) => c.notNull())
    .addColumn('locked_until_ms', 'bigint')
    .addColumn('last_ms', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('login_address_last').on('login_address').column('last_ms').execute();

  await db.schema
    .createTable('user_invitation')
    .addColumn('token_hash', 'text', (c) => c.primaryKey())
    .addColumn('user_id', 'integer', (c) => c.notNull().references('user_account.id'))
    .addColumn('created_ms', 'bigint', (c) => c.notNull())
    .addColumn('expires_ms', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('user_invitation_user').on('user_invitation').column('user_id').execute();

  await db.schema
    .createTable('people_policy')
    .addColumn('id', 'integer', (c) => c.primaryKey())
    .addColumn('value', 'text', (c) => c.notNull())
    .addColumn('version', 'integer', (c) => c.notNull())
    .execute();
}

export const people: Migration = { up };
