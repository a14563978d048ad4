/**
 * Chains the audit trail: each entry gets its number and hash (collector/audit/chain.ts), those that are there already
 * in the order of their ids. The head stands in a row of its own, which each further entry takes and moves.
 */
import { randomUUID } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { entryHash, genesisHash, keepableText } from '../../audit/chain.ts';
import { dropAppendOnly, makeAppendOnly } from './columns.ts';

const PAGE_ROWS = 1_000;

interface Row {
  id: number;
  at_ms: number;
  actor: string;
  action: string;
  target: string;
  detail: string;
}

async function chainAll(db: Kysely<unknown>, genesis: string): Promise<{ seq: number; hash: string }> {
  let seq = 0;
  let hash = genesis;
  for (let lastId = 0; ;) {
    const { rows } = await sql<Row>`select id, at_ms, actor, action, target, detail from audit_log
      where id > ${lastId} order by id limit ${PAGE_ROWS}`.execute(db);
    for (const row of rows) {
      seq += 1;
      const [actor, action, target] = [row.actor, row.action, row.target].map(keepableText) as [
        string,
        string,
        string,
      ];
      const { id, at_ms: atMs, detail } = row;
      hash = entryHash(hash, { seq, atMs, actor, action, target, agencyId: null, detail });
      await sql`update audit_log set seq = ${seq}, hash = ${hash}, actor = ${actor}, action = ${action},
        target = ${target} where id = ${id}`.execute(db);
      lastId = id;
    }
    if (rows.length < PAGE_ROWS) return { seq, hash };
  }
}

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('audit_log').addColumn('seq', 'bigint').execute();
  await db.schema.alterTable('audit_log').addColumn('agency_id', 'integer').execute();
  await db.schema.alterTable('audit_log').addColumn('hash', 'text').execute();
  await dropAppendOnly(db, 'audit_log');
  const trailId = randomUUID();
  const head = await chainAll(db, genesisHash(trailId));
  await makeAppendOnly(db, 'audit_log');
  await db.schema.createIndex('audit_log_seq').unique().on('audit_log').column('seq').execute();
  await db.schema.createIndex('audit_log_actor').on('audit_log').columns(['actor', 'seq']).execute();
  await db.schema.createIndex('audit_log_target').on('audit_log').columns(['target', 'seq']).execute();
  await db.schema
    .createTable('audit_head')
    .addColumn('id', 'integer', (c) => c.primaryKey().check(sql`id = 1`))
    .addColumn('trail_id', 'text', (c) => c.notNull())
    .addColumn('seq', 'bigint', (c) => c.notNull())
    .addColumn('hash', 'text', (c) => c.notNull())
    .execute();
  await sql`insert into audit_head (id, trail_id, seq, hash)
    values (1, ${trailId}, ${head.seq}, ${head.hash})`.execute(db);
}

export const audit: Migration = { up };
