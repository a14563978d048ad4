/** Which indicators are looked for in history, and what was found there: each find once. */
import type { RegistryDb, RegistryTransaction } from '../database.ts';
import { RefusalError } from '../refusal.ts';
import { CHANGE_PAGE_ROWS, type MatchedIndicator } from './changes.ts';
import { kindSchema } from './stored.ts';

/** Looked for at once. */
export const CHOSEN_MAX = 200_000;
const STATEMENT_ROWS = 400;

/** Those in force, and of these what is named here; nothing named is all. */
export interface HindsightChoice {
  ids?: readonly number[] | undefined;
  source?: string | undefined;
  /** Milliseconds UTC. */
  addedSinceMs?: number | undefined;
  /** Added behind this one. */
  afterId?: number | undefined;
}

function chosen(db: RegistryDb, { ids, source, addedSinceMs, afterId }: HindsightChoice, nowMs: number) {
  let select = db
    .selectFrom('indicator')
    .where((eb) => eb(eb.fn.coalesce('state', eb.val('')), '=', 'active'))
    .where((eb) => eb.or([eb('valid_until_ms', 'is', null), eb('valid_until_ms', '>', nowMs)]));
  if (ids !== undefined) select = select.where('id', 'in', ids);
  if (source !== undefined) select = select.where('source', '=', source);
  if (afterId !== undefined) select = select.where('id', '>', afterId);
  if (addedSinceMs !== undefined) select = select.where('added_ms', '>=', addedSinceMs);
  return select;
}

/** @returns more than `CHOSEN_MAX` when there are, however many */
export async function countMatching(db: RegistryDb, choice: HindsightChoice, nowMs: number): Promise<number> {
  const some = chosen(db, choice, nowMs)
    .select('id')
    .limit(CHOSEN_MAX + 1)
    .as('some');
  const { rows } = await db
    .selectFrom(some)
    .select(({ fn }) => fn.countAll<number>().as('rows'))
    .executeTakeFirstOrThrow();
  return rows;
}

/** @throws RefusalError indicator-limit */
export async function countChosen(db: RegistryDb, choice: HindsightChoice, nowMs: number): Promise<number> {
  const rows = await countMatching(db, choice, nowMs);
  if (rows <= CHOSEN_MAX) return rows;
  const said = `more than ${CHOSEN_MAX} indicators are too many to look for at once: name a source or since when they were added`;
  throw new RefusalError('indicator-limit', String(CHOSEN_MAX), said);
}

export async function* chosenIndicators(
  db: RegistryDb,
  choice: HindsightChoice,
  nowMs: number,
): AsyncGenerator<readonly MatchedIndicator[]> {
  let after = choice.afterId ?? 0;
  for (;;) {
    const rows = await chosen(db, choice, nowMs)
      .select(['id', 'kind', 'value', 'source', 'confidence', 'valid_until_ms', 'throttled_ms'])
      .where('id', '>', after)
      .orderBy('id')
      .limit(CHANGE_PAGE_ROWS)
      .execute();
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows.map((row) => ({
      id: row.id,
      kind: kindSchema.parse(row.kind),
      value: row.value,
      source: row.source,
      confidence: row.confidence,
      validUntilMs: row.valid_until_ms,
      throttledMs: row.throttled_ms,
    }));
    after = last.id;
  }
}

/** @returns ids of the detections that were not found before */
export async function keepFinds(
  trx: RegistryTransaction,
  finds: readonly { detectionId: string; indicatorId: number }[],
): Promise<string[]> {
  const fresh: string[] = [];
  for (let at = 0; at < finds.length; at += STATEMENT_ROWS) {
    const rows = finds
      .slice(at, at + STATEMENT_ROWS)
      .map(({ detectionId, indicatorId }) => ({ detection_id: detectionId, indicator_id: indicatorId }));
    const kept = await trx
      .insertInto('indicator_find')
      .values(rows)
      .onConflict((conflict) => conflict.column('detection_id').doNothing())
      .returning('detection_id')
      .execute();
    for (const { detection_id } of kept) fresh.push(detection_id);
  }
  return fresh;
}
