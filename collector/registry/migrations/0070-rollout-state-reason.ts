/** Why a rollout of a release stands as it does, beside why it was planned: until now the one took the place of the other. */
import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('update_rollout')
    .addColumn('state_reason', 'text', (c) => c.notNull().defaultTo(''))
    .execute();
  // Whoever acted wrote over the plan's reason.
  await sql`update update_rollout set state_reason = reason, reason = '' where state <> 'planned'`.execute(
    db,
  );
}

export const rolloutStateReason: Migration = { up };
