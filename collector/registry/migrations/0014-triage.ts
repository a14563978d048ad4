/**
 * Alerts as work: who has one, until when, what it was; why its severity; what it is folded into; and what people did to
 * it. Alerts that are there get what can be told of them. `alert_triage` holds all that lists filter and sort by, so that
 * a list reads the index and then only the rows of its page.
 */
import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { searchText } from '../../alert/search-text.ts';
import { addInstr, createTableWithId, makeAppendOnly } from './columns.ts';

const ROWS_AT_ONCE = 500;

/** What this migration reads and fills of alerts that are there. */
interface OldAlerts {
  alert: {
    id: string;
    rule: string;
    entity: string;
    hostname: string | null;
    message: string;
  };
  alert_tag: { alert_id: string; tag: string; own: number };
  alert_text: { alert_id: string; text: string };
}

async function addColumns(db: Kysely<unknown>): Promise<void> {
  const add = (name: string, type: 'text' | 'bigint' | 'integer', standard?: string | number) =>
    db.schema
      .alterTable('alert')
      .addColumn(name, type, (c) => (standard === undefined ? c : c.notNull().defaultTo(standard)))
      .execute();
  await add('kind', 'text', 'detection');
  await add('sequence', 'bigint', 1);
  await add('predecessor_id', 'text');
  await add('severity_rank', 'integer', 2);
  await add('severity_why', 'text', '{"parts":[],"score":0,"severity":"medium"}');
  await add('risk', 'integer', 0);
  await add('user_name', 'text');
  await add('system_id', 'integer');
  await add('system_level', 'integer');
  await add('verdict', 'text');
  await add('duplicate_of', 'text');
  await add('assignee', 'text');
  await add('due_ms', 'bigint');
  await add('closed', 'integer', 0);
  await add('closed_ms', 'bigint');
  await add('acknowledged_ms', 'bigint');
  await add('version', 'bigint', 1);
  await add('fleet_key', 'text');
  await add('fleet_id', 'text');
  await add('fold', 'integer', 0);
  await add('hosts', 'integer', 1);
  await add('distinct_values', 'text', '{}');
}

