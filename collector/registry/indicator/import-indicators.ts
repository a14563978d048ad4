/**
 * Takes indicators into the register, a piece at a time, in the transaction of whoever calls and puts it on record. What a source says again is
 * taken over; what somebody has retired stays retired, since a feed says the same every day.
 */
import { INDICATOR_LIMITS, type Indicator } from '../../indicator/indicator.ts';
import type { RegistryDb, RegistryTransaction } from '../database.ts';
import { RefusalError } from '../refusal.ts';
import { countInForce, lastIndicatorId, nextChangeNo } from './changes.ts';
import { descriptionKey } from './description-key.ts';

/** Rows of one statement: each binds twelve values, and SQLite takes 32,766. */
const STATEMENT_ROWS = 250;

export interface IndicatorCounts {
  added: number;
  updated: number;
  unchanged: number;
  /** Over already, and not known: not taken. */
  expired: number;
  /** Taken out by somebody before: they stay out. */
  retired: number;
}

export const NO_COUNTS: Readonly<IndicatorCounts> = {
  added: 0,
  updated: 0,
  unchanged: 0,
  expired: 0,
  retired: 0,
};

export interface Compared {
  counts: IndicatorCounts;
  fresh: Indicator[];
  changed: Indicator[];
}

/** What taking these would come to. @param indicators each value and source once */
export async function compareIndicators(
  db: RegistryDb,
  indicators: readonly Indicator[],
  nowMs: number,
): Promise<Compared> {
  const counts: IndicatorCounts = { ...NO_COUNTS };
  const fresh: Indicator[] = [];
  const changed: Indicator[] = [];
  for (let from = 0; from < indicators.length; from += STATEMENT_ROWS) {
    const part = indicators.slice(from, from + STATEMENT_ROWS);
    const known = await knownOf(db, part);
    for (const indicator of part) {
      const row = known.get(keyOf(indicator));
      const isOver = indicator.validUntilMs !== null && indicator.validUntilMs <= nowMs;
      if (row === undefined && isOver) counts.expired += 1;
      else if (row === undefined) fresh.push(indicator);
      else if (row.state === 'retired') counts.retired += 1;
      else if (isSame(row, indicator)) counts.unchanged += 1;
      else changed.push(indicator);
    }
  }
  counts.added = fresh.length;
  counts.updated = changed.length;
  return { counts, fresh, changed };
}

/** @throws RefusalError indicator-limit; nothing of these was taken then */
export async function importIndicators(
  trx: RegistryTransaction,
  indicators: readonly Indicator[],
  { actor, nowMs }: { actor: string; nowMs: number },
): Promise<IndicatorCounts> {
  const { counts, fresh, changed } = await compareIndicators(trx, indicators, nowMs);
  if (fresh.length > 0) await requireRoom(trx, fresh.length, nowMs);
  if (fresh.length + changed.length === 0) return counts;
  const changeNo = await nextChangeNo(trx);
  const all = [...fresh, ...changed];
  for (let from = 0; from < all.length; from += STATEMENT_ROWS)
    await putRows(trx, all.slice(from, from + STATEMENT_ROWS), { actor, nowMs, changeNo });
  return counts;
}

/** @throws RefusalError indicator-limit */
export async function requireRoom(trx: RegistryTransaction, wanted: number, nowMs: number): Promise<void> {
  const { indicatorsMax } = INDICATOR_LIMITS;
  // Only beyond this they are counted, which reads all of them.
  if ((await lastIndicatorId(trx)) + wanted <= indicatorsMax) return;
  if ((await countInForce(trx, nowMs)) + wanted <= indicatorsMax) return;
  throw new RefusalError(
    'indicator-limit',
    String(indicatorsMax),
    `there may be ${indicatorsMax} indicators in force at most: retire those of a source that is no longer needed`,
  );
}

function keyOf({ kind, value, source }: Pick<Indicator, 'value' | 'source'> & { kind: string }): string {
  return `${kind} ${value} ${source}`;
}

type KnownRow = Awaited<ReturnType<typeof rowsOf>>[number];

function rowsOf(db: RegistryDb, values: readonly string[]) {
  return db
    .selectFrom('indicator')
    .select([
      'kind',
      'value',
      'source',
      'confidence',
      'valid_until_ms',
      'tlp',
      'tags',
      'description',
      'state',
    ])
    .where('value', 'in', values)
    .execute();
}

async function knownOf(db: RegistryDb, part: readonly Indicator[]): Promise<Map<string, KnownRow>> {
  const rows = await rowsOf(db, [...new Set(part.map(({ value }) => value))]);
  return new Map(rows.map((row) => [keyOf(row), row]));
}

function isSame(row: KnownRow, indicator: Indicator): boolean {
  return (
    row.confidence === indicator.confidence &&
    row.valid_until_ms === indicator.validUntilMs &&
    row.tlp === indicator.tlp &&
    row.tags === JSON.stringify(indicator.tags) &&
    row.description === indicator.description
  );
}

async function putRows(
  trx: RegistryTransaction,
  part: readonly Indicator[],
  { actor, nowMs, changeNo }: { actor: string; nowMs: number; changeNo: number },
): Promise<void> {
  const rows = part.map(({ kind, value, source, confidence, validUntilMs, tlp, tags, description }) => ({
    kind,
    value,
    source,
    confidence,
    valid_until_ms: validUntilMs,
    tlp,
    tags: JSON.stringify(tags),
    description,
    description_key: descriptionKey(description),
    added_ms: nowMs,
    added_by: actor,
    updated_ms: nowMs,
    change_no: changeNo,
  }));
  await trx
    .insertInto('indicator')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['value', 'kind', 'source']).doUpdateSet((eb) => ({
        confidence: eb.ref('excluded.confidence'),
        valid_until_ms: eb.ref('excluded.valid_until_ms'),
        tlp: eb.ref('excluded.tlp'),
        tags: eb.ref('excluded.tags'),
        description: eb.ref('excluded.description'),
        description_key: eb.ref('excluded.description_key'),
        updated_ms: eb.ref('excluded.updated_ms'),
        change_no: eb.ref('excluded.change_no'),
        version: eb('indicator.version', '+', 1),
      })),
    )
    .execute();
}
