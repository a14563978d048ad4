/** What a case has of tags, watchers and agencies is shared with the one it goes into, and taken back. */
import type { RegistryTransaction } from '../database.ts';
import type { Moved } from './move-rows.ts';

export async function shareTags(
  trx: RegistryTransaction,
  fromId: string,
  intoId: string,
): Promise<Pick<Moved, 'tags' | 'watchers' | 'agencyIds'>> {
  const tags = await trx
    .insertInto('case_tag')
    .columns(['case_id', 'tag'])
    .expression((eb) =>
      eb
        .selectFrom('case_tag')
        .select([eb.val(intoId).as('case_id'), 'tag'])
        .where('case_id', '=', fromId)
        .where('tag', 'not in', (one) =>
          one.selectFrom('case_tag').select('tag').where('case_id', '=', intoId),
        ),
    )
    .returning('tag')
    .execute();
  const watchers = await trx
    .insertInto('case_watcher')
    .columns(['case_id', 'username', 'since_ms'])
    .expression((eb) =>
      eb
        .selectFrom('case_watcher')
        .select([eb.val(intoId).as('case_id'), 'username', 'since_ms'])
        .where('case_id', '=', fromId)
        .where('username', 'not in', (one) =>
          one.selectFrom('case_watcher').select('username').where('case_id', '=', intoId),
        ),
    )
    .returning('username')
    .execute();
  const agencies = await trx
    .insertInto('case_agency')
    .columns(['case_id', 'agency_id', 'by_hand'])
    .expression((eb) =>
      eb
        .selectFrom('case_agency')
        .select([eb.val(intoId).as('case_id'), 'agency_id', 'by_hand'])
        .where('case_id', '=', fromId)
        .where('by_hand', '=', 1)
        .where('agency_id', 'not in', (one) =>
          one.selectFrom('case_agency').select('agency_id').where('case_id', '=', intoId),
        ),
    )
    .returning('agency_id')
    .execute();
  return {
    tags: tags.map(({ tag }) => tag),
    watchers: watchers.map(({ username }) => username),
    agencyIds: agencies.map(({ agency_id: id }) => id),
  };
}

export async function unshare(
  trx: RegistryTransaction,
  intoId: string,
  { tags, watchers, agencyIds }: Moved,
): Promise<void> {
  if (tags.length > 0)
    await trx.deleteFrom('case_tag').where('case_id', '=', intoId).where('tag', 'in', tags).execute();
  if (watchers.length > 0)
    await trx
      .deleteFrom('case_watcher')
      .where('case_id', '=', intoId)
      .where('username', 'in', watchers)
      .execute();
  if (agencyIds.length > 0)
    await trx
      .updateTable('case_agency')
      .set({ by_hand: 0 })
      .where('case_id', '=', intoId)
      .where('agency_id', 'in', agencyIds)
      .execute();
}