async function addTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('alert_tag')
    .addColumn('alert_id', 'text', (c) => c.notNull().references('alert.id'))
    .addColumn('tag', 'text', (c) => c.notNull())
    .addColumn('own', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('alert_tag_key', ['alert_id', 'tag'])
    .execute();
  await db.schema.createIndex('alert_tag_tag').on('alert_tag').columns(['tag', 'alert_id']).execute();
  // Apart from the alerts: a search reads all of it, and nothing else.
  await db.schema
    .createTable('alert_text')
    .addColumn('alert_id', 'text', (c) => c.primaryKey().references('alert.id'))
    .addColumn('text', 'text', (c) => c.notNull())
    .execute();
  await addInstr(db);
  await createTableWithId(db, 'alert_note')
    .addColumn('alert_id', 'text', (c) => c.notNull().references('alert.id'))
    .addColumn('at_ms', 'bigint', (c) => c.notNull())
    .addColumn('author', 'text', (c) => c.notNull())
    .addColumn('text', 'text', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('alert_note_alert').on('alert_note').columns(['alert_id', 'id']).execute();
  await db.schema
    .createTable('alert_watcher')
    .addColumn('alert_id', 'text', (c) => c.notNull().references('alert.id'))
    .addColumn('username', 'text', (c) => c.notNull())
    .addColumn('since_ms', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('alert_watcher_key', ['alert_id', 'username'])
    .execute();
  await createTableWithId(db, 'alert_history')
    .addColumn('alert_id', 'text', (c) => c.notNull().references('alert.id'))
    .addColumn('version', 'bigint', (c) => c.notNull())
    .addColumn('at_ms', 'bigint', (c) => c.notNull())
    .addColumn('actor', 'text', (c) => c.notNull())
    .addColumn('action', 'text', (c) => c.notNull())
    .addColumn('changes', 'text', (c) => c.notNull())
    .addColumn('reason', 'text')
    .addColumn('job_id', 'text')
    .execute();
  await makeAppendOnly(db, 'alert_history');
  await db.schema
    .createIndex('alert_history_alert')
    .on('alert_history')
    .columns(['alert_id', 'id'])
    .execute();
  await db.schema
    .createTable('risk_part')
    .addColumn('subject', 'text', (c) => c.notNull())
    .addColumn('rule_id', 'text', (c) => c.notNull())
    .addColumn('title', 'text', (c) => c.notNull())
    .addColumn('points_milli', 'bigint', (c) => c.notNull())
    .addColumn('at_ms', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('risk_part_key', ['subject', 'rule_id'])
    .execute();
  await db.schema
    .createTable('rule_budget')
    .addColumn('rule_id', 'text', (c) => c.notNull())
    .addColumn('agency_id', 'integer', (c) => c.notNull())
    .addColumn('hour', 'bigint', (c) => c.notNull())
    .addColumn('opened', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('rule_budget_key', ['rule_id', 'agency_id', 'hour'])
    .execute();
  await db.schema
    .createTable('asset_role')
    .addColumn('agent_id', 'text', (c) => c.primaryKey().references('agent.id'))
    .addColumn('role', 'text', (c) => c.notNull())
    .addColumn('set_by', 'text', (c) => c.notNull())
    .addColumn('set_ms', 'bigint', (c) => c.notNull())
    .execute();
}

async function fillOld(db: Kysely<unknown>): Promise<void> {
  await sql`update alert set
    severity_rank = case severity when 'informational' then 0 when 'low' then 1 when 'medium' then 2
      when 'high' then 3 else 4 end,
    risk = case severity when 'informational' then 10 when 'low' then 30 when 'medium' then 50
      when 'high' then 70 else 90 end,
    severity_why = '{"parts":[{"part":"rule","value":"' || severity || '","points":' ||
      case severity when 'informational' then '10' when 'low' then '30' when 'medium' then '50'
        when 'high' then '70' else '90' end || '}],"score":' ||
      case severity when 'informational' then '10' when 'low' then '30' when 'medium' then '50'
        when 'high' then '70' else '90' end || ',"severity":"' || severity || '"}',
    closed = case state when 'closed' then 1 else 0 end,
    closed_ms = case state when 'closed' then updated_ms else null end,
    kind = case when exists (select 1 from alert_detection d where d.alert_id = alert.id and d.event_id = '')
      then 'house' else 'detection' end,
    sequence = (select count(*) from alert b where b.group_key = alert.group_key
      and (b.created_ms < alert.created_ms or (b.created_ms = alert.created_ms and b.id <= alert.id)))`.execute(
    db,
  );
  const old = db as Kysely<OldAlerts>;
  for (let after = ''; ;) {
    const rows = await old
      .selectFrom('alert')
      .select(['id', 'rule', 'entity', 'hostname', 'message'])
      .where('id', '>', after)
      .orderBy('id')
      .limit(ROWS_AT_ONCE)
      .execute();
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.id;
    for (const row of rows) await fillRow(old, row);
  }
}

async function fillRow(
  db: Kysely<OldAlerts>,
  row: Pick<OldAlerts['alert'], 'id' | 'rule' | 'entity' | 'hostname' | 'message'>,
): Promise<void> {
  const rule = JSON.parse(row.rule) as { title: string; titleVi: string | null; tags: string[] };
  const entity = Object.values(JSON.parse(row.entity) as Record<string, string>);
  const text = searchText([rule.title, rule.titleVi, ...entity, row.hostname, row.message]);
  await db.insertInto('alert_text').values({ alert_id: row.id, text }).execute();
  const tags = [...new Set(rule.tags)].map((tag) => ({ alert_id: row.id, tag, own: 0 }));
  if (tags.length > 0) await db.insertInto('alert_tag').values(tags).execute();
}

async function up(db: Kysely<unknown>): Promise<void> {
  await addColumns(db);
  await addTables(db);
  await fillOld(db);
  await db.schema.createIndex('alert_sequence').on('alert').columns(['group_key', 'sequence']).execute();
  await db.schema
    .createIndex('alert_fleet')
    .on('alert')
    .columns(['fleet_key', 'closed', 'last_seen_ms', 'agency_id'])
    .execute();
  await db.schema.createIndex('alert_folded').on('alert').columns(['fleet_id', 'closed']).execute();
  await db.schema
    .createIndex('alert_triage')
    .on('alert')
    .columns([
      'closed',
      'last_seen_ms',
      'id',
      'agency_id',
      'fold',
      'severity_rank',
      'state',
      'kind',
      'rule_id',
      'assignee',
      'verdict',
      'agent_id',
      'hostname',
      'user_name',
      'system_id',
      'due_ms',
      'risk',
      'first_seen_ms',
      'created_ms',
      'updated_ms',
      'detections',
      'hosts',
    ])
    .execute();
}

export const triage: Migration = { up };
