/**
 * What has changed of the indicators, for whoever matches by them. Invariant: each transaction that changes any takes a
 * number of its own, and transactions that write go one after the other, so whoever has read up to a number misses none.
 */
import { setImmediate as yieldToLoop } from 'node:timers/promises';
import { sql } from 'kysely';
import type { IndicatorKind } from '../../indicator/indicator.ts';
import type { RegistryDb, RegistryTransaction } from '../database.ts';
import { kindSchema } from './stored.ts';

/** Rows of one page: a few milliseconds. */
export const CHANGE_PAGE_ROWS = 1_000;

/** The largest that an integer column holds. */
const ID_MAX = 2_147_483_647;

/** What matching needs of an indicator. */
export interface MatchedIndicator {
  id: number;
  kind: IndicatorKind;
  value: string;
  source: string;
  confidence: number;
  validUntilMs: number | null;
  throttledMs: number | null;
}

export interface IndicatorChange extends MatchedIndicator {
  changeNo: number;
  isActive: boolean;
}

/** The number for what this transaction changes. */
export async function nextChangeNo(trx: RegistryTransaction): Promise<number> {
  const row = await trx
    .updateTable('indicator_clock')
    .set({ change_no: sql<number>`change_no + 1` })
    .where('id', '=', 1)
    .returning('change_no')
    .executeTakeFirstOrThrow();
  return row.change_no;
}

export async function readChangeNo(db: RegistryDb): Promise<number> {
  const row = await db
    .selectFrom('indicator_clock')
    .select('change_no')
    .where('id', '=', 1)
    .executeTakeFirstOrThrow();
  return row.change_no;
}

const COLUMNS = ['id', 'kind', 'value', 'source', 'confidence', 'valid_until_ms', 'throttled_ms'] as const;

interface Row {
  id: number;
  kind: string;
  value: string;
  source: string;
  confidence: number;
  valid_until_ms: number | null;
  throttled_ms: number | null;
}

function matched(row: Row): MatchedIndicator {
  return {
    id: row.id,
    kind: kindSchema.parse(row.kind),
    value: row.value,
    source: row.source,
    confidence: row.confidence,
    validUntilMs: row.valid_until_ms,
    throttledMs: row.throttled_ms,
  };
}

/** Changes after a number, in order, a page at a time. */
export async function* indicatorChanges(
  db: RegistryDb,
  afterNo: number,
): AsyncGenerator<readonly IndicatorChange[]> {
  let place = { no: afterNo, id: ID_MAX };
  for (;;) {
    const { no, id } = place;
    const rows = await db
      .selectFrom('indicator')
      .select([...COLUMNS, 'state', 'change_no'])
      .where((eb) => eb.or([eb('change_no', '>', no), eb('change_no', '=', no).and('id', '>', id)]))
      .orderBy('change_no')
      .orderBy('id')
      .limit(CHANGE_PAGE_ROWS)
      .execute();
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows.map((row) => ({
      ...matched(row),
      changeNo: row.change_no,
      isActive: row.state === 'active',
    }));
    place = { no: last.change_no, id: last.id };
  }
}

/** The highest id that was ever given; 0: none. There are no more indicators than that. */
export async function lastIndicatorId(db: RegistryDb): Promise<number> {
  const { last } = await db
    .selectFrom('indicator')
    .select(({ fn }) => fn.max('id').as('last'))
    .executeTakeFirstOrThrow();
  return last ?? 0;
}

/** All that are in force, in the order of their ids, a page at a time; a page may be empty, so that none reads for long. */
export async function* indicatorsInForce(
  db: RegistryDb,
  nowMs: number,
): AsyncGenerator<readonly MatchedIndicator[]> {
  const last = await lastIndicatorId(db);
  for (let after = 0; after < last; after += CHANGE_PAGE_ROWS) {
    const rows = await inForce(db, nowMs, { after, to: after + CHANGE_PAGE_ROWS })
      .select(COLUMNS)
      .orderBy('id')
      .execute();
    yield rows.map(matched);
  }
}

/** Ids that are looked at in one turn to count them: a millisecond or two. */
const COUNTED_IDS = 20_000;

/** How many are in force, counted in turns: it takes longer than `countInForce`, and nobody waits for it. */
export async function countInForceInTurns(db: RegistryDb, nowMs: number): Promise<number> {
  const last = await lastIndicatorId(db);
  let count = 0;
  for (let after = 0; after < last; after += COUNTED_IDS) {
    const { rows } = await inForce(db, nowMs, { after, to: after + COUNTED_IDS })
      .select(({ fn }) => fn.countAll<number>().as('rows'))
      .executeTakeFirstOrThrow();
    count += rows;
    await yieldToLoop();
  }
  return count;
}

/** Of the ids above `after` up to `to`. */
function inForce(db: RegistryDb, nowMs: number, { after, to }: { after: number; to: number }) {
  return (
    db
      .selectFrom('indicator')
      // By the key: behind a function no index is taken for it, which would sort the whole register for each page.
      .where((eb) => eb(eb.fn.coalesce('state', eb.val('')), '=', 'active'))
      .where((eb) => eb.or([eb('valid_until_ms', 'is', null), eb('valid_until_ms', '>', nowMs)]))
      .where('id', '>', after)
      .where('id', '<=', to)
  );
}

export async function countInForce(db: RegistryDb, nowMs: number): Promise<number> {
  const row = await db
    .selectFrom('indicator')
    .select(({ fn }) => fn.countAll<number>().as('rows'))
    .where('state', '=', 'active')
    .where((eb) => eb.or([eb('valid_until_ms', 'is', null), eb('valid_until_ms', '>', nowMs)]))
    .executeTakeFirstOrThrow();
  return row.rows;
}
