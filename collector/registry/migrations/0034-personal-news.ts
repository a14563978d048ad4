/** What people are told themselves, their settings for it; from which severity on an escalation begins; logout tokens taken. */
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const SEVERITIES = ['informational', 'low', 'medium', 'high', 'critical'];

/** As `savePlan` writes it from now on; null: it begins nothing. */
async function fillSeverities(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql<{ id: number; settings: string }>`
    select id, settings from notify_plan where kind = 'escalation'`.execute(db);
  for (const { id, settings } of rows) {
    const { enabled, severityMin } = JSON.parse(settings) as { enabled: boolean; severityMin: string };
    if (!enabled) continue;
    const rank = SEVERITIES.indexOf(severityMin);
    await sql`update notify_plan set severity_rank_min = ${rank} where id = ${id}`.execute(db);
  }
}

/** What was done before is not told. */
async function beginNow(db: Kysely<unknown>): Promise<void> {
  for (const source of ['alert_history', 'case_act']) {
    await sql`insert into personal_cursor (source, last_id)
      select ${source}, coalesce(max(id), 0) from ${sql.table(source)}`.execute(db);
  }
}

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('notify_message').addColumn('username', 'text').execute();
  await db.schema.alterTable('notify_plan').addColumn('severity_rank_min', 'integer').execute();
  await fillSeverities(db);
  await db.schema
    .createIndex('notify_plan_severity')
    .on('notify_plan')
    .columns(['kind', 'severity_rank_min'])
    .execute();
  await db.schema
    .createTable('oidc_logout')
    .addColumn('jti_hash', 'text', (c) => c.primaryKey())
    .addColumn('stale_ms', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('personal_settings')
    .addColumn('username', 'text', (c) => c.primaryKey())
    .addColumn('settings', 'text')
    .addColumn('version', 'integer', (c) => c.notNull())
    .addColumn('last_message_ms', 'bigint')
    .execute();
  await db.schema
    .createTable('personal_cursor')
    .addColumn('source', 'text', (c) => c.primaryKey())
    .addColumn('last_id', 'bigint', (c) => c.notNull())
    .execute();
  await beginNow(db);
  await db.schema
    .createTable('personal_news')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('username', 'text', (c) => c.notNull())
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('act_id', 'bigint')
    .addColumn('subject_id', 'text', (c) => c.notNull())
    .addColumn('why', 'text', (c) => c.notNull())
    .addColumn('severity_rank', 'integer', (c) => c.notNull())
    .addColumn('at_ms', 'bigint', (c) => c.notNull())
    .addColumn('message_id', 'text')
    .execute();
  await db.schema
    .createIndex('personal_news_place')
    .on('personal_news')
    .columns(['message_id', 'username'])
    .execute();
}

export const personalNews: Migration = { up };
