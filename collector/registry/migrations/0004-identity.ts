/** Approval of agents, hosts apart from the agents that run on them, notes of join tokens, trust in certificates. */
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Neither database can change a check in place: the column is made anew. */
async function widenAgentState(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('agent').renameColumn('state', 'state_before').execute();
  await db.schema
    .alterTable('agent')
    .addColumn('state', 'text', (c) =>
      c
        .notNull()
        .defaultTo('active')
        .check(sql`state in ('pending', 'active', 'revoked', 'replaced')`),
    )
    .execute();
  await sql`update agent set state = state_before`.execute(db);
  await db.schema.alterTable('agent').dropColumn('state_before').execute();
}

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('host')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('created_ms', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('host_fact')
    .addColumn('host_id', 'text', (c) => c.notNull().references('host.id'))
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('digest', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('host_fact_key', ['host_id', 'kind', 'digest'])
    .execute();
  await db.schema.createIndex('host_fact_digest').on('host_fact').columns(['digest', 'kind']).execute();

  await widenAgentState(db);
  for (const column of ['host_id', 'approved_by', 'successor_of', 'trusts'] as const) {
    await db.schema.alterTable('agent').addColumn(column, 'text').execute();
  }
  for (const column of ['approved_ms', 'replaced_ms'] as const) {
    await db.schema.alterTable('agent').addColumn(column, 'bigint').execute();
  }
  // Until now every agent was a host of its own, admitted by its token.
  await sql`insert into host (id, created_ms) select id, enrolled_ms from agent`.execute(db);
  await sql`update agent set host_id = id, approved_ms = enrolled_ms, approved_by = 'system'`.execute(db);
  await db.schema.createIndex('agent_host').on('agent').column('host_id').execute();
  await db.schema.createIndex('agent_state').on('agent').column('state').execute();

  await db.schema
    .createTable('same_host')
    .addColumn('agent_id', 'text', (c) => c.primaryKey().references('agent.id'))
    .addColumn('former_id', 'text', (c) => c.notNull().references('agent.id'))
    .addColumn('agreeing', 'text', (c) => c.notNull())
    .addColumn('score', 'integer', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull().check(sql`state in ('open', 'accepted', 'rejected')`))
    .addColumn('proposed_ms', 'bigint', (c) => c.notNull())
    .addColumn('decided_ms', 'bigint')
    .addColumn('decided_by', 'text')
    .execute();
  await db.schema.createIndex('same_host_former').on('same_host').column('former_id').execute();

  await db.schema
    .alterTable('join_token')
    .addColumn('note', 'text', (c) => c.notNull().defaultTo(''))
    .execute();
  await db.schema
    .alterTable('join_token')
    .addColumn('needs_approval', 'integer', (c) => c.notNull().defaultTo(0))
    .execute();
}

export const identity: Migration = { up };
